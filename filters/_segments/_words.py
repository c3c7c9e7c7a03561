"""Words of a text, in every script, as spans of its bytes.

Where words have spaces (or a sign between them), the rules of UAX #29 cut them, in one compiled pass. Runs of a script
without spaces go to ICU's dictionaries (CLDR): Thai, Lao, Khmer, Burmese, Chinese and Japanese. A word is what shows
something: letters and digits with what belongs to them, a sign, or a row of one sign; white space is none.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
from icu4py.breakers import WordBreaker

from filters._segments._classes import classes

_LINE_END = 1  # bytes between two runs in the text that ICU gets


def cut(text: pl.Series) -> pl.Series:
    """The words of each text, in order; null for a null text.

    Args:
        text: strings, shape (n,).

    Returns:
        Lists of strings, shape (n,), named `words`. The strings point into one copy of the texts.
    """
    from filters._segments import _scan
    from filters._utf8 import strings

    data, starts = strings(text)
    begins, ends = np.empty(len(data), np.int64), np.empty(len(data), np.int64)
    counts, dictionary = np.zeros(len(text), np.int64), np.empty(len(data), np.bool_)
    found = _scan.scan(data, starts, classes(), begins, ends, counts, dictionary)
    begins, ends, dictionary = begins[:found], ends[:found], dictionary[:found]
    if dictionary.any():
        begins, ends, counts = _by_dictionary(data, begins, ends, counts, np.flatnonzero(dictionary))
    views = np.empty((len(begins), 16), np.uint8)
    _scan.views(data, begins, ends, views)
    return _column(data, views, counts, text.is_null())


def _by_dictionary(data: Any, begins: Any, ends: Any, counts: Any, runs: npt.NDArray[np.int64]) -> tuple[Any, Any, Any]:
    """Replace each run of a script without spaces by the words that ICU finds in it."""
    from filters._segments._scan import gather

    sizes = ends[runs] - begins[runs]
    apart = np.empty(int(sizes.sum()) + len(runs) * _LINE_END, np.uint8)
    gather(data, begins[runs], ends[runs], apart)
    # The root locale: dictionaries go by script, and no language's special rules are wanted.
    pieces = pl.Series(list(WordBreaker(apart.tobytes().decode(), "und")), dtype=pl.String)
    after = np.cumsum(pieces.str.len_bytes().to_numpy().astype(np.int64))
    before = np.concatenate(([0], after[:-1]))
    kept = (pieces != "\n").to_numpy()
    before, after = before[kept], after[kept]
    run_starts = np.concatenate(([0], np.cumsum(sizes + _LINE_END)[:-1]))
    run = np.searchsorted(run_starts, before, side="right") - 1
    shift = begins[runs][run] - run_starts[run]
    # Each run's place is taken by its pieces; everything is in the order of its first byte.
    whole = np.ones(len(begins), np.bool_)
    whole[runs] = False
    row = np.repeat(np.arange(len(counts)), counts)
    all_begins = np.concatenate((begins[whole], before + shift))
    order = np.argsort(all_begins, kind="stable")
    rows = np.concatenate((row[whole], row[runs][run]))
    return (
        all_begins[order],
        np.concatenate((ends[whole], after + shift))[order],
        np.bincount(rows, minlength=len(counts)).astype(np.int64),
    )


def _column(data: Any, views: npt.NDArray[np.uint8], counts: Any, null: pl.Series) -> pl.Series:
    """A column of lists of strings out of Arrow string views, without copying a string."""
    words = pa.Array.from_buffers(pa.string_view(), len(views), [None, pa.py_buffer(views), pa.py_buffer(data)])
    offsets = pa.array(np.concatenate(([0], np.cumsum(counts))), pa.int64())
    mask = null.to_arrow() if null.any() else None
    column = pl.from_arrow(pa.LargeListArray.from_arrays(offsets, words, mask=mask))
    assert isinstance(column, pl.Series)
    return column.alias("words")
