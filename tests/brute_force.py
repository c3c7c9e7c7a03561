"""Near copies by brute force: the true Jaccard similarity of all pairs, which of them share a key, what theory says.

Counts for each document how many shingles it shares with every other one, from lists of the documents of each shingle.
Nothing is hashed again, nothing is sampled.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
import xxhash

from filters import minhash

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]

# The last bin holds the pairs of equal sets alone.
EDGES = np.array([0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1.0])
NEAR = float(EDGES[0])


class Pairs(NamedTuple):
    """Pairs of rows.

    Args:
        low, high: rows, low < high, shape (m,).
        similarity: Jaccard similarity of their sets, shape (m,).
    """

    low: I64
    high: I64
    similarity: F64

    def codes(self) -> I64:
        """Each pair as one number, as `sharing` gives them."""
        return self.low << 32 | self.high

    def bins(self) -> I64:
        """Number of each pair's bin of `EDGES`; -1 below the first."""
        return np.searchsorted(EDGES, self.similarity, side="right") - 1


def similar(features: pl.Series, least: float) -> Pairs:
    """All pairs of sets that share a member and are at least so similar.

    Args:
        features: sets as `filters.minhash.features` makes them, shape (n,).
    """
    sizes = features.bin.size().to_numpy().astype(np.int64) // 8
    _, member = np.unique(np.frombuffer(b"".join(features), np.uint64), return_inverse=True)
    starts = np.concatenate(([0], np.cumsum(sizes)))
    # Of each member the sets that hold it, in order; and how many of them stand before each one.
    order = np.argsort(member, kind="stable")
    holders = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)[order]
    firsts = np.concatenate(([0], np.cumsum(np.bincount(member))))
    before = np.empty(len(member), np.int64)
    before[order] = np.arange(len(member)) - firsts[member[order]]
    out: list[tuple[I64, I64, F64]] = [(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))]
    for row in range(len(sizes)):
        mine = slice(starts[row], starts[row + 1])
        length = before[mine]
        ends = np.cumsum(length)
        places = np.arange(length.sum()) + np.repeat(firsts[member[mine]] - ends + length, length)
        shared = np.bincount(holders[places], minlength=row)
        other = np.flatnonzero(shared)
        similarity = shared[other] / (sizes[row] + sizes[other] - shared[other])
        near = similarity >= least
        out.append((other[near], np.full(near.sum(), row), similarity[near]))
    low, high, similarity = (np.concatenate(part) for part in zip(*out, strict=True))
    return Pairs(low, high, similarity)


def sharing(keys: pl.DataFrame) -> I64:
    """The pairs of rows that share a key, as `Pairs.codes`, sorted.

    Args:
        keys: `row` and `key`, as a Group stage gives them.
    """
    keys = keys.select(pl.col("row").cast(pl.Int64), "key")
    pairs = keys.join(keys, on="key").filter(pl.col("row") < pl.col("row_right"))
    return np.unique((pairs["row"].to_numpy() << 32) | pairs["row_right"].to_numpy())


def expected(similarity: F64, params: minhash.Params) -> F64:
    """Probability that a pair shares a key, by the theory of MinHash with `bands` x `rows` independent functions."""
    bands, rows = params.banding
    return np.asarray(1 - (1 - similarity**rows) ** bands)


def by_bin(pairs: Pairs, values: npt.NDArray[np.float64 | np.bool_]) -> F64:
    """Mean of a value over the pairs of each bin (NaN where there is no pair), shape (11,)."""
    bins = pairs.bins()
    with np.errstate(invalid="ignore"):
        return np.bincount(bins, weights=values, minlength=len(EDGES)) / np.bincount(bins, minlength=len(EDGES))


def draw(files: Sequence[str | Path], documents: int, pool: int) -> pl.DataFrame:
    """Documents among which there are near copies, the same ones each time.

    Of the `pool` documents whose ids have the lowest hashes, those of which another one is a near copy (similarity from
    0.5 to less than 1) come first; in each half the hash of the id decides again.

    Args:
        files: Parquet with `id` and `text`.

    Returns:
        `id`, `text` and `features`, sorted by id.
    """
    frame = pl.concat([pl.read_parquet(file, columns=["id", "text"]) for file in files])
    rank = pl.Series([xxhash.xxh3_64_intdigest(one.encode()) for one in frame["id"]], dtype=pl.UInt64)
    frame = frame.with_columns(rank.alias("rank")).sort("rank").head(pool)
    parts = [minhash.features(part, minhash.Params(), None) for part in frame.iter_slices(1_000)]
    frame = frame.with_columns(pl.concat(parts).alias("features"))
    pairs = similar(frame["features"], NEAR)
    near = pairs.similarity < 1
    alone = np.ones(frame.height, np.bool_)
    alone[pairs.low[near]] = alone[pairs.high[near]] = False
    chosen = frame.with_columns(pl.Series("alone", alone)).sort("alone", "rank").head(documents)
    return chosen.sort("id").select("id", "text", "features").rechunk()
