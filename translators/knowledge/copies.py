"""Whether an example is the very text that is to be translated, or so near to it that it gives the answer away."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from translators.knowledge.character_f import chrf
from translators.knowledge.keys import loose
from translators.knowledge.words import HAS_UNSPACED

_A_SENTENCE = 20  # letters; a letter of a script without spaces counts as three


def copies(query: str, texts: Sequence[str], limit: float) -> npt.NDArray[np.bool_]:
    """Which texts are copies of the query, shape (n,).

    A text is one if, without case, punctuation and the values of numbers (`keys.loose`),

    - it is the query,
    - it holds the query, and that is a sentence (20 letters) or half of the text,
    - the query holds it, and it is half of the query,

    or if its chrF with the query is at least the limit.

    Args:
        query: text to be translated.
        texts: examples' texts in the same language.
        limit: chrF, 0 to 100.
    """
    mine = loose(query)
    found = np.fromiter((_contained(mine, loose(text)) for text in texts), np.bool_, len(texts))
    # Two texts of very different length cannot reach the limit, whatever is in them: at best all pieces of the shorter
    # one are in the longer one.
    size = _size(query)
    least = _least_ratio(limit)
    near = [at for at, text in enumerate(texts) if not found[at] and _ratio(size, _size(text)) >= least]
    if near:
        found[near] = chrf(query, [texts[at] for at in near], at_least=limit) >= limit
    return found


def _contained(query: str, text: str) -> bool:
    if query in text:
        unspaced = HAS_UNSPACED.search(query) is not None
        if unspaced or f" {query} " in f" {text} ":
            return len(query) * (3 if unspaced else 1) >= _A_SENTENCE or 2 * len(query) >= len(text)
    elif text in query and 2 * len(text) >= len(query):
        return HAS_UNSPACED.search(text) is not None or f" {text} " in f" {query} "
    return False


def _size(text: str) -> int:
    return sum(map(len, text.split()))


def _ratio(one: int, other: int) -> float:
    return min(one, other) / max(one, other, 1)


def _least_ratio(limit: float) -> float:
    """The least ratio of lengths at which chrF (recall counts twice) can reach the limit."""
    score = limit / 100
    return score / (5 - 4 * score)
