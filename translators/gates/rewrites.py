"""Which gates hold for rewrites: some for every operator, others for what an operator has to keep.

Gates with one name measure the same thing by what an operator may do, and share a limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from schemas.languages import UNDETERMINED
from translators.gates import (
    answerable,
    foreign_words,
    instructions,
    kept,
    language,
    markup,
    names,
    negation,
    numbers,
    preamble,
    refusal,
    repetition,
    steered,
    unchanged,
)
from translators.gates.gate import Gate, Pair


def _elsewhere(pair: Pair) -> Pair:
    # Words of another script that the text before has too are excused, as those of a third language are.
    return replace(pair, source_language=UNDETERMINED)


def _foreign(pair: Pair) -> float | None:
    return foreign_words.GATE.score(_elsewhere(pair))


def _may_be_foreign(pair: Pair) -> bool:
    return foreign_words.GATE.applies(_elsewhere(pair))


FOREIGN = replace(foreign_words.GATE, score=_foreign, applies=_may_be_foreign)
"""Words in another script, for a text and its answer or rewrite in the same language."""

COMMON: tuple[Gate, ...] = (
    refusal.GATE,
    preamble.GATE,
    repetition.GATE,
    language.GATE,
    FOREIGN,
    unchanged.GATE,
    answerable.ASKS,
    answerable.ENDS,
    instructions.GATE,
)
"""Of every rewrite."""

BY_OPERATOR: Mapping[str, tuple[Gate, ...]] = {
    "naturalness": (numbers.GATE, negation.GATE, names.GATE, markup.GATE, steered.GATE),
    # Names, amounts and units are what it is there to change; how many numbers there are is not.
    "culture": (kept.COUNT, kept.NEGATIONS, markup.GATE, steered.GATE),
    "difficulty": (kept.NUMBERS, kept.NEGATIONS, names.GATE, kept.SPANS, kept.TAGS, kept.TOPIC),
}
"""What each operator has to keep."""

REWRITING: tuple[Gate, ...] = tuple(
    {gate.name: gate for gate in (*COMMON, *(one for gates in BY_OPERATOR.values() for one in gates))}.values()
)
"""One gate for each name: what parameters and rules are made from."""

COMPLETION: tuple[Gate, ...] = (refusal.GATE, repetition.GATE, language.GATE, FOREIGN)
"""Gates of an answer to a prompt, besides the echo."""
