"""Why documents went, by language: how many carry a reason, how many it dropped first, how many it dropped alone."""

from __future__ import annotations

import polars as pl

from pipelines.evidence.table import Asked, Kind, Table, summed
from schemas.columns import Column
from schemas.languages import UNDETERMINED

_KEYS = ("language", "reason")


def _of_rows(rows: pl.DataFrame, kind: Kind, asked: Asked) -> pl.DataFrame | None:
    if kind != "rejected":
        return None
    flat = rows.select(
        pl.col("language").fill_null(UNDETERMINED),
        pl.col("reasons").alias("reason"),
        pl.col("reasons").list.first().alias("first"),
        (pl.col("reasons").list.len() == 1).alias("alone"),
    ).explode("reason", empty_as_null=False, keep_nulls=False)
    return flat.group_by(_KEYS).agg(
        pl.len().alias("documents"),
        (pl.col("reason") == pl.col("first")).sum().alias("first"),
        pl.col("alone").sum().alias("alone"),
    )


TABLE = Table(
    "reasons",
    (
        Column("language", pl.String, "Language of the rejected documents"),
        Column("reason", pl.String, "Reason"),
        Column("documents", pl.Int64, "Rejected documents that carry it"),
        Column("first", pl.Int64, "Of these, documents whose first reason it is"),
        Column("alone", pl.Int64, "Of these, documents that carry no other reason"),
    ),
    _of_rows,
    summed(_KEYS, "documents", "first", "alone"),
)
