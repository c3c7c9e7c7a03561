"""A labelled set: sentences in 24 languages, with what is private in them, and sentences that only look so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from private_data_cases import values
from private_data_cases.hard import HARD_FOUND, HARD_LEFT
from private_data_cases.sentences import FOUND, LEFT

_SLOT = re.compile(r"\{(\w+)\}")
_MARK = re.compile(r"⟦(\w+):([^⟧]*)⟧")
_KIND = {"phone_int": "phone", "card_plain": "card", "id": "national_id"}
# What people write in the digits of their script.
_IN_NATIVE_DIGITS = {"phone", "phone_int", "card", "card_plain", "id", "ip"}


@dataclass(frozen=True)
class Case:
    """A text with its language and its private spans, in characters.

    `looks` counts the values in it that only look private.
    """

    text: str
    language: str
    spans: frozenset[tuple[int, int, str]]
    looks: int = 0


def cases(copies: int = 3) -> list[Case]:
    """The set, always the same: every sentence a few times, with other values."""
    random = Random(20_260_000)
    out = []
    for language, sentences in FOUND.items():
        for sentence in sentences:
            out += [_found(sentence, language, random, native=copy % 2 == 1) for copy in range(copies)]
    for language, sentences in LEFT.items():
        for sentence in sentences:
            slots = _SLOT.findall(sentence)
            for _ in range(copies):
                text = _SLOT.sub(lambda slot: values.LOOKS[slot[1]](random), sentence)
                out.append(Case(text, language, frozenset(), len(slots)))
    out += [_marked(text, language) for language, text in HARD_FOUND]
    return out + [Case(text, language, frozenset(), 1) for language, text in HARD_LEFT]


def _marked(marked: str, language: str) -> Case:
    text, spans, end = "", set(), 0
    for mark in _MARK.finditer(marked):
        text += marked[end : mark.start()]
        spans.add((len(text), len(text) + len(mark[2]), mark[1]))
        text += mark[2]
        end = mark.end()
    return Case(text + marked[end:], language, frozenset(spans))


def _found(sentence: str, language: str, random: Random, *, native: bool) -> Case:
    text, spans, end = "", set(), 0
    for slot in _SLOT.finditer(sentence):
        text += sentence[end : slot.start()]
        value = values.PRIVATE[slot[1]](random, language)
        if native and slot[1] in _IN_NATIVE_DIGITS and language in values.NATIVE:
            value = value.translate(str.maketrans("0123456789", values.NATIVE[language]))
        # Credentials are a part of what is written there.
        before, _, rest = value.rpartition("\x01")
        private, _, after = rest.partition("\x02")
        start = len(text) + len(before)
        spans.add((start, start + len(private), _KIND.get(slot[1], slot[1])))
        text += before + private + after
        end = slot.end()
    return Case(text + sentence[end:], language, frozenset(spans))
