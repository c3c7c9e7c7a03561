"""What changed from one release to the next: counts for the card, and the settings that differ."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RowChanges(_Part):
    """Released rows of one language: `after = before - removed - moved_out + added + moved_in`."""

    before: int = 0
    after: int = 0
    added: int = Field(0, description="Rows that the earlier release did not release")
    removed: int = Field(0, description="Rows that only the earlier one released")
    moved_in: int = Field(0, description="Rows that were released in another language")
    moved_out: int = Field(0, description="Rows that are released in another language now")
    text: int = Field(0, description="Rows of the same id and language with another text")
    columns: int = Field(0, description="Rows of the same id, language and text in which another column differs")


class Setting(_Part):
    """A setting that differs; null where one of the two has none."""

    of: Literal["recipe", "stage", "source", "model", "library"]
    name: str = Field(description="Dotted path, as in gopher_quality.min_words")
    before: Any = None
    after: Any = None


class Changes(_Part):
    """What changed since an earlier release. Rows are told apart by their ids."""

    earlier: str = Field(
        description="Name of the earlier release's recipe and the first digits of its manifest's SHA-256"
    )
    earlier_sha256: str = Field(description="SHA-256 of its manifest")
    documents: RowChanges = Field(description="Released documents of all languages")
    by_language: dict[str, RowChanges] = Field(description="Released documents by language")
    derived: dict[str, dict[str, RowChanges]] = Field(description="Accepted derived rows: stage -> language")
    removed_to: dict[str, dict[str, int]] = Field(
        description="Where removed rows are now (rejected, dead, quarantined, absent) -> config -> rows"
    )
    removed_by_reason: dict[str, dict[str, int]] = Field(
        description="Reason that removed rows carry now -> config -> rows; a row may carry several"
    )
    added_from: dict[str, dict[str, int]] = Field(
        description="Where added rows were before (rejected, dead, quarantined, absent) -> config -> rows"
    )
    added_by_reason: dict[str, dict[str, int]] = Field(
        description="Reason that added rows carried before -> config -> rows; a row may have carried several"
    )
    columns: dict[str, int] = Field(description="Column -> rows released in both in which it differs")
    new_columns: list[str] = Field(description="Columns of released rows that the earlier release lacks")
    lost_columns: list[str] = Field(description="Columns of released rows that only the earlier release has")
    verdicts: int = Field(description="Rows that neither released, with another outcome or other reasons")
    came: int = Field(description="Rows that neither released and the earlier one did not read")
    gone: int = Field(description="Rows that neither released and the later one did not read")
    nameless: tuple[int, int] = Field(
        description="Dead rows without an id, in the earlier and the later release: they cannot be compared"
    )
    settings: list[Setting] = Field(description="Settings, versions and models that differ")

    @property
    def none(self) -> bool:
        """Whether the rows of both are the same."""
        every = [self.documents, *(one for stage in self.derived.values() for one in stage.values())]
        moved = any(c.added or c.removed or c.moved_in or c.moved_out or c.text or c.columns for c in every)
        return not (moved or self.verdicts or self.came or self.gone)
