"""Listed words and phrases among the shared words, compiled: words are compared by a digest of their code points."""

from __future__ import annotations

import unicodedata
from functools import cache

import numpy as np
import numpy.typing as npt

from filters import _unicode
from filters._kernels.compiled import allocating
from filters._kernels.utf8 import Bytes, Offsets, decode, width

U64 = npt.NDArray[np.uint64]
I64 = npt.NDArray[np.int64]


@cache
def tables() -> tuple[npt.NDArray[np.int32], npt.NDArray[np.bool_]]:
    """Lower case of every code point, and which ones NFKC may change or join to the one before."""
    changes = np.zeros(_unicode.CODE_POINTS, np.bool_)
    for point in range(0x80, 0x30000):
        # Hangul syllables decompose too, but NFKC puts them together again.
        if (parts := unicodedata.decomposition(chr(point))) and not 0xAC00 <= point <= 0xD7A3:
            changes[point] = unicodedata.normalize("NFKC", chr(point)) != chr(point)
            if not parts.startswith("<"):
                changes[int(parts.rpartition(" ")[2], 16)] = " " in parts or changes[int(parts, 16)]
    changes[0x1161:0x1200] = True  # vowels and final consonants of Hangul join what stands before
    return _unicode.lower_case(), changes


@allocating
def digests(
    data: Bytes, starts: Offsets, lower: npt.NDArray[np.int32], changes: npt.NDArray[np.bool_]
) -> tuple[U64, npt.NDArray[np.bool_]]:
    """Digest of each word in lower case, and whether NFKC may change the word; shape (m,)."""
    m = len(starts) - 1
    out = np.empty(m, np.uint64)
    unsure = np.zeros(m, np.bool_)
    for w in range(m):
        digest = np.uint64(0xCBF29CE484222325)
        at = starts[w]
        while at < starts[w + 1]:
            byte = data[at]
            if byte < 0x80:
                point = np.int64(byte)
                at += 1
            else:
                point = decode(data, at)
                at += width(byte)
                if changes[point]:
                    unsure[w] = True
            digest = (digest ^ np.uint64(lower[point])) * np.uint64(0x100000001B3)
        out[w] = digest ^ (digest >> np.uint64(32))
    return out, unsure


@allocating
def count(words: U64, lists: Offsets, rows: I64, entries: U64, ends: I64) -> I64:
    """Entries found in each of the rows, shape (n,); those of other rows stay 0.

    Args:
        words: digests of the words of all texts.
        lists: the words of text i are numbers `lists[i]` to `lists[i + 1]`.
        rows: texts that are looked at.
        entries, ends: the words of all entries, and where each entry ends, shape (k + 1,).
    """
    k = len(ends) - 1
    size = 2
    while size < 2 * k:
        size *= 2
    table = np.full(size, -1, np.int64)
    for entry in range(k):
        slot = np.int64(entries[ends[entry]] & np.uint64(size - 1))
        while table[slot] >= 0:
            slot = np.int64((slot + 1) % size)
        table[slot] = entry
    out = np.zeros(len(lists) - 1, np.int64)
    for row in rows:
        for w in range(lists[row], lists[row + 1]):
            slot = np.int64(words[w] & np.uint64(size - 1))
            while table[slot] >= 0:
                entry = table[slot]
                begin, length = ends[entry], ends[entry + 1] - ends[entry]
                if w + length <= lists[row + 1]:
                    same = True
                    for i in range(length):
                        if words[w + i] != entries[begin + i]:
                            same = False
                            break
                    out[row] += same
                slot = np.int64((slot + 1) % size)
    return out
