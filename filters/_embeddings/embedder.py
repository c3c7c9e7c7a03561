"""The embedders that stages use: any texts in, vectors out."""

from __future__ import annotations

import numpy as np
import polars as pl

from filters._embeddings.common import Common, unit
from filters._embeddings.contract import Backend, Vectors
from filters._embeddings.known import Scripts

_SAYS = r"[\p{L}\p{N}]"


class Embedder:
    """A backend, without what all its vectors have in common.

    Args:
        backend: the loaded model.
        reference: texts whose common part is taken out; none: vectors stay as the model gives them.
        directions: how many principal directions belong to that part; None for a number that fits the vectors.
    """

    def __init__(self, backend: Backend, reference: pl.Series, directions: int | None) -> None:
        self._backend = backend
        said = unit(backend(reference.filter(reference.str.contains(_SAYS))))
        self.dimension = said.shape[1]
        """Length of a vector."""
        known = said[said.any(axis=1)]
        self._common = Common(known, directions) if len(reference) else None
        self._scripts = Scripts(reference) if len(reference) else None

    def embed(self, texts: pl.Series) -> Vectors:
        """Vectors of texts.

        Args:
            texts: strings, shape (n,).

        Returns:
            Shape (n, dimension), rows of length 1. A row of zeros for a text that is null, has neither letter nor
            digit, is in a script that the reference has no text in, or of which the model knows too little.
        """
        said = texts.str.contains(_SAYS).fill_null(False).to_numpy()
        if self._scripts is not None:
            said = said & self._scripts.covered(texts)
        where = np.flatnonzero(said)
        out = np.zeros((len(texts), self.dimension), np.float32)
        if len(where):
            rows = unit(self._backend(texts.gather(where)))
            out[where] = rows if self._common is None else self._common.take_out_of(rows)
        return out


class Plain:
    """A backend's vectors as it gives them, for a classifier that was trained on such: nothing is taken out of them.

    Their length is the model's with `onnx` and `sentence_transformers` only: other backends add up.

    Args:
        backend: the loaded model.
    """

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self.dimension = backend(pl.Series([], dtype=pl.String)).shape[1]
        """Length of a vector."""

    def __call__(self, texts: pl.Series) -> Vectors:
        """Vectors of texts.

        Args:
            texts: strings, shape (n,).

        Returns:
            Shape (n, dimension). A row of zeros for a text that is null, has neither letter nor digit, or of which the
            model knows too little.
        """
        where = texts.str.contains(_SAYS).fill_null(False).arg_true()
        out = np.zeros((len(texts), self.dimension), np.float32)
        if len(where):
            out[where.to_numpy()] = self._backend(texts.gather(where))
        return out
