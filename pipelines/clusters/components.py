"""Connected components of a graph that fits into memory, over whole arrays at a time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def components(a: npt.NDArray[np.int64], b: npt.NDArray[np.int64], n: int) -> npt.NDArray[np.int64]:
    """The least member of each node's connected component.

    Hooking and pointer jumping (Shiloach and Vishkin 1982), over whole arrays at a time.

    Args:
        a, b: ends of each edge, as numbers below n.
        n: number of nodes.

    Returns:
        Shape (n,).
    """
    label = np.arange(n, dtype=np.int64)
    while True:
        low = np.minimum(label[a], label[b])
        before = label.copy()
        # Hook the roots of both ends, so that whole trees move and long chains close in few rounds.
        np.minimum.at(label, before[a], low)
        np.minimum.at(label, before[b], low)
        while True:
            jumped = label[label]
            if np.array_equal(jumped, label):
                break
            label = jumped
        if np.array_equal(label, before):
            return label
