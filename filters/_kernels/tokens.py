"""Lines of tokens for a linear classifier, compiled: the words of each text in lower case, then a token for each sign.

A token of a sign is one capital letter: words are in lower case, so no word is the same.

| token | stands for each                          |
| ----- | ---------------------------------------- |
| C     | word of three or more capitals           |
| E, Q  | exclamation mark, question mark          |
| N     | number (run of digits of any script)     |
| M     | currency or percent sign                 |
| P     | pictograph                               |
| L     | link (http, https, www) or @             |
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from filters import _unicode
from filters._kernels.compiled import compiled
from filters._kernels.utf8 import Bytes, Offsets, decode, width

U8 = npt.NDArray[np.uint8]
I64 = npt.NDArray[np.int64]

_UPPER, _EXCLAMATION, _QUESTION, _NUMBER, _MONEY, _PICTOGRAPH, _AT = (1 << bit for bit in range(7))
_SIGNS = (
    (r"\p{Lu}", _UPPER),
    (r"[!！¡]", _EXCLAMATION),
    (r"[?？؟¿]", _QUESTION),
    (r"\p{N}", _NUMBER),
    (r"[\p{Sc}%٪％]", _MONEY),
    ("[\\p{So}\U0001f000-\U0001faff]", _PICTOGRAPH),
    (r"@", _AT),
)
_TOKENS = b"CEQNMPL"
_UNDERSCORE, _SPACE, _ZERO = 0x5F, 0x20, 0x00
ROOM_BYTE, ROOM_WORD = 5, 6
"""A line takes at most so many bytes for each byte and each word of its text."""


@cache
def signs() -> U8:
    """The flags of every code point: shape (1114112,)."""
    out = np.zeros(_unicode.CODE_POINTS, np.uint8)
    for pattern, flag in _SIGNS:
        out[_unicode.matching(pattern)] |= flag
    return out


def tables() -> tuple[npt.NDArray[np.int32], U8, U8]:
    """Lower case and flags of every code point, and the tokens of signs: what `lines` takes."""
    return _unicode.lower_case(), signs(), np.frombuffer(_TOKENS, np.uint8)


@compiled
def count_pieces(data: Bytes, starts: Offsets, lists: Offsets, characters: int, out: I64) -> None:
    """How many pieces of about so many characters each text has, at least 1; 0 characters: one piece. Shape (n,)."""
    for i in range(len(lists) - 1):
        if characters == 0:
            out[i] = 1
            continue
        n = 0
        for at in range(starts[lists[i]], starts[lists[i + 1]]):
            n += (data[at] & 0xC0) != 0x80
        out[i] = max(1, (2 * n + characters) // (2 * characters))


@compiled
def lines(
    data: Bytes,
    starts: Offsets,
    lists: Offsets,
    pieces: I64,
    lower: npt.NDArray[np.int32],
    flags: U8,
    tokens: U8,
    out: Bytes,
    ends: I64,
    lengths: I64,
) -> None:
    """Write the lines of n texts, one a piece, each token with a space before it.

    Args:
        data, starts, lists: words of the texts (`utf8.Lists`).
        pieces: of each text, shape (n,), sum m; a text is cut between words into pieces of equal length.
        lower, flags, tokens: from `tables`.
        out: takes the lines; `ROOM_BYTE` and `ROOM_WORD` say how long it has to be.
        ends: takes where each line ends, shape (m,).
        lengths: takes how many characters of words each piece has, shape (m,).
    """
    at, piece = 0, 0
    for i in range(len(lists) - 1):
        total = 0
        for byte in range(starts[lists[i]], starts[lists[i + 1]]):
            total += (data[byte] & 0xC0) != 0x80
        last = piece + pieces[i] - 1
        done, of_piece, number_of_piece = 0, 0, 1
        capitals = exclamations = questions = numbers = money = pictographs = links = 0
        for w in range(lists[i], lists[i + 1]):
            byte, end = starts[w], starts[w + 1]
            while byte < end - 1 and data[byte] == _UNDERSCORE:  # `__label__x` must not be taken for a label
                byte += 1
                done += 1
            out[at] = _SPACE
            at += 1
            begin = at
            letters, upper, in_number = 0, 0, False
            while byte < end:
                first = data[byte]
                point = np.int64(first) if first < 0x80 else decode(data, byte)
                byte += width(first)
                done += 1
                of_piece += 1
                letters += 1
                flag = flags[point]
                if flag:
                    upper += (flag & 1) != 0
                    exclamations += (flag & 2) != 0
                    questions += (flag & 4) != 0
                    if flag & 8:
                        numbers += not in_number
                    money += (flag & 16) != 0
                    pictographs += (flag & 32) != 0
                    links += (flag & 64) != 0
                in_number = (flag & 8) != 0
                at = _put(out, at, lower[point])
            capitals += upper >= 3 and upper == letters
            links += _is_link(out, begin, at)
            # The piece ends where its share of the text's characters is reached.
            if piece < last and done * pieces[i] >= total * number_of_piece:
                at = _signs(out, at, tokens, capitals, exclamations, questions, numbers, money, pictographs, links)
                capitals = exclamations = questions = numbers = money = pictographs = links = 0
                ends[piece], lengths[piece] = at, of_piece
                of_piece = 0
                number_of_piece += 1
                piece += 1
        while piece <= last:  # a text of one very long word has fewer pieces than it could have: they are empty
            at = _signs(out, at, tokens, capitals, exclamations, questions, numbers, money, pictographs, links)
            capitals = exclamations = questions = numbers = money = pictographs = links = 0
            ends[piece], lengths[piece] = at, of_piece
            of_piece = 0
            piece += 1


@compiled
def _put(out: Bytes, at: int, point: int) -> int:
    """Write a code point in UTF-8; white space and NUL, which would end the token, as an underscore."""
    if point < 0x80:
        blank = point in (_ZERO, _SPACE) or 9 <= point <= 13
        out[at] = _UNDERSCORE if blank else point
        return at + 1
    if point < 0x800:
        out[at] = 0xC0 | (point >> 6)
        out[at + 1] = 0x80 | (point & 0x3F)
        return at + 2
    if point < 0x10000:
        out[at] = 0xE0 | (point >> 12)
        out[at + 1] = 0x80 | ((point >> 6) & 0x3F)
        out[at + 2] = 0x80 | (point & 0x3F)
        return at + 3
    out[at] = 0xF0 | (point >> 18)
    out[at + 1] = 0x80 | ((point >> 12) & 0x3F)
    out[at + 2] = 0x80 | ((point >> 6) & 0x3F)
    out[at + 3] = 0x80 | (point & 0x3F)
    return at + 4


@compiled
def _is_link(out: Bytes, begin: int, end: int) -> bool:
    """Whether a word is http, https or www."""
    size = end - begin
    if size == 3:
        return bool(out[begin] == 0x77 and out[begin + 1] == 0x77 and out[begin + 2] == 0x77)
    if size != 4 and size != 5:
        return False
    http = out[begin] == 0x68 and out[begin + 1] == 0x74 and out[begin + 2] == 0x74 and out[begin + 3] == 0x70
    return bool(http and (size == 4 or out[begin + 4] == 0x73))


@compiled
def _signs(out: Bytes, at: int, tokens: U8, c: int, e: int, q: int, n: int, m: int, p: int, k: int) -> int:
    """Write the tokens of signs."""
    for token, times in ((0, c), (1, e), (2, q), (3, n), (4, m), (5, p), (6, k)):
        for _ in range(times):
            out[at] = _SPACE
            out[at + 1] = tokens[token]
            at += 2
    return at
