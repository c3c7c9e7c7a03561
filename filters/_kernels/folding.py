"""Lines in the form in which they are compared: NFKC_Casefold (Unicode 3.13), one code point after the other.

Code points are not put together or reordered: text that went through `normalise` is NFC, where that makes no difference
but for half-width kana. White space, however much, is one space, and none at the ends.

Importing this module loads numba, so stages import it inside the functions that need it.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from filters import _unicode
from filters._kernels.compiled import allocating, compiled
from filters._kernels.memory import K1, K2, PAD, Hashes, Masks, digest, fold, load, masks, store
from filters._kernels.utf8 import Bytes, Offsets, decode, strings, width

I64 = npt.NDArray[np.int64]
I32 = npt.NDArray[np.int32]

_BLOCK = 1024  # bytes of the folded form that are hashed at a time
_LONGEST = 64  # bytes that one code point may become: 18 code points of 3 bytes (U+FDFA)
_ROOM = _BLOCK + _LONGEST + PAD
_SPACE = 0x20
_NOTHING, _LINE_END, _PARAGRAPH_END, _SEVERAL = -1, -2, -3, -4

_U2, _U8 = np.uint64(2), np.uint64(8)
_HIGHS = np.uint64(0x8080808080808080)
_LOWS = np.uint64(0x7F7F7F7F7F7F7F7F)
_SPACES = np.uint64(0x2020202020202020)
_FROM_A = np.uint64(0x3F3F3F3F3F3F3F3F)  # added to a byte from `A` on, the top bit is set
_BEHIND_Z = np.uint64(0x2525252525252525)  # and from behind `Z` on
_FIRST, _LAST = np.uint64(0x80), np.uint64(1 << 63)


class Folded(NamedTuple):
    """What each code point becomes.

    Args:
        point: shape (1114112,), int32: a code point; `_NOTHING`, `_LINE_END` or `_PARAGRAPH_END`; `_SEVERAL` - i for
            the several that entry i of `starts` says.
        starts: shape (n + 1,), int32: entry i is `parts[starts[i]:starts[i + 1]]`.
        parts: shape (m,), int32: code points.
    """

    point: I32
    starts: I32
    parts: I32


class Lines(NamedTuple):
    """The lines, or the paragraphs, of a column of n texts that hold more than white space, in order; m of them.

    Args:
        data: UTF-8 bytes of the column.
        starts: shape (n + 1,): text i is `data[starts[i]:starts[i + 1]]`.
        row: shape (m,), int64: position of the text in its column.
        begin, end: shape (m,), int64: bytes in `data`, without white space at the ends.
        of: shape (n + 1,), int64: the lines of text i are numbers `of[i]` to `of[i + 1]`.
        key: shape (m,), uint64: salted hash of the folded form.
    """

    data: Bytes
    starts: Offsets
    row: I64
    begin: I64
    end: I64
    of: I64
    key: Hashes


@cache
def folded() -> Folded:
    """The tables."""
    ignorable = _unicode.matching(r"\p{DI}")
    changing = ignorable | _unicode.matching(r"\p{NFKC_QC=No}")
    for code in range(0x1F000):  # no letter beyond has case
        changing[code] |= (letter := chr(code)).casefold() != letter and not 0xD800 <= code < 0xE000
    point = np.arange(_unicode.CODE_POINTS, dtype=np.int32)
    starts: list[int] = [0]
    parts: list[int] = []
    for code in np.flatnonzero(changing).tolist():
        form = "" if ignorable[code] else _form(chr(code))
        if len(form) == 1:
            point[code] = ord(form)
        elif form:
            point[code] = _SEVERAL + 1 - len(starts)
            parts += map(ord, form)
            starts.append(len(parts))
        else:
            point[code] = _NOTHING
    point[(_unicode.flags() & _unicode.SPACE) != 0] = _SPACE
    point[(_unicode.flags() & _unicode.LINE_END) != 0] = _LINE_END
    point[0x2029] = _PARAGRAPH_END
    return Folded(point, np.array(starts, np.int32), np.array(parts, np.int32))


def _form(letter: str) -> str:
    def casefolded(text: str) -> str:
        return unicodedata.normalize("NFKC", text.casefold())

    return casefolded(casefolded(unicodedata.normalize("NFD", letter)))


def lines(text: pl.Series, salt: Hashes, *, paragraphs: bool) -> Lines:
    """The lines of a column of texts with their keys. A null is an empty text.

    Args:
        text: shape (n,).
        salt: shape (n,): what makes the same line another one in another text.
        paragraphs: lines with no blank line between them are one.
    """
    data, starts = strings(text)
    found = _scan(data, starts, salt, *folded(), masks(), paragraphs, _count(data, starts))
    return Lines(data, starts, *found)


@compiled
def _count(data: Bytes, starts: Offsets) -> int:
    """At least as many lines as there are: every byte that may end one."""
    n = len(starts)
    for i in range(starts[0], starts[-1]):
        byte = data[i]
        n += (byte < 0x20 and byte >= 0x0A) or byte == 0x85 or byte == 0xA8 or byte == 0xA9
    return n


@allocating
def _scan(
    data: Bytes, starts: Offsets, salt: Hashes, point: I32, several: I32, parts: I32, masks: Masks, paragraphs: bool,
    most: int,
) -> tuple[I64, I64, I64, I64, Hashes]:  # fmt: skip
    row = np.empty(most, np.int64)
    begin = np.empty(most, np.int64)
    end = np.empty(most, np.int64)
    key = np.empty(most, np.uint64)
    of = np.zeros(len(starts), np.int64)
    room = np.zeros(_ROOM, np.uint8)
    m = 0
    for text in range(len(starts) - 1):
        at = starts[text]
        while at < starts[text + 1]:
            at, begin[m], end[m], key[m] = _line(
                data, at, starts[text + 1], salt[text], point, several, parts, masks, paragraphs, room
            )
            if end[m] > 0:
                row[m] = text
                m += 1
        of[text + 1] = m
    return row[:m], begin[:m], end[:m], of, key[:m]


@compiled
def _line(
    data: Bytes, at: int, stop: int, salt: np.uint64, point: I32, several: I32, parts: I32, masks: Masks,
    paragraphs: bool, room: Bytes,
) -> tuple[int, int, int, np.uint64]:  # fmt: skip
    """Where the next line begins, where this one begins and ends (0 for a blank line), and its key."""
    state = salt
    used = 0  # bytes in `room`
    begin = -1
    end = 0
    begun = False  # something was written
    gap = False  # white space came last
    ends = 0  # line ends since the last sign
    while at < stop:
        if used >= _BLOCK:
            state = fold(digest(room, 0, _BLOCK, masks) ^ state, K2)
            used -= _BLOCK
            for i in range(0, _LONGEST, 8):
                store(room, i, load(room, _BLOCK + i))
        byte = data[at]
        if byte >= 0x20 and byte < 0x80 and at + 8 <= stop:
            word = load(data, at)
            other = word ^ _SPACES
            spaces = ~(((other & _LOWS) + _LOWS) | other | _LOWS)
            # Eight printable ASCII characters and no run of spaces
            if (
                word & _HIGHS == 0
                and ((word | _HIGHS) - _SPACES) & _HIGHS == _HIGHS
                and spaces & (spaces << _U8) == 0
                and not (spaces & _FIRST and (gap or not begun))
            ):
                if gap and begun:
                    room[used] = _SPACE
                    used += 1
                begin = at if begin < 0 else begin
                begun = True
                store(room, used, word | (((word + _FROM_A) & ~(word + _BEHIND_Z) & _HIGHS) >> _U2))
                gap = spaces & _LAST != 0
                used += 7 if gap else 8
                end = at + 7 if gap else at + 8
                ends = 0
                at += 8
                continue
        if byte < 0x80:
            code = np.int64(point[byte])
            size = 1
        else:
            code = np.int64(point[decode(data, at)])
            size = width(byte)
        at += size
        if code == _SPACE:
            gap = True
            continue
        if code in (_LINE_END, _PARAGRAPH_END):
            if byte == 0x0D and at < stop and data[at] == 0x0A:
                at += 1
            ends += 1 if code == _LINE_END else 2
            if begin < 0 or not paragraphs or ends > 1:
                break
            gap = True
            continue
        ends = 0
        begin = at - size if begin < 0 else begin
        end = at
        if code == _NOTHING:
            continue
        if gap and begun:
            room[used] = _SPACE
            used += 1
        begun = True
        gap = False
        if code >= 0:
            used = _put(room, used, code)
        else:
            for i in range(several[_SEVERAL - code], several[_SEVERAL - code + 1]):
                used = _put(room, used, np.int64(parts[i]))
    if used >= _BLOCK:
        state = fold(digest(room, 0, _BLOCK, masks) ^ state, K2)
        used -= _BLOCK
        for i in range(0, _LONGEST, 8):
            store(room, i, load(room, _BLOCK + i))
    return at, begin, end, fold(digest(room, 0, used, masks) ^ state, K1)


@compiled
def _put(room: Bytes, used: int, code: np.int64) -> int:
    """Write a code point so that no two texts give the same bytes: one byte, or three with the top bit set."""
    if code < 0x80:
        room[used] = code
        return used + 1
    room[used] = 0x80 | (code >> 14)
    room[used + 1] = 0x80 | ((code >> 7) & 0x7F)
    room[used + 2] = 0x80 | (code & 0x7F)
    return used + 3
