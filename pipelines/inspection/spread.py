"""How the scores of one rule are spread over some rows, in bins of one width on a linear or a logarithmic scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

_BINS = 60
_SKEW = 20  # a longest tail of so many medians is drawn on a logarithmic scale
_ENDS = (0.001, 0.999)
_QUANTILES = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)


def bins(scores: npt.NDArray[np.float64], kept: npt.NDArray[np.bool_], limits: Sequence[float]) -> dict[str, Any]:
    """Bins to draw.

    Args:
        scores: of n rows; NaN where there is none.
        kept: whether nothing drops each row, length n.
        limits: thresholds that have to lie in the picture.

    Returns:
        `scale` (linear or log: log of 1 + x), `low` and `high` (ends of the picture), `documents` and `kept` (rows in
        each bin; what lies beyond the ends is in the first and the last), `unmeasured`, `quantiles`, `least`, `most`,
        `whole` (whether all of them are whole numbers).
    """
    there = np.isfinite(scores)
    values = scores[there]
    found: dict[str, Any] = {"unmeasured": int((~there).sum()), "measured": len(values), "quantiles": {}}
    if not len(values):
        return {**found, "scale": "linear", "whole": False, "low": 0.0, "high": 1.0, "documents": [], "kept": []}
    low, high = (float(q) for q in np.quantile(values, _ENDS))
    shown = [limit for limit in limits if np.isfinite(limit)]
    low, high = min([low, *shown]), max([high, *shown])
    log = low >= 0 and high > _SKEW * max(float(np.median(values)), 1.0)
    if high <= low:
        high = low + 1.0
    start, end = (np.log1p(low), np.log1p(high)) if log else (low, high)
    placed = np.log1p(np.clip(values, low, high)) if log else np.clip(values, low, high)
    number = np.minimum(((placed - start) / (end - start) * _BINS).astype(np.int64), _BINS - 1)
    return {
        **found,
        "scale": "log" if log else "linear",
        "whole": bool((values == np.floor(values)).all()) and high - low > 2,
        "low": low,
        "high": high,
        "least": float(values.min()),
        "most": float(values.max()),
        "documents": np.bincount(number, minlength=_BINS).tolist(),
        "kept": np.bincount(number[kept[there]], minlength=_BINS).tolist(),
        "quantiles": {f"p{round(q * 100)}": float(np.quantile(values, q)) for q in _QUANTILES},
    }
