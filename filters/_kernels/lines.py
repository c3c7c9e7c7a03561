"""What a line looks like, in any script: the line table that list, menu and boilerplate rules share.

Words are counted without cutting them: where words have spaces, a run of letters, marks and digits is one; in a script
without spaces a letter counts as a part of a word, by the mean letters of a word there. So a line is as short in Thai
as it is in English, and an Edit need not cut words that its own change would make useless.

Importing this module loads numba, so stages import it inside the functions that need it.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from filters import _unicode
from filters._kernels.compiled import allocating, compiled
from filters._kernels.utf8 import Bytes, Offsets, decode, once, strings, width

# Letters of a word in scripts without spaces: measured on the Universal Declaration of Human Rights with the shared
# dictionary cut (Thai 3.17, Lao 3.23, Khmer 3.21, Burmese 2.20, Han 1.63 to 1.84, kana 1.53).
_LETTERS_OF_A_WORD = {
    r"[\p{Thai}\p{Lao}\p{Khmer}]": 3.2,
    r"\p{Myanmar}": 2.2,
    r"\p{Han}": 1.7,
    r"[\p{Hiragana}\p{Katakana}ー]": 1.6,
}

# How a line ends, closing quotes and brackets aside.
OPEN, TERMINAL, COMMA, COLON, DIGIT = 0, 1, 2, 3, 4

# Classes of code points, one bit each.
_SPACE, _LINE_END, _LETTER, _DIGIT, _MARK, _TERMINAL, _CLOSER, _SEPARATOR = 1, 2, 4, 8, 16, 32, 64, 128

I64 = npt.NDArray[np.int64]


class Lines(NamedTuple):
    """The lines of a column of texts that hold more than white space, in order; m of them.

    Args:
        row: shape (m,), int64: position of the text in its column.
        begin, end: shape (m,), int64: bytes of the line in the text, white space at both ends left out, counted from
            the start of the column's data.
        words: shape (m,), float64: estimated words.
        letters, digits, symbols: shape (m,), int64: code points of each kind; marks and white space are none of them.
        separators: shape (m,), int64: signs that part the items of a menu, bar or breadcrumb (`|`, `»`, `·`, `→`),
            with a space before them;
            one that begins the line is a bullet.
        stops: shape (m,), int64: signs that end a sentence, with white space or a letter without case behind them.
        last: shape (m,), int64: `OPEN`, `TERMINAL`, `COMMA`, `COLON` or `DIGIT`.
        key: shape (m,), int64: first three letters, lower-cased, as a number that sorts as they do; 0 without letters.
        digest: shape (m,), uint64: FNV-1a of the line's bytes.
        of: shape (n + 1,), int64: the lines of text i are numbers `of[i]` to `of[i + 1]`.
    """

    row: I64
    begin: I64
    end: I64
    words: npt.NDArray[np.float64]
    letters: I64
    digits: I64
    symbols: I64
    separators: I64
    stops: I64
    last: I64
    key: I64
    digest: npt.NDArray[np.uint64]
    of: I64


@cache
def _tables() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32], npt.NDArray[np.int32]]:
    """Classes, share of a word (0: words have spaces) and lower case of every code point."""
    flags = _unicode.flags()
    classes = np.zeros(_unicode.CODE_POINTS, np.uint8)
    for theirs, ours in (
        (_unicode.SPACE, _SPACE), (_unicode.LINE_END, _LINE_END), (_unicode.ALPHA, _LETTER), (_unicode.DIGIT, _DIGIT),
        (_unicode.TERMINAL, _TERMINAL),
    ):  # fmt: skip
        classes[(flags & theirs) != 0] |= ours
    classes[_unicode.matching(r"[\p{M}\p{Cf}]")] |= _MARK
    classes[_unicode.matching(r"[\p{Pe}\p{Pf}\"'*_”’»」』）]")] |= _CLOSER
    classes[[ord(sign) for sign in "…⋯"]] |= _TERMINAL
    classes[[ord(sign) for sign in "|¦│┃·•→⇒▸►｜›»«‹"]] |= _SEPARATOR
    shares = np.zeros(_unicode.CODE_POINTS, np.float32)
    for pattern, letters in _LETTERS_OF_A_WORD.items():
        shares[_unicode.matching(pattern)] = 1 / letters
    shares[(classes & _LETTER) == 0] = 0
    return classes, shares, _unicode.lower_case()


def lines(text: pl.Series) -> tuple[Lines, Bytes]:
    """The line table of a column of texts, and the bytes that it points into. A null is an empty text.

    Args:
        text: shape (n,).
    """
    return once(_lines, text)


def _lines(text: pl.Series) -> tuple[Lines, Bytes]:
    data, starts = strings(text)
    classes, shares, lower = _tables()
    table = Lines(*_scan(data, starts, classes, shares, lower, _count(data, starts)))
    return table, data


@compiled
def _count(data: Bytes, starts: Offsets) -> int:
    """At least as many lines as there are: every byte that may begin a line end."""
    n = len(starts)
    for i in range(starts[0], starts[-1]):
        byte = data[i]
        n += (byte >= 0x0A and byte <= 0x0D) or (byte >= 0x1C and byte <= 0x1E)
        if byte == 0x85 or byte == 0xA8 or byte == 0xA9:  # second or third byte of U+0085, U+2028 and U+2029
            n += 1
    return n


@allocating
def _scan(
    data: Bytes, starts: Offsets, classes: npt.NDArray[np.uint8], shares: npt.NDArray[np.float32],
    lower: npt.NDArray[np.int32], most: int,
) -> tuple[
    I64, I64, I64, npt.NDArray[np.float64], I64, I64, I64, I64, I64, I64, I64, npt.NDArray[np.uint64], I64
]:  # fmt: skip
    row = np.empty(most, np.int64)
    begin = np.empty(most, np.int64)
    end = np.empty(most, np.int64)
    words = np.empty(most, np.float64)
    letters = np.empty(most, np.int64)
    digits = np.empty(most, np.int64)
    symbols = np.empty(most, np.int64)
    separators = np.empty(most, np.int64)
    stops = np.empty(most, np.int64)
    last = np.empty(most, np.int64)
    key = np.empty(most, np.int64)
    digest = np.empty(most, np.uint64)
    of = np.zeros(len(starts), np.int64)
    m = 0
    for text in range(len(starts) - 1):
        at = starts[text]
        stop = starts[text + 1]
        while at < stop:
            first = np.int64(-1)
            behind = at
            n_words = 0.0
            n_letters = 0
            n_digits = 0
            n_symbols = 0
            n_separators = 0
            n_stops = 0
            ending = OPEN
            sorts = np.int64(0)
            n_sorts = 0
            fnv = np.uint64(0xCBF29CE484222325)
            in_word = False
            after_stop = False
            after_space = True
            quoted = False
            while at < stop:
                byte = data[at]
                if byte < 0x80:
                    point = np.int64(byte)
                    size = 1
                else:
                    point = decode(data, at)
                    size = width(byte)
                kind = classes[point]
                if kind & _LINE_END:
                    at += size
                    break
                if kind & _SPACE:
                    in_word = False
                    n_stops += after_stop
                    after_stop = False
                    after_space = True
                    at += size
                    continue
                if first < 0:
                    first = at
                for i in range(at, at + size):
                    fnv = (fnv ^ np.uint64(data[i])) * np.uint64(0x100000001B3)
                if kind & _LETTER:
                    n_letters += 1
                    share = shares[point]
                    if share > 0:
                        n_words += share
                        in_word = False
                        n_stops += after_stop
                    elif not in_word:
                        n_words += 1
                        in_word = True
                    if n_sorts < 3:
                        sorts |= np.int64(lower[point]) << (42 - 21 * n_sorts)
                        n_sorts += 1
                    ending = OPEN
                    after_stop = False
                elif kind & _DIGIT:
                    n_digits += 1
                    if not in_word:
                        n_words += 1
                        in_word = True
                    ending = DIGIT
                    after_stop = False
                elif not kind & _MARK:
                    n_symbols += 1
                    # With a space before it: Catalan writes "col·lecció", usage lines write "on|off".
                    if kind & _SEPARATOR and after_space and at > first:
                        if point == 0xAB or point == 0x2039:
                            quoted = True
                        elif point == 0xBB or point == 0x203A:
                            # Quotation marks in half of Europe: no separator behind an open one or before a word.
                            n_separators += not quoted and (at + size == stop or data[at + size] <= 0x20)
                            quoted = False
                        else:
                            n_separators += 1
                    if kind & _TERMINAL:
                        ending = TERMINAL
                        after_stop = True
                    elif kind & _CLOSER:
                        pass
                    elif point in (0x2C, 0x3B, 0x060C, 0x061B, 0x3001, 0xFF0C, 0xFF1B, 0x1363, 0x1364):
                        ending = COMMA
                        after_stop = False
                    elif point in (0x3A, 0xFF1A, 0x1365, 0x1366):
                        ending = COLON
                        after_stop = False
                    else:
                        ending = OPEN
                        after_stop = False
                    # An apostrophe or a hyphen inside a word parts nothing; every other sign does.
                    if point not in (0x27, 0x2019, 0x2D, 0x2010, 0x2011, 0x5F, 0x2E):
                        in_word = False
                after_space = False
                at += size
                behind = at
            if first < 0:
                continue
            row[m] = text
            begin[m] = first
            end[m] = behind
            words[m] = n_words
            letters[m] = n_letters
            digits[m] = n_digits
            symbols[m] = n_symbols
            separators[m] = n_separators
            stops[m] = n_stops
            last[m] = ending
            key[m] = sorts
            digest[m] = fnv
            m += 1
        of[text + 1] = m
    return (
        row[:m], begin[:m], end[:m], words[:m], letters[:m], digits[:m], symbols[:m], separators[:m], stops[:m],
        last[:m], key[:m], digest[:m], of,
    )  # fmt: skip
