"""What to train from, and how: one YAML file.

name: prose
positive:
encyclopaedia: {paths: wiki/*.jsonl.gz, weight: 2}
textbooks: {paths: books/*.parquet, fields: {text: content}}
negative:
crawl: {paths: crawl/*.parquet}
decontaminate:
- {name: mmlu, paths: mmlu/*.jsonl, fields: [question, choices]}
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from filters._classifier.fasttext import FastTextTraining
from filters._classifier.head import HeadTraining
from filters._classifier.kinds import Kind
from filters._decontamination.params import Benchmark
from filters._embeddings import Embedding
from schemas import languages
from schemas.errors import RecipeError, one_of
from schemas.recipe import Lines, Source


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Side(Source):
    """One source of a class."""

    weight: float = Field(
        1.0, gt=0, description="How much of the class comes from this source, beside the weights of the others"
    )


class Spec(BaseModel):
    """What to train from, and how."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field("model", pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", description="Name of the model")
    kind: Kind = Field("quality", description="What is told apart: high from low, machine from human, toxic from clean")
    positive: dict[str, Side] = Field(
        default_factory=dict, description="Sources of the class that the score is the probability of (high, machine, "
        "toxic), by name"
    )  # fmt: skip
    negative: dict[str, Side] = Field(default_factory=dict, description="Sources of the other class, by name")
    rows: Annotated[list[str], BeforeValidator(_as_list)] = Field(
        default_factory=list, description="Labelled rows besides or instead: JSON lines with text, label, language, "
        "source"
    )  # fmt: skip
    language: Literal["identified", "declared"] = Field(
        "identified", description="Language of a row that sources give: found by the language stage, or as declared. "
        "Labelled rows with a language keep it"
    )  # fmt: skip
    languages: list[str] | None = Field(None, description="Languages to train on; null: all that have enough rows")
    documents: int = Field(
        20_000, gt=0, description="Rows of a class and language at most; the same ones each time (least hash of the "
        "text)"
    )  # fmt: skip
    fewest: int = Field(
        50, gt=0, description="A language with fewer rows of a class is left out, with a notice", json_schema_extra={
            "unit": "rows"}
    )  # fmt: skip
    most_characters: int = Field(
        20_000, gt=0, description="Longer rows are cut", json_schema_extra={"unit": "characters"}
    )
    held_out_sources: list[str] = Field(
        default_factory=list, description="Sources that are not learnt from at all: what the model says of them is "
        "measured apart"
    )  # fmt: skip
    decontaminate: list[Benchmark] = Field(
        default_factory=list, description="Benchmarks whose items are taken out of the positives first"
    )
    family: Literal["fasttext", "embedding"] = Field("fasttext", description="What the classifier is made of")
    per_language: bool = Field(False, description="One model for each language, instead of one for all")
    training: FastTextTraining = Field(default_factory=FastTextTraining, description="fastText: how to train")
    head: HeadTraining = Field(default_factory=HeadTraining, description="Embedding: how the head is trained")
    embedding: Embedding | None = Field(None, description="Embedding: what makes the vectors")
    trials: int = Field(
        0, ge=0, description="Further settings to try; those with the best AUC on the validation rows count. The same "
        "ones each time, however many cores there are"
    )  # fmt: skip
    learning_curve: bool = Field(True, description="Whether to measure what fewer rows would have given")
    false_positive_rate: float = Field(
        0.01, gt=0, lt=0.5, description="Share of the other class that the written thresholds may take for this one",
        json_schema_extra={"unit": "0 to 1"},
    )  # fmt: skip
    compare: Annotated[list[str], BeforeValidator(_as_list)] = Field(
        default_factory=list, description="Trained models of the same kind: how far they agree on the test rows"
    )
    licence: str | None = Field(None, description="Licence of the model, for its card")

    @field_validator("languages")
    @classmethod
    def _labels(cls, given: list[str] | None) -> list[str] | None:
        return None if given is None else sorted({languages.label(code) for code in given})

    @field_validator("embedding", mode="before")
    @classmethod
    def _as_it_is(cls, given: Any) -> Any:
        # What vectors have in common stays in them: see `filters._classifier.embedding.choice`.
        return {"reference": [], **given} if isinstance(given, dict) else given

    @model_validator(mode="after")
    def _whole(self) -> Spec:
        if bool(self.positive) != bool(self.negative):
            raise ValueError("give sources of both sides, `positive` and `negative`, or labelled `rows`, or all three")
        if not self.positive and not self.rows:
            raise ValueError("there is nothing to train from: give `positive` and `negative`, or labelled `rows`")
        if both := sorted(self.positive.keys() & self.negative.keys()):
            raise ValueError(f"the source {both[0]!r} stands on both sides: give each a name of its own")
        if (self.family == "embedding") != (self.embedding is not None):
            raise ValueError("`embedding` goes with `family: embedding`, and the other way round")
        return self


def read(path: Path, overrides: list[str]) -> Spec:
    """A spec from a file, with `name=value` laid over it (`training.epochs=20`).

    Raises:
        RecipeError: not YAML or not of this shape; all problems at once, each with its line.
    """
    try:
        text = path.read_text(encoding="utf-8")
        content = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RecipeError(f"{path}: cannot be read as YAML: {error}") from error
    if not isinstance(content, dict):
        raise RecipeError(
            f"{path}: a mapping with `positive` and `negative` or `rows`, but {type(content).__name__} came."
        )
    lines = Lines(text, str(path))
    if lines.twice:
        raise RecipeError("\n".join(lines.twice))
    return check(laid_over(content, overrides), lines)


def laid_over(content: dict[str, Any], overrides: list[str]) -> dict[str, Any]:
    """The content with `a.b=value` laid over it.

    Raises:
        RecipeError: not of that form.
    """
    for one in overrides:
        name, sign, value = one.partition("=")
        if not sign or not name:
            raise RecipeError(f"--set {one!r}: write it as name=value, for example training.epochs=20")
        *above, last = name.split(".")
        place = content
        for key in above:
            place = place.setdefault(key, {})
            if not isinstance(place, dict):
                raise RecipeError(f"--set {one!r}: {key} is no mapping")
        try:
            place[last] = yaml.safe_load(value)
        except yaml.YAMLError as error:
            raise RecipeError(f"--set {one!r}: the value is not YAML: {error}") from error
    return content


def check(content: dict[str, Any], lines: Lines | None = None) -> Spec:
    """A spec from plain values.

    Raises:
        RecipeError: all problems at once, each with its line where there are lines.
    """
    try:
        return Spec.model_validate(content)
    except ValidationError as error:
        found = []
        for item in error.errors(include_url=False):
            place = tuple(part for part in item["loc"] if isinstance(part, str | int))
            where = lines.where(place) if lines is not None else ".".join(map(str, place)) or "training"
            if item["type"] == "extra_forbidden":
                known = _known(place[:-1])
                said = one_of("key", place[-1], known) if known else f"no such key: {place[-1]}"
            else:
                said = item["msg"].removeprefix("Value error, ")
            found.append(f"{where}: {said}")
        raise RecipeError("\n".join(found)) from error


_PARTS: dict[str, type[BaseModel]] = {
    "training": FastTextTraining,
    "head": HeadTraining,
    "embedding": Embedding,
}


def _known(place: tuple[str | int, ...]) -> list[str]:
    """The keys that may stand at a place."""
    model: type[BaseModel] = Spec
    for part in place:
        if part in ("positive", "negative"):
            model = Side
        elif part in _PARTS:
            model = _PARTS[str(part)]
    return sorted(model.model_fields)
