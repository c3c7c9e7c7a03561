"""What a backend is: a function from texts to vectors, of which the direction counts."""

from __future__ import annotations

from typing import Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

Vectors = npt.NDArray[np.float32]
"""Unit vectors, shape (n, dimension); a row of zeros for a text that the model knows nothing of."""
F64 = npt.NDArray[np.float64]


class Backend(Protocol):
    """A loaded model.

    The vector of a text depends on nothing but the text: not on those beside it, nor on the number of threads.
    """

    def __call__(self, texts: pl.Series) -> F64:
        """Vectors of any length of texts that have a letter or digit, shape (n, dimension); of no text too."""
        ...
