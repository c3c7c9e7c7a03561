"""Languages as sources declare them beside languages as they were identified."""

from __future__ import annotations

import polars as pl

from pipelines.evidence.table import Asked, Kind, Table, summed
from schemas.columns import Column

_KEYS = ("declared", "language", "kind")


def _of_rows(rows: pl.DataFrame, kind: Kind, asked: Asked) -> pl.DataFrame | None:
    if kind not in ("documents", "rejected"):
        return None
    both = rows.drop_nulls("declared_language").select(
        pl.col("declared_language").alias("declared"), "language", pl.lit(kind).alias("kind")
    )
    return both.group_by(_KEYS).agg(pl.len().alias("documents"))


TABLE = Table(
    "confusion",
    (
        Column("declared", pl.String, "Language that the source declares"),
        Column("language", pl.String, "Language as identified; null where it could not be"),
        Column("kind", pl.String, "documents (released) or rejected"),
        Column("documents", pl.Int64, "Documents"),
    ),
    _of_rows,
    summed(_KEYS, "documents"),
)
