"""What stays of each language along dimensions: the rows of `selection.parquet`, and what the manifest says of them.

Counts of files add up. The sum of scores is a decimal number with six places, so it is the same in any order.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from pipelines import judge
from pipelines.selection import dimensions
from pipelines.selection.rule import RuleSelection
from pipelines.selection.selection import Selection
from schemas import languages
from schemas.columns import Column, empty, polars_schema
from schemas.manifest import SelectedLanguage, SelectionRecord

NAME = "selection.parquet"
LANGUAGE = "language"
OTHERS = "(others)"
_MOST = 1_000  # strata of a language and dimension that have a row of their own
_FEWEST = 30  # documents that compete in a stratum that is warned of
_TIMES = 2  # as large a loss as that of the language
_FAIR = 10  # documents that a stratum would keep if it kept as much as its language, to be warned of by what it keeps
_TOLD = 10  # warnings of a language and dimension
_SAID = 10  # and of those of a rule, as many are logged
_NAMED = 5  # languages that one line names
_LARGEST = 1e20  # score that the sum holds
_ROWS_HELD = 1_000_000

_KEY = (
    Column("stage", pl.String, "Stage that measured the score"),
    Column("reason", pl.String, "Reason that the rule gives"),
    Column("language", pl.String, "Language of the documents"),
    Column("dimension", pl.String, "What the documents of a language are told apart by; language: all of them"),
    Column("stratum", pl.String, "Value of the dimension; (none): they have none; (others): all values without a row"),
)
_COUNTS = (
    Column("documents", pl.Int64, "Documents of the language in the stratum"),
    Column("competed", pl.Int64, "Of these, documents that broke no other rule, have a score, and the rule is on"),
    Column("kept", pl.Int64, "Of these, documents that the rule keeps"),
    Column("passed", pl.Int64, "Documents that break no rule at all, before deduplication"),
    Column("not_judged", pl.Int64, "Documents that the rule says nothing of: their language is not known to the model"),
)
COUNTED = (*_KEY, *_COUNTS, Column("scores", pl.Decimal(38, 6), "Sum of the scores of those that competed"))
COLUMNS = (
    *_KEY,
    *_COUNTS,
    Column("mean_score", pl.Float64, "Mean score (or combined rank) of those that competed; null without any"),
)


def judged(frame: pl.DataFrame, selection: Selection) -> tuple[pl.Series, pl.DataFrame]:
    """The reasons of documents, and what a frame adds to what is told.

    Args:
        frame: as for `Selection.kept`.
        selection: when all is known.

    Returns:
        See `judge.reasons`; and the columns `COUNTED`, in no order.
    """
    kept = selection.kept(frame)
    reasons = judge.reasons(frame, selection.steps, {reason: one["kept"] for reason, one in kept.items()})
    passing, passed = judge.reasons(frame, selection.steps).list.len() == 0, reasons.list.len() == 0
    counts = [_counted(frame, one, kept[one.rule.reason], passing, passed) for one in selection.rules]
    return reasons, pl.concat([empty(COUNTED), *counts])


def _counted(
    frame: pl.DataFrame, one: RuleSelection, kept: pl.DataFrame, passing: pl.Series, passed: pl.Series
) -> pl.DataFrame:
    names = [name for name in one.params.dimensions if name != LANGUAGE]
    competed = passing & kept["on"] & kept["finite"]
    language = pl.col("language").fill_null(languages.UNDETERMINED)
    shown = [dimensions.name_of(name, one.params).fill_null(dimensions.NONE).alias(f"_{name}") for name in names]
    rows = frame.select(language.alias("language"), *shown).with_columns(
        competed.alias("competed"),
        (competed & kept["kept"].fill_null(False)).alias("kept"),
        passed.alias("passed"),
        (~frame.select("source", judge.applies(one.rule).alias("applies"))["applies"]).alias("not_judged"),
        kept["score"].clip(-_LARGEST, _LARGEST).alias("score"),
    )
    rows = rows.with_columns(
        pl.when("competed").then("score").otherwise(0.0).cast(pl.Decimal(38, 6)).alias("score"),
        pl.col("language").alias(f"_{LANGUAGE}"),
    )
    parts = []
    for name in (LANGUAGE, *names):
        counts = rows.group_by("language", pl.col(f"_{name}").alias("stratum")).agg(
            pl.len().cast(pl.Int64).alias("documents"),
            *(pl.col(c).sum().cast(pl.Int64) for c in ("competed", "kept", "passed", "not_judged")),
            pl.col("score").sum().alias("scores"),
        )
        parts.append(
            counts.select(
                pl.lit(one.step.name).alias("stage"),
                pl.lit(one.rule.reason).alias("reason"),
                "language",
                pl.lit(name).alias("dimension"),
                "stratum",
                *(column.name for column in _COUNTS),
                "scores",
            )
        )
    return pl.concat(parts)


def added(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The sum of several counts (columns `COUNTED`), in no order."""
    total, held, height = empty(COUNTED), [empty(COUNTED)], 0
    for part in parts:
        held.append(part)
        height += part.height
        if height > _ROWS_HELD + 2 * total.height:
            total, held, height = _sum(pl.concat([total, *held])), [], 0
    return _sum(pl.concat([total, *held]))


def _sum(rows: pl.DataFrame) -> pl.DataFrame:
    sums = [*(pl.col(column.name).sum() for column in _COUNTS), pl.col("scores").sum()]
    return rows.group_by(column.name for column in _KEY).agg(sums)


def table(counts: pl.DataFrame) -> pl.DataFrame:
    """The rows of `selection.parquet` (columns `COLUMNS`), in their order.

    Args:
        counts: the sum over all documents.
    """
    dimension = ["stage", "reason", "language", "dimension"]
    ranked = counts.sort(*dimension, "documents", "stratum", descending=[False] * 4 + [True, False])
    own = pl.int_range(pl.len()).over(dimension) < _MOST
    rows = _sum(ranked.with_columns(pl.when(own).then("stratum").otherwise(pl.lit(OTHERS)).alias("stratum")))
    mean = (pl.col("scores").cast(pl.Float64) / pl.col("competed")).round(6)
    rows = rows.with_columns(
        pl.when(pl.col("competed") > 0).then(mean).alias("mean_score"),
        (pl.col("dimension") != LANGUAGE).alias("further"),
        (pl.col("stratum") == OTHERS).alias("rest"),
    )
    order = ["stage", "reason", "language", "further", "dimension", "rest", "documents", "stratum"]
    rows = rows.sort(order, descending=[name == "documents" for name in order])
    return rows.select(polars_schema(COLUMNS).names())


def records(rows: pl.DataFrame, selection: Selection) -> list[SelectionRecord]:
    """What the manifest says of each rule.

    Args:
        rows: from `table`.
        selection: when all is known.
    """
    found = []
    for one in selection.rules:
        here = rows.filter(pl.col("reason") == one.rule.reason)
        totals = here.filter(pl.col("dimension") == LANGUAGE)
        by_language = {
            str(row["language"]): _language(one, row) for row in totals.sort("language").iter_rows(named=True)
        }
        found.append(
            SelectionRecord(
                stage=one.step.name,
                reason=one.rule.reason,
                score=one.column,
                combine=one.params.combine,
                strata=list(one.params.strata),
                by_language=by_language,
                warnings=list(_warnings(here)),
            )
        )
    return found


def _language(one: RuleSelection, row: Mapping[str, Any]) -> SelectedLanguage:
    assert one.pools is not None
    pools = one.pools.filter(pl.col("language") == row["language"])
    share = float(pools["share"][0]) if pools.height == 1 else None
    few = [
        f"{n:,} document{'s' if n > 1 else ''} compete{'s' if n == 1 else ''} for a share of {asked:g}, fewer than "
        f"{one.params.fewest:,} (`fewest`): all stay."
        for asked, n in pools.filter("few").select("share", "n").iter_rows()
    ]
    if row["not_judged"]:
        few.append(f"{row['not_judged']:,} document(s) are not judged: no model knows their language.")
    return SelectedLanguage(
        **{name: row[name] for name in ("documents", "competed", "kept", "not_judged")},
        few=bool(pools.filter("few").height),
        share=share,
        threshold=None if share is None else one.threshold(str(row["language"]), share),
        notice=" ".join(few) or None,
    )


def _warnings(rows: pl.DataFrame) -> Iterator[str]:
    """Strata that lose more than twice what their language loses, or keep less than half of what it keeps; those that
    lose most first.
    """
    of_language = rows.filter(pl.col("dimension") == LANGUAGE).select("language", all="competed", stay="kept")
    lost = pl.col("competed") - pl.col("kept")
    share = lost / pl.col("competed")
    # In whole numbers: a loss that is just twice as large is not more.
    more = lost * pl.col("all") > _TIMES * (pl.col("all") - pl.col("stay")) * pl.col("competed")
    # Where half of a language goes no stratum can lose twice as much: then what is left of it counts.
    fair = pl.col("competed") * pl.col("stay")
    little = (_TIMES * pl.col("kept") * pl.col("all") < fair) & (fair >= _FAIR * pl.col("all"))
    told = (
        rows.filter((pl.col("dimension") != LANGUAGE) & (pl.col("stratum") != OTHERS) & (pl.col("competed") >= _FEWEST))
        .join(of_language, on="language")
        .filter(more | little)
        .with_columns(lost.alias("lost"), share.alias("share"))
        .sort("language", "dimension", "share", "stratum", descending=[False, False, True, False])
    )
    for (language, dimension), worst in told.group_by("language", "dimension", maintain_order=True):
        for row in worst.head(_TOLD).iter_rows(named=True):
            yield (
                f"{language}: `{row['reason']}` drops {row['share']:.1%} of {dimension} = {row['stratum']} "
                f"({row['lost']:,} of {row['competed']:,} documents), but {1 - row['stay'] / row['all']:.1%} of the "
                "language."
            )
        if worst.height > _TOLD:
            yield (
                f"{language}: `{worst['reason'][0]}` drops much more than of the language from "
                f"{worst.height - _TOLD:,} more strata of {dimension}: all are in {NAME}."
            )


def told(found: Sequence[SelectionRecord]) -> list[str]:
    """The lines that a run says: languages with few documents in one, those that are not judged in one, then the first
    warnings of each rule.
    """
    lines = []
    for one in found:
        few = {code: of.competed for code, of in one.by_language.items() if of.few}
        unknown = {code: of.not_judged for code, of in one.by_language.items() if of.not_judged}
        if few:
            lines.append(
                f"{one.reason}: so few documents of {_named(few)} compete that all stay (see `fewest` of {one.stage})"
            )
        if unknown:
            lines.append(f"{one.reason}: documents of {_named(unknown)} are not judged: no model knows the language")
        lines += one.warnings[:_SAID]
        if len(one.warnings) > _SAID:
            lines.append(f"{one.reason}: {len(one.warnings) - _SAID:,} more such warnings are in the manifest")
    return lines


def _named(counts: Mapping[str, int]) -> str:
    """Some languages with a number each, and how many more there are."""
    shown = ", ".join(f"{code} ({n:,})" for code, n in list(counts.items())[:_NAMED])
    return shown + (f" and {len(counts) - _NAMED:,} more" if len(counts) > _NAMED else "")
