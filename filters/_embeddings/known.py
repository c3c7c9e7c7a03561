"""Of which texts a model knows too little to compare them: such a text gets no vector, and so no duplicate.

A static model knows some languages and scripts and cuts the text of others into letters or bytes. The mean of letters
is the same for every text of a language, so all of it would be one duplicate; so it would be where the common part of
its vectors was never seen. What cannot be compared is not compared.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from filters._identifiers import scripts

_SHARE = 0.5
_LETTERS = 60  # of a script, in all reference texts together: less may be a name or a quotation
_DIFFERENT = 40  # so many equally frequent tokens would be as different as a text needs them to be
Flags = npt.NDArray[np.bool_]


class Scripts:
    """The scripts of reference texts."""

    def __init__(self, reference: pl.Series) -> None:
        self._known = scripts.count(reference).sum(axis=0, dtype=np.int64) >= _LETTERS

    def covered(self, texts: pl.Series) -> Flags:
        """Whether at least half of each text's letters are in these scripts (or it has none), shape (n,)."""
        counts = scripts.count(texts).astype(np.int64)
        return np.asarray(counts[:, self._known].sum(axis=1) >= _SHARE * counts.sum(axis=1))


def in_fragments(tokens: npt.NDArray[np.int64], starts: npt.NDArray[np.int64], vocabulary: int) -> Flags:
    """Whether a text's tokens are as few different ones as letters or bytes are.

    Two tokens of a text, picked at random, are the same with a probability that does not depend on its length: 1/5 to
    1/40 for letters and bytes, 1/50 to 1/300 for words and their parts. A text is in fragments where more pairs are the
    same than 40 equally frequent tokens would have, by three standard deviations and three pairs more.

    Args:
        tokens: of n texts, numbers below `vocabulary`.
        starts: the tokens of text i are numbers `starts[i]` to `starts[i + 1]`, shape (n + 1,).
        vocabulary: how many tokens the model has.

    Returns:
        Shape (n,).
    """
    from filters._kernels import embeddings as kernel

    same = np.empty(len(starts) - 1)
    kernel.equal_pairs(tokens, starts, np.zeros(vocabulary, np.int64), same)
    sizes = np.diff(starts).astype(np.float64)
    expected = sizes * (sizes - 1) / 2 / _DIFFERENT
    return np.asarray(same > expected + 3 * np.sqrt(expected) + 3)
