"""chrF of one text against many, in numpy.

Popović, chrF: character n-gram F-score for automatic MT evaluation, 2015: pieces of 1 to 6 characters without white
space, recall counted twice. The numbers are those of sacrebleu's sentence score.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from translators.knowledge.words import characters, hashed_pieces

F64 = npt.NDArray[np.float64]
_ORDERS = 6
_BETA = 2


def chrf(reference: str, texts: Sequence[str], at_least: float = 0.0) -> F64:
    """The chrF of each text with one reference, 0 to 100.

    Args:
        reference: the text that all are held against.
        texts: n texts.
        at_least: where no text can reach this, all are given 0, in a sixth of the time.

    Returns:
        Shape (n,). 0 where one of the two has no character.
    """
    mine = characters(reference)
    each = [characters(text) for text in texts]
    sizes = np.fromiter(map(len, each), np.int64, len(each))
    precision, recall = np.zeros(len(each)), np.zeros(len(each))
    if not len(each) or not len(mine) or not sizes.sum():
        return precision
    flat = np.concatenate(each)
    owners = np.repeat(np.arange(len(each)), sizes)
    orders = np.minimum(sizes, min(_ORDERS, len(mine)))  # a text of three characters has no pieces of four
    for order in range(int(orders.max()), 0, -1):
        wanted, times = np.unique(hashed_pieces(mine, order), return_counts=True)
        pieces = hashed_pieces(flat, order)
        # A piece that reaches into the next text is none.
        whole = owners[: len(pieces)] == owners[order - 1 :]
        at = np.minimum(np.searchsorted(wanted, pieces), len(wanted) - 1)
        hit = whole & (wanted[at] == pieces)
        cells = owners[: len(pieces)][hit] * len(wanted) + at[hit]
        shared = np.bincount(cells, minlength=len(each) * len(wanted)).reshape(len(each), len(wanted))
        both = np.minimum(shared, times).sum(axis=1)
        there = orders >= order
        precision += np.divide(both, sizes - order + 1, out=np.zeros(len(each)), where=there)
        recall += np.where(there, both / (len(mine) - order + 1), 0.0)
        left = np.minimum(orders, order - 1)
        if at_least and (_f(precision + left, recall + left, orders) < at_least).all():
            return np.zeros(len(each))
    return _f(precision, recall, orders)


def _f(precision: F64, recall: F64, orders: npt.NDArray[np.int64]) -> F64:
    """The F-score of sums over some orders, 0 to 100."""
    counted = np.maximum(orders, 1)
    precision, recall = precision / counted, recall / counted
    below = _BETA**2 * precision + recall
    return 100 * np.divide((1 + _BETA**2) * precision * recall, below, out=np.zeros(len(below)), where=below > 0)
