"""What the way back gave: a drawing of derived rows with the scores of their round trip."""

from __future__ import annotations

import json

import polars as pl

from pipelines.evidence._draw import draws, spread
from pipelines.evidence.table import Asked, Kind, Table
from schemas.columns import Column

MOST = 5_000
_SCORES = ("bleu", "chrf", "similarity", "length_ratio")


def _of_rows(rows: pl.DataFrame, kind: Kind, asked: Asked) -> pl.DataFrame | None:
    if kind not in ("derived", "quarantine"):
        return None
    there = rows.filter(pl.col("back_text").is_not_null())
    drawn = _drawn(there.with_columns(draws(there["id"]), pl.lit(kind).alias("kind")))
    given = [json.loads(text) if text else {} for text in drawn["scores"]]
    scores = [pl.Series(name, [one.get(name) for one in given], dtype=pl.Float64, strict=False) for name in _SCORES]
    return drawn.with_columns(scores)


def _drawn(rows: pl.DataFrame) -> pl.DataFrame:
    return spread(rows, MOST, within=[], over=["stage", "source_language", "language", "kind"])


def _merged(parts: pl.DataFrame) -> pl.DataFrame:
    return _drawn(parts).sort("stage", "language", "draw", "id", nulls_last=True)


TABLE = Table(
    "round_trips",
    (
        Column("stage", pl.String, "Derive stage"),
        Column("source_language", pl.String, "Language that was translated"),
        Column("language", pl.String, "Language that it was translated into"),
        Column("id", pl.String, "Id of the row"),
        Column("kind", pl.String, "derived (accepted) or quarantine"),
        Column("bleu", pl.Float64, "BLEU of the way back, 0 to 100"),
        Column("chrf", pl.Float64, "chrF++ of the way back, 0 to 100"),
        Column("similarity", pl.Float64, "Similarity of embeddings, -1 to 1; null without an embedder"),
        Column("length_ratio", pl.Float64, "Length gate's score"),
        Column("draw", pl.UInt64, "Number that the row was drawn by, from its id"),
    ),
    _of_rows,
    _merged,
)
