"""From log odds to probabilities that come true (Platt 1999, as made robust by Lin, Lin and Weng 2007).

A trained classifier is too sure of itself, fastText above all. A slope and a shift, found on rows that it did not learn
from, make its probabilities those that occur. The order of documents does not change: the slope is positive.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]
_ROUNDS, _CLOSE = 100, 1e-10
_LEAST_SLOPE = 1e-3
DIGITS = 9


class Calibration(NamedTuple):
    """Probability = 1 / (1 + exp(-(slope x logit + shift)))."""

    slope: float = 1.0
    shift: float = 0.0

    def probabilities(self, logits: F64) -> F64:
        """Probabilities of the positive class, rounded so that they are the same text everywhere; NaN stays NaN."""
        with np.errstate(over="ignore"):
            return np.asarray(np.round(1 / (1 + np.exp(-(self.slope * logits + self.shift))), DIGITS))


def fit(logits: F64, labels: npt.NDArray[np.bool_]) -> Calibration:
    """The slope and shift with the least cross-entropy, by Newton's method.

    Args:
        logits: of rows that the classifier did not learn from, shape (n,).
        labels: whether each is of the positive class.

    Returns:
        No change (slope 1, shift 0) where one class is missing.
    """
    positive, negative = int(labels.sum()), int((~labels).sum())
    if not positive or not negative:
        return Calibration()
    # Targets a little inside 0 and 1: what is perfectly apart must not get an endless slope.
    target = np.where(labels, (positive + 1) / (positive + 2), 1 / (negative + 2))
    spread = float(np.std(logits)) or 1.0
    x = logits / spread
    slope, shift = 1.0, float(np.log((positive + 1) / (negative + 1)))
    loss = _loss(slope * x + shift, target)
    for _ in range(_ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(slope * x + shift, -700, 700)))
        wrong, weight = p - target, np.maximum(p * (1 - p), 1e-12)
        g = np.array([np.sum(wrong * x), np.sum(wrong)])
        a, b, c = np.sum(weight * x * x) + 1e-9, np.sum(weight * x), np.sum(weight) + 1e-9
        size = a * c - b * b
        step = np.array([c * g[0] - b * g[1], a * g[1] - b * g[0]]) / size
        length = 1.0
        while length > 1e-8:
            new = slope - length * step[0], shift - length * step[1]
            new_loss = _loss(new[0] * x + new[1], target)
            if new_loss <= loss:
                break
            length /= 2
        else:
            break
        done = loss - new_loss < _CLOSE
        (slope, shift), loss = new, new_loss
        if done:
            break
    return Calibration(round(max(float(slope) / spread, _LEAST_SLOPE), 9), round(float(shift), 9))


def _loss(z: F64, target: F64) -> float:
    return float(np.sum(np.logaddexp(0, z) - target * z))
