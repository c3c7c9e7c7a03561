"""Counts of rows that differ between two releases, by language, stage and reason."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from pipelines.comparison.digests import RELEASED
from pipelines.comparison.release import Release
from schemas import languages
from schemas.changes import RowChanges

_ABSENT = "absent"
_COUNTED = ("added", "removed", "text", "columns")


class Tally:
    """Counts of rows that differ."""

    def __init__(self) -> None:
        self.rows: Counter[tuple[str | None, str, str]] = Counter()  # stage, language, field of RowChanges
        self.others: Counter[str] = Counter()
        self.columns: Counter[str] = Counter()
        self.removed_to, self.removed_by_reason, self.added_from, self.added_by_reason = (
            defaultdict[str, Counter[str]](Counter) for _ in range(4)
        )

    def add(self, found: pl.DataFrame, columns: pl.DataFrame) -> None:
        """Count the rows of one slice."""
        self.columns.update(dict(columns.iter_rows()))
        grouped = found.group_by("stage", "change", "language_before", "language_after", "outcome_before").len()
        for stage, change, was, is_, outcome, n in grouped.iter_rows():
            if change == "language":
                self.rows[stage, _language(was), "moved_out"] += n
                self.rows[stage, _language(is_), "moved_in"] += n
            elif change in _COUNTED:
                self.rows[stage, _language(is_ if outcome not in RELEASED else was), change] += n
            else:
                self.others[change] += n
        for change, language, there, places, reasons in (
            ("removed", "language_before", "after", self.removed_to, self.removed_by_reason),
            ("added", "language_after", "before", self.added_from, self.added_by_reason),
        ):
            here = found.filter(pl.col("change") == change)
            label = pl.col(language).fill_null(languages.UNDETERMINED)
            config = pl.concat_str(label, "stage", separator="-", ignore_nulls=True).alias("config")
            place = pl.col(f"outcome_{there}").fill_null(_ABSENT)
            _count(places, here.select(place, config))
            _count(reasons, here.select(pl.col(f"reasons_{there}").alias("reason"), config).explode("reason"))

    def by_language(
        self, before: Release, after: Release
    ) -> tuple[dict[str, RowChanges], dict[str, dict[str, RowChanges]]]:
        """The counts of documents by language, and of derived rows by stage and language."""
        held = {(stage, language, "before"): n for stage, language, n in _held(before)}
        held |= {(stage, language, "after"): n for stage, language, n in _held(after)}
        made: dict[str | None, dict[str, RowChanges]] = defaultdict(lambda: defaultdict(RowChanges))
        for (stage, language, name), n in [*held.items(), *self.rows.items()]:
            setattr(made[stage][language], name, n)
        sorted_ = {stage: dict(sorted(made[stage].items())) for stage in sorted(made, key=lambda one: one or "")}
        documents = sorted_.pop(None, {})
        return documents, {str(stage): labels for stage, labels in sorted_.items()}


def _held(of: Release) -> Iterator[tuple[str | None, str, int]]:
    """Released rows by stage and language, as the manifest has them."""
    for label, counts in of.manifest.counts.by_language.items():
        if counts.released_sources:
            yield None, label, counts.released_sources
    for stage, made in of.manifest.counts.derived_by_stage.items():
        for label, n in made.items():
            yield stage, label, n


def _count(into: Mapping[str, Counter[str]], values: pl.DataFrame) -> None:
    """Add rows of two columns: what is counted, and the config."""
    for one, config, n in values.drop_nulls().group_by(pl.all()).len().iter_rows():
        into[one][config] += n


def _language(label: str | None) -> str:
    return label or languages.UNDETERMINED


def nested(counted: Mapping[str, Counter[str]]) -> dict[str, dict[str, int]]:
    """The largest first; inside, languages sorted."""
    order = sorted(counted, key=lambda one: (-counted[one].total(), one))
    return {one: dict(sorted(counted[one].items())) for one in order}


def added_up(several: Iterable[RowChanges]) -> RowChanges:
    """The sum of counts."""
    several = list(several)
    return RowChanges(**{name: sum(getattr(one, name) for one in several) for name in RowChanges.model_fields})
