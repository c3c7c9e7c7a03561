"""Which of the lines that a site repeats go.

Importing this module loads numba, so the stage imports it inside the functions that need it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from filters._kernels import lines as look
from filters._kernels.compiled import allocating
from filters._kernels.folding import I64, Lines
from filters._kernels.utf8 import Bytes, Offsets

F64 = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
U8 = npt.NDArray[np.uint8]


def gone(found: Lines, common: Flags, min_words: float) -> U8:
    """1 for each line that goes, else 0: shape (m,).

    Common lines that follow each other go together, if they have so many words together. Those without a letter go
    only between two that have some.

    Args:
        found: m lines.
        common: shape (m,): whether the site repeats it.
        min_words: words of all that follow each other.
    """
    words = np.zeros(len(common))
    those = np.flatnonzero(common)
    words[those] = _words(found, those)
    return _runs(common, words, found.of, min_words)


def _words(found: Lines, those: I64) -> F64:
    """Estimated words of some lines; 0 where there is no letter."""
    data, starts = _gathered(found.data, found.begin[those], found.end[those])
    array = pa.LargeStringArray.from_buffers(len(those), pa.py_buffer(starts), pa.py_buffer(data))
    table, _ = look.lines(pl.Series(pl.from_arrow(array)))  # a paragraph is several
    words = np.zeros(len(those))
    np.add.at(words, table.row, np.where(table.letters > 0, table.words, 0.0))
    return words


@allocating
def _gathered(data: Bytes, begin: I64, end: I64) -> tuple[Bytes, Offsets]:
    starts = np.zeros(len(begin) + 1, np.int64)
    starts[1:] = np.cumsum(end - begin)
    into = np.empty(starts[-1], np.uint8)
    for i in range(len(begin)):
        into[starts[i] : starts[i + 1]] = data[begin[i] : end[i]]
    return into, starts


@allocating
def _runs(common: Flags, words: F64, of: I64, min_words: float) -> U8:
    out = np.zeros(len(common), np.uint8)
    for text in range(len(of) - 1):
        first = -1  # of the common lines that follow each other, the first and the last with letters
        last = -1
        total = 0.0
        for i in range(of[text], of[text + 1] + 1):
            if i < of[text + 1] and common[i]:
                if words[i] > 0:
                    first = i if first < 0 else first
                    last = i
                    total += words[i]
                continue
            if first >= 0 and total >= min_words:
                out[first : last + 1] = 1
            first = -1
            total = 0.0
    return out
