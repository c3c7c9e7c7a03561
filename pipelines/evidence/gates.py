"""How the scores of derived rows are spread, by language pair and gate, with the limit of each."""

from __future__ import annotations

import polars as pl

from pipelines import derived, distribution
from pipelines.evidence.table import Asked, Kind, Table
from schemas.columns import Column

_COUNTED = tuple(column for column in distribution.COLUMNS if column.name != "documents")


def _of_rows(rows: pl.DataFrame, kind: Kind, asked: Asked) -> pl.DataFrame | None:
    if kind not in ("derived", "quarantine"):
        return None
    parts = []
    for (stage,), own in rows.partition_by("stage", as_dict=True).items():
        step = asked.derive[str(stage)]
        # The source is not among the columns of a derived row: its limits are those of any source.
        table = derived.scores(own.with_columns(pl.lit("").alias("source")), step)
        counts = distribution.counted(table, [step])
        parts.append(distribution.with_thresholds(counts, [step], lambda *_: None))
    return pl.concat(parts).with_columns(pl.lit(kind).alias("kind")).rename({"documents": "rows"}) if parts else None


def _merged(parts: pl.DataFrame) -> pl.DataFrame:
    keys = [column.name for column in TABLE.columns if column.name != "rows"]
    return parts.group_by(keys).agg(pl.col("rows").sum()).sort(keys, nulls_last=True)


TABLE = Table(
    "gates",
    (
        *(column for column in _COUNTED if column.name != "source"),
        Column("kind", pl.String, "derived (accepted) or quarantine"),
        Column("rows", pl.Int64, "Rows with that score"),
    ),
    _of_rows,
    _merged,
)
