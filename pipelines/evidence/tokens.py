"""Tokens of released texts by language and tokenizer, and how many a word takes (fertility)."""

from __future__ import annotations

import polars as pl

from pipelines.evidence.table import Asked, Kind, Table, summed
from schemas.columns import Column
from schemas.languages import UNDETERMINED

_COLUMN = "tokens"  # of the stage that counts them
_KEYS = ("language", "tokenizer")


def _of_rows(rows: pl.DataFrame, kind: Kind, asked: Asked) -> pl.DataFrame | None:
    if kind != "documents" or _COLUMN not in rows.columns:
        return None
    flat = rows.select(pl.col("language").fill_null(UNDETERMINED), _COLUMN).explode(_COLUMN).drop_nulls()
    return flat.unnest(_COLUMN).group_by(_KEYS).agg(pl.len().alias("documents"), pl.col("tokens").sum())


TABLE = Table(
    "tokens",
    (
        Column("language", pl.String, "Language of the released documents"),
        Column("tokenizer", pl.String, "Tokenizer, as the recipe names it"),
        Column("documents", pl.Int64, "Documents that it counted"),
        Column("tokens", pl.Int64, "Their tokens, special ones left out"),
    ),
    _of_rows,
    summed(_KEYS, "documents", "tokens"),
)
