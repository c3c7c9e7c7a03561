"""How the scores of released and of rejected documents are spread, by language.

Values are rounded down to three significant digits (`pipelines.distribution`), which keeps their order: a quantile of
the bins is the quantile of the scores, rounded down.
"""

from __future__ import annotations

import polars as pl

from pipelines import distribution
from pipelines.evidence.table import Asked, Kind, Table, summed
from schemas.columns import Column
from schemas.languages import UNDETERMINED

_KEYS = ("kind", "language", "score", "value")


def _of_rows(rows: pl.DataFrame, kind: Kind, asked: Asked) -> pl.DataFrame | None:
    if kind not in ("documents", "rejected"):
        return None
    language = rows.select(pl.col("language").fill_null(UNDETERMINED)).to_series()
    parts = []
    for name in asked.scores:
        if name not in rows.columns:
            continue
        given = rows[name].cast(pl.Float64).fill_nan(None).to_numpy()
        value = pl.Series("value", distribution.rounded(given, "at_least"), dtype=pl.Float64, nan_to_null=True)
        held = pl.DataFrame([language, value]).drop_nulls("value")
        counts = held.group_by("language", "value").agg(pl.len().alias("documents"))
        parts.append(counts.with_columns(pl.lit(kind).alias("kind"), pl.lit(name).alias("score")))
    return pl.concat(parts) if parts else None


TABLE = Table(
    "scores",
    (
        Column("kind", pl.String, "documents (released) or rejected"),
        Column("language", pl.String, "Language of the documents"),
        Column("score", pl.String, "Column of the score"),
        Column("value", pl.Float64, "Score, rounded down to three significant digits"),
        Column("documents", pl.Int64, "Documents with that score"),
    ),
    _of_rows,
    summed(_KEYS, "documents"),
)
