"""Runs of terms that benchmarks hold too: a rolling hash over each text, and a Bloom filter that passes few of them.

The hash of a run of terms t1 … tk is t1 x B^(k-1) + … + tk modulo 2^64, mixed at last, so that moving a run on by a
term costs two products, however long it is.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from filters._kernels.compiled import compiled
from filters._kernels.memory import K1, K2, Hashes, fold
from filters._kernels.utf8 import Bytes, Offsets, Places, decode

Flags = npt.NDArray[np.bool_]
Weights = npt.NDArray[np.int32]

# Odd, and 5 modulo 8: the powers of such a number repeat as late as they can.
BASE = np.uint64(0xD1342543DE82EF95)
_SIX, _BITS = np.uint64(6), np.uint64(63)
_ONE = np.uint64(1)


@compiled
def weigh(
    data: Bytes, begins: Places, single: Flags, word: int, ideograph: int, grapheme: int, out: Weights
) -> None:  # fmt: skip
    """The weight of each term: of a word, of a grapheme of Chinese or Japanese, of a grapheme of Thai and its like.

    Args:
        data: UTF-8 bytes.
        begins: first byte of m terms.
        single: whether a term is a grapheme of a script without spaces.
        word, ideograph, grapheme: the weights.
        out: written, shape (m,).
    """
    for term in range(len(begins)):
        if not single[term]:
            out[term] = word
            continue
        point = decode(data, begins[term])
        # From the radicals on to the end of Han, and all beyond the surrogates. Tai Viet (U+AA80) lies between.
        east_asian = 0x2E80 <= point < 0xA000 or point >= 0xF900
        out[term] = ideograph if east_asian else grapheme


@compiled
def _mixed(value: np.uint64) -> Any:
    return fold(value ^ K1, K2)


@compiled
def keys(hashes: Hashes, begins: Offsets, ends: Offsets, out: Hashes) -> None:
    """The key of each of n runs of terms.

    Args:
        hashes: of all terms.
        begins, ends: first term of each run, and the one behind its last, shape (n,).
        out: written, shape (n,).
    """
    for run in range(len(begins)):
        value = np.uint64(0)
        for term in range(begins[run], ends[run]):
            value = value * BASE + hashes[term]
        out[run] = _mixed(value)


@compiled
def runs(
    hashes: Hashes, weights: Weights, starts: Offsets, full: int, powers: Hashes, bloom: Hashes,
    out_rows: Offsets, out_begins: Offsets, out_ends: Offsets, out_keys: Hashes,
) -> int:  # fmt: skip
    """The runs of terms of each text that a Bloom filter passes: from each term on the shortest that is heavy enough.

    Args:
        hashes, weights: of m terms.
        starts: offsets of the terms of n texts, shape (n + 1,).
        full: weight that a run needs. One that does not reach it before its text ends is none.
        powers: of `BASE`, as many as a run has terms at most.
        bloom: from `add`; empty to let all pass.
        out_rows, out_begins, out_ends, out_keys: written, as long as there is room: text, first term, the term behind
            the last, and key of each run.

    Returns:
        How many runs there are, those without room among them.
    """
    found = 0
    shift = np.uint64(64)
    size = len(bloom)
    while size > 1:
        shift -= _ONE
        size >>= 1
    for row in range(len(starts) - 1):
        stop = starts[row + 1]
        end = starts[row]
        weight = 0
        value = np.uint64(0)
        for begin in range(starts[row], stop):
            while weight < full and end < stop:
                value = value * BASE + hashes[end]
                weight += weights[end]
                end += 1
            if weight < full:
                break
            key = _mixed(value)
            passes = True
            if len(bloom):
                # Of one word there is nothing to shift by: 64 is no shift that a machine knows.
                word = bloom[np.int64(key >> shift) if len(bloom) > 1 else 0]
                # Without a branch for each bit: nearly all runs end here.
                passes = (word >> (key & _BITS)) & (word >> (key >> _SIX & _BITS)) & (
                    word >> (key >> _SIX + _SIX & _BITS)
                ) & (word >> (key >> _SIX + _SIX + _SIX & _BITS)) & _ONE != 0  # fmt: skip
            if passes:
                if found < len(out_rows):
                    out_rows[found] = row
                    out_begins[found] = begin
                    out_ends[found] = end
                    out_keys[found] = key
                found += 1
            value -= hashes[begin] * powers[end - begin - 1]
            weight -= weights[begin]
    return found


@compiled
def add(keys: Hashes, bloom: Hashes) -> None:
    """Put keys into a Bloom filter: four bits of one word each, which the upper bits of the key choose.

    Args:
        keys: shape (n,).
        bloom: changed; a power of two long.
    """
    shift = np.uint64(64)
    size = len(bloom)
    while size > 1:
        shift -= _ONE
        size >>= 1
    for number in range(len(keys)):
        key = keys[number]
        bits = _ONE << (key & _BITS) | _ONE << (key >> _SIX & _BITS)
        bits |= _ONE << (key >> _SIX + _SIX & _BITS) | _ONE << (key >> _SIX + _SIX + _SIX & _BITS)
        bloom[np.int64(key >> shift) if len(bloom) > 1 else 0] |= bits
