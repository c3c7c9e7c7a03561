"""Gopher's shares of repeated lines, paragraphs and phrases over UTF-8 bytes: one call for a whole frame.

Most phrases of a text occur once, and finding them all in a table is what would cost: a mispredicted branch for each.
So a filter goes first that has no branches. Hashes of all phrases are counted in small counters, several to a counter
here and there; only a phrase whose counter says "more than one" is looked up. For phrases of five words and more the
filter asks how many blocks of 16 bytes recur: a phrase that is a block longer than that occurs once. The
filter may let too much through, never too little, so every figure is exact.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from filters._kernels.compiled import compiled
from filters._kernels.memory import (
    K1,
    K2,
    PAD,
    Hashes,
    Masks,
    characters,
    copy,
    digest,
    fold,
    line_feeds,
    load,
    masks,
    next_line_feed,
    store,
    zero,
)
from filters._kernels.utf8 import Bytes, Lists, Offsets, Strings, decode, width
from filters._unicode import SPACE

Flags = npt.NDArray[np.uint8]
Counts = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]

# Columns that `repetition` writes.
DUPLICATE_LINES, DUPLICATE_LINE_CHARACTERS, DUPLICATE_PARAGRAPHS, DUPLICATE_PARAGRAPH_CHARACTERS = range(4)
TOP = 4  # and two more: phrases of 2, 3 and 4 words
DUPLICATE = 7  # and five more: phrases of 5 to 10 words
COLUMNS = 13
_LOOKUPS = COLUMNS - 2  # the table is used for lines, paragraphs and each length of phrase

_BLOCK = 16  # bytes that are compared at once
_BLOCKS = 8  # of a phrase, at most; what is longer is hashed whole
_CACHED = 10_000  # entries of a table that fits a cache with four slots for each
_LINE_FEED, _BLANK = 0x0A, 0x20
_INDEX = np.int64(0xFFFFFFFF)


class _Room(NamedTuple):
    """Where a document is worked on, large enough for the largest of a frame.

    Args:
        text, joined, spaced: the document; its words, nothing between them; its words with a space behind each.
        begins: of each word, where it begins in `joined` or in `spaced`, and where the last one ends.
        places: words at which a phrase begins that may recur; what follows goes with them.
        heads: hashes of phrases.
        levels: how many blocks of bytes recur from the word on.
        states: shape (blocks + 1, words + 1): hashes of the first 0, 1, 2, … blocks, as far as `levels` goes.
        entries: number of the first equal phrase.
        counts: how often that occurs.
        seen: counters of the filter: 0, 1 or 2 for more.
        table, keys: see `_find`.
        masks: `memory.masks()`.
    """

    text: Bytes
    joined: Bytes
    spaced: Bytes
    begins: Counts
    places: Counts
    heads: Hashes
    levels: Counts
    states: Hashes
    entries: Counts
    counts: Counts
    seen: Bytes
    table: Counts
    keys: Hashes
    masks: Masks


def repetition(text: Strings, words: Lists, flags: Flags) -> Scores:
    """Measure repeated lines, paragraphs and phrases.

    Args:
        text: n texts.
        words: their words.
        flags: `filters._unicode.flags()`.

    Returns:
        Shape (n, 13), columns as named above. All 0 for an empty text.
    """
    out = np.zeros((len(text.starts) - 1, COLUMNS))
    if len(out):
        most_text = int(np.diff(text.starts).max())
        most_words = int(np.diff(words.lists).max())
        most_bytes = int(np.diff(words.starts[words.lists]).max())
        most = max(most_words, int(_most_lines(text.data, text.starts)))
        bits = _most_bits(most)
        room = _Room(
            text=np.zeros(most_text + PAD, np.uint8),
            joined=np.zeros(most_bytes + PAD, np.uint8),
            spaced=np.zeros(most_bytes + most_words + PAD, np.uint8),
            begins=np.empty(most_words + 1, np.int64),
            places=np.empty(most_words + 1, np.int64),
            heads=np.empty(most_words + 1, np.uint64),
            levels=np.empty(most_words + 1, np.int64),
            states=np.full((_BLOCKS + 1, most_words + 1), K1, np.uint64),
            entries=np.empty(most_words + 1, np.int64),
            counts=np.empty(most_words + 1, np.int64),
            seen=np.empty(4 << bits, np.uint8),
            table=np.full(1 << bits, -1, np.int64),
            keys=np.empty(most + 1, np.uint64),
            masks=masks(),
        )
        _measure(text.data, text.starts, words.data, words.starts, words.lists, flags, room, out)
    return out


@compiled
def _measure(
    text: Bytes, text_starts: Offsets, data: Bytes, starts: Offsets, lists: Offsets, flags: Flags, room: _Room,
    out: Scores,
) -> None:  # fmt: skip
    for row in range(len(lists) - 1):
        end = text_starts[row + 1] - text_starts[row]
        if end == 0:
            continue
        copy(text, text_starts[row], text_starts[row + 1], room.text)
        length = characters(room.text, 0, end)
        bits = _bits(line_feeds(room.text, 0, end) + 1)
        stamp = row * _LOOKUPS
        pieces, repeated, covered = _repeated_pieces(room, 0, end, 1, bits, stamp)
        out[row, DUPLICATE_LINES] = repeated / pieces
        out[row, DUPLICATE_LINE_CHARACTERS] = covered / length
        begin, end = _strip(room.text, 0, end, flags)
        pieces, repeated, covered = _repeated_pieces(room, begin, end, 2, bits, stamp + 1)
        out[row, DUPLICATE_PARAGRAPHS] = repeated / pieces
        out[row, DUPLICATE_PARAGRAPH_CHARACTERS] = covered / length

        words = lists[row + 1] - lists[row]
        inner = _lay_out(data, starts, lists[row], words, room)
        bits = _bits(words)
        found = 0
        for n in range(2, 5):
            # With spaces in words "a b", "c" is "a", "b c", and phrases of fewer words tell nothing.
            if n == 2 or inner:
                found = words
                for word in range(words):
                    room.places[word] = word
            covered, found = _top(room, words, n, found, bits, stamp + n)
            out[row, TOP + n - 2] = covered / length
        for word in range(words + 1):
            room.begins[word] -= word
        found = _may_recur(room, words, bits)
        bits = _bits(found)
        for n in range(5, 11):
            covered = _duplicates(room, words, n, found, bits, stamp + n)
            out[row, DUPLICATE + n - 5] = covered / length


@compiled
def _most_lines(text: Bytes, starts: Offsets) -> int:
    most = 0
    for row in range(len(starts) - 1):
        most = max(most, line_feeds(text, starts[row], starts[row + 1]) + 1)
    return most


@compiled
def _strip(text: Bytes, begin: int, end: int, flags: Flags) -> tuple[int, int]:
    """The stretch without the white space around it, as `str.strip` has it."""
    while begin < end and flags[decode(text, begin)] & SPACE:
        begin += width(text[begin])
    while begin < end:
        last = end - 1
        while (text[last] & 0xC0) == 0x80:
            last -= 1
        if not flags[decode(text, last)] & SPACE:
            break
        end = last
    return begin, end


# --- a table of what was seen ----------------------------------------------------------------------------------------


@compiled
def _bits(entries: int) -> int:
    """The table for so many entries has 2 ** bits slots: twice as many, and four times while that fits a cache."""
    wanted = 4 * entries if entries <= _CACHED else 2 * entries
    bits = 4
    while (1 << bits) < wanted:
        bits += 1
    return bits


def _most_bits(entries: int) -> int:
    """The most that `_bits` gives for up to so many entries: a table just too large for the cache is smaller."""
    return max(_bits(entries), _bits(min(entries, _CACHED)))


@compiled
def _find(table: Counts, bits: int, stamp: int, keys: Hashes, key: np.uint64, new: int) -> int:
    """Number of the entry with this key; entry `new` is made where there is none.

    A slot is the stamp of who wrote it and the number of an entry: another stamp means that it is free, so that the
    table need not be cleared.
    """
    mask = np.int64((1 << bits) - 1)
    slot = np.int64(key >> np.uint64(64 - bits))
    while True:
        held = table[slot]
        if held >> 32 != stamp:
            table[slot] = (np.int64(stamp) << 32) | new
            keys[new] = key
            return new
        entry = held & _INDEX
        if keys[entry] == key:
            return int(entry)
        slot = (slot + 1) & mask


# --- lines and paragraphs --------------------------------------------------------------------------------------------


@compiled
def _repeated_pieces(room: _Room, begin: int, end: int, least: int, bits: int, stamp: int) -> tuple[int, int, int]:
    """Cut where `least` or more line feeds stand: pieces, how many repeat an earlier one, and their characters."""
    text = room.text
    pieces = repeated = covered = 0
    at = begin
    while True:
        stop = at
        while True:
            stop = next_line_feed(text, stop, end)
            behind = stop
            while behind < end and text[behind] == _LINE_FEED:
                behind += 1
            if stop == end or behind - stop >= least:
                break
            stop = behind
        key = digest(text, at, stop, room.masks)
        if _find(room.table, bits, stamp, room.keys, key, pieces) != pieces:
            repeated += 1
            covered += characters(text, at, stop)
        pieces += 1
        if behind == stop:
            return pieces, repeated, covered
        at = behind


# --- phrases ---------------------------------------------------------------------------------------------------------


@compiled
def _lay_out(data: Bytes, starts: Offsets, first: int, words: int, room: _Room) -> bool:
    """Fill `joined` and `spaced`, and `begins` for the latter; whether a word has a space in it."""
    base, end = starts[first], starts[first + words]
    copy(data, base, end, room.joined)
    to = np.int64(0)
    for word in range(words):
        at, stop = starts[first + word] - base, starts[first + word + 1] - base
        room.begins[word] = to
        behind = to + stop - at
        while at < stop:  # what is written too far is written over by the next word
            store(room.spaced, to, load(room.joined, at))
            at += 8
            to += 8
        room.spaced[behind] = _BLANK
        to = behind + 1
    room.begins[words] = to
    inner = False
    for at in range(end - base):
        inner |= room.joined[at] == _BLANK
    return inner


@compiled
def _count_head(seen: Bytes, head: np.uint64, shift: np.uint64) -> None:
    slot = head >> shift
    held = seen[slot]
    seen[slot] = held + (held < 2)


@compiled
def _top(room: _Room, words: int, n: int, found: int, bits: int, stamp: int) -> tuple[int, int]:
    """The most frequent phrase of n words, spaces between them; the first one of those that tie.

    Args:
        found: phrases that may recur begin at the first so many of `room.places`; written: those that do.

    Returns:
        Characters of all its occurrences; how many `room.places` there are now.
    """
    begins, places, heads, entries, counts = room.begins, room.places, room.heads, room.entries, room.counts
    phrases = words + 1 - n
    if phrases <= 0:
        return 0, 0
    while found > 0 and places[found - 1] >= phrases:
        found -= 1
    shift = np.uint64(64 - bits - 2)
    zero(room.seen, 4 << bits)
    for p in range(found):
        place = places[p]
        head = digest(room.spaced, begins[place], begins[place + n] - 1, room.masks)
        heads[p] = head
        _count_head(room.seen, head, shift)
    recurring = 0
    for p in range(found):  # without a branch, which would be guessed wrong at every third word
        heads[recurring], places[recurring] = heads[p], places[p]
        recurring += room.seen[heads[p] >> shift] > 1
    most, best = 1, 0
    for p in range(recurring):
        entry = _find(room.table, bits, stamp, room.keys, heads[p], p)
        entries[p] = entry
        if entry == p:
            counts[p] = 1
        else:
            counts[entry] += 1
            if counts[entry] > most or (counts[entry] == most and places[entry] < best):
                most, best = counts[entry], places[entry]
    kept = 0
    for p in range(recurring):
        places[kept] = places[p]
        kept += counts[entries[p]] > 1
    return most * characters(room.spaced, begins[best], begins[best + n] - 1), kept


@compiled
def _may_recur(room: _Room, words: int, bits: int) -> int:
    """Fill `places` with the words at which a phrase of five or more words may begin that occurs twice.

    Phrases are equal when their bytes are, wherever words are cut in them.

    Returns:
        How many there are.
    """
    begins, places, heads, levels, seen = room.begins, room.places, room.heads, room.levels, room.seen
    joined, states = room.joined, room.states
    phrases = words - 4
    shift = np.uint64(64 - bits - 2)
    zero(seen, 4 << bits)
    for word in range(phrases):
        heads[word] = _and_a_block(K1, joined, begins[word])
        _count_head(seen, heads[word], shift)
    found = left = 0
    for word in range(phrases):
        recurs = seen[heads[word] >> shift] > 1
        places[found] = word
        states[1, found] = heads[word]
        levels[found] = recurs
        found += recurs | (begins[word + 5] - begins[word] < _BLOCK)
        left += recurs
    for block in range(2, _BLOCKS + 1):
        if left < 2:
            break
        left = _next_level(begins[: words + 1], places[:found], levels, joined, states, seen, block, _bits(left))
    return found


@compiled
def _and_a_block(state: np.uint64, data: Bytes, at: int) -> Any:
    return fold(state ^ load(data, at), K2 ^ load(data, at + 8))


@compiled
def _next_level(
    begins: Counts, places: Counts, levels: Counts, joined: Bytes, states: Hashes, seen: Bytes, block: int, bits: int
) -> int:
    """Raise the level of those places by one from which one more block recurs; how many they are."""
    last = len(begins) - 1
    shift = np.uint64(64 - bits - 2)
    zero(seen, 4 << bits)
    for p in range(len(places)):
        if levels[p] == block - 1:
            at = begins[places[p]]
            if begins[min(places[p] + 10, last)] - at < _BLOCK * block:
                levels[p] = _BLOCKS  # no phrase is longer: out of the rounds to come
                continue
            states[block, p] = _and_a_block(states[block - 1, p], joined, at + _BLOCK * (block - 1))
            _count_head(seen, states[block, p], shift)
    left = 0
    for p in range(len(places)):
        if levels[p] == block - 1 and seen[states[block, p] >> shift] > 1:
            levels[p] = block
            left += 1
    return left


@compiled
def _duplicates(room: _Room, words: int, n: int, found: int, bits: int, stamp: int) -> Any:
    """Characters of phrases of n words that occurred before; the scan goes on behind each one that did."""
    begins, places, levels, joined, states = room.begins, room.places, room.levels, room.joined, room.states
    table, keys, masks = room.table, room.keys, room.masks
    covered = 0
    least = 0
    for p in range(found):
        place = places[p]
        if place + n > words:
            break
        begin, end = begins[place], begins[place + n]
        blocks = (end - begin) >> 4
        if place < least or (blocks > levels[p] and levels[p] < _BLOCKS):
            continue
        if blocks <= _BLOCKS:
            at = begin + _BLOCK * blocks
            size = (end - begin) & (_BLOCK - 1)
            state = states[blocks, p] ^ np.uint64(size)
            key = fold(state ^ load(joined, at) & masks[size, 0], K2 ^ load(joined, at + 8) & masks[size, 1])
        else:
            key = digest(joined, begin, end, masks)
        if _find(table, bits, stamp, keys, key, p) != p:
            covered += characters(joined, begin, end)
            least = place + n
    return covered
