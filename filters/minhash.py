"""Near duplicates by MinHash and locality-sensitive hashing.

Shingles are runs of words (5 by default), lower case, in NFKC; a document shorter than a shingle is one shingle by
itself. Each of bands x rows hash functions keeps the least value over a document's shingles; documents that agree in
all rows of any band are linked. Two documents of Jaccard similarity s are linked with probability
1 - (1 - s^rows)^bands (Broder 1997; Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, chapter 3):
0.56 at 0.70, 0.92 at 0.80 and 0.99 at 0.85 for 14 x 8.

Hash functions are multiply-add over 64 bits with constants from a fixed generator: the same signatures everywhere.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl
import xxhash
from pydantic import Field, model_validator

from filters import _unicode
from filters._group import GroupParams, choose, prefers, within
from schemas.columns import polars_schema
from schemas.stage import KEYS, Group

U64 = npt.NDArray[np.uint64]


_FOUND = 0.9  # share of the pairs at the threshold: 14 x 8 is then what 0.8 gives


class Params(GroupParams):
    """Shingles and bands."""

    shingle_words: int = Field(5, gt=0, description="Words in a shingle", json_schema_extra={"unit": "words"})
    bands: int = Field(14, gt=0, description="Bands")
    rows: int = Field(8, gt=0, description="Hash functions in a band")
    threshold: float | None = Field(
        None, gt=0, lt=1,
        description="Similarity from which on copies are to be found: chooses bands and rows, instead of giving them. "
        f"At it {_FOUND:.0%} of the pairs are found, more above it",
        json_schema_extra={"unit": "Jaccard similarity, 0 to 1"},
    )  # fmt: skip
    functions: int = Field(112, gt=0, description="Hash functions at most, where `threshold` chooses")
    seed: int = Field(1, description="Seed of the hash functions")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        given = {"bands", "rows"} & self.model_fields_set
        if self.threshold is not None and given:
            raise ValueError(f"threshold chooses bands and rows: leave out {' and '.join(sorted(given))}, or threshold")
        if self.threshold is not None and _found(self.threshold, self.functions, 1) < _FOUND:
            raise ValueError(
                f"{self.functions} functions find fewer than {_FOUND:.0%} of the pairs of similarity {self.threshold}: "
                "give more functions, or a higher threshold"
            )
        return self

    @property
    def banding(self) -> tuple[int, int]:
        """Bands and rows: as given, or as many rows, so as few false candidates, as finding enough pairs allows."""
        if self.threshold is None:
            return self.bands, self.rows
        rows = 1
        while _found(self.threshold, self.functions // (rows + 1), rows + 1) >= _FOUND:
            rows += 1
        return self.functions // rows, rows


def _found(similarity: float, bands: int, rows: int) -> float:
    """Share of the pairs of a similarity that agree in some band."""
    return 1 - (1 - similarity**rows) ** bands


def key(frame: pl.DataFrame, params: Params, resource: None) -> pl.DataFrame:
    """One key for each band of each document that has a word.

    Args:
        frame: with `words`.

    Returns:
        `row` and `key` (16 bytes, the band's number hashed in).
    """
    from filters._kernels import minhash as kernel

    hashes, counts = _word_hashes(frame["words"])
    bands, rows_in_band = params.banding
    signatures = np.empty((frame.height, bands * rows_in_band), dtype=np.uint64)
    starts = np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))
    kernel.signatures(hashes, starts, params.shingle_words, *_functions(bands * rows_in_band, params.seed), signatures)
    present = np.flatnonzero(counts)
    keys, rows = [], []
    for band in range(bands):
        block = np.ascontiguousarray(signatures[present, band * rows_in_band : (band + 1) * rows_in_band])
        keys += [xxhash.xxh3_128_digest(one.tobytes(), seed=band) for one in block]
        rows.append(present)
    flat = np.concatenate(rows).astype(np.uint32) if rows else np.empty(0, np.uint32)
    return pl.DataFrame({"row": flat, "key": keys}, schema=polars_schema(KEYS)).sort("row", maintain_order=True)


def _word_hashes(words: pl.Series) -> tuple[U64, npt.NDArray[np.int64]]:
    """64-bit hashes of all words that hold a letter or digit, in order, and how many each document has, shape (n,).

    A changed comma makes no other text. Each different word is folded and hashed once.
    """
    from filters._kernels.memory import masks, padded
    from filters._kernels.minhash import number_words
    from filters._kernels.utf8 import lists

    data, starts, lists_ = lists(words)
    total = len(starts) - 1
    numbers, firsts = np.empty(total, np.int32), np.empty(total, np.int64)
    table = np.full(1 << int(2 * total + 1).bit_length(), -1, np.int32)
    keys = np.empty(total, np.uint64)
    found = number_words(padded(data), starts, _says(), masks(), table, keys, numbers, firsts)
    different = [bytes(data[starts[word] : starts[word + 1]]) for word in firsts[:found]]
    folded = pl.Series(different, dtype=pl.Binary).cast(pl.String).str.normalize("NFKC").str.to_lowercase()
    hashes = np.array([xxhash.xxh3_64_intdigest(word.encode()) for word in folded], np.uint64)
    kept = np.concatenate(([0], np.cumsum(numbers >= 0)))
    return hashes[numbers[numbers >= 0]], np.diff(kept[lists_])


@cache
def _says() -> npt.NDArray[np.bool_]:
    return _unicode.matching(r"[\p{L}\p{N}]")


@lru_cache(maxsize=8)
def _functions(count: int, seed: int) -> tuple[U64, U64]:
    def stream(name: str) -> U64:
        values = [xxhash.xxh3_64_intdigest(f"{name}{i}".encode(), seed=seed) for i in range(count)]
        return np.array(values, dtype=np.uint64)

    return stream("multiply") | np.uint64(1), stream("add")


STAGE = Group(
    name="minhash",
    version=2,
    summary="Finds documents that share most of their five-word phrases (MinHash, 14 bands of 8)",
    params=Params,
    reads=("words",),
    key=key,
    choose=choose,
    prefers=prefers,
    within=within,
    reason="near_duplicate",
    why="Nearly the same text stays once",
)
