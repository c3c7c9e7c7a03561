"""How much of a text was changed: Levenshtein distance in characters and in words (by rapidfuzz).

What the paper on prompts in many languages (The Art of Asking, 2510.19806) reports for each way of rewriting: the edit
distance between a translation and its rewrite. Normalised it is the distance divided by the length of the longer text,
from 0 (equal) to 1 (nothing in its place).
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import cpdist

from translators.metrics._words import words

F64 = npt.NDArray[np.float64]


def character_distance(before: Sequence[str], after: Sequence[str], *, normalise: bool = True) -> F64:
    """Distance of each pair in code points; the time it takes grows with the product of the lengths.

    Args:
        before: n texts.
        after: what became of them, as many.
        normalise: divide by the number of code points of the longer text; two empty texts have a distance of 0.

    Returns:
        Shape (n,): 0 to 1, or a number of insertions, deletions and replacements.

    Raises:
        ValueError: not as many texts before as after.
    """
    return _distance(before, after, normalise)


def word_distance(before: Sequence[str], after: Sequence[str], language: str, *, normalise: bool = True) -> F64:
    """Distance of each pair in words, punctuation marks among them: see `character_distance`.

    Args:
        before: n texts.
        after: what became of them, as many, in the same language.
        language: label; its script says how words are cut.
        normalise: divide by the number of words of the longer text.
    """
    numbers: dict[str, int] = {}

    def numbered(text: str) -> array[int]:
        return array("L", [numbers.setdefault(word, len(numbers)) for word in words(text, language)])

    return _distance([numbered(text) for text in before], [numbered(text) for text in after], normalise)


def _distance(before: Sequence[str | array[int]], after: Sequence[str | array[int]], normalise: bool) -> F64:
    if len(before) != len(after):
        raise ValueError(f"{len(before)} texts before and {len(after)} after: give one for each")
    scorer = Levenshtein.normalized_distance if normalise else Levenshtein.distance
    if not len(before):
        return np.zeros(0)
    return np.asarray(cpdist(before, after, scorer=scorer, dtype=np.float64, workers=1), np.float64)
