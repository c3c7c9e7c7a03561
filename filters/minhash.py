"""Near duplicates by MinHash and locality-sensitive hashing.

Shingles are runs of words (5 by default), lower case, in NFKC; a document shorter than a shingle is one shingle by
itself. Each of bands x rows hash functions keeps the least value over a document's shingles; documents that agree in
all rows of any band are linked. Two documents of Jaccard similarity s are linked with probability
1 - (1 - s^rows)^bands (Broder 1997; Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, chapter 3):
0.56 at 0.70, 0.92 at 0.80 and 0.99 at 0.85 for 14 x 8.

Hash functions are multiply-add over 64 bits with constants from a fixed generator: the same signatures everywhere.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl
import xxhash
from pydantic import Field

from filters._group import GroupParams, choose, prefers
from schemas.columns import polars_schema
from schemas.stage import KEYS, Group

U64 = npt.NDArray[np.uint64]
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio, odd: spreads consecutive values
_AT_ONCE = 1 << 14  # shingles hashed at a time: the block stays in the processor's cache


class Params(GroupParams):
    """Shingles and bands."""

    shingle_words: int = Field(5, gt=0, description="Words in a shingle", json_schema_extra={"unit": "words"})
    bands: int = Field(14, gt=0, description="Bands")
    rows: int = Field(8, gt=0, description="Hash functions in a band")
    seed: int = Field(1, description="Seed of the hash functions")


def key(frame: pl.DataFrame, params: Params, resource: None) -> pl.DataFrame:
    """One key for each band of each document that has a word.

    Args:
        frame: with `words`.

    Returns:
        `row` and `key` (16 bytes, the band's number hashed in).
    """
    kept = _without_signs(frame["words"])
    counts = kept.list.len().fill_null(0).to_numpy()
    hashes = _word_hashes(kept)
    signatures = np.empty((frame.height, params.bands * params.rows), dtype=np.uint64)
    starts = np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))
    for row in range(frame.height):
        if counts[row]:
            words = hashes[starts[row] : starts[row + 1]]
            signatures[row] = _signature(
                _shingles(words, params.shingle_words), params.bands * params.rows, params.seed
            )
    present = np.flatnonzero(counts)
    keys, rows = [], []
    for band in range(params.bands):
        block = np.ascontiguousarray(signatures[present, band * params.rows : (band + 1) * params.rows])
        keys += [xxhash.xxh3_128_digest(one.tobytes(), seed=band) for one in block]
        rows.append(present)
    flat = np.concatenate(rows).astype(np.uint32) if rows else np.empty(0, np.uint32)
    return pl.DataFrame({"row": flat, "key": keys}, schema=polars_schema(KEYS)).sort("row", maintain_order=True)


def _without_signs(words: pl.Series) -> pl.Series:
    """The words that hold a letter or digit: a changed comma makes no other text."""
    says = pl.element().str.contains(r"[\p{L}\p{N}]")
    return words.to_frame("words").select(pl.col("words").list.eval(pl.element().filter(says)))["words"]


def _word_hashes(words: pl.Series) -> U64:
    """64-bit hash of every word of the frame, in order. Each different word is hashed once."""
    flat = pl.DataFrame({"word": words.explode(empty_as_null=False).drop_nulls()})
    folded = flat["word"].str.normalize("NFKC").str.to_lowercase()
    unique = folded.unique(maintain_order=True)
    table = pl.DataFrame(
        {"word": unique, "hash": pl.Series([xxhash.xxh3_64_intdigest(w.encode()) for w in unique], dtype=pl.UInt64)}
    )
    return pl.DataFrame({"word": folded}).join(table, on="word", how="left", maintain_order="left")["hash"].to_numpy()


def _shingles(words: U64, size: int) -> U64:
    """Hash of each run of `size` words (of all words, where there are fewer); repeated ones once."""
    size = min(size, len(words))
    count = len(words) - size + 1
    out = np.zeros(count, dtype=np.uint64)
    for offset in range(size):
        # Multiply, then fold the high bits down: order matters, and low bits depend on all words.
        out = (out ^ words[offset : offset + count]) * _MULTIPLIER
        out ^= out >> np.uint64(29)
    return np.unique(out)


@lru_cache(maxsize=8)
def _functions(count: int, seed: int) -> tuple[U64, U64]:
    def stream(name: str) -> U64:
        values = [xxhash.xxh3_64_intdigest(f"{name}{i}".encode(), seed=seed) for i in range(count)]
        return np.array(values, dtype=np.uint64)

    return stream("multiply") | np.uint64(1), stream("add")


def _signature(shingles: U64, count: int, seed: int) -> U64:
    """The least value of each hash function over the shingles: shape (count,)."""
    multiply, add = _functions(count, seed)
    least = np.full(count, np.iinfo(np.uint64).max, dtype=np.uint64)
    for start in range(0, len(shingles), _AT_ONCE):
        block = shingles[start : start + _AT_ONCE]
        for i in range(count):
            least[i] = min(least[i], (block * multiply[i] + add[i]).min())
    return least


STAGE = Group(
    name="minhash",
    version=2,
    summary="Finds documents that share most of their five-word phrases (MinHash, 14 bands of 8)",
    params=Params,
    reads=("words",),
    key=key,
    choose=choose,
    prefers=prefers,
    reason="near_duplicate",
    why="Nearly the same text stays once",
)
