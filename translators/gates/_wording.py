"""How models speak about their work, by language: apologies, offers, "here is the translation".

`_phrases/<ISO 639-3>.txt` holds them, one kind a line (`sorry: apolog | regret`). They are beginnings of words, not
sentences, and what makes an answer a refusal or a preamble is which kinds come together, in any order. `a .. b`: the
one, and the other soon after it. `*` before a beginning: anywhere in a word, for languages with prefixes; in languages
without spaces between words that is always so.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TypeVar

_T = TypeVar("_T")
_LETTERS_OF_HEAD = 2
_HEAD = re.compile(r" ([^ ](?:(?= )|[^ ]))")

KINDS = (
    "sorry",  # regret
    "cannot",  # not being able to, or declining, in the first person where the language has one
    "negated",  # the same of anyone: sought in the source alone
    "translate",
    "task",  # helping, answering, requests, contents
    "self",  # being a model
    "rules",  # guidelines and their breach
    "ask",  # please send
    "sure",  # consent, at the start of an answer
    "here",  # here is, as follows
    "made",  # version, rewritten
    "note",  # heads of remarks
    "offer",  # let me know, and what one did with the text
    "wish",  # if you would like
)
_FOLDER = Path(__file__).parent / "_phrases"
_UNSPACED = frozenset(("jpn", "khm", "kor", "lao", "mya", "tha", "zho"))
_SAME = {
    "bos": "hrv", "cnr": "hrv", "hbs": "hrv", "prs": "fas", "yue": "zho", "wuu": "zho", "zlm": "zsm", "arz": "arb",
    "apc": "arb", "ary": "arb", "ars": "arb", "acm": "arb", "ajp": "arb", "aeb": "arb", "nor": "nob", "bho": "hin",
}  # fmt: skip
_SHORT = 2  # letters: a word so short must stand by itself, unless it is part of a phrase with a gap
_SHORT_HEADS = {"sure": 3, "note": 3}  # the same for kinds that are sought at the start alone
_NEAR = 60  # characters between the parts of a phrase with a gap
# Letters that are written in two ways.
_LETTERS = {"ı": "i", "ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ł": "l", "đ": "d", "ø": "o", "ё": "е"}


class _Folds(dict[int, str]):
    """Code point to what it is compared as, filled as they come: marks are dropped, punctuation is a space."""

    def __missing__(self, point: int) -> str:
        character = chr(point)
        category = unicodedata.category(character)
        folded = _LETTERS.get(character, character)
        accent = 0x300 <= point < 0x370 or 0x590 <= point < 0x5D0 or 0x610 <= point < 0x61B or 0x64B <= point < 0x671
        if (category == "Mn" and (accent or point == 0x93C)) or category == "Cf" or character == "ـ":
            folded = ""
        elif category[0] in "PSZC":
            folded = " "
        self[point] = folded
        return folded


_folds = _Folds()
_OTHERS = re.compile(r"[^\x00-\x7f]")
_FEW_OTHERS = 12
_ASCII = bytes(ord(_folds[ord(chr(point).casefold())]) for point in range(128)) + bytes(128)


def fold(text: str) -> str:
    """Text in one form, to be searched for phrases: no case, accents or punctuation, one space at each end."""
    if text.isascii():
        return f" {' '.join(text.encode('ascii').translate(_ASCII).decode('ascii').split())} "
    text = unicodedata.normalize("NFKD", text)
    others = set(_OTHERS.findall(text))
    if len(others) < _FEW_OTHERS:  # Latin letters with accents: faster than to look at each character
        for one in others:
            text = text.replace(one, _alone(one))
        if text.isascii():
            return f" {' '.join(text.encode('ascii').translate(_ASCII).decode('ascii').split())} "
    return f" {' '.join(text.casefold().translate(_folds).split())} "


@lru_cache(maxsize=4_096)
def _alone(character: str) -> str:
    """What becomes of a character, whatever stands beside it."""
    return character.casefold().translate(_folds)


@dataclass(frozen=True)
class Phrases:
    """Phrases of one kind, in one language or several."""

    whole: tuple[str, ...]
    parted: tuple[tuple[str, str], ...]

    def found(self, folded: str) -> bool:
        """Whether one of them is in a folded text."""
        by_head, anywhere = self._places
        if anywhere is not None and anywhere._search(folded):
            return True
        heads = _heads(folded)
        return not heads.isdisjoint(by_head) and any(by_head[head]._search(folded) for head in heads if head in by_head)

    def _search(self, folded: str) -> bool:
        if any(map(folded.__contains__, self.whole)):
            return True
        return any(_near(folded, one, other) for one, other in self.parted if one in folded)

    @cached_property
    def _places(self) -> tuple[dict[str, Phrases], Phrases | None]:
        """Those that begin a word, by its first letters, and those that may stand anywhere."""
        by_head: dict[str, tuple[list[str], list[tuple[str, str]]]] = {}
        for one in self.whole:
            by_head.setdefault(_head(one), ([], []))[0].append(one)
        for both in self.parted:
            by_head.setdefault(_head(both[0]), ([], []))[1].append(both)
        made = {head: Phrases(tuple(whole), tuple(parted)) for head, (whole, parted) in by_head.items()}
        anywhere = made.pop("", None)
        return made, anywhere

    def begins(self, folded: str) -> bool:
        """Whether a folded text begins with one of them."""
        return folded.startswith(self.whole)


def _head(phrase: str) -> str:
    """The first letters of the word that a phrase begins; empty where it may begin inside of a word, or any word."""
    found = _HEAD.match(phrase)
    return found[1] if found else ""


@lru_cache(maxsize=64)
def _heads(folded: str) -> frozenset[str]:
    """The first letters of all words of a folded text."""
    return frozenset([word[:_LETTERS_OF_HEAD] for word in folded.split()])


def _near(folded: str, one: str, other: str) -> bool:
    at = folded.find(one)
    while at >= 0:
        if folded.find(other, at + len(one) - 1, at + _NEAR) >= 0:
            return True
        at = folded.find(one, at + 1)
    return False


@cache
def _read(iso3: str) -> dict[str, Phrases] | None:
    file = _FOLDER / f"{_SAME.get(iso3, iso3)}.txt"
    if not file.is_file():
        return None
    unspaced = file.stem in _UNSPACED
    kinds = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        kind, _, phrases = line.partition(":")
        whole: list[str] = []
        parted: list[tuple[str, str]] = []
        for phrase in phrases.split("|"):
            first, gap, second = phrase.partition("..")
            if gap:
                parted.append((_stem(first, unspaced, 0), _stem(second, unspaced, 0)))
            else:
                whole.append(_stem(phrase, unspaced, _SHORT_HEADS.get(kind, _SHORT)))
        kinds[kind] = Phrases(tuple(whole), tuple(parted))
    return kinds


def _stem(phrase: str, unspaced: bool, short: int) -> str:
    anywhere = unspaced or phrase.lstrip().startswith("*")
    folded = fold(phrase).strip()
    if anywhere:
        return folded
    return f" {folded} " if len(folded) <= short else f" {folded}"


def languages() -> list[str]:
    """ISO 639-3 codes of the languages that have phrases."""
    return sorted([*(file.stem for file in _FOLDER.glob("*.txt")), *_SAME])


@lru_cache(maxsize=1_024)
def has(iso3: str) -> bool:
    """Whether a language has phrases."""
    return _read(iso3) is not None


@lru_cache(maxsize=8_192)
def phrases(kind: str, *iso3: str) -> Phrases:
    """The phrases of a kind in some languages; those of languages that have none are none."""
    found = [read[kind] for one in dict.fromkeys(iso3) if (read := _read(one)) and kind in read]
    return Phrases(_once(one.whole for one in found), _once(one.parted for one in found))


@lru_cache(maxsize=1_024)
def any_of(kinds: tuple[str, ...], *iso3: str) -> Phrases:
    """The phrases of several kinds."""
    found = [phrases(kind, *iso3) for kind in kinds]
    return Phrases(_once(one.whole for one in found), _once(one.parted for one in found))


def _once(parts: Iterable[tuple[_T, ...]]) -> tuple[_T, ...]:
    return tuple(dict.fromkeys(one for part in parts for one in part))


_OPENING = 240  # characters
_ENDING = 240


@lru_cache(maxsize=64)
def opening(text: str) -> str:
    """The start of a text, folded."""
    return fold(text.lstrip()[:_OPENING])


@lru_cache(maxsize=64)
def ending(text: str) -> str:
    """The end of a text, folded."""
    return fold(text.rstrip()[-_ENDING:])
