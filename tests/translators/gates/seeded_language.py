"""Text in a wrong language put into clean translations: a line or a sentence untranslated, or of a third language."""

from __future__ import annotations

import random
import re

_SENTENCE = re.compile(r"[^.!?。！？।؟።\n]+(?:[.!?]+(?=\s|$)|[。！？।؟።]+|$)")
_LETTERS = 12  # fewer tell no language


def seed(text: str, language: str, rng: random.Random, other: str = "", other_language: str = "eng_Latn") -> str | None:
    """The text with one of its lines, or one of its sentences, replaced by the one of `other` that stands there.

    Args:
        text: a clean translation.
        language: its label.
        rng: what chooses the place.
        other: the same paragraph in another language: the source, or the translation into a third one.
        other_language: its label.

    Returns:
        None where there is nothing to take, where both are one language, or where both say the same.
    """
    if language == other_language:
        return None
    for parts in (_lines, _sentences):
        mine, theirs = parts(text), parts(other)
        if not mine or not theirs:
            continue
        place = rng.randrange(len(mine))
        start, end = mine[place]
        first, last = theirs[min(len(theirs) - 1, round(place * len(theirs) / len(mine)))]
        made = text[:start] + other[first:last] + text[end:]
        if (
            made != text
            and text[start:end].casefold() != other[first:last].casefold()
            and (len(mine) > 1 or parts is _sentences)
        ):
            return made
    return None


def _lines(text: str) -> list[tuple[int, int]]:
    return [one.span() for one in re.finditer(r"[^\n]+", text) if _told(one.group())]


def _sentences(text: str) -> list[tuple[int, int]]:
    found = []
    for one in _SENTENCE.finditer(text):
        start = one.start() + len(one.group()) - len(one.group().lstrip())
        if _told(one.group()):
            found.append((start, one.end()))
    return found


def _told(text: str) -> bool:
    return sum(letter.isalpha() for letter in text) >= _LETTERS
