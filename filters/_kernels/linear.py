"""A linear classifier over tokens, compiled: fastText's hashes and features, one number a feature.

A fastText classifier of two classes takes the mean of the vectors of a line's features (words, their character n-grams,
word n-grams) and the difference of two products with it. The mean of products is the product with the mean, so each
feature needs one number. Hashes follow fastText's own (dictionary.cc): FNV-1a over signed bytes in 32 bits, word
n-grams by a product in 64 bits over sign-extended hashes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from filters._kernels.compiled import compiled
from filters._kernels.utf8 import Bytes, Offsets

U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]
I32 = npt.NDArray[np.int32]
F64 = npt.NDArray[np.float64]
F32 = npt.NDArray[np.float32]

_BEGIN, _END = 0x3C, 0x3E  # < and > around a word, as its character n-grams see it
_OFFSET, _PRIME, _MASK_32 = np.uint64(2166136261), np.uint64(16777619), np.uint64(0xFFFFFFFF)
_FACTOR = np.uint64(116049371)
_NEGATIVE = np.uint64(0xFFFFFF00)


@compiled
def _step(h: Any, byte: Any) -> Any:
    # A byte above 127 is a negative char there: its high bits are ones.
    value = np.uint64(byte) if byte < 0x80 else np.uint64(byte) | _NEGATIVE
    return ((h ^ value) * _PRIME) & _MASK_32


@compiled
def products(matrix: Any, vector: F64, out: F32) -> None:
    """Product of each row with a vector, added up in order: a library's product rounds as the machine pleases."""
    for i in range(matrix.shape[0]):
        total = 0.0
        for j in range(len(vector)):
            total += matrix[i, j] * vector[j]
        out[i] = total


@compiled
def _blank(byte: Any) -> bool:
    """Whether a byte ends a token."""
    return bool(byte == 0x20 or byte == 0 or 9 <= byte <= 13)


@compiled
def _digest(data: Bytes, begin: int, end: int) -> Any:
    """64 bits that stand for a token in the table of words."""
    h = np.uint64(0xCBF29CE484222325)
    for at in range(begin, end):
        h = (h ^ np.uint64(data[at])) * np.uint64(0x100000001B3)
    return h ^ (h >> np.uint64(32))


@compiled
def digests(data: Bytes, starts: Offsets, out: U64) -> None:
    """Digest of each of n words, shape (n,)."""
    for i in range(len(starts) - 1):
        out[i] = _digest(data, starts[i], starts[i + 1])


@compiled
def fill(given: U64, keys: U64, slots: I32) -> None:
    """Put n digests into an open table: `keys` and `slots` (-1: empty) have a power of two of places."""
    mask = len(keys) - 1
    for i in range(len(given)):
        at = np.int64(given[i] & np.uint64(mask))
        while slots[at] >= 0:
            at = (at + 1) & mask
        keys[at], slots[at] = given[i], i


@compiled
def _place(h: Any, keys: U64, slots: I32) -> Any:
    """Number of the word with a digest; -1 where it is no known word."""
    mask = len(keys) - 1
    at = np.int64(h & np.uint64(mask))
    while slots[at] >= 0:
        if keys[at] == h:
            return slots[at]
        at = (at + 1) & mask
    return -1


@compiled
def _byte(data: Bytes, begin: int, size: int, at: int) -> Any:
    """Byte `at` of a word with the signs of its begin and end."""
    if at == 0:
        return np.uint8(_BEGIN)
    return np.uint8(_END) if at == size - 1 else data[begin + at - 1]


@compiled
def _subwords(data: Bytes, begin: int, end: int, shortest: int, longest: int, buckets: F32) -> tuple[float, int]:
    """Sum of the numbers of a word's character n-grams, and how many they are."""
    total, number = 0.0, 0
    size = end - begin + 2
    for i in range(size):
        if (_byte(data, begin, size, i) & 0xC0) == 0x80:
            continue
        h = _OFFSET
        at, n = i, 1
        while at < size and n <= longest:
            h = _step(h, _byte(data, begin, size, at))
            at += 1
            while at < size and (_byte(data, begin, size, at) & 0xC0) == 0x80:
                h = _step(h, _byte(data, begin, size, at))
                at += 1
            if n >= shortest and not (n == 1 and (i == 0 or at == size)):
                total += buckets[np.int64(h % np.uint64(len(buckets)))]
                number += 1
            n += 1
    return total, number


@compiled
def _widened(h: Any) -> Any:
    """A 32-bit hash as fastText widens it: as a signed number."""
    return h if h < np.uint64(0x80000000) else h | np.uint64(0xFFFFFFFF00000000)


@compiled
def words(data: Bytes, starts: Offsets, shortest: int, longest: int, buckets: F32, sums: F64, counts: I64) -> None:
    """Add to each of n words what its character n-grams give: to its number, and to how many features it stands for."""
    for i in range(len(starts) - 1):
        total, number = _subwords(data, starts[i], starts[i + 1], shortest, longest, buckets)
        sums[i] += total
        counts[i] += number


@compiled
def means(
    data: Bytes,
    starts: Offsets,
    keys: U64,
    slots: I32,
    sums: F64,
    counts: I64,
    buckets: F32,
    ngrams: int,
    shortest: int,
    longest: int,
    end_of_line: int,
    hashes: U64,
    out: F64,
) -> None:
    """Mean of the numbers of each line's features, shape (n,); NaN for a line without a known feature.

    Args:
        data, starts: n lines of tokens.
        keys, slots: table of words, from `fill`.
        sums, counts: of each word, from `words`.
        buckets: number of each hashed feature.
        ngrams: longest word n-gram.
        shortest, longest: character n-grams; 0 for none.
        end_of_line: number of the word that stands at the end of every line; -1 for none.
        hashes: scratch, room for the tokens of the longest line and one more.
        out: takes the means.
    """
    for i in range(len(starts) - 1):
        total, number, tokens = 0.0, 0, 0
        at, end = starts[i], starts[i + 1]
        while at < end:
            while at < end and _blank(data[at]):
                at += 1
            if at == end:
                break
            begin = at
            long, short = np.uint64(0xCBF29CE484222325), _OFFSET
            while at < end and not _blank(data[at]):
                long = (long ^ np.uint64(data[at])) * np.uint64(0x100000001B3)
                short = _step(short, data[at])
                at += 1
            word = _place(long ^ (long >> np.uint64(32)), keys, slots)
            if word >= 0:
                total += sums[word]
                number += counts[word]
            elif longest > 0:
                more, many = _subwords(data, begin, at, shortest, longest, buckets)
                total += more
                number += many
            hashes[tokens] = _widened(short)
            tokens += 1
        if end_of_line >= 0:
            total += sums[end_of_line]
            number += counts[end_of_line]
        if ngrams > 1:
            short = _OFFSET
            for byte in (0x3C, 0x2F, 0x73, 0x3E):  # </s>
                short = _step(short, np.uint8(byte))
            hashes[tokens] = _widened(short)
            tokens += 1
            for first in range(tokens):
                h = hashes[first]
                for next_ in range(first + 1, min(tokens, first + ngrams)):
                    h = h * _FACTOR + hashes[next_]
                    total += buckets[np.int64(h % np.uint64(len(buckets)))]
                    number += 1
        out[i] = total / number if number else np.nan
