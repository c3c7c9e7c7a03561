"""Rows drawn by a stable hash of their ids: the same ones whatever the number of files and their order."""

from __future__ import annotations

import polars as pl
import xxhash

_SEED = 2  # neither that of shards nor that of splits


def draws(ids: pl.Series) -> pl.Series:
    """A number for each id, UInt64, by which rows are drawn: the smallest first. A row without an id comes last."""
    return pl.Series(
        "draw",
        [xxhash.xxh3_64_intdigest(one.encode(), _SEED) if one is not None else (1 << 64) - 1 for one in ids],
        dtype=pl.UInt64,
    )


def spread(rows: pl.DataFrame, many: int, *, within: list[str], over: list[str]) -> pl.DataFrame:
    """`many` rows of each group, spread over smaller groups: first the first of each of them, then the second.

    Args:
        rows: with `draw`.
        many: rows of a group at most.
        within: columns that name the groups.
        over: columns that, inside a group, name the smaller ones.
    """
    inner = [*within, *over]
    order = rows.sort("draw", "id", nulls_last=True, maintain_order=True)
    ranked = order.with_columns(pl.int_range(pl.len()).over(inner).alias("_rank"))
    ranked = ranked.sort("_rank", "draw", "id", nulls_last=True, maintain_order=True)
    return ranked.filter(pl.int_range(pl.len()).over(within) < many if within else pl.int_range(pl.len()) < many).drop(
        "_rank"
    )
