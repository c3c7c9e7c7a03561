"""Texts to read: of every reason documents that it dropped, of every language documents that stayed."""

from __future__ import annotations

import polars as pl

from pipelines.evidence._draw import draws, spread
from pipelines.evidence.table import Asked, Kind, Table
from schemas.columns import Column
from schemas.languages import UNDETERMINED

OF_REASON = 20
OF_LANGUAGE = 20
RELEASED = 1_000  # of all languages together, documents and derived rows apart
CHARACTERS = 1_000
_TEXTS = ("text", "parent_text", "back_text")


def _of_rows(rows: pl.DataFrame, kind: Kind, asked: Asked) -> pl.DataFrame | None:
    if kind == "dead":
        return None
    small = rows.drop(*_TEXTS, strict=False).with_row_index("_at")
    small = small.with_columns(
        draws(rows["id"]), pl.lit(kind).alias("kind"), pl.col("language").fill_null(UNDETERMINED)
    )
    if "reasons" in rows.columns:
        small = small.with_columns(pl.col("reasons").alias("reason")).explode(
            "reason", empty_as_null=False, keep_nulls=False
        )
    else:
        small = small.with_columns(pl.lit(None, dtype=pl.String).alias("reason"))
    drawn = _drawn(small).sort("reason", "draw", "id", nulls_last=True)
    full = rows[drawn["_at"]]
    texts = [full[name].str.slice(0, CHARACTERS).alias(name) for name in _TEXTS if name in full.columns]
    drawn = drawn.with_columns(texts)
    if "text" in full.columns:
        drawn = drawn.with_columns(full["text"].str.len_chars().cast(pl.Int64).alias("characters"))
    return _held(drawn, asked)


def _held(drawn: pl.DataFrame, asked: Asked) -> pl.DataFrame:
    """With the score that the reason went by and its value; for quarantined rows all scores are in `scores`."""
    known = [asked.rules.get(reason or "") for reason in drawn["reason"]]
    names = [None if one is None or one[1].score not in drawn.columns else one[1].score for one in known]
    values = [None if name is None else _number(drawn[name][at]) for at, name in enumerate(names)]
    return drawn.with_columns(pl.Series("score", names, dtype=pl.String), pl.Series("value", values, dtype=pl.Float64))


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None


def _drawn(rows: pl.DataFrame) -> pl.DataFrame:
    """20 of each reason, spread over its languages; of rows without one, 20 of each language, 1,000 of each kind."""
    gone = rows.filter(pl.col("reason").is_not_null())
    stayed = rows.filter(pl.col("reason").is_null())
    stayed = spread(stayed, OF_LANGUAGE, within=["kind", "language"], over=[])
    return pl.concat(
        [
            spread(gone, OF_REASON, within=["kind", "reason"], over=["language"]),
            spread(stayed, RELEASED, within=["kind"], over=["language"]),
        ]
    )


def _merged(parts: pl.DataFrame) -> pl.DataFrame:
    return _drawn(parts).sort("kind", "reason", "language", "draw", "id", nulls_last=True)


TABLE = Table(
    "samples",
    (
        Column("kind", pl.String, "documents (released), rejected, derived (accepted) or quarantine"),
        Column("reason", pl.String, "Reason that the row is a sample of; null for rows that stayed"),
        Column("language", pl.String, "Language of the row"),
        Column("id", pl.String, "Id of the row"),
        Column("source", pl.String, "Name of the source in the recipe"),
        Column("url", pl.String, "Address that the document came from, if the source says"),
        Column("text", pl.String, "The first 1,000 characters of its text"),
        Column("characters", pl.Int64, "Characters of the whole text"),
        Column("parent_text", pl.String, "The first 1,000 characters of the text that it was made from"),
        Column("back_text", pl.String, "The first 1,000 characters of the way back"),
        Column("reasons", pl.List(pl.String), "All reasons of the row"),
        Column("twin_id", pl.String, "Id of the duplicate that stayed in its place"),
        Column("score", pl.String, "Column of the score that the reason goes by"),
        Column("value", pl.Float64, "Its value"),
        Column("scores", pl.String, "Scores of a derived row, as a JSON object"),
        Column("draw", pl.UInt64, "Number that the row was drawn by, from its id"),
    ),
    _of_rows,
    _merged,
)
