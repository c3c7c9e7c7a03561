"""MinHash: the different words of a frame, and the least value of each hash function over a document's shingles."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from filters._kernels.compiled import compiled
from filters._kernels.memory import Hashes, Masks, digest
from filters._kernels.utf8 import Bytes, Offsets, Places, decode, width

Flags = npt.NDArray[np.bool_]

_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio, odd: spreads consecutive values
_FOLD = np.uint64(29)
_MOST = np.uint64(0xFFFFFFFFFFFFFFFF)


@compiled
def signatures(words: Hashes, starts: Offsets, size: int, multiply: Hashes, add: Hashes, out: Hashes) -> None:
    """Shingle h has the values `h * multiply + add` modulo 2^64.

    Args:
        words: hash of each word of n documents, offsets `starts` of their words, shape (n + 1,).
        size: words in a shingle; a document with fewer words is one shingle.
        multiply, add: a pair for each of k hash functions, shape (k,).
        out: written: shape (n, k); the highest number for a document without words.
    """
    for row in range(len(starts) - 1):
        least = out[row]
        for function in range(len(multiply)):
            least[function] = _MOST
        first, stop = starts[row], starts[row + 1]
        long = min(size, stop - first)
        if long == 0:
            continue
        for begin in range(first, stop - long + 1):
            shingle = np.uint64(0)
            for word in range(begin, begin + long):
                # Multiply, then fold the high bits down: order matters, and low bits depend on all words.
                shingle = (shingle ^ words[word]) * _MULTIPLIER
                shingle ^= shingle >> _FOLD
            for function in range(len(multiply)):
                least[function] = min(least[function], shingle * multiply[function] + add[function])


@compiled
def number_words(
    data: Bytes, starts: Offsets, flags: Flags, masks: Masks, table: Places, keys: Hashes, numbers: Places,
    firsts: Offsets,
) -> int:  # fmt: skip
    """Number the different words that hold a letter or digit.

    Args:
        data: UTF-8 bytes of m words with padding behind them, offsets `starts`.
        flags: not 0 for code points that are letters or digits.
        masks: `memory.masks()`.
        table: -1 everywhere; a power of two, at least twice as long as there are words.
        keys: room, shape (m,).
        numbers: written: number of each word, -1 for a sign; shape (m,).
        firsts: written: of each number, the first word that has it; shape (m,).

    Returns:
        How many numbers there are.
    """
    found = 0
    last = np.int64(len(table) - 1)
    for word in range(len(starts) - 1):
        at, stop = starts[word], starts[word + 1]
        while at < stop and not flags[decode(data, at)]:
            at += width(data[at])
        if at >= stop:
            numbers[word] = -1
            continue
        key = digest(data, starts[word], stop, masks)
        slot = np.int64(key) & last
        while table[slot] >= 0 and keys[table[slot]] != key:
            slot = (slot + 1) & last
        if table[slot] < 0:
            table[slot] = found
            keys[found] = key
            firsts[found] = word
            found += 1
        numbers[word] = table[slot]
    return found
