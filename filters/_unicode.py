"""Properties of every code point as tables, for kernels: one byte or a set of flags for each of 1,114,112 code points.

Properties come from the `regex` package (Unicode Character Database), white space and line ends from Python itself,
the two sets of punctuation from datatrove, so that rules mean the same characters there and here.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import regex

CODE_POINTS = 0x110000

# Flags, as `flags()` combines them.
SPACE = 1  # str.isspace
LINE_END = 2  # str.splitlines cuts here
ALPHA = 4  # str.isalpha: general category L*
DIGIT = 8  # general category Nd
PUNCTUATION = 16  # datatrove's set: a word of these alone is a symbol
TERMINAL = 32  # Sentence_Terminal: ends a sentence in some script
UPPER = 64  # general category Lu


def matching(pattern: str) -> npt.NDArray[np.bool_]:
    """Which code points a pattern for one character matches: shape (1114112,)."""
    out = np.zeros(CODE_POINTS, np.bool_)
    for found in regex.finditer(f"(?:{pattern})+", _everything()):
        # Surrogates are no characters: the text leaves them out, so positions behind them move.
        start, end = (_code_point(p) for p in found.span())
        out[start:end] = True
    out[0xD800:0xE000] = False
    return out


@cache
def _everything() -> str:
    return "".join(map(chr, (*range(0xD800), *range(0xE000, CODE_POINTS))))


def _code_point(position: int) -> int:
    return position if position < 0xD800 else position + 0x800


@cache
def may_change(form: Literal["NFC", "NFKC"]) -> str:
    """A class, for polars, of the characters of which a text has one if a normal form would change it.

    Those of which the quick check (UAX #15, section 9) does not say Yes, and marks, which may stand in another order.
    What Unicode has not yet assigned is among them too: polars may know a later version.
    """
    points = np.flatnonzero(matching(rf"[\p{{{form}_QC=No}}\p{{{form}_QC=Maybe}}\P{{ccc=0}}\p{{Cn}}]"))
    breaks = np.flatnonzero(np.diff(points) != 1)
    first, last = points[np.concatenate(([0], breaks + 1))], points[np.concatenate((breaks, [len(points) - 1]))]
    return "[" + "".join(f"\\x{{{a:X}}}-\\x{{{b:X}}}" for a, b in zip(first, last, strict=True)) + "]"


@cache
def lower_case() -> npt.NDArray[np.int32]:
    """Each code point in lower case, where that is one code point; else itself: shape (1114112,)."""
    lower = np.arange(CODE_POINTS, dtype=np.int32)
    for point in range(0x1F000):  # no letter beyond has case
        if len(small := chr(point).lower()) == 1:
            lower[point] = ord(small)
    return lower


@cache
def flags() -> npt.NDArray[np.uint8]:
    """The flags of every code point: shape (1114112,)."""
    from datatrove.utils.text import PUNCTUATION_SET, TERMINAL_PUNCTUATION

    out = np.zeros(CODE_POINTS, np.uint8)
    # No white space or line end lies beyond U+3000.
    for point in range(0x3001):
        out[point] |= SPACE * chr(point).isspace() | LINE_END * (len(f"a{chr(point)}b".splitlines()) > 1)
    for pattern, flag in ((r"\p{L}", ALPHA), (r"\p{Nd}", DIGIT), (r"\p{Lu}", UPPER)):
        out[matching(pattern)] |= flag
    for characters, flag in ((PUNCTUATION_SET, PUNCTUATION), (TERMINAL_PUNCTUATION, TERMINAL)):
        out[[ord(c) for c in characters]] |= flag
    return out
