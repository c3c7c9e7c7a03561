"""How much text there is of each language: documents, characters, words, tokens, bytes."""

from __future__ import annotations

import polars as pl

from pipelines.evidence.table import Asked, Kind, Table, summed
from schemas.columns import Column
from schemas.languages import UNDETERMINED

_WORDS = "word_count"  # of the stage that counts them, if the recipe has one
_KEYS = ("kind", "stage", "language")


def _of_rows(rows: pl.DataFrame, kind: Kind, asked: Asked) -> pl.DataFrame | None:
    if "language" not in rows.columns:
        return None
    stage = pl.col("stage") if "stage" in rows.columns else pl.lit(None, dtype=pl.String)
    text = pl.col("text") if "text" in rows.columns else pl.lit(None, dtype=pl.String)
    words = pl.col(_WORDS) if _WORDS in rows.columns else pl.lit(None, dtype=pl.Int64)
    sizes = rows.select(
        pl.lit(kind).alias("kind"),
        stage.alias("stage"),
        pl.col("language").fill_null(UNDETERMINED),
        text.str.len_chars().cast(pl.Int64).alias("characters"),
        words.cast(pl.Int64).alias("words"),
        text.str.len_bytes().cast(pl.Int64).alias("bytes"),
    )
    sums = [
        pl.when(pl.col(n).is_not_null().any()).then(pl.col(n).sum()).alias(n) for n in ("characters", "words", "bytes")
    ]
    return sizes.group_by(_KEYS).agg(pl.len().alias("documents"), *sums)


TABLE = Table(
    "languages",
    (
        Column("kind", pl.String, "documents, rejected, derived or quarantine"),
        Column("stage", pl.String, "Derive stage that made the rows; null for documents"),
        Column("language", pl.String, "Language of the rows"),
        Column("documents", pl.Int64, "Rows"),
        Column("characters", pl.Int64, "Unicode characters of their texts; null where the texts are left out"),
        Column("words", pl.Int64, "Sum of word_count; null where no stage counts words"),
        Column("bytes", pl.Int64, "Bytes of their texts in UTF-8; null where the texts are left out"),
    ),
    _of_rows,
    summed(_KEYS, "documents", "characters", "words", "bytes"),
)
