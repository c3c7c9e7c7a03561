"""Graphemes, what a reader takes for one character (UAX #29, extended grapheme clusters, by ICU)."""

from __future__ import annotations

import polars as pl
from icu4py.breakers import CharacterBreaker

# No cluster that people write is longer; a run of marks beyond it (Zalgo text) is cut off after the letter before it.
_LONGEST = 64


def cut(text: pl.Series) -> pl.Series:
    """The graphemes of each text; null for a null text.

    Args:
        text: strings, shape (n,).

    Returns:
        Lists of strings, shape (n,), named `graphemes`.
    """
    pieces = [None if one is None else list(CharacterBreaker(one, "und")) for one in text]
    return pl.Series("graphemes", pieces, dtype=pl.List(pl.String))


def prefix(text: str, characters: int) -> str:
    """The longest beginning of at most `characters` code points that splits no grapheme.

    >>> prefix("กำ", 1), prefix("e\u0301a", 1), prefix("ab", 1)
    ('', '', 'a')
    """
    if len(text) <= characters:
        return text
    end = 0
    for piece in CharacterBreaker(text[: characters + _LONGEST], "und"):
        if end + len(piece) > characters:
            break
        end += len(piece)
    return text[:end]


def suffix(text: str, characters: int) -> str:
    """The longest end of at most `characters` code points that splits no grapheme."""
    if len(text) <= characters:
        return text
    from_ = max(0, len(text) - characters - _LONGEST)
    begin, first = from_, len(text) - characters
    for piece in CharacterBreaker(text[from_:], "und"):
        if begin >= first:
            break
        begin += len(piece)
    return text[begin:]
