"""Terms: runs of a script without spaces cut into graphemes, different terms numbered, shingles of terms hashed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from filters._kernels.compiled import compiled
from filters._kernels.memory import Hashes, Masks, digest
from filters._kernels.utf8 import Bytes, Offsets, Places, decode, width

Flags = npt.NDArray[np.bool_]

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio, odd: spreads consecutive values
_FOLD = np.uint64(29)
_RINGS = (0x0E4D, 0x0ECD)  # Thai nikhahit, Lao niggahita
_AA = (0x0E32, 0x0EB2)  # Thai, Lao
_LAO_HO, _LAO_NO_MO = 0x0EAB, (0x0E99, 0x0EA1)


@compiled
def graphemes(
    data: Bytes, begins: Places, ends: Places, counts: Offsets, runs: Flags, joins: Flags, links: Flags,
    out_begins: Places, out_ends: Places, out_single: Flags, out_counts: Offsets,
) -> int:  # fmt: skip
    """Put the graphemes of each run in the run's place.

    Args:
        data: UTF-8 bytes.
        begins, ends: of m words, runs of a script without spaces among them.
        counts: words of each text, shape (n,).
        runs: whether each word is such a run.
        joins: whether a code point belongs to the one before it.
        links: whether a code point ties the letter behind it to the one before it.
        out_begins, out_ends, out_single: written: of all words and graphemes, and whether it is a grapheme.
        out_counts: written: those of each text.

    Returns:
        How many there are; -1 where `out_begins` is too short for them.
    """
    word = to = 0
    for row in range(len(counts)):
        first = to
        for _ in range(counts[row]):
            at, stop = begins[word], ends[word]
            run = runs[word]
            word += 1
            while at < stop:
                if to == len(out_begins):
                    return -1
                out_begins[to] = at
                out_single[to] = run
                if run:
                    point = decode(data, at)
                    at += width(data[at])
                    tied = links[point]
                    ring, ho = False, point == _LAO_HO
                    while at < stop:
                        point = decode(data, at)
                        # What NFKD takes apart: Thai and Lao am are a ring and aa; Lao ho no and ho mo are two letters.
                        whole = (ring and point in _AA) or (ho and point in _LAO_NO_MO)
                        if not (tied or joins[point] or whole):
                            break
                        ring, ho = joins[point] and (ring or point in _RINGS), False
                        # A mark between the link and the letter does not part them (GB9c).
                        tied = links[point] or (tied and joins[point])
                        at += width(data[at])
                else:
                    at = stop
                out_ends[to] = at
                to += 1
        out_counts[row] = to - first
    return to


@compiled
def number(
    data: Bytes, begins: Places, ends: Places, says: Flags, masks: Masks, table: Places, keys: Hashes, numbers: Places,
    firsts: Offsets,
) -> int:  # fmt: skip
    """Number the different terms that hold a letter or digit.

    Args:
        data: UTF-8 bytes with padding behind them.
        begins, ends: of m terms.
        says: whether a code point is a letter or digit.
        masks: `memory.masks()`.
        table: -1 everywhere; a power of two, at least twice as long as there are terms.
        keys: room, shape (m,).
        numbers: written: number of each term, -1 for a sign; shape (m,).
        firsts: written: of each number, the first term that has it; shape (m,).

    Returns:
        How many numbers there are.
    """
    found = 0
    last = np.int64(len(table) - 1)
    for term in range(len(begins)):
        at, stop = begins[term], ends[term]
        while at < stop and not says[decode(data, at)]:
            at += width(data[at])
        if at >= stop:
            numbers[term] = -1
            continue
        key = digest(data, begins[term], stop, masks)
        slot = np.int64(key) & last
        while table[slot] >= 0 and keys[table[slot]] != key:
            slot = (slot + 1) & last
        if table[slot] < 0:
            table[slot] = found
            keys[found] = key
            firsts[found] = term
            found += 1
        numbers[term] = table[slot]
    return found


@compiled
def shingles(
    hashes: Hashes, single: Flags, starts: Offsets, words: int, graphemes: int, out: Hashes, out_starts: Offsets
) -> None:
    """Hash the shingles of each text: runs of so many words or so many graphemes, or the like of both together.

    A word weighs `graphemes` and a grapheme `words`; a shingle is the shortest run from a term on that weighs
    words x graphemes. A text that weighs less is one shingle.

    Args:
        hashes: of m terms.
        single: whether a term is a grapheme of a script without spaces.
        starts: offsets of the terms of n texts, shape (n + 1,).
        words, graphemes: terms in a shingle.
        out: written, room for m.
        out_starts: written: offsets of the shingles of n texts, shape (n + 1,).
    """
    full = words * graphemes
    to = 0
    out_starts[0] = 0
    for row in range(len(starts) - 1):
        first, stop = starts[row], starts[row + 1]
        end = first
        weight = 0
        for begin in range(first, stop):
            while weight < full and end < stop:
                weight += words if single[end] else graphemes
                end += 1
            if weight < full and begin > first:
                break
            shingle = np.uint64(0)
            for term in range(begin, end):
                # Multiply, then fold the high bits down: order matters, and low bits depend on all terms.
                shingle = (shingle ^ hashes[term]) * _MULTIPLIER
                shingle ^= shingle >> _FOLD
            out[to] = shingle
            to += 1
            weight -= words if single[begin] else graphemes
        out_starts[row + 1] = to
