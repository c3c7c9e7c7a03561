"""Sentences of a text, by UAX #29 with ICU's root rules: a line end always ends one.

Thai and Lao end their sentences with a space, as they end their phrases; here their lines are their sentences.
"""

from __future__ import annotations

import polars as pl
from icu4py.breakers import SentenceBreaker


def cut(text: pl.Series) -> pl.Series:
    """The sentences of each text without the white space around them; null for a null text.

    Args:
        text: strings, shape (n,).

    Returns:
        Lists of strings, shape (n,), named `sentences`.
    """
    # One call for each text, in which ICU works; the strings are stripped and the empty ones dropped all at once.
    pieces = [None if one is None else list(SentenceBreaker(one, "und")) for one in text]
    column = pl.DataFrame({"sentences": pl.Series(pieces, dtype=pl.List(pl.String))})
    stripped = pl.element().str.strip_chars()
    return column.select(pl.col("sentences").list.eval(stripped.filter(stripped != "")))["sentences"]
