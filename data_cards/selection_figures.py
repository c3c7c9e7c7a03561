"""What a selection kept, as figures: by rule, language, dimension and stratum.

They come from the manifest's `selection` and from `selection.parquet`, which the release was counted into; nothing is
counted here a second time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from schemas.manifest import Manifest

LANGUAGE = "language"  # the dimension whose one stratum is the whole language
LENGTH = "length"


@dataclass(frozen=True)
class Stratum:
    """Documents of one language that agree in a dimension.

    Args:
        stratum: the value that they have in common.
        documents: all of them.
        competed: those that broke no other rule, and have a score.
        kept: of those that competed.
        passed: those that broke no rule at all.
        mean_score: of those that competed; null if there are none.
        loss: share of those that competed that the rule dropped, 0 to 1; null if none competed.
        times: the loss divided by that of the language; null where one of them is, or nothing of the language is lost.
    """

    stratum: str
    documents: int
    competed: int
    kept: int
    passed: int
    mean_score: float | None
    loss: float | None
    times: float | None


@dataclass(frozen=True)
class LanguageFigures:
    """One language under one rule.

    Args:
        language: its label.
        documents: all of its documents.
        competed: those that broke no other rule, and have a score.
        kept: of those that competed.
        share: share asked, 0 to 1; null where its sources have several, or the rule is off.
        threshold: score of the last document that stays; null where there is no one cut.
        notice: what else a reader must know.
        kept_share: kept of those that competed, 0 to 1; null if none competed.
        loss: 1 less that.
        dimensions: strata by dimension, in the order of the file (`length` from short to long).
        strata: how many strata each dimension has in the file.
    """

    language: str
    documents: int
    competed: int
    kept: int
    share: float | None
    threshold: float | None
    notice: str | None
    kept_share: float | None
    loss: float | None
    dimensions: dict[str, tuple[Stratum, ...]]
    strata: dict[str, int]


@dataclass(frozen=True)
class RuleFigures:
    """One rule.

    Args:
        stage: stage of the rule.
        reason: reason that it gives.
        score: column that it reads.
        combine: how the scores of several models become one; null: one score decides.
        strata: dimensions inside which the share is taken.
        why: why such documents go.
        warnings: strata that lose much more than their language.
        languages: those with most documents that compete first.
    """

    stage: str
    reason: str
    score: str
    combine: str | None
    strata: tuple[str, ...]
    why: str | None
    warnings: tuple[str, ...]
    languages: tuple[LanguageFigures, ...]

    @property
    def competed(self) -> int:
        """Documents of all these languages that competed."""
        return sum(one.competed for one in self.languages)

    @property
    def kept(self) -> int:
        """Documents of all these languages that were kept."""
        return sum(one.kept for one in self.languages)

    def only(self, language: str | None, dimension: str | None) -> RuleFigures:
        """The same with one language, or one dimension; with all where None is asked."""
        kept = [one for one in self.languages if language in (None, one.language)]
        told = tuple(one for one in self.warnings if language is None or one.startswith(f"{language}:"))
        if dimension is not None:
            chosen = [{name: s for name, s in one.dimensions.items() if name == dimension} for one in kept]
            many = [{name: n for name, n in one.strata.items() if name == dimension} for one in kept]
            kept = [replace(one, dimensions=d, strata=n) for one, d, n in zip(kept, chosen, many, strict=True)]
        return replace(self, warnings=told, languages=tuple(kept))


def figures(manifest: Manifest, table: pl.DataFrame | None = None, most: int | None = None) -> tuple[RuleFigures, ...]:
    """Every rule of a release that selects.

    Args:
        manifest: of the release.
        table: its selection.parquet; without it there are no strata.
        most: strata of a language and dimension, those with most documents; None for all.
    """
    whys = {(stage.name, reason): why for stage in manifest.stages for reason, why in stage.rules.items()}
    return tuple(
        RuleFigures(
            stage=record.stage,
            reason=record.reason,
            score=record.score,
            combine=record.combine,
            strata=tuple(record.strata),
            why=whys.get((record.stage, record.reason)),
            warnings=tuple(record.warnings),
            languages=_languages(record, table, most),
        )
        for record in manifest.selection
    )


def _languages(record: Any, table: pl.DataFrame | None, most: int | None) -> tuple[LanguageFigures, ...]:
    parts: dict[Any, pl.DataFrame] = {}
    if table is not None:
        of_rule = (pl.col("stage") == record.stage) & (pl.col("reason") == record.reason)
        here = table.filter(of_rule & (pl.col("dimension") != LANGUAGE))
        here = here.with_columns(pl.len().over("language", "dimension").alias("of"))
        if most is not None:
            here = here.filter(pl.int_range(pl.len()).over("language", "dimension") < most)
        parts = here.partition_by("language", as_dict=True, maintain_order=True)
    found = []
    for label, counted in sorted(record.by_language.items(), key=lambda item: (-item[1].competed, item[0])):
        kept = counted.kept / counted.competed if counted.competed else None
        loss = _loss(counted.competed, counted.kept)
        rows = parts.get((label,))
        found.append(
            LanguageFigures(
                language=label,
                documents=counted.documents,
                competed=counted.competed,
                kept=counted.kept,
                share=counted.share,
                threshold=counted.threshold,
                notice=counted.notice,
                kept_share=kept,
                loss=loss,
                dimensions=_dimensions(rows, loss),
                strata={}
                if rows is None
                else dict(rows.select("dimension", "of").unique(maintain_order=True).iter_rows()),
            )
        )
    return tuple(found)


def _loss(competed: int, kept: int) -> float | None:
    return (competed - kept) / competed if competed else None


def _dimensions(rows: pl.DataFrame | None, average: float | None) -> dict[str, tuple[Stratum, ...]]:
    found: dict[str, list[Stratum]] = {}
    for row in () if rows is None else rows.iter_rows(named=True):
        loss = _loss(row["competed"], row["kept"])
        one = Stratum(
            **{name: row[name] for name in ("stratum", "documents", "competed", "kept", "passed", "mean_score")},
            loss=loss,
            times=loss / average if loss is not None and average else None,
        )
        found.setdefault(row["dimension"], []).append(one)
    if LENGTH in found:
        found[LENGTH].sort(key=lambda one: _begin(one.stratum))
    return {name: tuple(strata) for name, strata in found.items()}


def _begin(band: str) -> float:
    """Where a band of lengths such as `500-1999` begins; what is none comes last."""
    number = band.partition("-")[0]
    return int(number) if number.isdecimal() else float("inf")
