"""Does a passage hold what is said of it? For questions and answers that were made from the passage.

By words, without a model: an answer whose words are not in the passage was made up, or is about something else. A share
says nothing of whether the words are put together rightly; a judge or a person has to.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache

from translators.gates import _number_words, _requests, _scripts
from translators.gates._number_side import Side
from translators.gates._number_tokens import ANY, Token
from translators.gates._number_tokens import plain as in_digits
from translators.gates._plain import covered, folded, in_a_row, plain, units, words
from translators.gates._wording import fold
from translators.gates.gate import Gate, Pair

_SHORT = 3  # letters: shorter words are mostly articles and particles
_FEWEST = 3  # longer words; a text with fewer is compared by all of its words
_STEM = 0.6  # of a word's letters: what is left when endings, or prefixes, are taken off
_LEAST_STEM = 3
_LONGEST_WORD = 40  # letters, as `units` has it: longer ones are no words
_MOST_NUMBERS = 60  # more are a table


def _grounded(pair: Pair) -> float:
    """Share of the target's content words that the source has, 0 to 1.

    A word is there if the source has a word with the same beginning or the same end, of six letters in ten, so that
    most inflected forms count. In scripts without spaces: the share of characters that lie in stretches of about a
    word's length which the source has.
    """
    return _share(pair.source, pair.target)


def _specific(pair: Pair) -> float:
    """The same of a question, whose own words (what, who, explain) do not count."""
    asked = frozenset(one.strip() for one in _requests.stems(pair.target_language, "ask"))
    return _share(pair.source, pair.target, asked)


def _share(source: str, target: str, asked: frozenset[str] = frozenset()) -> float:
    row, size = units(plain(target))
    if not row:
        return 0.0
    if _unspaced(target):
        length = max(2, math.ceil(size / 5))
        if len(row) < length:
            return float("".join(row) in "".join(units(plain(source))[0]))
        there = _stretches(source, length)
        return covered(row, there, length) / len(row)
    content = _content(row)
    if asked:
        content = [one for one in content if not fold(one).strip().startswith(tuple(asked))] or content
    heads, tails = _edges(source)
    return sum(_stem(one, heads, tails) for one in content) / len(content)


def _unspaced(text: str) -> bool:
    found = _scripts.letters(text)
    return sum(found.get(one, 0) for one in _scripts.LETTERS_A_WORD) * 2 > sum(found.values())


def _content(row: Sequence[str]) -> list[str]:
    longer = [one for one in row if len(one) > _SHORT or any(map(str.isdigit, one))]
    return longer if len(longer) >= _FEWEST else list(row)


def _stem(word: str, heads: frozenset[str], tails: frozenset[str]) -> bool:
    length = min(len(word), max(_LEAST_STEM, math.ceil(_STEM * len(word))))
    return word[:length] in heads or word[-length:] in tails


@lru_cache(maxsize=64)
def _edges(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """All beginnings and all ends of the words of a text."""
    row = set(words(folded(plain(text))))
    heads = {one[:end] for one in row for end in range(1, min(len(one), _LONGEST_WORD) + 1)}
    tails = {one[-end:] for one in row for end in range(1, min(len(one), _LONGEST_WORD) + 1)}
    return frozenset(heads), frozenset(tails)


@lru_cache(maxsize=64)
def _stretches(text: str, length: int) -> frozenset[tuple[str, ...]]:
    row = tuple(one for one in folded(plain(text)) if one.isalnum())
    return frozenset(in_a_row(row, length))


def _numbers(pair: Pair) -> float:
    """Share of the numbers of the target that the source has too, in digits of any script or in words, 0 to 1."""
    there = Side(in_digits(pair.source), pair.source_language)
    here = Side(in_digits(pair.target), pair.target_language)
    keys = {one.key for one in there.tokens}
    values = {value for one in there.tokens for value in (*one.worth(), *map(Decimal, one.parts))}
    found = [_is_there(one, keys, values, there) for one in here.tokens[:_MOST_NUMBERS]]
    return sum(found) / len(found) if found else 1.0


def _is_there(token: Token, keys: set[str], values: set[Decimal], side: Side) -> bool:
    if token.key in keys or values & token.worth():
        return True
    if token.parts and token.power == 1 and values.issuperset(map(Decimal, token.parts)):
        return True  # a date that is written otherwise
    whole = [int(one) for one in token.worth() if one == one.to_integral_value() and 0 <= one < _number_words.LARGEST]
    return any(map(side.spelled, whole))


def _has_numbers(pair: Pair) -> bool:
    return ANY.search(pair.target) is not None


GROUNDED = Gate(
    name="grounded",
    reason="not_in_passage",
    keep="at_least",
    limit=0.6,
    unit="share of content words, 0 to 1",
    source="measured: none of 24 answers that we wrote, in 13 languages, has less than 0.75; of 1,900 paragraphs of a "
    "manual, held against others of the same manual in 25 languages, 9 in 10 have less than 0.6",
    why="Too many words of the first answer are not in the passage: it was made up, or is about something else.",
    score=_grounded,
)
NUMBERS = Gate(
    name="numbers_grounded",
    reason="numbers_not_in_passage",
    keep="at_least",
    limit=1.0,
    unit="share of numbers, 0 to 1",
    source="our choice: a number is right or not",
    why="A number of the first answer is not in the passage.",
    score=_numbers,
    applies=_has_numbers,
)
SPECIFIC = Gate(
    name="specific",
    reason="not_specific",
    keep="at_least",
    limit=0.4,
    unit="share of content words, 0 to 1",
    source="measured: none of 24 questions that we wrote from passages, in 13 languages, has less than 0.5",
    why="The first question names too little of what the passage is about: any text could be asked so.",
    score=_specific,
)
GATES = (GROUNDED, NUMBERS, SPECIFIC)
