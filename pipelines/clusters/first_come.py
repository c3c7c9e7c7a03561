"""Who stays where links were verified: in the order of preference, each one that nobody before it has taken."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from filters._kernels.compiled import compiled

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]


def first_come(a: I64, b: I64, similarity: F64, n: int) -> tuple[I64, F64]:
    """A document goes if one that comes before it stays and is linked to it: no two that stay are linked, and who goes
    is linked to the one that stays in its place.

    Args:
        a, b: ends of each link, as numbers below n, the preferred documents first; shape (m,).
        similarity: of each link.
        n: number of documents.

    Returns:
        For each document the one that stays in its place (itself, or the first that took it), and their similarity
        (NaN for one that stays), shape (n,).
    """
    first, second = np.concatenate((a, b)), np.concatenate((b, a))
    order = np.lexsort((second, first))
    starts = np.concatenate(([0], np.cumsum(np.bincount(first, minlength=n))))
    stays, taken = np.arange(n), np.full(n, np.nan)
    _take(starts, second[order], np.concatenate((similarity, similarity))[order], stays, taken)
    return stays, taken


@compiled
def _take(starts: I64, others: I64, similarity: F64, stays: I64, taken: F64) -> None:
    for one in range(len(stays)):
        if stays[one] != one:
            continue
        for link in range(starts[one], starts[one + 1]):
            other = others[link]
            if other > one and stays[other] == other:
                stays[other] = one
                taken[other] = similarity[link]
