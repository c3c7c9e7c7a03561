"""Words of a text, in every script.

Where words have spaces (or a sign between them), the rules of UAX #29 cut them, in one compiled pass. Runs of a script
without spaces go to ICU's dictionaries (CLDR): Thai, Lao, Khmer, Burmese, Chinese and Japanese. A word is what shows
something: letters and digits with what belongs to them, a sign, or a row of one sign; white space is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl
from icu4py.breakers import WordBreaker

from filters._segments._classes import classes, linkers

if TYPE_CHECKING:
    from filters._kernels.utf8 import Bytes
    from filters._segments._spans import Spans

_LINE_END = 1  # bytes between two runs in the text that ICU gets


def cut(text: pl.Series) -> pl.Series:
    """The words of each text, in order; null for a null text.

    Args:
        text: strings, shape (n,).

    Returns:
        Lists of strings, shape (n,), named `words`. The strings point into one copy of the texts.
    """
    from filters._kernels.utf8 import strings
    from filters._segments._spans import Spans, column, room
    from filters._segments._word_scan import scan

    data, starts = strings(text)
    counts, dictionary = np.zeros(len(text), np.int64), np.empty(len(data) + 1, np.bool_)
    begins, ends = room(len(data), lambda b, e: scan(data, starts, classes(), b, e, counts, dictionary))
    spans = Spans(begins, ends, counts)
    runs = np.flatnonzero(dictionary[: len(begins)])
    return column(data, _by_dictionary(data, spans, runs) if len(runs) else spans, text.is_null(), "words")


def _by_dictionary(data: Bytes, spans: Spans, runs: npt.NDArray[np.int64]) -> Spans:
    """Replace each run of a script without spaces by the words that ICU finds in it."""
    from filters._segments._spans import Spans, gather
    from filters._segments._word_scan import put_in_place

    begins, ends, counts = spans
    sizes = (ends[runs] - begins[runs]).astype(np.int64)
    apart = np.empty(int(sizes.sum()) + len(runs) * _LINE_END, np.uint8)
    gather(data, begins[runs], ends[runs], apart)
    # The root locale: dictionaries go by script, and no language's special rules are wanted.
    pieces = pl.Series(list(WordBreaker(apart.tobytes().decode(), "und")), dtype=pl.String)
    after = np.cumsum(pieces.str.len_bytes().to_numpy().astype(np.int64))
    before = np.concatenate(([0], after[:-1]))
    kept = (pieces != "\n").to_numpy()
    before, after = _whole_graphemes(apart, before[kept], after[kept])
    run_starts = np.concatenate(([0], np.cumsum(sizes + _LINE_END)))
    pieces_of_run = np.diff(np.searchsorted(before, run_starts))
    # Each run's place is taken by its pieces.
    total = len(begins) - len(runs) + len(before)
    out = Spans(np.empty(total, np.int32), np.empty(total, np.int32), np.empty_like(counts))
    shifts = begins[runs].astype(np.int64) - run_starts[:-1]
    put_in_place(*spans, runs, pieces_of_run, shifts, before, after, *out)
    return out


def _whole_graphemes(
    text: Bytes, begins: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The pieces, with those put together again that were cut behind a linking sign."""
    from filters._segments._word_scan import after_linkers

    touching = np.flatnonzero(begins[1:] == ends[:-1])
    joined = touching[after_linkers(text, begins[1:][touching].astype(np.int32), classes(), linkers())]
    return np.delete(begins, joined + 1), np.delete(ends, joined)
