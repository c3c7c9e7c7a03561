"""Semantic duplicates: documents whose vectors point in nearly the same direction.

Keys come from random hyperplanes (Charikar 2002, "Similarity Estimation Techniques from Rounding Algorithms"): the side
of a plane on which a vector lies is a bit, and two vectors at an angle of a share a bit with probability 1 - a/pi. The
bits of a band make a key, so documents share one of b keys of k bits with probability 1 - (1 - (1 - a/pi)^k)^b. What
shares a key is a candidate; its true cosine decides.

Components are rounded to whole numbers and planes have whole numbers, so that every sum is exact and the same on every
machine, however many rows a product of matrices has.
"""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import polars as pl
import xxhash
from pydantic import Field, model_validator

from filters import _embeddings
from filters._embeddings import Embedder, Embedding
from filters._group import GroupParams, choose, prefers, within
from schemas.columns import polars_schema
from schemas.stage import KEYS, Group, Verify

_ONE = 32_767  # a component of 1
_AT_ONCE = 4_096  # rows
Codes = npt.NDArray[np.int16]
F64 = npt.NDArray[np.float64]


class Params(GroupParams):
    """Which vectors, and how near is near."""

    embedding: Embedding = Field(description="How texts become vectors: `backend` and its values")
    threshold: float = Field(
        0.95, gt=0, lt=1,
        description="Cosine from which on two documents belong together, after the common part of all vectors is taken "
        "out",
        json_schema_extra={"unit": "cosine", "source": "our measurement, docs/semantic_dedup.md"},
    )  # fmt: skip
    recall: float = Field(
        0.9, gt=0, lt=1,
        description="Share of the pairs at the threshold that are to be found; more above it",
        json_schema_extra={"unit": "0 to 1"},
    )  # fmt: skip
    bands: int = Field(32, gt=0, description="Keys of a document: more of them let keys be longer, so fewer candidates")

    @model_validator(mode="after")
    def _enough_bands(self) -> Self:
        if _found(self.threshold, self.bands, 1) < self.recall:
            raise ValueError(
                f"{self.bands} bands find fewer than {self.recall:.0%} of the pairs of cosine {self.threshold}: give "
                "more bands, a higher threshold, or a lower recall"
            )
        return self

    @property
    def bits(self) -> int:
        """Bits of a key: as many, so as few false candidates, as finding enough pairs allows."""
        bits = 1
        while _found(self.threshold, self.bands, bits + 1) >= self.recall:
            bits += 1
        return bits


def _found(cosine: float, bands: int, bits: int) -> float:
    """Share of the pairs of a cosine that agree in some band."""
    return float(1 - (1 - (1 - math.acos(cosine) / math.pi) ** bits) ** bands)


def key(frame: pl.DataFrame, params: Params, resource: Embedder) -> pl.DataFrame:
    """One key for each band of each document that the model knows something of.

    Args:
        frame: with `text`.

    Returns:
        `row` and `key` (16 bytes, the band's number hashed in).
    """
    codes = _codes(frame, resource)
    present = np.flatnonzero(codes.any(axis=1))
    bands, bits = params.bands, params.bits
    planes = _planes(bands * bits, codes.shape[1])
    keys = []
    for start in range(0, len(present), _AT_ONCE):
        sides = codes[present[start : start + _AT_ONCE]].astype(np.float64) @ planes > 0
        packed = np.packbits(sides.reshape(len(sides), bands, bits), axis=2)
        keys += [xxhash.xxh3_128_digest(one.tobytes(), seed=band) for row in packed for band, one in enumerate(row)]
    return pl.DataFrame({"row": np.repeat(present, bands).astype(np.uint32), "key": keys}, schema=polars_schema(KEYS))


def features(frame: pl.DataFrame, params: Params, resource: Embedder) -> pl.Series:
    """The vector of each document as whole numbers of 16 bits; nothing where it has no vector.

    Args:
        frame: with `text`; height n.

    Returns:
        Binary, shape (n,).
    """
    codes = _codes(frame, resource)
    return pl.Series("features", [row.tobytes() if row.any() else b"" for row in codes.astype("<i2")], dtype=pl.Binary)


def similarity(left: pl.Series, right: pl.Series) -> pl.Series:
    """Cosine of pairs of vectors (`features`), 0 where it is negative or one has no vector, shape (n,)."""
    out = np.zeros(len(left))
    both = ((left.bin.size() > 0) & (right.bin.size() > 0)).arg_true().to_numpy()
    for start in range(0, len(both), _AT_ONCE):
        part = both[start : start + _AT_ONCE]
        a, b = (_vectors(side.gather(part)) for side in (left, right))
        lengths = np.sqrt(np.einsum("ij,ij->i", a, a) * np.einsum("ij,ij->i", b, b))
        out[part] = np.clip(np.einsum("ij,ij->i", a, b) / lengths, 0, 1)
    return pl.Series("similarity", out)


def _vectors(features: pl.Series) -> F64:
    return np.frombuffer(b"".join(features), "<i2").reshape(len(features), -1).astype(np.float64)


def _codes(frame: pl.DataFrame, embedder: Embedder) -> Codes:
    """Vectors as whole numbers, shape (n, d); those that keys were made of a moment ago are still there."""
    from filters._kernels.utf8 import once

    return np.rint(once(embedder.embed, frame["text"]).astype(np.float64) * _ONE).astype(np.int16)


@lru_cache(maxsize=4)
def _planes(count: int, dimension: int) -> F64:
    """Normals of hyperplanes, shape (dimension, count): nearly normal whole numbers, the bits of a hash counted."""
    hashes = [
        xxhash.xxh3_64_intdigest(i.to_bytes(4, "little") + plane.to_bytes(4, "little"))
        for i in range(dimension)
        for plane in range(count)
    ]
    return (np.bitwise_count(np.array(hashes, np.uint64)).astype(np.float64) - 32).reshape(dimension, count)


def open_embedder(params: Params) -> Embedder:
    """Load the model."""
    return _embeddings.open_embedder(params.embedding)


def prepare(params: Params, folder: Path) -> Params:
    """Train the model where the recipe gives texts instead."""
    return params.model_copy(update={"embedding": _embeddings.prepare(params.embedding, folder)})


def fingerprint(params: Params) -> dict[str, str]:
    """Digests of the model and of the reference texts."""
    return _embeddings.fingerprint(params.embedding)


def _least(params: Params) -> float:
    return params.threshold


STAGE = Group(
    name="semantic_dedup",
    version=1,
    summary="Finds documents whose embeddings point the same way (cosine; candidates by random hyperplanes)",
    params=Params,
    reads=("text",),
    key=key,
    choose=choose,
    prefers=prefers,
    within=within,
    verify=Verify(least=_least, features=features, similarity=similarity, reads=("text",)),
    open=open_embedder,
    fingerprint=fingerprint,
    prepare=prepare,
    reason="semantic_duplicate",
    why="What means nearly the same, by its embedding, stays once",
)
