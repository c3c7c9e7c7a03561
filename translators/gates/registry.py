"""Which gates there are, and what each is held against: the segments of a text one by one, or the text as a whole."""

from __future__ import annotations

from dataclasses import replace

from translators.gates import (
    echo,
    foreign_words,
    language,
    length,
    markup,
    names,
    negation,
    numbers,
    preamble,
    refusal,
    repetition,
    steered,
    structure,
)
from translators.gates.gate import Gate

# Of several segments the shortest and the longest count, so the two limits have a score each.
SHORTEST = replace(length.SHORT, name="shortest_ratio")
LONGEST = replace(length.LONG, name="longest_ratio")

OF_SEGMENTS: tuple[Gate, ...] = (
    echo.GATE,
    refusal.GATE,
    preamble.GATE,
    SHORTEST,
    LONGEST,
    numbers.GATE,
    negation.GATE,
    names.GATE,
    repetition.GATE,
)
"""The worst segment counts: a fault in one paragraph must not drown in a long text."""

OF_TEXTS: tuple[Gate, ...] = (language.GATE, foreign_words.GATE, markup.GATE, structure.GATE, steered.GATE)
"""What one segment may say too little about."""

OF_THE_WAY_BACK: tuple[Gate, ...] = (negation.GATE,)
"""Held against source and way back where nothing could be said of the translation itself."""

TRANSLATION: tuple[Gate, ...] = (*OF_SEGMENTS, *OF_TEXTS)
"""All gates of a translation."""
