"""How far two rounds of scores agree: the share that is equal, and Cohen's kappa with quadratic weights.

Kappa (Cohen 1968, "Weighted kappa") is 1 less the mean squared difference of the pairs, divided by the one that chance
would give: that of all pairs of a first and a second score. 1 is perfect, 0 is chance. Where all scores are equal there
is nothing to tell from chance, and no kappa.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Agreement:
    """How far pairs of scores agree.

    Args:
        pairs: documents that both rounds gave a score.
        exact: share of equal scores; None without pairs.
        kappa: quadratic weighted kappa; None where it cannot be computed.
    """

    pairs: int
    exact: float | None
    kappa: float | None


def agreement(first: Sequence[float], second: Sequence[float]) -> Agreement:
    """How far two rounds agree.

    Args:
        first, second: scores of the same documents, shape (n,).
    """
    one, other = np.asarray(first, np.float64), np.asarray(second, np.float64)
    if one.shape != other.shape:
        raise ValueError(f"{len(one)} scores and {len(other)}: they are to be of the same documents")
    if not len(one):
        return Agreement(0, None, None)
    return Agreement(len(one), float(np.mean(one == other)), kappa(one, other))


def kappa(one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> float | None:
    """Quadratic weighted kappa of two arrays of scores, shape (n,); None where all scores are equal.

    The distance of two scores is their difference, so half levels need no table of their own.
    """
    seen = float(np.mean((one - other) ** 2))
    # The mean of (a - b)² over all pairs, from the moments of each side.
    chance = float(np.var(one) + np.var(other) + (np.mean(one) - np.mean(other)) ** 2)
    return None if chance == 0 else 1.0 - seen / chance
