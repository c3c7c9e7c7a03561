"""Sentences of a text, by UAX #29, in one compiled pass. A line end always ends one.

Thai and Lao end their sentences with a space, as they end their phrases; here their lines are their sentences.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from filters._segments._classes import sentence_classes


def cut(text: pl.Series) -> pl.Series:
    """The sentences of each text without the white space around them; null for a null text.

    Args:
        text: strings, shape (n,).

    Returns:
        Lists of strings, shape (n,), named `sentences`. The strings point into one copy of the texts.
    """
    from filters._kernels.utf8 import strings
    from filters._segments._sentence_scan import scan
    from filters._segments._spans import Spans, column, room

    data, starts = strings(text)
    counts = np.zeros(len(text), np.int64)
    begins, ends = room(len(data), lambda b, e: scan(data, starts, sentence_classes(), b, e, counts))
    return column(data, Spans(begins, ends, counts), text.is_null(), "sentences")
