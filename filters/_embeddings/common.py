"""What all vectors of a model have in common, and is taken out of them: "all but the top".

Vectors of texts crowd around one direction (Mu and Viswanath 2018, "All-but-the-Top"), and those of texts in one
language around another: two pages about different things have a cosine of 0.9. Without the mean and the main directions
of some reference texts what remains says what a text is about. The reference is fixed, so a vector does not depend on
the corpus. The mean and directions of the model's vocabulary, as in that paper, hardly help here: a text is made of its
frequent words (docs/semantic_dedup.md has the figures).
"""

from __future__ import annotations

import numpy as np

from filters._embeddings.contract import F64
from schemas.errors import SourceError

_SHORTEST = 1e-6  # a vector of unit length that is shorter without its common part has nothing else to say
_ROUNDS = 50
_MOST = 48


def unit(rows: F64) -> F64:
    """The rows with length 1, shape (n, d); zeros where there is no direction."""
    from filters._kernels import embeddings as kernel

    rows = np.array(rows, np.float64, order="C")
    kernel.unit(rows, 0.0)
    return rows


class Common:
    """The common part of the vectors of reference texts.

    Args:
        reference: unit vectors, shape (m, d).
        directions: how many principal directions belong to it besides the mean; None for a third of d, 48 at most.

    Raises:
        SourceError: that would leave nothing.
    """

    def __init__(self, reference: F64, directions: int | None) -> None:
        from filters._kernels import embeddings as kernel

        m, d = reference.shape
        directions = min(_MOST, d // 3) if directions is None else directions
        if directions >= min(m, d):
            raise SourceError(
                f"embedding.directions: {directions} cannot be taken out of vectors of length {d} that {m} reference "
                f"texts show. Give fewer than {min(m, d)}, or more reference texts."
            )
        self.mean = np.zeros(d)
        kernel.mean(reference, self.mean)
        self.directions = np.zeros((directions, d))
        kernel.principal(reference - self.mean, _ROUNDS, np.empty(m), self.directions)

    def take_out_of(self, rows: F64) -> F64:
        """Unit vectors of what is left of unit vectors, shape (n, d); zeros where nothing is left, or was before."""
        from filters._kernels import embeddings as kernel

        rows = rows.copy()
        kernel.take_out(rows, self.mean, self.directions)
        kernel.unit(rows, _SHORTEST)
        return rows
