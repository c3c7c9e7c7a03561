"""Histograms: many scores in at most some 60 bins, with a threshold always between two of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

BINS = 60
_WIDE = 50.0  # times the median: beyond it the axis is logarithmic
_TAIL = 0.002  # of the documents: what lies further out is counted in the last bin of its side
_NEAR = 1e-9  # of a bin's width: floats that miss an edge by so little are on it
_INTEGER, _REAL = (1, 2, 5, 10), (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Histogram:
    """Documents by score.

    Args:
        start: lower edge of the first bin; its decadic logarithm on a logarithmic axis.
        width: width of a bin, in the same unit.
        logarithmic: whether the axis is.
        kept: documents of each bin that the rule keeps.
        dropped: documents of each bin that it drops.
        outside: documents in the first and in the last bin that lie beyond it.
    """

    start: float
    width: float
    logarithmic: bool
    kept: np.ndarray[Any, Any]
    dropped: np.ndarray[Any, Any]
    outside: tuple[int, int]


def histogram(
    values: np.ndarray[Any, Any],
    documents: np.ndarray[Any, Any],
    limits: np.ndarray[Any, Any],
    at_most: bool,
    most: int = BINS,
) -> Histogram:
    """Bins of some scores.

    Args:
        values: scores, finite; at least one.
        documents: how many documents have each.
        limits: threshold that each was judged by; not a number where the rule is off.
        at_most: whether documents at or below the threshold pass; else those at or above it.
        most: bins, at most; two more where that puts a threshold between two bins.
    """
    dropped = values > limits if at_most else values < limits  # false where the limit is no number
    given = limits[np.isfinite(limits)]
    anchor = _weightiest(limits, documents)
    low, high = _range(values, documents, given)
    middle = _median(values, documents)
    logarithmic = low > 0 and middle > 0 and high / middle > _WIDE
    place = np.log10 if logarithmic else np.asarray
    anchor = float(place(np.float64(anchor))) if not logarithmic or anchor > 0 else 0.0
    ends = float(place(np.float64(low))), float(place(np.float64(high)))
    whole = not logarithmic and bool(np.all(values == np.rint(values)) and np.all(given == np.rint(given)))
    width = _step((ends[1] - ends[0]) / most, whole)
    steps = _steps((place(np.maximum(values, low)) - anchor) / width, at_most, whole)
    first, last = (int(n) for n in _steps((np.array(ends) - anchor) / width, at_most, whole))
    bins = np.clip(steps, first, last) - first
    size = last - first + 1
    kept = np.bincount(bins, weights=np.where(dropped, 0, documents), minlength=size).astype(np.int64)
    gone = np.bincount(bins, weights=np.where(dropped, documents, 0), minlength=size).astype(np.int64)
    outside = int(documents[values < low].sum()), int(documents[values > high].sum())
    return Histogram(anchor + first * width, width, logarithmic, kept, gone, outside)


def _steps(places: np.ndarray[Any, Any], at_most: bool, whole: bool) -> np.ndarray[Any, Any]:
    """Number of the bin, counted from the threshold; a document on the threshold is on the side that passes."""
    if not at_most:
        return np.floor(places + _NEAR).astype(np.int64)
    if whole:  # each number is the end of its bin, as the threshold is
        return (np.ceil(places - _NEAR) - 1).astype(np.int64)
    on = np.abs(places) <= _NEAR
    return np.where(on, -1, np.floor(places + _NEAR)).astype(np.int64)


def _weightiest(limits: np.ndarray[Any, Any], documents: np.ndarray[Any, Any]) -> float:
    on = np.isfinite(limits)
    if not on.any():
        return 0.0
    different, where = np.unique(limits[on], return_inverse=True)
    return float(different[np.argmax(np.bincount(where, weights=documents[on]))])


def _range(
    values: np.ndarray[Any, Any], documents: np.ndarray[Any, Any], limits: np.ndarray[Any, Any]
) -> tuple[float, float]:
    """From where to where the axis goes: almost all documents, and every threshold."""
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(documents[order])
    total = int(reached[-1])
    low = values[order][np.searchsorted(reached, _TAIL * total, side="right")]
    high = values[order][np.searchsorted(reached, (1 - _TAIL) * total, side="left")]
    return float(min([low, *limits])), float(max([high, *limits]))


def _median(values: np.ndarray[Any, Any], documents: np.ndarray[Any, Any]) -> float:
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(documents[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])


def _step(raw: float, whole: bool) -> float:
    """The least round width that is no smaller."""
    if not math.isfinite(raw) or raw <= 0:
        return 1.0 if whole else 0.01
    size = 10.0 ** math.floor(math.log10(raw))
    found = next(float(n * size) for n in (_INTEGER if whole else _REAL) if n * size >= raw * (1 - _NEAR))
    return max(1.0, float(round(found))) if whole else found
