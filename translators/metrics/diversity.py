"""How varied the texts of a set are: distinct n-grams, at a sample size that sets of different sizes share.

Distinct-n is the number of different n-grams divided by the number of n-grams (Li et al., 2016, "A Diversity-Promoting
Objective Function for Neural Conversation Models"). It falls as a set grows, whatever is in it, so two sets compare
only at one size. Rarefaction gives the mean over all samples of m of the N n-grams, without drawing any
(Hurlbert, 1971, "The Nonconcept of Species Diversity"; as a measure of vocabulary: HD-D, McCarthy and Jarvis, 2010):

    expected(m) = 1/m * sum over different n-grams i of (1 - C(N - N_i, m) / C(N, m))

where n-gram i occurs N_i times and C is the binomial coefficient. For m = N that is distinct-n itself.

Texts repeat themselves more than they repeat one another. Compare sets of texts that are about as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from translators.metrics._words import words

I64 = npt.NDArray[np.int64]

ORDERS = 4
SAMPLE = 1000
"""N-grams of a sample: our choice; some 50 prompts of 20 words have as many."""


@dataclass(frozen=True)
class Distinct:
    """How varied the n-grams of one length are.

    Args:
        order: words of an n-gram.
        ngrams: how many there are.
        types: how many different ones.
        ratio: types for each n-gram, 0 to 1: distinct-n of the whole set. None without n-grams.
        expected: the same in a random sample of `sample` n-grams. None where there are fewer.
        sample: size of that sample.
    """

    order: int
    ngrams: int
    types: int
    ratio: float | None
    expected: float | None
    sample: int


def distinct(texts: Sequence[str], language: str, *, sample: int = SAMPLE) -> tuple[Distinct, ...]:
    """How varied the n-grams of 1 to 4 words of a set of texts are; no n-gram reaches from one text into the next.

    Args:
        texts: texts in one language. Letter case counts.
        language: label; its script says how words are cut.
        sample: n-grams of a sample. Sets compare at one value.

    Raises:
        ValueError: a sample of less than one.
    """
    if sample < 1:
        raise ValueError(f"a sample of {sample} n-grams: give 1 or more, such as {SAMPLE}")
    numbers: dict[str, int] = {}
    cut = [[numbers.setdefault(word, len(numbers)) for word in words(text, language)] for text in texts]
    sizes = np.array([len(one) for one in cut], np.int64)
    symbols = np.array([number for one in cut for number in one], np.int64)
    left = _words_left(sizes)
    out, ids = [], np.zeros(len(symbols), np.int64)
    for order in range(1, ORDERS + 1):
        # An n-gram is the number of the one that is a word shorter, and a last word.
        begins = np.flatnonzero(left >= order)
        pairs = ids[begins] * max(1, len(numbers)) + symbols[begins + order - 1]
        found, inverse, counts = np.unique(pairs, return_inverse=True, return_counts=True)
        ids[begins] = inverse
        total = len(begins)
        out.append(
            Distinct(
                order,
                total,
                len(found),
                len(found) / total if total else None,
                _expected(counts.astype(np.int64), total, sample) if total >= sample else None,
                sample,
            )
        )
    return tuple(out)


def _words_left(sizes: I64) -> I64:
    """For each word of texts with so many words: how many there are from it to the end of its text."""
    ends = np.repeat(np.cumsum(sizes), sizes)
    return ends - np.arange(len(ends))


def _expected(counts: I64, total: int, sample: int) -> float:
    """The formula above: `counts` are the N_i, `total` is N, `sample` is m."""
    # C(N - k, m) / C(N, m) is the product over j < k of (N - m - j) / (N - j): one running sum of logarithms for all k.
    most = int(counts.max())
    j = np.arange(min(most, total - sample))
    absent = np.zeros(most + 1)
    absent[0] = 1.0
    absent[1 : len(j) + 1] = np.exp(np.cumsum(np.log1p(-sample / (total - j))))
    how_often, types = np.unique(counts, return_counts=True)
    return float((types * (1.0 - absent[how_often])).sum() / sample)
