"""Likeness by sentence vectors: the cosine between a query and every text of a pool.

Vectors are rounded to whole numbers whose products float32 adds up exactly (none reaches 2^24), so a cosine is the same
number whatever else is in the batch, on any number of threads. What is lost is about 0.0003 of a cosine.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from schemas.errors import StageError
from schemas.stage import Embedder
from translators.knowledge.ranking import F64, I64, best

F32 = npt.NDArray[np.float32]
_LENGTH = 3072.0  # of every vector; its square, with what rounding adds, stays below 2^24
_TEXTS_AT_A_TIME = 4096
_QUERIES_AT_A_TIME = 64


class VectorRanking:
    """The cosine of sentence vectors.

    Args:
        texts: one side of a pool; embedded here, once.
        embedder: gives the vectors. To compare a text with translations it has to be multilingual.

    Raises:
        StageError: the embedder gives something else than a row of finite numbers for each text.
    """

    def __init__(self, texts: pl.Series, embedder: Embedder) -> None:
        self._embedder = embedder
        self._pool = _rounded(embedder, texts.to_list())

    def prepare(self, texts: Sequence[str]) -> list[F32]:
        """The vector of each text, shape (d,)."""
        return list(_rounded(self._embedder, texts))

    def top(self, queries: Sequence[F32], depth: int) -> list[I64]:
        """See `Ranking`."""
        found: list[I64] = []
        numbers = np.arange(len(self._pool))
        for start in range(0, len(queries), _QUERIES_AT_A_TIME):
            scores = np.stack(queries[start : start + _QUERIES_AT_A_TIME]) @ self._pool.T
            found.extend(best(row, numbers, depth) for row in scores)
        return found

    def score(self, query: F32, numbers: I64) -> F64:
        """The cosine."""
        return (self._pool[numbers] @ query).astype(np.float64) / _LENGTH**2


def _rounded(embedder: Embedder, texts: Sequence[str]) -> F32:
    blocks: list[F32] = []
    for start in range(0, max(len(texts), 1), _TEXTS_AT_A_TIME):
        block = list(texts[start : start + _TEXTS_AT_A_TIME])
        vectors = np.asarray(embedder.embed(block), np.float64)
        if vectors.ndim != 2 or len(vectors) != len(block) or not np.isfinite(vectors).all():
            raise StageError(
                f"the embedder {embedder.identity} gave vectors of shape {vectors.shape} for {len(block)} texts, or "
                "numbers that are not finite. It has to give one row of finite numbers for each text."
            )
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
        blocks.append(np.rint(unit * _LENGTH).astype(np.float32))
    return np.concatenate(blocks)
