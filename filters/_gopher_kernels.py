"""Gopher's figures over UTF-8 bytes, compiled: one call for a whole frame.

N-grams are told apart by polynomial hashes of their bytes modulo 2^61 - 1: from the hashes of all beginnings of a
document the hash of any stretch follows in one multiplication, so that phrases of any length cost the same. Importing
this module loads numba.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from llvmlite import ir  # type: ignore[import-untyped]  # numba's own back end
from numba import types
from numba.extending import intrinsic

from filters._compiled import compiled
from filters._unicode import ALPHA, LINE_END, PUNCTUATION, SPACE
from filters._utf8 import Bytes, Offsets, decode, width

Flags = npt.NDArray[np.uint8]
Hashes = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float64]

# Columns that `quality_of_text` and `quality_of_words` write.
HASHES, ELLIPSES, LINES, BULLET_LINES, ELLIPSIS_LINES = range(5)
WORDS, NAMED_WORDS, LETTERS, ALPHABETIC, STOP_WORDS = range(5)
MARK_BITS = 10
# Columns that `repetition` writes.
DUPLICATE_LINES, DUPLICATE_LINE_CHARACTERS, DUPLICATE_PARAGRAPHS, DUPLICATE_PARAGRAPH_CHARACTERS = range(4)
TOP = 4  # and two more: phrases of 2, 3 and 4 words
DUPLICATE = 7  # and five more: phrases of 5 to 10 words
REPETITION_COLUMNS = 13

_PRIME = np.uint64((1 << 61) - 1)
_BASE = np.uint64(0x0B4E63A2F1C97D53)  # any number below the prime
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_U1 = np.uint64(1)
_UNMARKED = np.uint64(64 - MARK_BITS)
_BLANK = np.uint64(0x20 + 1)
_INDEX = np.int64(0xFFFFFFFF)
_FULL_STOP, _HASH_SIGN, _ELLIPSIS, _RETURN, _LINE_FEED, _ASTERISK = 0x2E, 0x23, 0x2026, 0x0D, 0x0A, 0x2A


# --- quality --------------------------------------------------------------------------------------------------------


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
            point = decode(data, at)
            at += width(data[at])
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
def hashes_folded(data: Bytes, starts: Offsets, folded: npt.NDArray[np.uint32], out: Hashes) -> None:
    """The hash of each of n words without regard to case: shape (n,)."""
    for i in range(len(out)):
        value = _GOLDEN
        at = starts[i]
        while at < starts[i + 1]:
            value = (value ^ np.uint64(folded[decode(data, at)])) * _GOLDEN
            at += width(data[at])
        out[i] = value


@compiled
def quality_of_words(
    data: Bytes, starts: Offsets, lists: Offsets, flags: Flags, folded: npt.NDArray[np.uint32],
    list_of: Counts, stops: Hashes, ends: Offsets, marks: npt.NDArray[np.bool_],
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
        out: written: shape (n, 5), columns WORDS, NAMED_WORDS (not punctuation alone), LETTERS (code points of those),
            ALPHABETIC (words with a letter) and STOP_WORDS.
    """
    seen = np.full(len(stops), -1, np.int64)
    for row in range(len(lists) - 1):
        named = letters = alphabetic = different = 0
        chosen = list_of[row]
        for word in range(lists[row], lists[row + 1]):
            at, stop = starts[word], starts[word + 1]
            points = 0
            kinds = np.uint8(0)
            plain = False
            value = _GOLDEN
            while at < stop:
                point = decode(data, at)
                at += width(data[at])
                flag = flags[point]
                kinds |= flag
                plain |= (flag & PUNCTUATION) == 0
                points += 1
                value = (value ^ np.uint64(folded[point])) * _GOLDEN
            if plain:
                named += 1
                letters += points
            if kinds & ALPHA:
                alphabetic += 1
            if chosen >= 0 and marks[chosen, value >> _UNMARKED]:
                low, high = ends[chosen], ends[chosen + 1]
                while low < high:
                    middle = (low + high) >> 1
                    if stops[middle] < value:
                        low = middle + 1
                    else:
                        high = middle
                if low < ends[chosen + 1] and stops[low] == value and seen[low] != row:
                    seen[low] = row
                    different += 1
        out[row, WORDS] = lists[row + 1] - lists[row]
        out[row, NAMED_WORDS] = named
        out[row, LETTERS] = letters
        out[row, ALPHABETIC] = alphabetic
        out[row, STOP_WORDS] = different


# --- repetition -----------------------------------------------------------------------------------------------------


@intrinsic
def _product(typing_context: Any, a: Any, b: Any) -> Any:
    """The product of two numbers below 2^61, its upper bits added to its lower 61: the same number modulo 2^61 - 1.

    Numba has no integers of 128 bits, but the machine has them, and LLVM knows how to ask for them.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        wide = ir.IntType(128)
        product = builder.mul(*(builder.zext(argument, wide) for argument in arguments))
        low = builder.and_(builder.trunc(product, ir.IntType(64)), ir.Constant(ir.IntType(64), int(_PRIME)))
        return builder.add(low, builder.trunc(builder.lshr(product, ir.Constant(wide, 61)), ir.IntType(64)))

    return types.uint64(types.uint64, types.uint64), generate


@compiled
def _below(x: np.uint64) -> np.uint64:
    """The remainder of a number below twice the prime."""
    return x - _PRIME if x >= _PRIME else x


@compiled
def _times(a: np.uint64, b: np.uint64) -> np.uint64:
    """The product of two remainders."""
    return _below(_product(a, b))  # type: ignore[call-arg]  # numba hands over the context


@compiled
def _append(before: np.uint64, power: np.uint64, value: np.uint64) -> np.uint64:
    """Hash of a stretch with another behind it, given base ** (the other's length) and the other's hash."""
    return _below(_times(before, power) + value)


@compiled
def _stretch(before: np.uint64, behind: np.uint64, power: np.uint64) -> np.uint64:
    """Hash of the bytes between two beginnings, given base ** (their number)."""
    return _below(behind + (_PRIME - _times(before, power)))


@compiled
def _bits(entries: int) -> int:
    """The table for so many entries has 2 ** bits slots: twice as many, and four times while that fits a cache."""
    wanted = 4 * entries if entries < 10_000 else 2 * entries
    bits = 4
    while (1 << bits) < wanted:
        bits += 1
    return bits


@compiled
def _find(table: Counts, bits: int, stamp: int, keys: Hashes, key: np.uint64, new: int) -> int:
    """Number of the entry with this key; entry `new` is made where there is none.

    A slot is the stamp of who wrote it and the number of an entry: another stamp means that it is free, so that the
    table need not be cleared.
    """
    mask = np.int64((1 << bits) - 1)
    slot = np.int64((key * _GOLDEN) >> np.uint64(64 - bits))
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


@compiled
def repetition(
    text: Bytes, text_starts: Offsets, data: Bytes, starts: Offsets, lists: Offsets, flags: Flags, out: Scores
) -> None:
    """Measure repeated lines, paragraphs and phrases.

    Args:
        text: UTF-8 bytes, offsets `text_starts` of n texts.
        data: UTF-8 bytes of the words; offsets `starts` of words, `lists` of the n documents' words.
        flags: `filters._unicode.flags()`.
        out: written: shape (n, 13), columns as named above. All 0 for an empty text.
    """
    rows = len(lists) - 1
    most_words = most_bytes = most_lines = 0
    for row in range(rows):
        most_words = max(most_words, lists[row + 1] - lists[row])
        most_bytes = max(most_bytes, starts[lists[row + 1]] - starts[lists[row]])
        most_lines = max(most_lines, _line_feeds(text, text_starts[row], text_starts[row + 1]) + 1)
    most = max(most_words, most_lines)
    table = np.full(1 << max(_bits(most), _bits(9_999)), -1, np.int64)
    keys = np.empty(most + 1, np.uint64)
    counts, entries = np.empty(most_words + 1, np.int64), np.empty(most_words + 1, np.int64)
    again = np.empty(most_words + 1, np.bool_)
    powers = np.empty(most_bytes + most_words + 1, np.uint64)
    powers[0] = 1
    for i in range(1, len(powers)):
        powers[i] = _times(powers[i - 1], _BASE)
    joined = np.empty(most_words + 1, np.uint64)  # hash of the first words, nothing between them
    spaced = np.empty(most_words + 1, np.uint64)  # of the first words, each with a space behind it
    characters = np.empty(most_words + 1, np.int64)  # of the first words
    stamp = 0
    for row in range(rows):
        begin, end = text_starts[row], text_starts[row + 1]
        out[row, :] = 0.0
        if begin == end:
            continue
        length = _characters(text, begin, end)
        bits = _bits(_line_feeds(text, begin, end) + 1)
        stamp += 1
        pieces, repeated, covered = _repeated_pieces(text, begin, end, 1, table, bits, stamp, keys)
        out[row, DUPLICATE_LINES] = repeated / pieces
        out[row, DUPLICATE_LINE_CHARACTERS] = covered / length
        begin, end = _strip(text, begin, end, flags)
        stamp += 1
        pieces, repeated, covered = _repeated_pieces(text, begin, end, 2, table, bits, stamp, keys)
        out[row, DUPLICATE_PARAGRAPHS] = repeated / pieces
        out[row, DUPLICATE_PARAGRAPH_CHARACTERS] = covered / length

        first, n_words = lists[row], lists[row + 1] - lists[row]
        inner = _prefixes(data, starts, first, n_words, powers, joined, spaced, characters)
        bits = _bits(n_words)
        own = starts[first : first + n_words + 1]
        again[:n_words] = True
        for n in range(2, 5):
            stamp += 1
            covered = _top(own, n, powers, spaced, characters, table, bits, stamp, keys, counts, entries, again)
            if inner:  # with spaces in words "a b", "c" is "a", "b c", and the beginnings of phrases tell nothing
                again[:n_words] = True
            out[row, TOP + n - 2] = covered / length
        for n in range(5, 11):
            stamp += 1
            covered = _duplicates(own, n, powers, joined, characters, table, bits, stamp, keys)
            out[row, DUPLICATE + n - 5] = covered / length


@compiled
def _line_feeds(text: Bytes, begin: int, end: int) -> int:
    n = 0
    for at in range(begin, end):
        n += text[at] == _LINE_FEED
    return n


@compiled
def _characters(text: Bytes, begin: int, end: int) -> int:
    n = 0
    for at in range(begin, end):
        n += (text[at] & 0xC0) != 0x80
    return n


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


@compiled
def _repeated_pieces(
    text: Bytes, begin: int, end: int, least: int, table: Counts, bits: int, stamp: int, keys: Hashes
) -> tuple[int, int, int]:
    """Cut where `least` or more line feeds stand: pieces, how many repeat an earlier one, and their characters."""
    pieces = repeated = covered = 0
    at = begin
    while True:
        value = _GOLDEN
        size = feeds = 0
        while at < end:
            byte = text[at]
            if byte == _LINE_FEED:
                behind = at + 1
                while behind < end and text[behind] == _LINE_FEED:
                    behind += 1
                feeds = behind - at
                if feeds >= least:
                    at = behind
                    break
                feeds = 0
            value = (value ^ np.uint64(byte)) * _GOLDEN
            size += (byte & 0xC0) != 0x80
            at += 1
        if _find(table, bits, stamp, keys, value, pieces) != pieces:
            repeated += 1
            covered += size
        pieces += 1
        if feeds == 0:
            return pieces, repeated, covered


@compiled
def _prefixes(
    data: Bytes, starts: Offsets, first: int, n_words: int, powers: Hashes, joined: Hashes, spaced: Hashes,
    characters: Counts,
) -> bool:  # fmt: skip
    """Fill the hashes and lengths of all beginnings; whether a word has a space in it."""
    inner = False
    joined[0] = spaced[0] = 0
    characters[0] = 0
    for i in range(n_words):
        start, stop = starts[first + i], starts[first + i + 1]
        value = np.uint64(0)
        size = 0
        for at in range(start, stop):
            value = _append(value, _BASE, np.uint64(data[at]) + _U1)
            size += (data[at] & 0xC0) != 0x80
            inner |= data[at] == 0x20
        power = powers[stop - start]
        joined[i + 1] = _append(joined[i], power, value)
        spaced[i + 1] = _append(_append(spaced[i], power, value), _BASE, _BLANK)
        characters[i + 1] = characters[i] + size
    return inner


@compiled
def _top(
    starts: Offsets, n: int, powers: Hashes, spaced: Hashes, characters: Counts, table: Counts, bits: int, stamp: int,
    keys: Hashes, counts: Counts, entries: Counts, again: npt.NDArray[np.bool_],
) -> int:  # fmt: skip
    """Characters of the most frequent phrase of n words, spaces between them; the first one of those that tie.

    Args:
        again: of each word, whether a phrase that begins there may occur twice; written: whether that of n words does.
    """
    phrases = len(starts) - n
    if phrases <= 0:
        return 0
    most, best = 1, 0
    for i in range(phrases):
        if again[i]:
            key = _stretch(spaced[i], spaced[i + n], powers[starts[i + n] - starts[i] + n])
            entry = _find(table, bits, stamp, keys, key, i)
            entries[i] = entry
            counts[entry] = 1 if entry == i else counts[entry] + 1
            if counts[entry] > most or (counts[entry] == most and entry < best):
                most, best = counts[entry], entry
    for i in range(phrases):
        again[i] = again[i] and counts[entries[i]] > 1
    return int(most * (characters[best + n] - characters[best] + n - 1))


@compiled
def _duplicates(
    starts: Offsets, n: int, powers: Hashes, joined: Hashes, characters: Counts,
    table: Counts, bits: int, stamp: int, keys: Hashes,
) -> int:  # fmt: skip
    """Characters of phrases of n words that occurred before; the scan goes on behind each one that did."""
    covered = 0
    i = 0
    while i < len(starts) - n:
        key = _stretch(joined[i], joined[i + n], powers[starts[i + n] - starts[i]])
        if _find(table, bits, stamp, keys, key, i) == i:
            i += 1
        else:
            covered += characters[i + n] - characters[i]
            i += n
    return int(covered)
