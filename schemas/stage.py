"""What a stage is: one value, `STAGE`, in one module, of one of four kinds.

| kind    | functions                                                        |
| ------- | ---------------------------------------------------------------- |
| Measure | `measure(frame, params, resource) -> scores`, and its rules       |
| Edit    | `edit(frame, params, resource) -> text` and counts of what changed |
| Group   | `key(frame, params, resource) -> keys`, `choose(members, params)`   |
| Derive  | `derive(row, models, params, kit) -> rows`, async                 |

Everything else follows from the value: the recipe's JSON schema, the plan check, the stage table, the
counters, the card. A stage never drops a row and never changes its input frame.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, Optional, Protocol

import numpy as np
import numpy.typing as npt
import polars as pl
from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.columns import Column
from schemas.embedding import Embedding
from schemas.per_language import ByLanguage, PerLanguage, overlay


class _Judged:
    """Marks a parameter that only judging reads: changing it does not measure again."""


JUDGED = _Judged()
"""For annotations: `Annotated[int, JUDGED]`."""
# Pickle finds a class by its name in a module: the class that `PerLanguage` holds for a source is made here, by name.
_OfSource = ByLanguage[Optional[float]]  # noqa: UP045 (as pydantic spells it)
Threshold = Annotated[PerLanguage[float | None], JUDGED]
"""A limit that a score is held against, per language and source. Null turns the rule off there."""


class StageParams(BaseModel):
    """Base of every stage's parameters: unknown keys fail, values do not change, every field is described."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)

    @model_validator(mode="before")
    @classmethod
    def _overlay_shipped_values(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        merged = dict(given)
        for name, info in cls.model_fields.items():
            if name in merged and _is_limit(info.annotation):
                with suppress(ValueError):  # a wrong code is reported by the field itself, with its place
                    merged[name] = overlay(info.get_default(call_default_factory=True), merged[name])
        return merged

    @classmethod
    def thresholds(cls) -> tuple[str, ...]:
        """Names of the parameters that are limits, by language and source."""
        return tuple(name for name in cls.judging() if _is_limit(cls.model_fields[name].annotation))

    @classmethod
    def judging(cls) -> tuple[str, ...]:
        """Names of the parameters that only judging reads: the limits, and how a share is taken."""
        return tuple(n for n, info in cls.model_fields.items() if any(isinstance(m, _Judged) for m in info.metadata))

    def measured(self) -> dict[str, Any]:
        """The parameters that change what is measured, JSON-able: what a measure signature hashes."""
        return self.model_dump(mode="json", exclude=set(self.judging()))

    def limits_decide(self) -> bool:
        """Whether limits decide about more than the verdict: a repair, a way back, a judge that costs money."""
        return False

    def judged(self) -> dict[str, Any]:
        """The parameters that change the verdict alone, JSON-able: what a judge signature hashes."""
        return self.model_dump(mode="json", include=set(self.judging()))


def _is_limit(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, PerLanguage)


def threshold(default: Any, description: str, *, unit: str, source: str) -> Any:
    """A described `Threshold` field.

    Args:
        default: a number, or a mapping with `default` and language labels. None: the rule is off by default.
        description: what is limited.
        unit: unit of the number.
        source: where the default comes from (paper, measurement, our own choice).
    """
    return Field(default=default, description=description, json_schema_extra={"unit": unit, "source": source})


Keep = Literal["at_least", "at_most", "top_share", "among"]


@dataclass(frozen=True)
class Rule:
    """Turns a score into a reason.

    Args:
        reason: what is wrong with a document that breaks the rule, in snake case.
        score: column that it reads.
        threshold: parameter that holds the limit. `among`: a plain list parameter, null for "all are welcome".
        keep: which documents pass: score at least or at most the limit, or the top share (0 to 1) of the
            documents of their language that broke no other rule. How a share is taken is said by
            `filters._selection.SelectionParams`, which the stage's parameters must be.
        why: one sentence for the card: why such documents go.
        parts: column with a list of scores, one a model, for `top_share` rules that can combine several models.
        applies: Boolean column that says of which documents the rule speaks at all; null: of every one.
    """

    reason: str
    score: str
    threshold: str
    keep: Keep
    why: str
    parts: str | None = None
    applies: str | None = None


def _nothing(*_: Any) -> None:
    return None


def _everywhere(params: Any) -> tuple[str, ...]:
    return ()


def _no_fingerprint(params: Any) -> dict[str, str]:
    return {}


def _as_given(params: Any, folder: Path) -> Any:
    return params


@dataclass(frozen=True)
class Stage:
    """What all kinds share.

    Args:
        name: snake case, as recipes write it. Unique over all stages.
        version: raised whenever the same input and parameters may give another output.
        summary: one sentence for tables and cards.
        params: the model of its parameters.
        reads: columns that it needs (`words` is cut for all stages that read it).
        adds: columns that it adds.
        open: loads the model once a worker; what it returns is handed on as `resource`.
        fingerprint: digests of what the parameters point to (model files, lists), by name, for the signature.
        prepare: runs once before any data is read, in the launching process; may build what the stage opens
            (train a model) in the folder, and returns the parameters to run with.
        proven: how well it works where that was measured, a sentence each for the card, with what it was measured on.
    """

    name: str
    version: int
    summary: str
    params: type[StageParams]
    reads: tuple[str, ...] = ()
    adds: tuple[Column, ...] = ()
    open: Callable[[Any], Any] = _nothing
    fingerprint: Callable[[Any], Mapping[str, str]] = _no_fingerprint
    prepare: Callable[[Any, Path], Any] = _as_given
    proven: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measure(Stage):
    """Scores each document: `measure` returns exactly the columns in `adds`, one row for each row of the frame."""

    measure: Callable[[pl.DataFrame, Any, Any], pl.DataFrame] = field(kw_only=True)
    rules: tuple[Rule, ...] = ()

    @property
    def reasons(self) -> tuple[str, ...]:
        """The closed list of reasons this stage can give."""
        return tuple(rule.reason for rule in self.rules)


COUNTED = (
    Column("row", pl.UInt32, "Position of the document in its frame"),
    Column("group", pl.UInt64, "Digest of what names the documents that are counted together, a site say"),
    Column("key", pl.UInt64, "Digest of what is counted, salted with the group; each different one of a document once"),
)


@dataclass(frozen=True)
class Counted:
    """What an Edit asks of the whole corpus before it edits: which keys many documents of a group have.

    A key is common if at least so many different documents of its group have it (documents with the same keys are
    copies and count once) and at least such a share of all its documents. Counting comes before measuring: the stage
    and the Edit stages before it read no column that a Measure stage adds.

    Args:
        keys: `keys(frame, params)` returns the columns in `COUNTED`; a document without keys is not counted.
        least: how many different documents.
        share: of the group's documents, 0 to 1.
    """

    keys: Callable[[pl.DataFrame, Any], pl.DataFrame]
    least: Callable[[Any], int]
    share: Callable[[Any], float]


@dataclass(frozen=True)
class Edit(Stage):
    """Changes the text: `edit` returns `text` and the columns in `adds` (counts of what changed).

    With `counted`, its resource is not what `open` gives but the common keys: a sorted array of uint64, shape (n,),
    with at least those that documents of the frame have.
    """

    edit: Callable[[pl.DataFrame, Any, Any], pl.DataFrame] = field(kw_only=True)
    counted: Counted | None = None


KEYS = (
    Column("row", pl.UInt32, "Position of the document in its frame"),
    Column("key", pl.Binary, "16 bytes; documents that share a key are candidates for one group"),
)


@dataclass(frozen=True)
class Verify:
    """How a Group stage compares two candidates truly, where its keys only say that they may be alike.

    Args:
        least: the similarity from which on two documents belong together; null turns the comparison off.
        features: what is compared, one binary value for each row of a frame; equal values mean similarity 1.
        similarity: of pairs of features: two series of length n in, Float64 of length n out (0 to 1, 1 for equal).
        reads: columns that `features` needs.
    """

    least: Callable[[Any], float | None]
    features: Callable[[pl.DataFrame, Any, Any], pl.Series]
    similarity: Callable[[pl.Series, pl.Series], pl.Series]
    reads: tuple[str, ...]


@dataclass(frozen=True)
class Group(Stage):
    """Finds documents that belong together and says who stays.

    `key` returns the columns in `KEYS`, any number of rows for a document.
    `choose` takes the members of all groups (columns `group`, `id`, and those in `prefers(params)`) and returns them
    ordered, the one that stays first in each group; ties are broken by id.
    `within(params)` names columns in which the members of a group agree: duplicates are looked for inside a language,
    say. Keys need not know of it.
    With `verify`, documents that share a key are only candidates. `alike` is the similarity of documents that share a
    key, where the key itself proves it.
    """

    key: Callable[[pl.DataFrame, Any, Any], pl.DataFrame] = field(kw_only=True)
    choose: Callable[[pl.DataFrame, Any], pl.DataFrame] = field(kw_only=True)
    prefers: Callable[[Any], tuple[str, ...]] = field(kw_only=True)
    within: Callable[[Any], tuple[str, ...]] = _everywhere
    verify: Verify | None = None
    alike: float | None = None
    reason: str = field(kw_only=True)
    why: str = field(kw_only=True)

    def least(self, params: Any) -> float | None:
        """The true similarity that its groups need; null where sharing a key is enough."""
        return None if self.verify is None else self.verify.least(params)


class Models(Protocol):
    """Whom a Derive stage may ask, by role (see `translators.llm.models`)."""

    @property
    def spec(self) -> Any:
        """The recipe's `client` part, with its roles."""
        ...

    def of(self, role: Any) -> Any:
        """The client of a role; its `ask` sends one request (or finds it in the cache) and returns the reply."""
        ...


class Embedder(Protocol):
    """A loaded embedding model."""

    @property
    def identity(self) -> str:
        """What decides about its vectors, for signatures."""
        ...

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors of n texts, shape (n, d); a row of zeros where it knows too little of a text."""
        ...


class Tools(Protocol):
    """What the floors above lend to a Derive stage."""

    def embedder(self, embedding: Embedding) -> Embedder:
        """Load an embedding model.

        Raises:
            MissingPackage: its extra is not installed.
            SourceError: the model cannot be read.
        """
        ...


def _nothing_needed(params: Any, tools: Tools) -> Any:
    return None


def _always(params: Any) -> bool:
    return True


@dataclass(frozen=True)
class Derive(Stage):
    """Makes new rows from one row: `derive(row, models, params, kit)` with the columns in `schemas.columns.DERIVED`.

    `variants(row, params)` names the rows that it has to return for a row, each by the end of its id; they are
    `row["variants"]` when it is called, and what is not returned is missed. `row` has also `id`, `document_id`, `text`,
    `language`, `source`, `metadata` (a JSON object or null), `record` (likewise, of a derived row) and `samples`, how
    often each derived id was replayed.
    The stage fills `scores` (a mapping) and leaves `reasons` to judge; a row that it could not make it returns with
    `reasons` set to what failed. `of(params)` says what it works on: `source` rows or those of an earlier Derive stage.
    `equip(params, tools)` loads what it needs besides models (glossaries, memories), once a worker: the `kit`.
    `asks(params)` is false where it can do without a language model.
    """

    derive: Callable[[Mapping[str, Any], Models, Any, Any], Awaitable[Sequence[dict[str, Any]]]] = field(kw_only=True)
    variants: Callable[[Mapping[str, Any], Any], Sequence[str]] = field(kw_only=True)
    of: Callable[[Any], str] = field(kw_only=True)
    rules: tuple[Rule, ...] = ()
    failures: tuple[str, ...] = ()
    equip: Callable[[Any, Tools], Any] = _nothing_needed
    asks: Callable[[Any], bool] = _always

    @property
    def reasons(self) -> tuple[str, ...]:
        """The closed list of reasons this stage can give: gates, then failures."""
        return tuple(rule.reason for rule in self.rules) + self.failures
