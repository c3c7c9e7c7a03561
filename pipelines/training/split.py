"""Train, valid and test by a stable hash of content: the same text is always in one part, its near-copies with it."""

from __future__ import annotations

import numpy as np
import polars as pl
import xxhash

from filters import minhash
from pipelines.clusters import components

PARTS = ("train", "valid", "test")
HELD_OUT = "held_out"
_SHARES = (0.8, 0.9)


def near_copies(rows: pl.DataFrame) -> pl.Series:
    """The cluster of near-copies that each row is in: the least content hash among them, UInt64, shape (n,).

    Near-copies are those that `minhash` finds with its own settings, and all that hang together by them.
    """
    params = minhash.Params()
    keys = pl.concat(
        [
            minhash.key(part.select("text"), params, None).with_columns((pl.col("row") + start).alias("row"))
            for start, part in _slices(rows)
        ]
        or [pl.DataFrame(schema={"row": pl.UInt32, "key": pl.Binary})]
    )
    linked = keys.with_columns(pl.col("row").min().over("key").alias("first")).filter(pl.col("row") != pl.col("first"))
    ends = linked.select("row", "first").cast(pl.Int64)
    found = components(ends["row"].to_numpy(), ends["first"].to_numpy(), rows.height)
    return rows.select(pl.col("content").min().over(pl.Series("cluster", found)))["content"].alias("cluster")


def _slices(rows: pl.DataFrame) -> list[tuple[int, pl.DataFrame]]:
    size = 20_000
    return [(start, rows.slice(start, size)) for start in range(0, rows.height, size)]


def parts(rows: pl.DataFrame, clusters: pl.Series, held_out: list[str]) -> pl.Series:
    """The part of each row: train, valid, test, held_out, or null for a held-out row with a near-copy that is learnt.

    Args:
        rows: with `source`.
        clusters: of each row, from `near_copies`.
        held_out: sources that are not learnt from.
    """
    which = [xxhash.xxh3_64_intdigest(int(one).to_bytes(8, "little")) / 2**64 for one in clusters]
    place = np.digitize(np.array(which, np.float64), _SHARES)
    part = pl.Series("part", [PARTS[i] for i in place], dtype=pl.String)
    apart = rows["source"].is_in(held_out)
    frame = pl.DataFrame([part, apart.alias("apart"), clusters.alias("cluster")])
    return frame.select(
        pl.when(~pl.col("apart"))
        .then("part")
        .when(~(~pl.col("apart")).any().over("cluster"))
        .then(pl.lit(HELD_OUT))
        .alias("part")
    )["part"]
