"""The family of embeddings: frozen vectors of texts, a small head learnt over them (FineWeb2-HQ, arXiv:2502.10361)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from filters._classifier import pieces
from filters._classifier.head import Head
from filters._classifier.pieces import Scored
from filters._embeddings import Embedding, backends, open_embedder

PIECE_CHARACTERS = 2_000
Embed = Callable[[pl.Series], npt.NDArray[np.floating[Any]]]


def choice(given: dict[str, Any]) -> Embedding:
    """The embedding of a classifier. What all vectors have in common is left in them, unless the recipe says otherwise:
    a head learns to pass over it, and a text in a script that no reference text has gets a vector too.
    """
    return Embedding.model_validate({"reference": [], **given})


def open_vectors(embedding: Embedding) -> Embed:
    """Load the embedding: texts of shape (n,) in, vectors (n, d) out; a row of zeros where there is none."""
    return open_embedder(embedding).embed


def open_raw(embedding: Embedding) -> Embed:
    """The same, of the length that the model gives them: what heads of others were trained over."""
    return backends.open_backend(embedding)


class Scorer:
    """A head over an embedding.

    Args:
        embed: makes vectors.
        head: says what they mean.
    """

    def __init__(self, embed: Embed, head: Head) -> None:
        self._embed, self._head = embed, head

    def score(self, text: pl.Series, words: pl.Series, characters: int | None) -> Scored:
        """Log odds of each piece of about so many characters (2,000 where nobody says); NaN where it has no vector."""
        rows, cut = pieces.cut(text, PIECE_CHARACTERS if characters is None else characters)
        vectors = self._embed(cut)
        lengths = cut.str.len_chars().fill_null(0).to_numpy().astype(np.int64)
        return Scored(rows, lengths, np.where(vectors.any(axis=1), self._head.logits(vectors), np.nan))
