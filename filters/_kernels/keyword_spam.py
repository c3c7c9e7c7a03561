"""Figures of keyword stuffing over the shared words, compiled."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from filters import _unicode
from filters._kernels.compiled import allocating, compiled
from filters._kernels.utf8 import Bytes, Offsets, decode, width

F64 = npt.NDArray[np.float64]
U64 = npt.NDArray[np.uint64]

# What a word is.
_SIGN, _WORD, _CONTENT, _SEPARATOR, _STOP, _HASH = 0, 1, 2, 3, 4, 5

_LETTER, _TERMINAL, _DENSE, _DIGIT = 1, 2, 4, 8
_SEPARATORS = ",;|、，；،؛፣፤·•¦｜／"
_TOP = 3  # most frequent content words that count
_RUN_ITEMS = 8  # items in a row that make a run
_FEWEST_WORDS = 30  # a shorter text is a sentence or two, which may well name one thing three times
_ITEM_WORDS = 3  # words that an item of a run may have


@cache
def tables() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
    """Classes and lower case of every code point, for `scan`."""
    flags = _unicode.flags()
    classes = np.zeros(_unicode.CODE_POINTS, np.uint8)
    classes[_unicode.matching(r"[\p{L}\p{M}]")] |= _LETTER
    classes[_unicode.matching(r"\p{N}")] |= _DIGIT
    classes[(flags & _unicode.TERMINAL) != 0] |= _TERMINAL
    # Two of these are a word as long as four letters elsewhere.
    classes[_unicode.matching(r"[\p{Han}\p{Hangul}\p{Katakana}]")] |= _DENSE
    return classes, _unicode.lower_case()


def separators() -> npt.NDArray[np.int64]:
    """The signs that part keywords, as code points."""
    return np.array(sorted(map(ord, _SEPARATORS)), np.int64)


@allocating
def scan(
    data: Bytes, starts: Offsets, lists: Offsets, classes: npt.NDArray[np.uint8], lower: npt.NDArray[np.int32],
    parting: npt.NDArray[np.int64], window: int,
) -> tuple[F64, F64, F64, F64]:  # fmt: skip
    """Score each text; see `filters.keyword_spam.STAGE.adds` for what the four arrays, shape (n,), hold.

    Args:
        data, starts, lists: the words of the texts.
        classes, lower: from `tables`.
        parting: from `separators`.
        window: words over which the diversity is taken.
    """
    n = len(lists) - 1
    keyword_share = np.zeros(n)
    diversity = np.ones(n)
    keyword_runs = np.zeros(n)
    hashtags = np.zeros(n)
    most = 0
    for text in range(n):
        most = max(most, lists[text + 1] - lists[text])
    digests = np.empty(most, np.uint64)
    slots = np.empty(most, np.int64)
    content = np.empty(most, np.bool_)
    size = 1
    while size < 2 * most + 2:
        size *= 2
    owner = np.zeros(size, np.uint64)
    count = np.zeros(size, np.int64)
    for text in range(n):
        words = 0
        tags = 0
        after_hash = False
        in_runs = 0
        run_items = 0
        run_words = 0
        item = 0
        for w in range(lists[text], lists[text + 1]):
            kind, digest = _look(data, starts[w], starts[w + 1], classes, lower, parting)
            if kind in (_WORD, _CONTENT):
                digests[words] = digest
                content[words] = kind == _CONTENT
                words += 1
                tags += after_hash
                item += 1
                after_hash = False
                if item > _ITEM_WORDS:  # a clause: the run ended before it
                    if run_items >= _RUN_ITEMS:
                        in_runs += run_words
                    run_items = 0
                    run_words = 0
            elif kind == _SEPARATOR:
                if item > 0 and item <= _ITEM_WORDS:
                    run_items += 1
                    run_words += item
                item = 0
                after_hash = False
            elif kind == _STOP:
                if run_items >= _RUN_ITEMS:
                    in_runs += run_words + (item if item <= _ITEM_WORDS else 0)
                run_items = 0
                run_words = 0
                item = 0
                after_hash = False
            else:
                after_hash = kind == _HASH
        if run_items >= _RUN_ITEMS:
            in_runs += run_words + (item if item <= _ITEM_WORDS else 0)
        if words == 0:
            continue
        room = 1
        while room < 2 * words:
            room *= 2
        for slot in range(room):
            owner[slot] = 0
            count[slot] = 0
        first = 0
        second = 0
        third = 0
        kinds = 0  # different words in the window
        sums = 0.0
        windows = 0
        for w in range(words):
            digest = digests[w]
            slot = int(np.int64(digest & np.uint64(room - 1)))
            while owner[slot] != 0 and owner[slot] != digest:
                slot = (slot + 1) & (room - 1)
            owner[slot] = digest
            slots[w] = slot
            count[slot] += content[w]
        # The three most frequent: each word is asked once, at its slot.
        for slot in range(room):
            c = count[slot]
            if c > first:
                first, second, third = c, first, second
            elif c > second:
                second, third = c, second
            elif c > third:
                third = c
            count[slot] = 0
        # Once is no repetition: a short text has no more keywords than a long one.
        if words >= _FEWEST_WORDS:
            keyword_share[text] = (max(0, first - 1) + max(0, second - 1) + max(0, third - 1)) / words
            keyword_runs[text] = in_runs / words
        for w in range(words):
            slot = slots[w]
            kinds += count[slot] == 0
            count[slot] += 1
            if w >= window:
                gone = slots[w - window]
                count[gone] -= 1
                kinds -= count[gone] == 0
            if w >= window - 1:
                sums += kinds / window
                windows += 1
        diversity[text] = sums / windows if windows > 0 else kinds / words
        hashtags[text] = tags / words
    return keyword_share, diversity, keyword_runs, hashtags


@compiled
def _look(
    data: Bytes, begin: int, end: int, classes: npt.NDArray[np.uint8], lower: npt.NDArray[np.int32],
    parting: npt.NDArray[np.int64],
) -> tuple[int, np.uint64]:  # fmt: skip
    """What a word is, and the FNV-1a digest of its code points in lower case (never 0)."""
    digest = np.uint64(0xCBF29CE484222325)
    letters = 0
    dense = 0
    digits = 0
    at = begin
    first = np.int64(0)
    while at < end:
        byte = data[at]
        if byte < 0x80:
            point = np.int64(byte)
            at += 1
        else:
            point = decode(data, at)
            at += width(byte)
        if first == 0:
            first = point
        kind = classes[point]
        letters += (kind & _LETTER) != 0
        dense += (kind & _DENSE) != 0
        digits += (kind & _DIGIT) != 0
        digest = (digest ^ np.uint64(lower[point])) * np.uint64(0x100000001B3)
    digest |= np.uint64(1) << np.uint64(63)
    digest ^= digest >> np.uint64(29)
    if letters > 0 or digits > 0:
        long_enough = letters >= 4 or dense >= 2
        return _CONTENT if long_enough else _WORD, digest
    if first == 0x23 and end - begin == 1:
        return _HASH, digest
    for sign in parting:
        if first == sign:
            return _SEPARATOR, digest
    if classes[first] & _TERMINAL:
        return _STOP, digest
    return _SIGN, digest
