"""How well scores tell two classes apart, and whether probabilities come true. Plain functions on arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
BINS = 10
_DIGITS = 4


def auc(scores: F64, labels: Flags) -> float | None:
    """Area under the ROC curve: the probability that a positive scores above a negative, ties counting half.

    By ranks (Mann and Whitney 1947). None without both classes.
    """
    positive, negative = int(labels.sum()), int((~labels).sum())
    if not positive or not negative:
        return None
    return float((midranks(scores)[labels].sum() - positive * (positive + 1) / 2) / (positive * negative))


def midranks(scores: F64) -> F64:
    """Ranks from 1, those of ties averaged, shape (n,)."""
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse])


def average_precision(scores: F64, labels: Flags) -> float | None:
    """Area under the precision-recall curve as a sum of steps; ties are one step. None without a positive."""
    if not labels.any():
        return None
    precision, recall = precision_recall(scores, labels)
    return float(np.sum(np.diff(np.concatenate(([0.0], recall))) * precision))


def precision_recall(scores: F64, labels: Flags) -> tuple[F64, F64]:
    """Precision and recall at each different score, from the highest down."""
    values, inverse = np.unique(-scores, return_inverse=True)
    hits = np.cumsum(np.bincount(inverse, labels, len(values)))
    taken = np.cumsum(np.bincount(inverse, minlength=len(values)))
    return hits / taken, hits / max(1, int(labels.sum()))


def reliability(probabilities: F64, labels: Flags) -> list[dict[str, Any]]:
    """For each tenth of the range of probabilities: rows, mean probability, share of positives."""
    place = np.minimum((probabilities * BINS).astype(np.int64), BINS - 1)
    out = []
    for k in range(BINS):
        here = place == k
        if here.any():
            out.append({
                "from": k / BINS, "rows": int(here.sum()), "mean": rounded(probabilities[here].mean()),
                "positive": rounded(labels[here].mean()),
            })  # fmt: skip
    return out


def calibration_error(probabilities: F64, labels: Flags) -> float | None:
    """Expected calibration error over ten bins of equal width (Guo et al. 2017, arXiv:1706.04599)."""
    if not len(labels):
        return None
    bins = reliability(probabilities, labels)
    return float(sum(b["rows"] * abs(b["mean"] - b["positive"]) for b in bins) / len(labels))


def summary(probabilities: F64, labels: Flags) -> dict[str, Any]:
    """The figures of one group of rows; a figure that cannot be is null."""
    taken = probabilities >= 0.5
    hits = int((taken & labels).sum())
    return {
        "rows": len(labels),
        "positive": int(labels.sum()),
        "auc": rounded(auc(probabilities, labels)),
        "average_precision": rounded(average_precision(probabilities, labels)),
        "precision": rounded(hits / taken.sum() if taken.any() else None),
        "recall": rounded(hits / labels.sum() if labels.any() else None),
        "accuracy": rounded((taken == labels).mean() if len(labels) else None),
        "calibration_error": rounded(calibration_error(probabilities, labels)),
        "brier": rounded(np.mean((probabilities - labels) ** 2) if len(labels) else None),
    }


def spearman(a: F64, b: F64) -> float | None:
    """Rank correlation; None where one does not vary."""
    x, y = midranks(a), midranks(b)
    x, y = x - x.mean() if len(x) else x, y - y.mean() if len(y) else y
    size = float(np.sqrt((x * x).sum() * (y * y).sum()))
    return float((x * y).sum() / size) if size else None


def rounded(value: Any) -> float | None:
    """A figure with four decimals."""
    return None if value is None else round(float(value), _DIGITS)
