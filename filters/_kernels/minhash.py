"""MinHash: the least value of each hash function over a document's shingles, and what sets of shingles share."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from filters._kernels.compiled import compiled
from filters._kernels.memory import Hashes
from filters._kernels.utf8 import Offsets

_MOST = np.uint64(0xFFFFFFFFFFFFFFFF)


@compiled
def signatures(shingles: Hashes, starts: Offsets, multiply: Hashes, add: Hashes, out: Hashes) -> None:
    """Shingle h has the values `h * multiply + add` modulo 2^64.

    Args:
        shingles: hash of each shingle of n documents, offsets `starts`, shape (n + 1,).
        multiply, add: a pair for each of k hash functions, shape (k,).
        out: written: shape (n, k); the highest number for a document without shingles.
    """
    for row in range(len(starts) - 1):
        least = out[row]
        for function in range(len(multiply)):
            least[function] = _MOST
        for number in range(starts[row], starts[row + 1]):
            shingle = shingles[number]
            for function in range(len(multiply)):
                least[function] = min(least[function], shingle * multiply[function] + add[function])


@compiled
def jaccard(
    left: Hashes, left_starts: Offsets, right: Hashes, right_starts: Offsets, out: npt.NDArray[np.float64]
) -> None:
    """Jaccard similarity of n pairs of sets, each sorted and without repetition.

    Args:
        left, right: members of all sets, offsets of shape (n + 1,).
        out: written: shape (n,); 1 for two empty sets.
    """
    for pair in range(len(out)):
        a, a_end = left_starts[pair], left_starts[pair + 1]
        b, b_end = right_starts[pair], right_starts[pair + 1]
        total = a_end - a + b_end - b
        shared = 0
        while a < a_end and b < b_end:
            x, y = left[a], right[b]
            shared += x == y
            a += x <= y
            b += y <= x
        out[pair] = shared / (total - shared) if total else 1.0
