"""Finds a number that a text spells out: "five", "zwölf", "двадцати одного".

A number is looked for, not read: given 21, is there a word for it? So one table of forms serves, and inflected or
compound words need no parser. The forms come from CLDR (`_number_words.json`, made by benchmarks/peers/number_words.py)
and, for languages that CLDR does not spell, from `_more_number_words.json`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any

LARGEST = 10**12
_MORE = "_more_number_words.json"
# Languages whose number words take endings, of up to four letters and of up to five.
_SHORT = (
    "als azj bel bos bul ces dan deu ekk ell fao fin hrv hun hye isl kal kat kaz kir lit lvs mkd nno nob pol ron rus "
    "slk slv sme srp swe tur ukr"
)
_LONG = "eus gaz kan khk kor mal mar npi pan quy sin tam tat tel tgk tuk uig uzn"
_ENDINGS = dict.fromkeys(_SHORT.split(), 4) | dict.fromkeys(_LONG.split(), 5)
# Languages that write "and", "in", "the" and the like, or the class of the noun, as the head of the word.
_CLASSES = "ceb fil kin lin lug mlt nbl nso nya plt run sna sot ssw swh tsn tso ven xho zul"
_HEADS = {"arb": 3, "heb": 3, "tir": 2, "amh": 2} | dict.fromkeys(_CLASSES.split(), 4)
# Words are not parted by spaces: found anywhere.
_TOGETHER = frozenset(("bod", "dzo", "khm", "lao", "mya", "tha"))
_TONELESS = frozenset(("ewe", "hau", "ibo", "lin", "twi", "yor"))  # tone marks are often left out
_FOLD = {0x00AD: None, 0x200B: None, 0x200C: None, 0x200D: None, 0x0640: None, 0x2019: "'", 0x02BC: "'", 0x02BB: "'"}
_FOLD |= dict.fromkeys(range(0x064B, 0x0653)) | dict.fromkeys(range(0x0591, 0x05C8))
_FOLD |= {ord(a): b for a, b in zip("أإآٱىيك", "ااااییک", strict=True)}


@lru_cache(maxsize=64)
def _fold_table(toneless: bool) -> dict[int, str | None]:
    return _FOLD | (dict.fromkeys(range(0x0300, 0x036F)) if toneless else {})


def folded(text: str, language: str) -> str:
    """Lower case without the signs that writers leave out, as the forms are looked for."""
    code = language[:3]
    if code in _TONELESS:
        text = unicodedata.normalize("NFD", text)
        return text.translate(_fold_table(True)).casefold()
    return unicodedata.normalize("NFC", text).translate(_fold_table(False)).casefold()


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def _tables() -> dict[str, list[dict[str, str]]]:
    """All tables of each language: forms joined by `|`, by number."""
    tables: dict[str, list[dict[str, str]]] = {}
    more = _read(_MORE)
    for source in (_read("_number_words.json"), more["words"], more["also"]):
        for language, table in source.items():
            if language != "source":
                tables.setdefault(language, []).append(table)
    return tables


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """Labels of the languages with a table, sorted. Chinese and Japanese are read by `_han_numbers`."""
    return tuple(sorted(_tables()))


@lru_cache(maxsize=256)
def forms(language: str) -> dict[int, tuple[str, ...]]:
    """Folded forms by number, longest first; empty where nothing is known."""
    table: dict[int, set[str]] = {}
    for source in _tables().get(language, ()):
        for number, ways in source.items():
            table.setdefault(int(number), set()).update(folded(way, language) for way in ways.split("|"))
    return {number: tuple(sorted(ways, key=lambda way: (-len(way), way))) for number, ways in table.items()}


def _either(words: tuple[str, ...], language: str) -> str:
    """One expression for any of the words, with the endings that they take inside a longer word."""
    ending = _ENDINGS.get(language[:3], 0)
    ways = []
    for word in words:
        # A hyphen in a form may be a space or nothing.
        escaped = re.escape(word).replace(r"\ ", r"[\s\-]*").replace(r"\-", r"[\s\-]*")
        ways.append(rf"{escaped}\w{{0,{ending}}}" if ending and len(word) > 2 else escaped)
    return "(?:" + "|".join(ways) + ")"


@lru_cache(maxsize=8_192)
def _expression(language: str, number: int) -> str | None:
    """What spells the number, put together from its parts where the table does not have it whole."""
    table = forms(language)
    if number in table:
        return _either(table[number], language)
    if number < 21 or number >= LARGEST or (number < 100 and number % 10 == 0):
        return None
    if number < 100:
        ten, unit = _expression(language, number // 10 * 10), _expression(language, number % 10)
        if ten is None or unit is None:
            return None
        return rf"(?:{ten}.{{0,5}}?{unit}|{unit}.{{0,5}}?{ten})"
    for power in (10**9, 10**6, 1000, 100):
        if number <= power:
            continue
        count, rest = divmod(number, power)
        word = _expression(language, power)
        head = table.get(count * power)
        if head is not None:
            first: str | None = _either(head, language)
        elif word is None:
            continue
        elif count == 1:
            first = word
        else:
            times = _expression(language, count)
            first = rf"(?:{times}.{{0,3}}?{word}|{word}.{{0,3}}?{times})" if times else None
        if first is None:
            return None
        if not rest:
            return first
        second = _expression(language, rest)
        return rf"{first}.{{0,6}}?{second}" if second else None
    return None


def _whole(expression: str, language: str) -> re.Pattern[str]:
    if language[:3] in _TOGETHER:
        return re.compile(expression)
    head = _HEADS.get(language[:3], 0)
    return re.compile(rf"(?<!\w)\w{{0,{head}}}{expression}(?!\w)" if head else rf"(?<!\w){expression}(?!\w)")


@lru_cache(maxsize=8_192)
def pattern(language: str, number: int) -> re.Pattern[str] | None:
    """Finds the number in a folded text; None where it is not known how the language spells it.

    >>> bool(pattern("deu_Latn", 21).search("einundzwanzig uhr"))
    True
    """
    expression = _expression(language, number)
    return None if expression is None else _whole(expression, language)


@lru_cache(maxsize=4_096)
def with_word(language: str, number: int, words: tuple[str, ...]) -> re.Pattern[str] | None:
    """Finds a number beside one of the folded words for a power of ten; the word alone where the number is 1."""
    either = "|".join(re.escape(word) for word in words if len(word) > 1)
    if not either:
        return None
    if number == 1:
        return _whole(f"(?:{either})", language)
    times = _expression(language, number)
    return (
        None if times is None else _whole(rf"(?:{times}\W{{0,3}}(?:{either})|(?:{either})\W{{0,3}}{times})", language)
    )


@lru_cache(maxsize=1)
def _halves() -> dict[str, str]:
    found: dict[str, str] = _read(_MORE)["half"]
    return found


@lru_cache(maxsize=256)
def half(language: str) -> re.Pattern[str] | None:
    """Finds one half in a folded text."""
    words = _halves().get(language[:3])
    if words is None:
        return None
    words = folded(words, language)
    together = language[:3] in _TOGETHER or language[4:] in ("Hans", "Hant", "Jpan", "Hang")
    return re.compile(words if together else rf"(?<!\w)(?:{words})")
