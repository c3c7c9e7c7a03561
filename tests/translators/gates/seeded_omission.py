"""Omissions put into clean translations on purpose: a sentence, the end, or the end in the midst of a word."""

from __future__ import annotations

import random
import re

_SENTENCE = re.compile(r"[^.!?。！？।؟።]+(?:[.!?]+(?=\s|$)|[。！？।؟።]+|$)\s*")
_SHORTEST = 20  # letters; nothing can be left out of less that a reader would miss
_LOST = 0.2


def seed(text: str, language: str, rng: random.Random, kind: str | None = None) -> str | None:
    """The text without at least a fifth of it: `kind` "sentence", "tail" (whole words) or "cut" (within a word).

    The language does not matter but for the signature that all seeders share. None where the text is too short, or has
    no sentence of the size that leaves something.
    """
    if len(text.strip()) < _SHORTEST:
        return None
    kinds = [kind] if kind else rng.sample(["sentence", "tail", "cut"], 3)
    for one in kinds:
        made = {"sentence": _without_sentence, "tail": _without_tail, "cut": _cut}[one](text, rng)
        if made is not None and made.strip() and len(made) <= (1 - _LOST) * len(text):
            return made
    return None


def _without_sentence(text: str, rng: random.Random) -> str | None:
    found = list(_SENTENCE.finditer(text))
    large = [one for one in found if len(one.group()) >= _LOST * len(text)]
    if len(found) < 2 or not large:
        return None
    out = rng.choice(large)
    return (text[: out.start()] + text[out.end() :]).strip()


def _without_tail(text: str, rng: random.Random) -> str | None:
    end = int(len(text) * rng.uniform(0.4, 1 - _LOST))
    space = max(text.rfind(mark, 0, end) for mark in " \n\u3000、。，।።")
    return text[:space].rstrip() if space > 0 else None


def _cut(text: str, rng: random.Random) -> str | None:
    end = int(len(text) * rng.uniform(0.4, 1 - _LOST))
    while end > 1 and not (text[end - 1].isalpha() and text[end].isalpha()):
        end -= 1
    return text[:end] if end > 1 else None
