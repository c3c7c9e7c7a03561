"""Letters and lengths of the shared words, compiled."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from filters import _unicode
from filters._kernels.compiled import allocating
from filters._kernels.utf8 import Bytes, Offsets, decode, width

F64 = npt.NDArray[np.float64]

_LETTER, _DIGIT, _UNSPACED = 1, 2, 4
_LONG = 6  # LIX: a word of more letters is long


@cache
def classes() -> npt.NDArray[np.uint8]:
    """Classes of every code point, for `scan`."""
    flags = _unicode.flags()
    out = np.zeros(_unicode.CODE_POINTS, np.uint8)
    out[(flags & _unicode.ALPHA) != 0] |= _LETTER
    out[_unicode.matching(r"\p{N}")] |= _DIGIT
    unspaced = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]"
    out[_unicode.matching(unspaced) & ((out & _LETTER) != 0)] |= _UNSPACED
    return out


@allocating
def scan(
    data: Bytes, starts: Offsets, lists: Offsets, kinds: npt.NDArray[np.uint8]
) -> tuple[npt.NDArray[np.int64], F64, F64, F64]:
    """Words, mean letters of a word, share of long words, share of letters in scripts without spaces; shape (n,).

    Args:
        data, starts, lists: the words of the texts.
        kinds: from `classes`.
    """
    n = len(lists) - 1
    words = np.zeros(n, np.int64)
    mean = np.zeros(n)
    long_share = np.zeros(n)
    unspaced_share = np.zeros(n)
    for text in range(n):
        spelt = 0  # words that hold a letter: numbers are counted in sentences, not spelt
        letters = 0
        long = 0
        unspaced = 0
        for w in range(lists[text], lists[text + 1]):
            here = 0
            digits = 0
            at = starts[w]
            while at < starts[w + 1]:
                kind = kinds[decode(data, at)]
                here += kind & _LETTER
                digits += (kind & _DIGIT) != 0
                unspaced += (kind & _UNSPACED) != 0
                at += width(data[at])
            words[text] += here > 0 or digits > 0
            spelt += here > 0
            letters += here
            long += here > _LONG
        if spelt > 0:
            mean[text] = letters / spelt
            long_share[text] = long / spelt
            unspaced_share[text] = unspaced / letters
    return words, mean, long_share, unspaced_share
