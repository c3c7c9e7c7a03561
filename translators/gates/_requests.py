"""What asks and what is asked for, by language: words of orders and questions, and of the forms that an answer takes.

`_requests.txt` holds beginnings of words, a language and a kind a line (`eng sentence: sentence`), as `_phrases` does.
Written from general knowledge, read by no native speaker.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

from translators.gates._wording import fold

_FILE = Path(__file__).with_name("_requests.txt")
_UNSPACED = frozenset(("jpn", "khm", "kor", "lao", "mya", "tha", "zho"))
# The verb comes last, so that what asks stands at the end of a sentence.
_VERB_LAST = frozenset(("amh", "hin", "jpn", "kor", "tur", "fas"))
_SAME = {
    "bos": "hrv", "yue": "zho", "wuu": "zho", "arz": "arb", "apc": "arb", "ary": "arb", "ars": "arb", "acm": "arb",
    "zsm": "ind", "prs": "fas", "bho": "hin",
}  # fmt: skip
_SHORT = 3  # letters: a word so short must stand by itself
_SHORT_OTHERS = 2  # the same where letters are not those of English
_AT_START = 3  # words of a clause
_AT_END = 3
_CHARACTERS = 14  # instead of words in scripts without spaces
_CLAUSE = re.compile(r"(?:[^.!?,;:。！？，、；：।።፧፣؟،؛\n]|(?<=\d)[.,](?=\d))+")
_QUESTION = re.compile(r"[?？؟፧՞⁇⁈]")


@cache
def _read() -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        head, _, words = line.partition(":")
        iso3, kind = head.split()
        found[iso3, kind] = tuple(dict.fromkeys(_stem(word, iso3) for word in words.split("|")))
    return found


def _stem(word: str, iso3: str) -> str:
    folded = fold(word).strip()
    if iso3 in _UNSPACED or word.strip().startswith("*"):
        return folded
    short = _SHORT if folded.isascii() else _SHORT_OTHERS
    return f" {folded} " if len(folded) <= short else f" {folded}"


@lru_cache(maxsize=1_024)
def _iso3(label: str) -> str:
    return _SAME.get(label[:3], label[:3])


@lru_cache(maxsize=1_024)
def stems(label: str, kind: str) -> tuple[str, ...]:
    """The folded beginnings of words of one kind; none where the language has none."""
    return _read().get((_iso3(label), kind), ())


@lru_cache(maxsize=1)
def languages() -> frozenset[str]:
    """ISO 639-3 codes of the languages with words that ask."""
    return frozenset(iso3 for iso3, kind in _read() if kind == "ask")


def questions(text: str, label: str) -> bool:
    """Whether a text has a question mark."""
    return bool(_QUESTION.search(text)) or (label[4:] == "Grek" and ";" in text)


@lru_cache(maxsize=128)
def asks(text: str, label: str) -> bool:
    """Whether a text has a question mark, or a clause that asks or orders by its words.

    Such words count where they stand in an order, at the start of a clause or, where verbs come last, at its end. Words
    that questions share with answers (`which`, `how`) are not among them: most questions have their mark.
    """
    if questions(text, label):
        return True
    words = stems(label, "ask")
    return bool(words) and any(any(map(place.__contains__, words)) for place in _places(text, _iso3(label)))


def _places(text: str, iso3: str) -> list[str]:
    """Where the words that ask would stand, folded, one place for each clause."""
    places = []
    for clause in _CLAUSE.findall(text):
        folded = fold(clause)
        if iso3 in _UNSPACED:
            start, end = folded[: _CHARACTERS + 1], folded[-_CHARACTERS - 1 :]
            places.append(end if iso3 in _VERB_LAST else start + end)
        else:
            row = folded.split()
            part = row[-_AT_END:] if iso3 in _VERB_LAST else row[:_AT_START]
            places.append(f" {' '.join(part)} ")
    return places


def verb_last(label: str) -> bool:
    """Whether what asks stands at the end of a sentence in a language."""
    return _iso3(label) in _VERB_LAST


@lru_cache(maxsize=128)
def edges(text: str) -> tuple[str, str]:
    """The first and the last word of a text, folded; four characters each where it has no spaces to speak of."""
    row = fold(text).split()
    if not row:
        return "", ""
    first, last = row[0], row[-1]
    return (first if len(first) <= 15 else first[:4]), (last if len(last) <= 15 else last[-4:])
