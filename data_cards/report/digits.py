"""Thresholds with as many digits as counted scores have.

Releases count scores in bins of three significant digits, never finer than 0.0001, rounded to the side that passes: up
where documents at or below a threshold pass, else down. A threshold with more digits lies inside a bin; compared as it
is, it would put documents on the wrong side that have the threshold's own score.
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

_SIGNIFICANT, _FINEST = 3, -4


def rounded(value: float, at_most: bool) -> float:
    """A threshold on the grid of bins, moved to the side that lets more documents pass.

    >>> rounded(0.997133, at_most=False), rounded(0.12001, at_most=True), rounded(50.0, at_most=False)
    (0.997, 0.121, 50.0)
    """
    if not math.isfinite(value) or value == 0:
        return value
    given = Decimal(repr(value))
    exponent = max(given.adjusted() - _SIGNIFICANT + 1, _FINEST)
    grid = given.quantize(Decimal(1).scaleb(exponent), rounding=ROUND_CEILING if at_most else ROUND_FLOOR)
    return float(grid) + 0.0
