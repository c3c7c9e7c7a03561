"""The sentence scanner: the rules of UAX #29 over UTF-8 bytes, one pass, compiled."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from filters._kernels.compiled import compiled
from filters._kernels.utf8 import Bytes, Offsets, Places, decode, width
from filters._segments._classes import (
    CLOSING,
    CONTINUING,
    DIGIT,
    FULL_STOP,
    LOWER,
    MARK,
    OTHER_LETTER,
    PARAGRAPH,
    PLAIN,
    STOP,
    UPPER,
    WHITE,
)

# Where the scanner stands: in a sentence, right behind its stop, behind closing signs after that, or in white space.
_INSIDE, _STOPPED, _CLOSED, _SPACED = range(4)


@compiled
def scan(
    data: Bytes, starts: Offsets, classes: npt.NDArray[np.uint8], begins: Places, ends: Places, counts: Offsets
) -> int:
    """Find the sentences of each string, without the white space around them.

    Args:
        data: UTF-8 bytes, offsets `starts` of n strings.
        classes: Sentence_Break class of each code point.
        begins: written: first byte of each sentence.
        ends: written: the byte behind each; as long as `begins`.
        counts: written: sentences of each string, shape (n,).

    Returns:
        How many sentences there are; -1 where `begins` is too short for them.
    """
    total = 0
    for row in range(len(starts) - 1):
        first_sentence = total
        stop = starts[row + 1]
        at = starts[row]
        begin: Any = np.int64(-1)  # first byte of the sentence that is not white space
        end = at  # behind its last one
        where = _INSIDE
        full_stop = False  # whether the stop was a full stop, which abbreviations and numbers hold as well
        before: Any = PARAGRAPH  # class of the character before, and of the one before the stop
        before_stop: Any = PLAIN
        while at < stop:
            first = data[at]
            if where == _INSIDE and (97 <= first <= 122):  # most of most texts
                if begin < 0:
                    begin = at
                before = LOWER
                at += 1
                end = at
                continue
            size = width(first)
            kind = classes[decode(data, at)]
            if kind == MARK and before != PARAGRAPH:
                if begin < 0:
                    begin = at
                at += size
                end = at
                continue
            cut = False
            if kind == PARAGRAPH:
                cut = True
            elif where != _INSIDE:
                if kind == CLOSING and where != _SPACED:  # SB9
                    where = _CLOSED
                elif kind == WHITE:  # SB9, SB10
                    where = _SPACED
                elif kind in (CONTINUING, STOP, FULL_STOP) or (  # SB8a
                    full_stop and _is_no_end(where, kind, before_stop, data, at, stop, classes)
                ):
                    where = _INSIDE
                else:  # SB11
                    cut = True
            if cut:
                if begin >= 0:
                    if total == len(begins):
                        return -1
                    begins[total] = begin
                    ends[total] = end
                    total += 1
                begin = -1
                where = _INSIDE
            if kind in (STOP, FULL_STOP):
                where = _STOPPED
                full_stop = kind == FULL_STOP
                before_stop = before
            if kind != WHITE and kind != PARAGRAPH:
                if begin < 0:
                    begin = at
                end = at + size
            before = kind
            at += size
        if begin >= 0:
            if total == len(begins):
                return -1
            begins[total] = begin
            ends[total] = end
            total += 1
        counts[row] = total - first_sentence
    return total


@compiled
def _is_no_end(
    where: int, kind: int, before_stop: int, data: Bytes, at: int, stop: int, classes: npt.NDArray[np.uint8]
) -> bool:
    """Whether a full stop ends nothing, as in 3.5, U.S. or "etc. and"."""
    if where == _STOPPED:
        if kind == DIGIT:  # SB6
            return True
        if kind == UPPER and before_stop in (UPPER, LOWER):  # SB7
            return True
    return _goes_on(data, at, stop, classes)


@compiled
def _goes_on(data: Bytes, at: int, stop: int, classes: npt.NDArray[np.uint8]) -> bool:
    """SB8: whether the first letter, stop or paragraph end from here on is a lower-case letter."""
    while at < stop:
        kind = classes[decode(data, at)]
        if kind == LOWER:
            return True
        if kind in (UPPER, OTHER_LETTER, PARAGRAPH, STOP, FULL_STOP):
            return False
        at += width(data[at])
    return False
