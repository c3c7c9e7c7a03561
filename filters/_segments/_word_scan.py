"""The word scanner: the rules of UAX #29 over UTF-8 bytes, one pass, compiled."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from filters._kernels.compiled import allocating, compiled
from filters._kernels.utf8 import Bytes, Offsets, Places, decode, width
from filters._segments._classes import (
    ALPHABETIC,
    BLANK,
    DICTIONARY,
    DOUBLE_QUOTE,
    HEBREW,
    IGNORED,
    JOINER,
    JOINING_LOW_LINE,
    MID_BOTH,
    MID_LETTER,
    MID_NUMBER,
    NUMERIC,
    OTHER,
    PICTOGRAPH,
    REGIONAL,
    SINGLE_QUOTE,
    SPACE,
)

_NONE = 255


@compiled
def scan(
    data: Bytes, starts: Offsets, classes: npt.NDArray[np.uint8], begins: Places, ends: Places, counts: Offsets,
    dictionary: npt.NDArray[np.bool_],
) -> int:  # fmt: skip
    """Find the words of each string.

    Args:
        data: UTF-8 bytes, offsets `starts` of n strings.
        classes: class of each code point.
        begins: written: first byte of each word.
        ends: written: the byte behind each word; as long as `begins`.
        counts: written: words of each string, shape (n,).
        dictionary: written: whether the word is a run of a script without spaces, which a dictionary cuts further.

    Returns:
        How many words there are; -1 where `begins` is too short for them.
    """
    total = 0
    for row in range(len(starts) - 1):
        first_word = total
        stop = starts[row + 1]
        at = starts[row]
        begin = at
        before = _NONE  # class of the character before, ignoring marks and format characters
        before_that = _NONE
        begun = OTHER  # class that the current segment began with
        pair = False  # whether an odd number of regional indicators stands before
        joined = False  # whether the last code point was a zero-width joiner
        sign: Any = np.int64(-1)  # the sign that a run of equal signs repeats
        while at < stop:
            first = data[at]
            # Most of most texts: letters of a word, what ends it, the first letter of the next one.
            if 97 <= first <= 122 or 65 <= first <= 90:
                if before == ALPHABETIC:
                    before_that = ALPHABETIC
                elif before in (SPACE, BLANK):
                    begin = at
                    before = begun = ALPHABETIC
                    before_that = _NONE
                if before == ALPHABETIC:
                    joined = False
                    sign = -1
                    at += 1
                    continue
            elif first in (0x20, 0x0A) and before not in (_NONE, SPACE, BLANK):
                total = _put(begins, ends, dictionary, total, begin, at, begun)
                if total < 0:
                    return -1
                begin = at
                before = begun = SPACE if first == 0x20 else BLANK
                before_that = _NONE
                joined = pair = False
                sign = -1
                at += 1
                continue
            point = decode(data, at)
            size = width(first)
            kind = classes[point]
            if kind == ALPHABETIC and before == ALPHABETIC:
                before_that = ALPHABETIC
                joined = False
                sign = -1
                at += size
                continue
            if before == _NONE:
                cut = at > begin
            elif kind in (IGNORED, JOINER):
                cut = before in (BLANK, SPACE)
            elif joined and kind == PICTOGRAPH:
                cut = False
            else:
                cut = not _together(before_that, before, kind, data, at + size, stop, classes, pair)
                # A row of one sign ("...", "-----") is one word, as tokenizers have it.
                if cut and sign == point and kind == before:
                    cut = False
            if cut:
                total = _put(begins, ends, dictionary, total, begin, at, begun)
                if total < 0:
                    return -1
                begin = at
                before_that = _NONE
                before = _NONE
            if kind in (IGNORED, JOINER):
                joined = kind == JOINER
                if before == _NONE:  # a mark on nothing shows no word
                    before = OTHER
                    begun = BLANK
                sign = -1
            else:
                joined = False
                if before == _NONE:
                    begun = kind
                pair = kind == REGIONAL and not (pair and before == REGIONAL)
                before_that = before
                before = kind
                # A sign that belongs to the word before it (the first of א'') begins no row.
                alone = at == begin or sign == point
                sign = point if alone and (kind == OTHER or (kind >= MID_LETTER and kind <= DOUBLE_QUOTE)) else -1
            at += size
        if stop > begin and before != _NONE:
            total = _put(begins, ends, dictionary, total, begin, stop, begun)
            if total < 0:
                return -1
        counts[row] = total - first_word
    return total


@compiled
def _put(
    begins: Places, ends: Places, dictionary: npt.NDArray[np.bool_], total: int, begin: int, end: int, begun: int
) -> int:
    """Note a segment, unless it is white space; how many words there are then, -1 where there is no room."""
    if begun in (BLANK, SPACE):
        return total
    if total == len(begins):
        return -1
    begins[total] = begin
    ends[total] = end
    dictionary[total] = begun == DICTIONARY
    return total + 1


@compiled
def _together(
    before_that: int, before: int, kind: int, data: Bytes, at: int, stop: int, classes: npt.NDArray[np.uint8],
    pair: bool,
) -> bool:  # fmt: skip
    """Whether no word ends between a character of class `before` and one of class `kind`, which ends at byte `at`."""
    letter = before in (ALPHABETIC, HEBREW)
    letter_now = kind in (ALPHABETIC, HEBREW)
    if letter:
        if letter_now or kind in (NUMERIC, JOINING_LOW_LINE):  # WB5, WB9, WB13a
            return True
        if kind in (MID_LETTER, MID_BOTH, SINGLE_QUOTE):  # WB6
            follows = _next(data, at, stop, classes)
            if follows in (ALPHABETIC, HEBREW):
                return True
            if kind == MID_BOTH and follows == NUMERIC:  # ours: section B.4.9 and v2.0 are one word
                return True
            return before == HEBREW and kind == SINGLE_QUOTE  # WB7a
        if before == HEBREW and kind == DOUBLE_QUOTE:  # WB7b
            return _next(data, at, stop, classes) == HEBREW
        return False
    if before == NUMERIC:
        if kind in (NUMERIC, JOINING_LOW_LINE) or letter_now:  # WB8, WB10, WB13a
            return True
        if kind in (MID_NUMBER, MID_BOTH, SINGLE_QUOTE):  # WB12
            return _next(data, at, stop, classes) == NUMERIC
        return False
    if before == JOINING_LOW_LINE:  # WB13a, WB13b
        return letter_now or kind in (NUMERIC, JOINING_LOW_LINE)
    if letter_now:
        after_letter = before_that in (ALPHABETIC, HEBREW)
        if before in (MID_LETTER, MID_BOTH, SINGLE_QUOTE):  # WB7
            return after_letter
        return before == DOUBLE_QUOTE and before_that == HEBREW and kind == HEBREW  # WB7c
    if kind == NUMERIC:  # WB11
        if before_that == NUMERIC:
            return before in (MID_NUMBER, MID_BOTH, SINGLE_QUOTE)
        return before == MID_BOTH and before_that in (ALPHABETIC, HEBREW)
    if kind == DICTIONARY:
        return before == DICTIONARY
    if kind == REGIONAL:  # WB15, WB16
        return before == REGIONAL and pair
    return (kind in (SPACE, BLANK)) and (before in (SPACE, BLANK))


@compiled
def put_in_place(
    begins: Places, ends: Places, counts: Offsets, runs: Offsets, pieces_of_run: Offsets, shifts: Offsets,
    piece_begins: Offsets, piece_ends: Offsets, out_begins: Places, out_ends: Places, out_counts: Offsets,
) -> None:  # fmt: skip
    """Put the pieces of each run where the run was.

    Args:
        begins, ends: of m words, runs among them.
        counts: words of each text, shape (n,).
        runs: numbers of those words that are runs, in order, shape (r,).
        pieces_of_run: how many pieces each run has, shape (r,).
        shifts: what to add to the places of a run's pieces, shape (r,).
        piece_begins, piece_ends: of all pieces, in order.
        out_begins, out_ends: written: of all words and pieces.
        out_counts: written: those of each text, shape (n,).
    """
    word = run = piece = to = 0
    for row in range(len(counts)):
        first = to
        for _ in range(counts[row]):
            if run < len(runs) and runs[run] == word:
                for _piece in range(pieces_of_run[run]):
                    out_begins[to] = piece_begins[piece] + shifts[run]
                    out_ends[to] = piece_ends[piece] + shifts[run]
                    piece += 1
                    to += 1
                run += 1
            else:
                out_begins[to] = begins[word]
                out_ends[to] = ends[word]
                to += 1
            word += 1
        out_counts[row] = to - first


@allocating
def after_linkers(
    data: Bytes, places: Places, classes: npt.NDArray[np.uint8], linkers: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """Whether a linking sign stands before each place, right before it or with marks between (GB9c of UAX #29).

    Args:
        data: UTF-8 bytes.
        places: first bytes of characters, shape (n,).
        classes: class of each code point.
        linkers: whether each code point is a linking sign.

    Returns:
        Shape (n,).
    """
    found = np.zeros(len(places), np.bool_)
    for number in range(len(places)):
        at = places[number]
        while at > 0 and not found[number]:
            at -= 1
            while data[at] & 0xC0 == 0x80:
                at -= 1
            point = decode(data, at)
            found[number] = linkers[point]
            if classes[point] != IGNORED:
                break
    return found


@compiled
def _next(data: Bytes, at: int, stop: int, classes: npt.NDArray[np.uint8]) -> int:
    """Class of the next character that is not a mark or format character."""
    while at < stop:
        kind = classes[decode(data, at)]
        if kind != IGNORED and kind != JOINER:
            return int(kind)
        at += width(data[at])
    return OTHER
