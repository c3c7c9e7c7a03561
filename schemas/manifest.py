"""The manifest of a release: what is in it, where it came from, and the proof that no row went missing.

Every number is counted from the written data. Nothing here depends on when or where the run took place, so the
same recipe over the same input gives the same manifest, byte for byte.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from schemas.changes import Changes
from schemas.errors import AccountingError

FORMAT = 1
NAME = "manifest.json"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LanguageCounts(_Part):
    """Rows of one language. A dead row whose language nobody could measure counts under und_Zyyy."""

    input: int = 0
    released_sources: int = 0
    rejected: int = 0
    dead: int = 0
    derived: int = 0
    quarantined: int = 0


class Counts(LanguageCounts):
    """Rows of the whole run: `input = released_sources + rejected + dead`, in total and by language.

    `derived` are accepted rows made by Derive stages, `quarantined` those that failed a gate; both come on top.
    """

    by_language: dict[str, LanguageCounts] = Field(default_factory=dict)
    rejected_by_reason: dict[str, int] = Field(
        default_factory=dict, description="Rejected rows that carry the reason; a row may carry several"
    )
    rejected_by_stage: dict[str, dict[str, int]] = Field(
        default_factory=dict, description="Stage -> language -> rejected rows whose first reason the stage gave"
    )
    dead_by_error: dict[str, int] = Field(default_factory=dict)
    quarantined_by_reason: dict[str, int] = Field(default_factory=dict)
    derived_by_stage: dict[str, dict[str, int]] = Field(
        default_factory=dict, description="Derive stage -> language -> accepted rows"
    )
    edits: dict[str, int] = Field(
        default_factory=dict, description="Column of an Edit stage -> its sum over all documents"
    )

    def check(self) -> None:
        """Raise unless every input row ended in exactly one place.

        Raises:
            AccountingError: a sum does not add up; the message shows both sides.
        """
        for language, c in [("all languages", self), *sorted(self.by_language.items())]:
            if c.input != c.released_sources + c.rejected + c.dead:
                raise AccountingError(
                    f"rows went missing in {language}: input {c.input} is not released {c.released_sources} + "
                    f"rejected {c.rejected} + dead {c.dead}. This is a bug in Glotmill: please report it with "
                    "the recipe; deleting the work folder and running again may help."
                )
        for column in LanguageCounts.model_fields:
            total, parts = getattr(self, column), sum(getattr(c, column) for c in self.by_language.values())
            if total != parts:
                raise AccountingError(
                    f"{column} is {total} in total but {parts} over the languages. "
                    "This is a bug in Glotmill: please report it with the recipe."
                )


class ReleasedFile(_Part):
    """One file of the release."""

    path: str = Field(description="Path inside the release")
    config: str | None = Field(description="Config that loads it; null for files that are not data")
    split: str | None = Field(None, description="Split of the config; null for files that are not data")
    rows: int | None = Field(description="Rows, for data files")
    bytes: int
    sha256: str


class ColumnRecord(_Part):
    """A column of released files."""

    name: str
    type: str = Field(description="Arrow type, as `pyarrow.DataType` spells it: string, int64, list<element: string>")
    description: str = Field(description="What it means, with its unit; the same as in the field's metadata")


class StageRecord(_Part):
    """One stage as it ran."""

    name: str
    kind: str
    version: int
    summary: str
    parameters: dict[str, Any]
    fingerprint: dict[str, str] = Field(default_factory=dict)
    rules: dict[str, str] = Field(default_factory=dict, description="Reason -> why such documents go")
    proven: list[str] = Field(default_factory=list, description="How well it works where that was measured")


class SourceRecord(_Part):
    """One source as it was read."""

    name: str
    licence: str | None
    homepage: str | None
    files: int
    rows: int
    unread_dates: int = Field(0, description="Documents whose date cannot be read: they go on without one")


class EarlierRelease(_Part):
    """An earlier release that this one was deduplicated against."""

    name: str = Field(description="Name of its recipe and the first digits of its manifest's SHA-256")
    manifest_sha256: str
    removed: int = Field(description="Documents that were left out because it has them")


class ThresholdOrigins(_Part):
    """Where the limits of one language come from: how many rules have one of each origin.

    A rule counts once, for the most specific of its limits in the recipe's sources.
    """

    file: Literal["language", "script"] | None = Field(
        None, description="Threshold file of the recipe that serves the language: its own, its script's, or none"
    )
    source: int = Field(0, description="Rules with a limit for a source")
    language: int = Field(0, description="Rules with a limit for the language")
    script: int = Field(0, description="Rules with a limit for the script, and none for the language")
    default: int = Field(0, description="Rules with the limit that holds for every language")


class SelectedLanguage(_Part):
    """What a rule that keeps a top share made of one language."""

    documents: int = Field(description="Documents of the language")
    competed: int = Field(description="Of these, documents that broke no other rule, have a score, and the rule is on")
    kept: int = Field(description="Of these, documents that the rule keeps")
    not_judged: int = Field(0, description="Documents that the rule says nothing of: no model knows their language")
    few: bool = Field(False, description="Whether so few compete that all of them stay")
    share: float | None = Field(description="Share asked for; null where sources have different ones, or none competes")
    threshold: float | None = Field(
        description="Score (or combined rank) of the last document that stays; null where there is none or several"
    )
    notice: str | None = Field(None, description="What is out of the ordinary")


class SelectionRecord(_Part):
    """What a rule that keeps a top share kept, by language; along further dimensions in selection.parquet."""

    stage: str
    reason: str
    score: str = Field(description="Column that the rule goes by")
    combine: str | None = Field(description="Which of the ranks by several models decides; null for one score")
    strata: list[str] = Field(description="Dimensions inside which the share is taken")
    by_language: dict[str, SelectedLanguage]
    warnings: list[str] = Field(description="Strata that lose more than twice what their language loses")


class Quantiles(_Part):
    """Quantiles of a score over released documents, rounded down to three significant digits."""

    q05: float
    q25: float
    q50: float
    q75: float
    q95: float


class Tokens(_Part):
    """What a tokenizer makes of the released documents of a language."""

    tokens: int
    fertility: float | None = Field(description="Tokens a word; null where no stage counts words")


class LanguageFigures(_Part):
    """The released documents of one language, and what became of the others: counted from the files (`evidence/`)."""

    documents: int
    characters: int = Field(description="Unicode characters")
    words: int | None = Field(description="Words that are not punctuation alone; null where no stage counts them")
    bytes: int = Field(description="Bytes in UTF-8")
    tokens: dict[str, Tokens] = Field(default_factory=dict, description="Tokenizer -> tokens")
    duplicates: int = Field(description="Rejected documents that carry the reason of a deduplication stage")
    rejected_by_reason: dict[str, int] = Field(
        description="Rejected documents that carry the reason; a document may carry several"
    )
    confidence: float | None = Field(description="Median confidence of the identification; null without that stage")
    quality: dict[str, Quantiles] = Field(
        default_factory=dict, description="Score by which a share is kept -> its quantiles"
    )


class Sample(_Part):
    """A released document to look at."""

    id: str
    language: str
    source: str | None
    text: str = Field(description="The first 300 characters")
    characters: int


class DerivedGroup(_Part):
    """The rows that a Derive stage made in one language by one operator."""

    language: str
    operator: str
    accepted: int
    quarantined: int
    by_reason: dict[str, int] = Field(description="Quarantined rows that carry the reason; a row may carry several")
    medians: dict[str, float] = Field(description="Score -> its median over accepted rows that have it")
    repaired: int = Field(0, description="Accepted rows whose text is a repair")


class DerivedCounts(_Part):
    """What a Derive stage made of the rows that it works on: `wanted = accepted + quarantined`."""

    stage: str
    rows: int = Field(description="Rows that it works on")
    skipped: int = Field(description="Of these, rows that its parameters leave out")
    wanted: int = Field(description="Rows that it has to make of the others")
    accepted: int = 0
    quarantined: int = 0
    groups: list[DerivedGroup] = Field(default_factory=list, description="By language and operator")

    def check(self) -> None:
        """Raise unless every row that was to be made is there.

        Raises:
            AccountingError: a sum does not add up; the message shows both sides.
        """
        if self.wanted != self.accepted + self.quarantined:
            raise AccountingError(
                f"derived rows went missing in {self.stage}: {self.wanted} were to be made, but there are "
                f"{self.accepted} accepted and {self.quarantined} quarantined ones. This is a bug in Glotmill: please "
                "report it with the recipe; deleting the work folder and running again may help."
            )


class RewriteRecord(_Part):
    """What one operator of the rewriting did in one language; null: cannot be said. See `pipelines.rewrites`."""

    operator: str
    language: str
    rows: int = Field(description="Rewrites that came, accepted or not")
    accepted: int
    length_before: float = Field(description="Median length of the prompts, in columns of a screen")
    length_after: float
    length_ratio: float = Field(description="Median of the ratios")
    edit_distance: float = Field(description="Median Levenshtein distance to the text before, 0 to 1")
    distinct_before: list[float | None] = Field(description="distinct-1 to distinct-4 of accepted prompts before")
    distinct_after: list[float | None]
    distinct_sample: int = Field(description="Size of the samples that both are of, in n-grams")
    perplexity_before: float | None
    perplexity_after: float | None
    rated: int
    quality_before: float | None = Field(description="Mean rating by the judge, 1 to 5")
    quality_after: float | None
    difficulty_before: float | None
    difficulty_after: float | None
    language_loss: float = Field(description="Share of the rows that the gate for the language refused")


class Usage(_Part):
    """What the answers cost that derived rows rest on: each request counts once, whenever it was sent."""

    stage: str
    role: str
    model: str
    requests: int
    prompt_tokens: int
    completion_tokens: int
    dollars: float | None = Field(description="By the recipe's price; null without one")


class ExpectedVerdicts(_Part):
    """How planted verdicts came out (documents that carry `expected`)."""

    rows: int
    as_written: int
    differing: list[str] = Field(description="Up to 100 ids, each with what was expected and what came")


class Manifest(_Part):
    """`manifest.json` at the root of a release."""

    format: int = FORMAT
    name: str
    title: str
    recipe: dict[str, Any]
    recipe_sha256: str
    counts: Counts
    sources: list[SourceRecord]
    stages: list[StageRecord]
    thresholds: dict[str, ThresholdOrigins] = Field(
        default_factory=dict, description="Language that occurred in the input -> where its limits come from"
    )
    models: dict[str, str] = Field(description="Model as asked for -> as the server named it, or a digest")
    libraries: dict[str, str]
    selection: list[SelectionRecord] = Field(
        default_factory=list, description="One for each rule that keeps a top share"
    )
    derived: list[DerivedCounts] = Field(default_factory=list, description="One for each Derive stage")
    rewrites: list[RewriteRecord] = Field(default_factory=list, description="By operator and language")
    warnings: list[str] = Field(default_factory=list, description="Measures of rewrites beyond what they are good for")
    usage: list[Usage] = Field(default_factory=list, description="By Derive stage, role and model")
    expected: ExpectedVerdicts | None = None
    against: list[EarlierRelease] = Field(default_factory=list)
    figures: dict[str, LanguageFigures] = Field(
        default_factory=dict, description="Language of released or rejected documents -> their figures"
    )
    samples: list[Sample] = Field(
        default_factory=list, description="A released document of each of the largest languages, drawn by its id"
    )
    changes: Changes | None = Field(None, description="What changed since the last release; null where none is named")
    made_by: dict[str, str] = Field(
        default_factory=dict, description="Group stage -> digest of what decided about its keys in signatures/"
    )
    columns: dict[str, list[ColumnRecord]] = Field(
        default_factory=dict,
        description="Kind of config (documents, derived, rejected, dead, quarantine) that is there -> its columns",
    )
    files: list[ReleasedFile] = Field(default_factory=list)

    def to_json(self) -> str:
        """The manifest as it is written: sorted by nothing but the model, two spaces, a final newline."""
        return self.model_dump_json(indent=2) + "\n"
