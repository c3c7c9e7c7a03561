"""Is what a prompt was about still in its rewrite? What was added does not count here, only what is gone.

The gates of translations hold additions against a text too; a harder prompt is made of additions, and a local one of
changes.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from translators.gates import markup, negation, numbers, steered
from translators.gates._number_side import Side
from translators.gates._number_tokens import keys, plain
from translators.gates._plain import in_a_row, units
from translators.gates._plain import plain as without_code
from translators.gates.gate import Gate, Pair
from translators.text.kinds import EXACT
from translators.text.spans import spans_of

_WHOLE = re.compile(r"\d{1,6}")
_STEM = 4  # letters of a word: what is behind them is mostly an ending
_LONG = 3  # letters: shorter words say little about a topic


def _numbers(pair: Pair) -> float:
    """Share of the numbers of the text before that the text after has, in digits or in words, 0 to 1."""
    before = Counter(keys(plain(pair.source)))
    if not before:
        return 1.0
    lost = before - Counter(keys(plain(pair.target)))
    return 1.0 - (lost.total() - _spelled(lost, pair)) / before.total()


def _count(pair: Pair) -> float:
    """How many numbers of the text before the text after has a number for, whichever it is, 0 to 1: 20 € may be £18."""
    before, after = Counter(keys(plain(pair.source))), Counter(keys(plain(pair.target)))
    if not before:
        return 1.0
    return min(1.0, (after.total() + _spelled(before - after, pair)) / before.total())


def _spelled(lost: Counter[str], pair: Pair) -> int:
    """How many of the numbers that are gone the text after has as words which the text before has not."""
    if not lost:
        return 0
    ours, theirs = Side(pair.source, pair.source_language), Side(pair.target, pair.target_language)
    found = 0
    for key, count in lost.items():
        if _WHOLE.fullmatch(key):
            found += min(count, max(0, theirs.spelled(int(key)) - ours.spelled(int(key))))
    return found


def _negations(pair: Pair) -> float | None:
    """Share of the negations of the text before that the text after still has, by their number, 0 to 1."""
    reader = negation.reader_of(pair.source_language)
    if reader is None:
        return None
    said = len(reader.sure(pair.source))
    if not said:
        return 1.0
    says = len(reader.sure(pair.target)) + len(reader.soft(pair.target))
    return min(1.0, says / said)


def _spans(pair: Pair) -> float:
    """Share of the code, addresses, placeholders and the like of the text before that the text after has, 0 to 1."""
    before = Counter(spans_of(pair.source, EXACT))
    return (before & Counter(spans_of(pair.target, EXACT))).total() / before.total() if before else 1.0


def _tags(pair: Pair) -> float:
    """1.0 where marks of a conversation come up that the text before has not, else 0.0.

    Not what the text has in quotes or capitals: a harder prompt speaks of it more than once.
    """

    def has_tags(text: str) -> bool:
        return steered.score(replace(pair, source="", target=text)) > 0

    return float(has_tags(pair.target) and not has_tags(pair.source))


def _topic(pair: Pair) -> float:
    """Share of the different words of the text before that begin like a word of the text after, 0 to 1.

    Words of more than three letters. In scripts without spaces, pairs of characters.
    """
    before, after = _stems(pair.source), _stems(pair.target)
    return len(before & after) / len(before) if before else 1.0


def _stems(text: str) -> frozenset[str]:
    row, size = units(without_code(text))
    if size == 5 and not all(len(one) == 1 for one in row):
        long = [one for one in row if len(one) > _LONG]
        return frozenset(one[:_STEM] for one in long or row)
    return frozenset("".join(one) for one in in_a_row(row, 2))


NUMBERS = replace(numbers.GATE, score=_numbers)
COUNT = replace(numbers.GATE, score=_count)
"""For local versions, in which amounts and measures become other ones."""
NEGATIONS = Gate(
    name="negation_kept",
    reason="negation_lost",
    keep="at_least",
    limit=0.8,
    unit="share of negations",
    source="our choice: as for translations",
    why="A negation of the text before is gone.",
    score=_negations,
    applies=negation.applies,
)
SPANS = replace(markup.GATE, score=_spans)
TAGS = replace(steered.GATE, score=_tags)
TOPIC = Gate(
    name="topic_kept",
    reason="topic_lost",
    keep="at_least",
    limit=0.25,
    unit="share of words",
    source="our choice",
    why="Hardly a word of the prompt is left in its rewrite: it is about something else.",
    score=_topic,
)
