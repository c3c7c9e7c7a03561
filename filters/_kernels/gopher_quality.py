"""Gopher's figures of words, lines and signs over UTF-8 bytes: one call for a whole frame."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from filters._kernels.compiled import compiled
from filters._kernels.memory import K1, K2, Hashes, Masks, fold, load, trailing_zeros
from filters._kernels.utf8 import Bytes, Offsets, decode, width
from filters._unicode import ALPHA, LINE_END, PUNCTUATION, SPACE

Flags = npt.NDArray[np.uint8]
Counts = npt.NDArray[np.int64]

# Columns that `quality_of_text` and `quality_of_words` write.
HASHES, ELLIPSES, LINES, BULLET_LINES, ELLIPSIS_LINES = range(5)
WORDS, NAMED_WORDS, LETTERS, ALPHABETIC, STOP_WORDS = range(5)
MARK_BITS = 10
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_SPACES = np.uint64(0x2020202020202020)
_HIGHS = np.uint64(0x8080808080808080)
_BELOW_A = np.uint64(0x1F1F1F1F1F1F1F1F)  # what lifts "a" to the highest bit
_ABOVE_Z = np.uint64(0x0505050505050505)  # what lifts the sign behind "z" there
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_UNMARKED = np.uint64(64 - MARK_BITS)
_FULL_STOP, _HASH_SIGN, _ELLIPSIS, _RETURN, _LINE_FEED, _ASTERISK = 0x2E, 0x23, 0x2026, 0x0D, 0x0A, 0x2A


@compiled
def quality_of_text(data: Bytes, starts: Offsets, flags: Flags, bullets: npt.NDArray[np.bool_], out: Counts) -> None:
    """Count signs and lines, as `str.count` and `str.splitlines` do.

    Args:
        data: UTF-8 bytes, offsets `starts` of n texts.
        flags: `filters._unicode.flags()`.
        bullets: which code points are bullets, shape (1114112,). An asterisk is one only before white space.
        out: written: shape (n, 5), columns HASHES, ELLIPSES, LINES, BULLET_LINES, ELLIPSIS_LINES.
    """
    for row in range(len(starts) - 1):
        at, stop = starts[row], starts[row + 1]
        hashes = ellipses = lines = bullet_lines = ellipsis_lines = 0
        full_stops = 0  # in a row, up to here
        blank = True  # nothing but white space in the line so far
        open_line = False  # whether the line holds a character, if only white space
        ended = False  # whether what was read of the line, without white space behind it, ends with an ellipsis
        while at < stop:
            # Letters and spaces are no signs of any kind, and most of most texts.
            if data[at] < 0x80 and at + 8 <= stop:
                size, letters = _running_text(load(data, at))
                if size:
                    open_line = True
                    full_stops = 0
                    blank &= not letters
                    ended &= not letters
                    at += size
                    continue
            first = data[at]
            point = decode(data, at)
            at += width(first)
            flag = flags[point]
            if flag & LINE_END:
                if point == _RETURN and at < stop and data[at] == _LINE_FEED:
                    at += 1
                lines += 1
                ellipsis_lines += ended
                full_stops = 0
                blank = True
                open_line = ended = False
                continue
            open_line = True
            if flag & SPACE:
                full_stops = 0
                continue
            if blank:
                blank = False
                if bullets[point] and (point != _ASTERISK or (at < stop and flags[decode(data, at)] & SPACE)):
                    bullet_lines += 1
            if point == _FULL_STOP:
                full_stops += 1
                ellipses += full_stops % 3 == 0
                ended = full_stops >= 3
            else:
                full_stops = 0
                ended = point == _ELLIPSIS
                ellipses += ended
                hashes += point == _HASH_SIGN
        if open_line:
            lines += 1
            ellipsis_lines += ended
        out[row, HASHES] = hashes
        out[row, ELLIPSES] = ellipses
        out[row, LINES] = lines
        out[row, BULLET_LINES] = bullet_lines
        out[row, ELLIPSIS_LINES] = ellipsis_lines


@compiled
def _running_text(word: np.uint64) -> tuple[int, bool]:
    """How many of eight bytes, from the first one on, are ASCII letters and spaces; whether letters are among them."""
    lower = (word | _SPACES) & ~_HIGHS
    letters = (lower + _BELOW_A) & ~(lower + _ABOVE_Z) & ~word & _HIGHS
    others = word ^ _SPACES
    spaces = ~(((others & ~_HIGHS) + ~_HIGHS) | others) & _HIGHS
    bits = trailing_zeros(~(letters | spaces) & _HIGHS)
    before = (np.uint64(1) << np.uint64(bits & 63)) - np.uint64(1) if bits < 64 else _ALL
    return bits >> 3, (letters & before) != 0


@compiled
def hashes_folded(data: Bytes, starts: Offsets, folded: npt.NDArray[np.uint32], out: Hashes) -> None:
    """The hash of each of n words without regard to case: shape (n,).

    Of its letters together where they are ASCII and fit a register, else letter by letter.
    """
    for i in range(len(out)):
        value, points, narrow = _GOLDEN, 0, True
        at = starts[i]
        while at < starts[i + 1]:
            point = folded[decode(data, at)]
            value = (value ^ np.uint64(point)) * _GOLDEN
            narrow &= 97 <= point <= 122
            points += 1
            at += width(data[at])
        if narrow and 0 < points <= 8:
            value = fold(_packed(data, starts[i], points, folded) ^ K1, K2)
        out[i] = value


@compiled
def _packed(data: Bytes, at: int, points: int, folded: npt.NDArray[np.uint32]) -> Any:
    """Up to eight code points that fold to ASCII letters (the Kelvin sign does), as those letters in one number."""
    packed = np.uint64(0)
    for number in range(points):
        packed |= np.uint64(folded[decode(data, at)]) << np.uint64(8 * number)
        at += width(data[at])
    return packed


@compiled
def _lower_letters(word: np.uint64, mask: np.uint64) -> Any:
    """The bytes of a word in lower case if all of them are ASCII letters, else 0."""
    lower = (word | _SPACES) & mask
    high = _HIGHS & mask
    letters = (lower + _BELOW_A) & ~(lower + _ABOVE_Z) & ~word & high
    return lower if letters == high else np.uint64(0)


@compiled
def quality_of_words(
    data: Bytes, starts: Offsets, lists: Offsets, flags: Flags, folded: npt.NDArray[np.uint32],
    list_of: Counts, stops: Hashes, ends: Offsets, marks: npt.NDArray[np.bool_], seen: Counts, masks: Masks,
    out: Counts,
) -> None:  # fmt: skip
    """Count words, their letters, and the different stop words among them.

    Args:
        data: UTF-8 bytes of the words; offsets `starts` of words, `lists` of the n documents' words.
        flags: `filters._unicode.flags()`.
        folded: code point of each code point without regard to case, shape (1114112,).
        list_of: number of each document's stop word list, -1 for none; shape (n,).
        stops: hashes of the stop words, sorted within each list.
        ends: list k is `stops[ends[k]:ends[k + 1]]`.
        marks: whether list k holds a hash with these upper `MARK_BITS` bits, shape (lists, 2 ** MARK_BITS).
        seen: -1 for each stop word; written: the last document that holds it.
        masks: `memory.masks()`.
        out: written: shape (n, 5), columns WORDS, NAMED_WORDS (not punctuation alone), LETTERS (code points of those),
            ALPHABETIC (words with a letter) and STOP_WORDS.
    """
    for row in range(len(lists) - 1):
        named = letters = alphabetic = different = 0
        chosen = list_of[row]
        for word in range(lists[row], lists[row + 1]):
            at, stop = starts[word], starts[word + 1]
            size = stop - at
            packed = np.uint64(0)
            if size <= 8 and at + 8 <= len(data):
                packed = _lower_letters(load(data, at), masks[size, 0])
            if packed:
                named += 1
                alphabetic += 1
                letters += size
                value = fold(packed ^ K1, K2)
            else:
                kinds = np.uint8(0)
                plain = False
                points = 0
                narrow = True
                value = _GOLDEN
                while at < stop:
                    point = decode(data, at)
                    at += width(data[at])
                    flag = flags[point]
                    kinds |= flag
                    plain |= (flag & PUNCTUATION) == 0
                    small = folded[point]
                    value = (value ^ np.uint64(small)) * _GOLDEN
                    narrow &= 97 <= small <= 122
                    points += 1
                if narrow and points <= 8:
                    value = fold(_packed(data, stop - size, points, folded) ^ K1, K2)
                named += plain
                letters += points * plain
                alphabetic += (kinds & ALPHA) != 0
            if chosen >= 0 and marks[chosen, value >> _UNMARKED]:
                place = _place(stops, ends[chosen], ends[chosen + 1], value)
                if place >= 0 and seen[place] != row:
                    seen[place] = row
                    different += 1
        out[row, WORDS] = lists[row + 1] - lists[row]
        out[row, NAMED_WORDS] = named
        out[row, LETTERS] = letters
        out[row, ALPHABETIC] = alphabetic
        out[row, STOP_WORDS] = different


@compiled
def _place(stops: Hashes, low: int, end: int, value: np.uint64) -> int:
    """Where a hash stands in a sorted stretch, or -1."""
    high = end
    while low < high:
        middle = (low + high) >> 1
        if stops[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low if low < end and stops[low] == value else -1
