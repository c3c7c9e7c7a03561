"""Scores and ids as whole numbers of 64 bits, in whose order documents stay: the greatest first."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import xxhash

Keys = npt.NDArray[np.uint64]
NONE_STAYS, ALL_STAY = (1 << 64) - 1, 0
"""Keys that no finite score has, above and below all that have one."""

_SIGN = np.uint64(1 << 63)


def of_scores(scores: npt.NDArray[np.float64]) -> Keys:
    """Keys in the order of the scores, another one for each other score (0.0 and -0.0 are one). NaN has no meaning.

    >>> keys = of_scores(np.array([-np.inf, -1.5, -0.0, 0.0, 1e-300, 0.3, 0.1 + 0.2, np.inf]))
    >>> np.diff(keys.astype(object)).tolist()[2], (keys[1:] >= keys[:-1]).all()
    (0, np.True_)
    """
    bits = (scores + 0.0).view(np.uint64)  # no minus zero
    return np.where(bits & _SIGN, ~bits, bits | _SIGN)


def score_of(key: int) -> float:
    """The score that has a key.

    >>> score_of(int(of_scores(np.array([-12.25]))[0]))
    -12.25
    """
    bits = np.array([key], np.uint64)
    return float(np.where(bits & _SIGN, bits ^ _SIGN, ~bits).view(np.float64)[0])


def of_ids(ids: pl.Series) -> Keys:
    """The xxh3_64 of each id: it breaks ties, whatever the order of documents."""
    return np.fromiter((xxhash.xxh3_64_intdigest(one.encode()) for one in ids), np.uint64, len(ids))


def millionths(scores: npt.NDArray[np.float64]) -> npt.NDArray[Any]:
    """Finite scores in millionths, Int64; beyond ±9 x 10^12 they are all one.

    >>> millionths(np.array([0.25, -1.0, 1e300])).tolist()
    [250000, -1000000, 9000000000000000000]
    """
    most = 9e18
    return np.rint(np.clip(scores * 1e6, -most, most)).astype(np.int64)
