"""Runs of terms: how long they are in words, ideographs and graphemes, and the 64-bit keys that they are known by.

Two different runs share a key with a probability of about 2^-64: between 10^13 runs of a corpus and 10^7 of benchmarks
five false matches are to be expected, so keys are not compared further.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

from filters import _terms
from filters._decontamination.params import BenchmarkParams

I64 = npt.NDArray[np.int64]
I32 = npt.NDArray[np.int32]
U64 = npt.NDArray[np.uint64]

_NO_FILTER = np.empty(0, np.uint64)


class Sizes(NamedTuple):
    """What terms weigh, so that a run of mixed scripts is measured in proportion.

    Args:
        word, ideograph, grapheme: weight of a term.
        full: of an n-gram.
        least: of a text that is looked for as a whole.
    """

    word: int
    ideograph: int
    grapheme: int
    full: int
    least: int

    @property
    def most_terms(self) -> int:
        """Terms in a run at most."""
        return self.full // min(self.word, self.ideograph, self.grapheme) + 1


def sizes(params: BenchmarkParams) -> Sizes:
    """The weights that the parameters give: an n-gram of words, of ideographs and of graphemes weigh the same."""
    words, ideographs, graphemes = params.ngram_words, params.ngram_ideographs, params.ngram_graphemes
    word = ideographs * graphemes
    return Sizes(word, words * graphemes, words * ideographs, words * word, params.min_words * word)


class Weighed(NamedTuple):
    """The terms of n texts (see `filters._terms`) with their weights, shape (m,)."""

    terms: _terms.Terms
    weights: I32


def weigh(text: pl.Series, of: Sizes) -> Weighed:
    """The terms of each text, and what each weighs."""
    from filters._kernels import decontamination as kernel
    from filters._kernels.utf8 import strings

    terms = _terms.terms(text)
    if not terms.single.any():
        return Weighed(terms, np.full(len(terms.hashes), of.word, np.int32))
    weights = np.empty(len(terms.hashes), np.int32)
    kernel.weigh(strings(text).data, terms.begins, terms.single, of.word, of.ideograph, of.grapheme, weights)
    return Weighed(terms, weights)


class Runs(NamedTuple):
    """Runs of terms in n texts.

    Args:
        rows: number of the text that each run is in, shape (k,).
        begins, ends: its first term, and the one behind its last, over the terms of all texts.
        keys: what it is known by.
    """

    rows: I64
    begins: I64
    ends: I64
    keys: U64


def find(weighed: Weighed, full: int, most_terms: int, bloom: U64 = _NO_FILTER) -> Runs:
    """From each term on the shortest run that weighs `full`, where a Bloom filter (`bloom`) passes its key.

    Args:
        full: weight of a run.
        most_terms: terms in a run at most.
        bloom: empty to have all.
    """
    from filters._kernels import decontamination as kernel

    room = len(weighed.weights) if not len(bloom) else 1_024 + len(weighed.weights) // 16
    while True:
        rows, begins, ends = (np.empty(room, np.int64) for _ in range(3))
        out = Runs(rows, begins, ends, np.empty(room, np.uint64))
        found = kernel.runs(
            weighed.terms.hashes, weighed.weights, weighed.terms.starts, full, _powers(most_terms), bloom, *out
        )
        if found <= room:
            return Runs(out.rows[:found], out.begins[:found], out.ends[:found], out.keys[:found])
        room = found


def keys(weighed: Weighed, begins: I64, ends: I64) -> U64:
    """The keys of runs that are known, shape (k,)."""
    from filters._kernels import decontamination as kernel

    out = np.empty(len(begins), np.uint64)
    kernel.keys(weighed.terms.hashes, begins, ends, out)
    return out


def bloom(keys: U64) -> U64:
    """A filter that passes these keys, and one in some hundreds of others: 16 to 32 bits for each key."""
    from filters._kernels import decontamination as kernel

    out = np.zeros(1 << max(0, (len(keys) - 1).bit_length() - 2), np.uint64)
    kernel.add(keys, out)
    return out


@cache
def _powers(count: int) -> U64:
    from filters._kernels.decontamination import BASE

    return np.array([pow(int(BASE), power, 1 << 64) for power in range(count)], np.uint64)
