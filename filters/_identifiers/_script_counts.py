"""Counts the scripts of a column of texts in one pass (compiled: importing this module loads numba)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from filters._kernels.compiled import allocating
from filters._kernels.utf8 import Bytes, Offsets, decode, width


@allocating
def count(data: Bytes, starts: Offsets, table: npt.NDArray[np.uint8], scripts: int) -> npt.NDArray[np.int32]:
    """Code points of each script in each text.

    Args:
        data: UTF-8 bytes of all texts.
        starts: shape (n + 1,), where each begins.
        table: script of each code point, plus one; 0 for none.
        scripts: how many there are.

    Returns:
        Shape (n, scripts).
    """
    n = len(starts) - 1
    out = np.zeros((n, scripts), np.int32)
    for row in range(n):
        at = starts[row]
        end = starts[row + 1]
        while at < end:
            first = data[at]
            if first < 0x80:
                script = table[first]
                at += 1
            else:
                script = table[decode(data, at)]
                at += width(first)
            if script:
                out[row, script - 1] += 1
    return out
