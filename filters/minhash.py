"""Near duplicates by MinHash and locality-sensitive hashing.

Shingles are runs of five words, or of five graphemes where a script has no spaces (`filters._terms`); a document
shorter than a shingle is one shingle by itself. Each of bands x rows hash functions keeps the least value over a
document's shingles; documents that agree in all rows of any band are linked. Two documents of Jaccard similarity s are
linked with probability 1 - (1 - s^rows)^bands (Broder 1997; Leskovec, Rajaraman, Ullman, Mining of Massive Datasets,
chapter 3): 0.56 at 0.70, 0.92 at 0.80 and 0.99 at 0.85 for 14 x 8.

What shares a key is a candidate. With `verify` the true Jaccard similarity of the sets of shingles decides.

Hash functions are multiply-add over 64 bits with constants from a fixed generator: the same signatures everywhere.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl
import xxhash
from pydantic import Field, model_validator

from filters import _terms
from filters._group import GroupParams, choose, prefers, within
from schemas.columns import polars_schema
from schemas.stage import KEYS, Group, Verify

U64 = npt.NDArray[np.uint64]


_FOUND = 0.9  # share of the pairs at the threshold: 14 x 8 is then what 0.8 gives


class Params(GroupParams):
    """Shingles and bands."""

    shingle_words: int = Field(5, gt=0, description="Words in a shingle", json_schema_extra={"unit": "words"})
    shingle_graphemes: int = Field(
        5,
        gt=0,
        description="Graphemes in a shingle, in scripts without spaces",
        json_schema_extra={"unit": "graphemes"},
    )
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
    verify: float | None = Field(
        None, gt=0, le=1,
        description="True similarity that a document must have to the one that stays in its place, or both stay; what "
        "shares a band is compared. Null: what shares a band belongs together, and so do chains of such pairs",
        json_schema_extra={"unit": "Jaccard similarity, 0 to 1"},
    )  # fmt: skip

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
        frame: with `text`.

    Returns:
        `row` and `key` (16 bytes, the band's number hashed in).
    """
    from filters._kernels import minhash as kernel

    shingles, starts = _shingles(frame["text"], params)
    bands, rows_in_band = params.banding
    signatures = np.empty((frame.height, bands * rows_in_band), dtype=np.uint64)
    kernel.signatures(shingles, starts, *_functions(bands * rows_in_band, params.seed), signatures)
    present = np.flatnonzero(np.diff(starts))
    keys, rows = [], []
    for band in range(bands):
        block = np.ascontiguousarray(signatures[present, band * rows_in_band : (band + 1) * rows_in_band])
        keys += [xxhash.xxh3_128_digest(one.tobytes(), seed=band) for one in block]
        rows.append(present)
    flat = np.concatenate(rows).astype(np.uint32) if rows else np.empty(0, np.uint32)
    return pl.DataFrame({"row": flat, "key": keys}, schema=polars_schema(KEYS)).sort("row", maintain_order=True)


def features(frame: pl.DataFrame, params: Params, resource: None) -> pl.Series:
    """The set of shingles of each document: their hashes, sorted, 8 bytes each.

    Args:
        frame: with `text`; height n.

    Returns:
        Binary, shape (n,).
    """
    shingles, starts = _shingles(frame["text"], params)
    sets = [np.unique(shingles[a:b]).tobytes() for a, b in pairwise(starts)]
    return pl.Series("features", sets, dtype=pl.Binary)


def similarity(left: pl.Series, right: pl.Series) -> pl.Series:
    """Jaccard similarity of pairs of sets (`features`), shape (n,)."""
    from filters._kernels import minhash as kernel

    out = np.empty(len(left), np.float64)
    kernel.jaccard(*_sets(left), *_sets(right), out)
    return pl.Series("similarity", out)


def _sets(features: pl.Series) -> tuple[U64, npt.NDArray[np.int64]]:
    counts = features.bin.size().to_numpy().astype(np.int64) // 8
    return np.frombuffer(b"".join(features), np.uint64), np.concatenate(([0], np.cumsum(counts)))


def _shingles(text: pl.Series, params: Params) -> tuple[U64, npt.NDArray[np.int64]]:
    return _terms.shingles(_terms.terms(text), params.shingle_words, params.shingle_graphemes)


@lru_cache(maxsize=8)
def _functions(count: int, seed: int) -> tuple[U64, U64]:
    def stream(name: str) -> U64:
        values = [xxhash.xxh3_64_intdigest(f"{name}{i}".encode(), seed=seed) for i in range(count)]
        return np.array(values, dtype=np.uint64)

    return stream("multiply") | np.uint64(1), stream("add")


def _least(params: Params) -> float | None:
    return params.verify


def _fingerprint(params: Params) -> dict[str, str]:
    return _terms.fingerprint()


STAGE = Group(
    name="minhash",
    version=3,
    summary="Finds documents that share most of their phrases (MinHash, 14 bands of 8)",
    params=Params,
    reads=("text",),
    key=key,
    choose=choose,
    prefers=prefers,
    within=within,
    verify=Verify(least=_least, features=features, similarity=similarity, reads=("text",)),
    fingerprint=_fingerprint,
    reason="near_duplicate",
    why="Nearly the same text stays once",
)
