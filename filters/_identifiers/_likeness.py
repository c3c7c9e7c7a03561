"""One number for each text that near-copies mostly share (compiled: importing this module loads numba)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from filters._kernels.compiled import allocating
from filters._kernels.utf8 import Bytes, Offsets, width

_BASIS, _PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)


@allocating
def smallest_hash(data: Bytes, starts: Offsets, characters: int) -> npt.NDArray[np.uint64]:
    """The smallest hash of any run of so many code points in each text; of the whole text where it is shorter.

    Two texts get the same number with a probability that is the Jaccard similarity of their runs (MinHash with one
    hash, Broder 1997; the hash is FNV-1a, 64 bits, with the finaliser of MurmurHash3).

    Returns:
        Shape (n,); for an empty text the largest number.
    """
    n = len(starts) - 1
    out = np.full(n, np.uint64(0xFFFFFFFFFFFFFFFF))
    for row in range(n):
        at = starts[row]
        end = starts[row + 1]
        stop = at
        inside = 0
        while inside < characters and stop < end:
            stop += width(data[stop])
            inside += 1
        while True:
            value = _BASIS
            for place in range(at, stop):
                value = (value ^ np.uint64(data[place])) * _PRIME
            value = (value ^ (value >> np.uint64(33))) * np.uint64(0xFF51AFD7ED558CCD)
            value = (value ^ (value >> np.uint64(33))) * np.uint64(0xC4CEB9FE1A85EC53)
            value ^= value >> np.uint64(33)
            if at < end:
                out[row] = min(out[row], value)
            if stop >= end:
                break
            at += width(data[at])
            stop += width(data[stop])
    return out
