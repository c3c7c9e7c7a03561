"""One slice of two releases joined by id: the rows that differ, and how."""

from __future__ import annotations

import polars as pl

from pipelines.comparison.digests import FIXED, RELEASED
from schemas.columns import Column, conform

COLUMNS = (
    Column("id", pl.String, "Id of the row"),
    Column(
        "change",
        pl.String,
        "Released rows: added, removed, language, text, columns (the first that holds). Rows that neither released: "
        "verdict (another outcome or other reasons), came, gone (only one release has read them)",
    ),
    Column("stage", pl.String, "Derive stage that made the row; null for documents"),
    Column("language_before", pl.String, "Language in the earlier release; null where it has none or is absent"),
    Column("language_after", pl.String, "Language in the later release"),
    Column("outcome_before", pl.String, "released, derived, rejected, quarantined, dead; null: absent"),
    Column("outcome_after", pl.String, "The same in the later release"),
    Column("reasons_before", pl.List(pl.String), "Reasons in the earlier release; of a dead row its error"),
    Column("reasons_after", pl.List(pl.String), "Reasons in the later release"),
    Column("columns", pl.List(pl.String), "Columns that differ, of a row that both released"),
)
"""A row that differs."""
# No column of a release has a space in its name, so these are free.
_AFTER, _HERE = " after", " here"


def differing(before: pl.DataFrame, after: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows that differ between two slices with the same ids, sorted by id.

    Args:
        before: digests of the earlier release, each id once.
        after: those of the later one.

    Returns:
        The columns `COLUMNS`; and how often each column differs (`column`, `rows`).
    """
    compared = [
        n for n in before.columns if n not in FIXED and n in after.columns and before[n].dtype == after[n].dtype
    ]
    wanted = [*FIXED, *compared]
    here = pl.lit(True).alias(_HERE)
    both = before.select(*wanted, here).join(
        after.select(*wanted, here), on="id", how="full", coalesce=True, suffix=_AFTER
    )
    was, is_ = (pl.col(name).is_in(RELEASED) for name in ("outcome", f"outcome{_AFTER}"))
    was, is_ = was.fill_null(False), is_.fill_null(False)
    in_both = was & is_
    names = ["language", "stage", "outcome", *compared]
    differ = [pl.col(name).ne_missing(pl.col(f"{name}{_AFTER}")) & in_both for name in names]
    text = differ[names.index("text")] if "text" in names else pl.lit(False)
    absent_before, absent_after = pl.col(_HERE).is_null(), pl.col(f"{_HERE}{_AFTER}").is_null()
    verdict = pl.col("outcome").ne_missing(pl.col(f"outcome{_AFTER}")) | pl.col("reasons").ne_missing(
        pl.col(f"reasons{_AFTER}")
    )
    change = (
        pl.when(is_ & ~was).then(pl.lit("added"))
        .when(was & ~is_).then(pl.lit("removed"))
        .when(differ[0]).then(pl.lit("language"))
        .when(text).then(pl.lit("text"))
        .when(pl.any_horizontal(differ)).then(pl.lit("columns"))
        .when(in_both).then(None)
        .when(absent_before).then(pl.lit("came"))
        .when(absent_after).then(pl.lit("gone"))
        .when(verdict).then(pl.lit("verdict"))
    )  # fmt: skip
    changed = both.with_columns(change.alias("change")).filter(pl.col("change").is_not_null())
    listed = pl.concat_list(
        pl.when(one).then(pl.lit(name)).otherwise(pl.lit(None, pl.String))
        for name, one in zip(names, differ, strict=True)
    ).list.drop_nulls()
    made = changed.select(
        "id",
        "change",
        pl.coalesce("stage", f"stage{_AFTER}").alias("stage"),
        *(
            pl.col(f"{name}{end}").alias(f"{name}_{told}")
            for name in ("language", "outcome", "reasons")
            for end, told in (("", "before"), (_AFTER, "after"))
        ),
        listed.alias("columns"),
    ).sort("id")
    made = conform(made, COLUMNS)
    counted = made.select(pl.col("columns").explode().alias("column")).drop_nulls().group_by("column").len("rows")
    return made, counted
