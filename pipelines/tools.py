"""What Derive stages borrow from the floor of filters: translators and filters do not know each other."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from schemas.embedding import Embedding


class Tools:
    """The tools of a worker."""

    def embedder(self, embedding: Embedding) -> _Embedder:
        """Load an embedding model.

        Raises:
            MissingPackage: its extra is not installed.
            SourceError: the model cannot be read.
        """
        from filters._embeddings import fingerprint, open_embedder  # loads numba

        says = [embedding.model_dump(mode="json"), fingerprint(embedding)]
        identity = hashlib.sha256(json.dumps(says, sort_keys=True).encode()).hexdigest()
        return _Embedder(open_embedder(embedding), identity)


class _Embedder:
    """An embedder of filters, for lists of texts."""

    def __init__(self, opened: Any, identity: str) -> None:
        self._opened = opened
        self.identity = identity

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """Vectors of n texts, shape (n, d); a row of zeros where the model knows too little of a text."""
        found: npt.NDArray[np.float32] = self._opened.embed(pl.Series(list(texts), dtype=pl.String))
        return found
