"""chrF++ (Popović, 2017) of pairs of texts, 0 to 100, with sacreBLEU's values (Post, 2018), at speed.

The F-score, with recall counting double, of n-grams of 1 to 6 characters (white space left out) and of 1 to 2 words. It
is the same in every language; in scripts without spaces between words, "words" are what stands between spaces.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from translators.metrics._texts import I64, blocks, code_points, table_room

F64 = npt.NDArray[np.float64]
CHARACTER_ORDERS, WORD_ORDERS = 6, 2
BETA = 2.0


def chrf(hypotheses: Sequence[str], references: Sequence[str]) -> F64:
    """chrF++ of each pair, 0 (nothing shared) to 100 (equal).

    Args:
        hypotheses: texts to be scored, n of them, such as back translations.
        references: what they should say, as many.

    Returns:
        Shape (n,).
    """
    return score(counts(hypotheses, references))


def sentence_chrf(hypothesis: str, reference: str) -> float:
    """chrF++ of one pair: see `chrf`, which is faster for many."""
    return float(chrf((hypothesis,), (reference,))[0])


def counts(hypotheses: Sequence[str], references: Sequence[str]) -> I64:
    """What the score of each pair follows from; the sum over pairs is what the score of a corpus follows from.

    Returns:
        Shape (n, 24): for 1 to 6 characters, then 1 to 2 words: n-grams of the hypothesis (0 where the reference has
        none), of the reference, and shared ones.
    """
    out = np.empty((len(hypotheses), 3 * (CHARACTER_ORDERS + WORD_ORDERS)), np.int64)
    for part in blocks(hypotheses, references):
        _count(hypotheses[part], references[part], out[part])
    return out


def score(counts: I64) -> F64:
    """The score of each row of counts, shape (n, 24), from `counts`."""
    from translators.metrics import _matching

    out = np.empty(len(counts))
    _matching.score_chrf(counts, CHARACTER_ORDERS + WORD_ORDERS, BETA, out)
    return out


def _count(hypotheses: Sequence[str], references: Sequence[str], out: I64) -> None:
    from translators.metrics import _cutting, _matching

    number = len(out)
    text, starts, longest = code_points((*references, *hypotheses))
    size = len(text)
    characters, begins, ends, symbols = (np.empty(size, np.int32) for _ in range(4))
    of_characters, of_words = np.empty(2 * number + 1, np.int64), np.empty(2 * number + 1, np.int64)
    _cutting.cut_chrf(text, starts, characters, of_characters, begins, ends, of_words)

    keys = np.empty(table_room(longest), np.int64)
    r_ids, h_ids, left = (np.empty(size, np.int32) for size in (longest, longest, len(keys)))
    orders = CHARACTER_ORDERS, WORD_ORDERS
    _matching.count_characters_and_words(
        number, characters, of_characters, text, begins, ends, of_words, symbols, *orders, r_ids, h_ids, keys, left, out
    )
