"""The recipe: one YAML file that says what is read, which stages run with which values, and what is released.

This module knows the shape of a recipe, not the stages: their parameters stay raw here and are checked against
the catalogue by `pipelines.plan`. Errors name the recipe's line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from schemas.card_texts import CardTexts
from schemas.errors import RecipeError, one_of

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # compiled where PyYAML has it
Format = Literal["auto", "jsonl", "parquet", "csv", "text", "warc"]


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _as_mapping(value: Any) -> Any:
    """`[normalise, language]` and `normalise:` with nothing behind it both mean: as shipped; `false` means: not."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        twice = sorted({item for item in value if value.count(item) > 1})
        if twice:
            raise ValueError(f"a stage runs once, but twice came: {', '.join(twice)}")
        value = dict.fromkeys(value)
    if isinstance(value, Mapping):
        return {key: {} if one is None else one for key, one in value.items() if one is not False}
    return value


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Fields(_Part):
    """Which field (JSON key, Parquet or CSV column) holds what. Null: the input has none."""

    text: str = Field("text", description="Field with the text")
    texts: list[str] = Field(
        default_factory=list,
        description="Instead of `text`, for records: paths of the fields that make up the text, such as question, "
        "table.rows[][] or messages[].content",
    )
    id: str | None = Field("id", description="Field with the id; where it is missing, ids are made from content")
    url: str | None = Field("url", description="Field with the address of the document")
    date: str | None = Field(
        "date",
        description="Field with the date of the document: ISO 8601, a year, a date of Parquet, or seconds or "
        "milliseconds since 1970",
    )
    declared_language: str | None = Field(
        "declared_language", description="Field with the language that the source declares"
    )
    expected: str | None = Field(None, description="Field with a planted verdict: keep, dead, or reject:reason|reason")


class Source(_Part):
    """One source: where its files are and how to read them."""

    paths: Annotated[list[str], BeforeValidator(_as_list)] = Field(
        description="Files: local paths, globs, or any fsspec address (hf://datasets/…, s3://…, sample:// for what "
        "ships)",
        min_length=1,
    )
    format: Format = Field("auto", description="File format; auto goes by the file's name")
    fields: Fields = Field(default_factory=lambda: Fields(), description="Which field holds what")
    metadata: list[str] = Field(
        default_factory=list, description="Further fields to carry along, as JSON in `metadata`"
    )
    text_unit: Literal["file", "paragraph", "line"] = Field(
        "file", description="What is a document in plain text files"
    )
    max_document_bytes: int = Field(
        16 * 2**20, gt=0, description="A longer document becomes a dead row (bytes of UTF-8)"
    )
    licence: str | None = Field(None, description="Licence of the source, for the card (SPDX id where there is one)")
    homepage: str | None = Field(None, description="Where the source is described, for the card")


Role = Literal["translate", "back", "repair", "judge", "rewrite", "likelihood", "ask", "answer"]
"""What a model is asked for: to translate, to translate back, to repair what failed, to judge, to rewrite a prompt, to
say how likely a text is, to write a question, to answer one."""


class Price(_Part):
    """What a server charges, in US dollars for a million tokens."""

    prompt: float = Field(ge=0, description="Tokens sent")
    completion: float = Field(ge=0, description="Tokens received")
    batch: float = Field(0.5, ge=0, description="Factor for requests in the Batch API")


class Cap(_Part):
    """The most that a recipe may spend, all its runs together. Kept before anything is sent."""

    dollars: float | None = Field(None, gt=0, description="US dollars; every role then needs a price")
    tokens: int | None = Field(None, gt=0, description="Tokens, sent and received together")

    @model_validator(mode="after")
    def _something(self) -> Cap:
        if self.dollars is None and self.tokens is None:
            raise ValueError("a cap needs `dollars`, `tokens`, or both")
        return self


class Model(_Part):
    """Which model is asked, where it is, and how."""

    local: bool = Field(False, description="Start the small model of the `local-llm` extra and stop it afterwards")
    base_url: str | None = Field(None, description="Address of the server, up to and with /v1")
    api_key_env: str | None = Field(None, description="Environment variable that holds the key")
    model: str = Field("gemma-3-270m", description="Model to ask")
    form: Literal["chat", "completion"] = Field(
        "chat", description="Chat messages, or a few-shot prompt to complete (base models need the second)"
    )
    structured: Literal["auto", "off"] = Field(
        "auto",
        description="Whether answers that have parts are asked for as JSON after a schema, where the server can",
    )
    temperature: float = Field(0.0, ge=0, le=2, description="Sampling temperature")
    seed: int | None = Field(0, description="Sampling seed, where the server knows one")
    max_tokens: int = Field(512, gt=0, description="Longest answer, in tokens")
    price: Price | None = Field(None, description="What it costs; null: not known, and no cost is shown")
    mode: Literal["online", "batch"] = Field(
        "online", description="One request at a time, or OpenAI's Batch API: up to a day, at half the price"
    )
    concurrency: int = Field(8, gt=0, description="Requests in flight for each worker, at most")
    requests_per_minute: int | None = Field(None, gt=0, description="For all workers of a run together")
    tokens_per_minute: int | None = Field(
        None, gt=0, description="Sent and received, for all workers of a run together"
    )
    timeout_seconds: float = Field(60, gt=0, description="Longest wait for one answer")
    attempts: int = Field(5, gt=0, description="How often a request is sent before it counts as failed")


class RoleModel(_Part):
    """A model for one role: what it does not say is as `client` has it."""

    local: bool | None = Field(None, description="Whether it is the small model of the `local-llm` extra")
    base_url: str | None = Field(None, description="Address of the server, up to and with /v1")
    api_key_env: str | None = Field(None, description="Environment variable that holds the key")
    model: str | None = Field(None, description="Model to ask")
    form: Literal["chat", "completion"] | None = Field(None, description="Chat messages, or a prompt to complete")
    structured: Literal["auto", "off"] | None = Field(None, description="Answers as JSON after a schema")
    temperature: float | None = Field(None, ge=0, le=2, description="Sampling temperature")
    seed: int | None = Field(None, description="Sampling seed")
    max_tokens: int | None = Field(None, gt=0, description="Longest answer, in tokens")
    price: Price | None = Field(None, description="What it costs")
    mode: Literal["online", "batch"] | None = Field(None, description="One request at a time, or the Batch API")
    concurrency: int | None = Field(None, gt=0, description="Requests in flight for each worker, at most")
    requests_per_minute: int | None = Field(None, gt=0, description="For all workers of a run together")
    tokens_per_minute: int | None = Field(None, gt=0, description="For all workers of a run together")
    timeout_seconds: float | None = Field(None, gt=0, description="Longest wait for one answer")
    attempts: int | None = Field(None, gt=0, description="How often a request is sent before it counts as failed")


class Client(Model):
    """The LLM that Derive stages ask: any OpenAI-compatible server, and other ones for some roles."""

    roles: dict[Role, RoleModel] = Field(
        default_factory=dict, description="Another model, or another server, for one role: what differs"
    )
    cap: Cap | None = Field(None, description="The most that may be spent")
    cache: str | None = Field(
        None,
        description="Where answers are kept: a file, or redis://host:port/number for many machines; null for a file "
        "beside the work folders",
    )

    def of_role(self, role: Role) -> Client:
        """The model of a role: what the role says over what the client says, without roles of its own.

        A role with another address or model does not inherit the client's price.
        """
        over = self.roles.get(role)
        if over is None:
            return self.model_copy(update={"roles": {}})
        said = {name: getattr(over, name) for name in over.model_fields_set if getattr(over, name) is not None}
        if "price" not in said and {"model", "base_url", "local"} & said.keys():
            said["price"] = None
        if said.get("base_url") and "local" not in said:
            said["local"] = False
        if said.get("local"):
            said.setdefault("base_url", None)
        return self.model_copy(update={**said, "roles": {}})


TRANSPORT = {
    "concurrency", "requests_per_minute", "tokens_per_minute", "timeout_seconds", "attempts", "cap", "cache",
}  # fmt: skip
"""Values of `client` that change how requests are sent and nothing else."""


class Release(_Part):
    """What the released folder looks like and what its card says."""

    title: str | None = Field(None, description="Title of the dataset; the recipe's name when null")
    summary: str | None = Field(None, description="A paragraph about the dataset, written by a person")
    licence: str | None = Field(None, description="Licence of the release (an id that the Hub knows)")
    card: CardTexts = Field(default_factory=CardTexts, description="What only a person can say on the card")
    previous: str | None = Field(None, description="Folder of the last release: the card says what changed since then")
    shard_bytes: int = Field(500_000_000, gt=0, description="Text in one shard, about (bytes before compression)")
    row_group_bytes: int = Field(
        100_000_000, gt=0, description="Rows in one row group, about (bytes before compression)"
    )
    splits: dict[str, float] = Field(
        {"train": 1.0},
        description="Splits of every config and their shares, such as {train: 0.98, validation: 0.01, test: 0.01}; "
        "duplicates and derived rows are in the split of their document",
    )
    signatures: bool = Field(
        True, description="Whether signatures/ holds the keys of all documents, which a later release goes by"
    )
    rejected_text: bool = Field(True, description="Whether rejected/ holds the texts, or only ids, scores and reasons")

    @field_validator("splits")
    @classmethod
    def _whole(cls, splits: dict[str, float]) -> dict[str, float]:
        for name, share in splits.items():
            if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or name == "all":  # `all` means every split to `datasets`
                raise ValueError(
                    f"{name!r} is no name for a split: write small letters, digits and _, as in train, and not all"
                )
            if share <= 0:
                raise ValueError(f"the share of {name} is {share:g}: give more than 0, or leave the split out")
        if abs(sum(splits.values()) - 1) > 1e-9:
            raise ValueError(f"the shares of {', '.join(splits)} add up to {sum(splits.values()):g}: they must give 1")
        return splits


class Rehydration(_Part):
    """Sampling weights from the sizes of clusters of near copies (`pipelines.rehydration`)."""

    stage: str = Field("minhash", description="Stage of the recipe whose groups are the copies")
    most: float = Field(10, ge=1, description="Weight of the cluster size that rules reject least")
    smooth: int = Field(
        5, ge=1, description="Neighbouring sizes over which the share of rejected documents is averaged"
    )
    fewest: int = Field(
        1_000, ge=1, description="Sizes with fewer documents of a language are taken together with the next larger ones"
    )

    @model_validator(mode="after")
    def _odd(self) -> Rehydration:
        if self.smooth % 2 == 0:
            raise ValueError(f"smooth takes as many sizes on either side: give an odd number, not {self.smooth}")
        return self


class Run(_Part):
    """How to run, never what comes out: none of these values changes a released byte."""

    workers: int = Field(0, ge=0, description="Worker processes of the local runner; 0 for one on each core")
    frame_bytes: int = Field(8 * 2**20, gt=0, description="Text that is worked on at a time, about (bytes)")
    work: str = Field("work", description="Folder for what is kept between phases (any fsspec address)")
    out: str | None = Field(None, description="Folder of the release; release/<name> when null")


class Recipe(_Part):
    """A whole recipe."""

    name: str = Field(description="Name, used in folders", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")
    description: str = Field("", description="What the recipe is for")
    source: Source | None = Field(None, description="The one source")
    sources: dict[str, Source] = Field(default_factory=dict, description="Several sources, by name")
    stages: Annotated[dict[str, dict[str, Any]], BeforeValidator(_as_mapping)] = Field(
        description="Stages in order, each with the parameters that differ from what it ships; false leaves one out"
    )
    thresholds: Annotated[list[str], BeforeValidator(_as_list)] = Field(
        default_factory=list,
        description="Folders (or files) with one YAML of thresholds a language, as `glotmill calibrate` and FineWeb2 "
        "write them; over what stages ship, under what the recipe writes. Of several the last wins",
    )
    against: Annotated[list[str], BeforeValidator(_as_list)] = Field(
        default_factory=list,
        description="Earlier releases (their folders or manifests): what one of them has is left out of this one",
    )
    rehydration: Rehydration | None = Field(
        None, description="Sampling weights for what was copied; null for none. `{}` for those of FineWeb2"
    )
    client: Client | None = Field(None, description="The LLM, where a stage asks one")
    release: Release = Field(default_factory=lambda: Release(), description="What is released")
    run: Run = Field(default_factory=lambda: Run(), description="How to run")

    @model_validator(mode="after")
    def _one_kind_of_source(self) -> Recipe:
        if (self.source is None) == (not self.sources):
            raise ValueError("give either `source` (one) or `sources` (several, by name), and not both")
        for name in self.sources:
            if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
                raise ValueError(f"source name {name!r}: use letters, digits, dot, dash and underscore")
        return self

    def all_sources(self) -> dict[str, Source]:
        """Sources by name; a single `source` is called after the recipe."""
        return dict(sorted(self.sources.items())) if self.sources else {self.name: self.source}  # type: ignore[dict-item]

    def content(self) -> dict[str, Any]:
        """What decides about the released bytes: all but `run` and transport, with unordered lists in a fixed order.

        Where thresholds and earlier releases are is left out: what they say counts, not where they lie.
        """
        left_out: dict[str, Any] = {"run": True, "thresholds": True, "against": True, "release": {"previous"}}
        content = self.model_dump(mode="json", exclude=left_out, exclude_none=True)
        for one in (content.get("source"), *content.get("sources", {}).values()):
            if one:
                one["paths"] = sorted(one["paths"])
        for one in (content.get("client") or {}, *(content.get("client") or {}).get("roles", {}).values()):
            for name in TRANSPORT & one.keys():
                del one[name]  # how requests are sent, not what is asked
        return content

    def rows_content(self) -> dict[str, Any]:
        """The same without what only the card says: what decides about the rows and shards."""
        content = self.content()
        for name in ("title", "summary", "licence", "card"):
            content["release"].pop(name, None)
        for one in (content.get("source"), *content.get("sources", {}).values()):
            if one:
                one.pop("licence", None)
                one.pop("homepage", None)
        content.pop("description", None)
        return content


class Lines:
    """Where in a YAML text each key stands, so that an error can name the line."""

    def __init__(self, text: str, file: str) -> None:
        self.file = file
        self._at: dict[tuple[str | int, ...], int] = {}
        self.twice: list[str] = []
        root = yaml.compose(text, Loader=_LOADER)
        if root is not None:
            self._walk(root, (), ())

    def _walk(self, node: yaml.Node, path: tuple[str | int, ...], above: tuple[yaml.Node, ...]) -> None:
        self._at.setdefault(path, node.start_mark.line + 1)
        if node in above:  # an alias to what it stands in
            raise yaml.MarkedYAMLError(problem="an alias holds itself", problem_mark=node.start_mark)
        above = (*above, node)
        if isinstance(node, yaml.MappingNode):
            keys: dict[str, int] = {}
            for key, value in node.value:
                line = key.start_mark.line + 1
                if key.value in keys and key.value != "<<":  # YAML's parser would keep the last without a word
                    name = ".".join(str(part) for part in (*path, key.value))
                    self.twice.append(f"{self.file}:{line}: {name}: written twice, first in line {keys[key.value]}")
                keys.setdefault(key.value, line)
                self._at[(*path, key.value)] = line
                self._walk(value, (*path, key.value), above)
        elif isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                self._walk(item, (*path, index), above)

    def where(self, path: Sequence[str | int]) -> str:
        """`file:line: a.b.c` of a path, or of the nearest part of it that is written in the file."""
        dotted = ".".join(str(part) for part in path)
        for end in range(len(path), -1, -1):
            line = self._at.get(tuple(path[:end]))
            if line is not None:
                return f"{self.file}:{line}: {dotted or 'recipe'}"
        return f"{self.file}: {dotted or 'recipe'}"


def read(text: str, *, file: str = "recipe", overrides: Sequence[str] = ()) -> tuple[Recipe, Lines]:
    """A recipe from YAML text.

    Args:
        text: the YAML.
        file: its name, for messages.
        overrides: `a.b=value` as given to `--set`; the value is read as YAML.

    Raises:
        RecipeError: not YAML, an unknown key, a wrong type; all problems at once, each with its line.
    """
    try:
        content = yaml.safe_load(text)
        lines = Lines(text, file)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else file
        problem = getattr(error, "problem", None) or error
        raise RecipeError(f"{place}: not YAML: {problem}. Mend that line, or start from `glotmill init`.") from error
    if not isinstance(content, dict):
        raise RecipeError(
            f"{file}: a recipe is a mapping with name, source and stages, but {type(content).__name__} came. "
            "Start from `glotmill init`."
        )
    for override in overrides:
        _set(content, override)
    if lines.twice:
        raise RecipeError("\n".join(lines.twice))
    try:
        return Recipe.model_validate(content), lines
    except ValidationError as error:
        raise RecipeError("\n".join(problems(error, lines, Recipe))) from error


def _set(content: dict[str, Any], override: str) -> None:
    path, equals, raw = override.partition("=")
    parts = path.strip().split(".")
    if not equals or not all(parts):
        raise RecipeError(f"--set {override!r}: write it as a.b=value, for example stages.gopher_quality.min_words=30")
    try:
        value = yaml.safe_load(raw)
    except yaml.YAMLError as error:
        raise RecipeError(f"--set {override!r}: the value is not YAML: {error}") from error
    node: Any = content
    for index, part in enumerate(parts[:-1]):
        if isinstance(node.get(part), list) and part == "stages":
            node[part] = _as_mapping(node[part])
        if node.get(part) is None:
            node[part] = {}
        node = node[part]
        if not isinstance(node, dict):
            came = ".".join(parts[: index + 1])
            raise RecipeError(f"--set {override!r}: {came} is a {type(node).__name__}, nothing can be set inside it")
    node[parts[-1]] = value


def problems(
    error: ValidationError, lines: Lines, model: type[BaseModel], prefix: Sequence[str | int] = ()
) -> list[str]:
    """One line for each problem: where, what came, what is allowed."""
    found = []
    for item in error.errors(include_url=False):
        path = (*prefix, *item["loc"])
        message = item["msg"].removeprefix("Value error, ")
        if item["type"] == "extra_forbidden":
            valid = _fields_at(model, item["loc"][:-1])
            message = one_of("key", item["loc"][-1], valid)
        elif item["type"] != "value_error" and item["type"] != "missing":
            message = f"{message}; {_short(item['input'])} came"
        found.append(f"{lines.where(path)}: {message}")
    return found


def _short(value: Any) -> str:
    text = repr(value)
    return f"{text[:80]}… ({type(value).__name__})" if len(text) > 80 else f"{text} ({type(value).__name__})"


def _fields_at(model: type[BaseModel], loc: Sequence[str | int]) -> list[str]:
    """The keys that the model takes at a place inside it."""
    here: Any = model
    for part in loc:
        info = here.model_fields.get(str(part)) if isinstance(here, type) and issubclass(here, BaseModel) else None
        if info is not None:
            here = _model_in(info.annotation)
        # a key of a mapping, or an index: stay with the mapping's model
    return sorted(here.model_fields) if isinstance(here, type) and issubclass(here, BaseModel) else []


def _model_in(annotation: Any) -> Any:
    """The model inside an annotation such as `Source | None` or `dict[str, Source]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_in(inner)
        if found is not None:
            return found
    return None
