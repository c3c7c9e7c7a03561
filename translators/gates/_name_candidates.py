"""Finds the names in a text: words with capitals that are no ordinary words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from translators.gates import _common_words, _known_names
from translators.gates._locale_facts import locale

# Scripts that have capitals.
CASED = frozenset(("Latn", "Cyrl", "Grek", "Armn", "Cher", "Adlm", "Osge", "Copt"))
# Every noun has a capital.
_NOUNS = frozenset(("deu", "ltz", "gsw", "nds", "bar", "pfl", "ksh", "pdc"))
_WORD = re.compile(r"[^\W\d_][\w'’]*")
# The same in ASCII, but only those with a capital. Each word is tried once, as `*+` gives nothing back.
_CAPITALISED = re.compile(r"(?<![\w'])[\d_']*+((?:[a-z][a-z\d_']*+)?[A-Z][\w']*)", re.ASCII)
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z0-9\u00c0-\u024f]*")
_CAPITAL = re.compile("[A-Z]")
_ROMAN = re.compile(r"[IVXLCDM]+")
_HUMP = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
# After these a capital says nothing: a sentence, a heading, a quotation or an entry of a menu begins.
_OPENING = frozenset(".!?…:;\"“”„«»‹›‚‘’'`([{<>→|/\\*#•·–—-=+&@_\n\r\t。！？：；「『（、،؟۔।॥")
# Keys and units: each language has its own, or none.
_KEYS = (
    "ctrl alt shift esc del tab enter strg mb gb kb tb mhz ghz khz hz dpi ppi rpm kwh mph fps usd eur gbp jpy lcd led "
    "dvd mrs mister miss mademoiselle doctor god bible internet mon tue wed thu fri sat sun jan feb mar apr jun jul "
    "aug sep sept oct nov dec"
)
_NO_NAMES = frozenset(_KEYS.split())
_PEOPLE = re.compile(r"(?:[aeiy]ans?|ish|[^t]ese|[^aeiou]ics?|ites?|welsh|irish|swiss|dutch|french|germans?)$")
# What stands before a name and does not make it a title: "President Obama", "Lake Victoria".
_TITLES = (
    "mr mrs ms dr prof professor president king queen prince princess pope saint st sir lord lady captain general "
    "colonel minister senator judge aunt uncle lake mount river cape fort port north south east west new san santa los "
    "las la el de van von der da di du al ibn bin"
)
_BEFORE_NAMES = frozenset(_TITLES.split())


@dataclass(frozen=True)
class Name:
    """A word that may be a name.

    Args:
        text: as written, without the ending of a genitive.
        sure: whether the text alone shows that it is one, so that the other text has to have it.
        acronym: whether it is in capitals only.
        run: the words with capitals that it stands among.
    """

    text: str
    sure: bool
    acronym: bool
    run: str


@lru_cache(maxsize=256)
def _calendar(language: str) -> frozenset[str]:
    """Months and days of the week, which are no names."""
    known = locale(language)
    if known is None:
        return frozenset()
    found = set()
    for facts in (known.months, known.days):
        for context in facts.values():
            for width in ("wide", "abbreviated"):
                found |= {name.lower().strip(".") for name in context.get(width, {}).values()}
    return frozenset(found)


@lru_cache(maxsize=8_192)
def _ordinary(word: str, language: str) -> bool:
    """Whether a lower-case word is known to be no name."""
    if word in _NO_NAMES or word in _calendar(language):
        return True
    return language == "eng_Latn" and (_common_words.common(word) or bool(_PEOPLE.search(word)))


def names(text: str, language: str) -> list[Name]:
    """What may be a name in a text, each once, in order.

    In a cased script these are words with a capital that begin no sentence, heading or quotation, and words with
    capitals inside. In English, ordinary words are left out whatever their capitals ("the Round Corners filter"); of
    other languages no list is kept, so that their capitalised words are never sure. Where every noun has a capital only
    the second kind counts, and in a script without capitals only words in Latin letters and places that CLDR names.
    """
    script = language[4:]
    if script in CASED:
        return _cased(text, language)
    return _caseless(text, language)


def _caseless(text: str, language: str) -> list[Name]:
    """Latin words in a text of another script, and the countries and cities that CLDR knows by that name."""
    found: dict[str, Name] = {}
    if _CAPITAL.search(text):
        for match in _LATIN.finditer(text):
            word = match.group()
            if len(word) < 3 or word == word.lower() or word in found:
                continue
            if not _ROMAN.fullmatch(word) and not _ordinary(word.lower(), "eng_Latn"):
                found[word] = Name(word, True, word.isupper(), word)
    for word in _known_names.places_in(text, language):
        found.setdefault(word, Name(word, True, False, word))
    return list(found.values())


def _cased(text: str, language: str) -> list[Name]:
    english = language == "eng_Latn"
    nouns = language[:3] in _NOUNS
    marked: list[Name] = []
    run: list[tuple[str, bool, bool]] = []  # word, ordinary, whether nothing but its place gives it the capital
    runs: list[list[tuple[str, bool, bool]]] = []
    end = -2
    low = 0
    for match in (_CAPITALISED if text.isascii() and english else _WORD).finditer(text):
        word = match[match.lastindex or 0]
        lower = word.lower()
        start = match.start(match.lastindex or 0)
        if word == lower:
            low += 1
            continue
        if "'" in word or "’" in word:
            cut = _without_article(word)
            start += word.find(cut)
            word, lower = cut, cut.lower()
            if word == lower:
                continue
        tail = word[1:]
        if tail != tail.lower():
            kept = _marked(word, lower, english, script_is_latin=language[4:] == "Latn")
            if kept is not None:
                marked.append(kept)
            end = -2
            continue
        if nouns:
            continue
        before = text[start - 1] if start else "\n"
        if before == " " and start > 1:
            before = text[start - 2]
        begins = before in _OPENING or before.isdigit()
        if start != end + 1 or begins:
            run = []
            runs.append(run)
        run.append((word, _ordinary(lower, language), begins))
        end = match.end()
    titled = sum(not begins for run in runs for _, _, begins in run)
    heading = not english and titled > 2 and titled > low
    found = {one.text: one for one in marked}
    if not heading:
        for run in runs:
            for name in _of_run(run, english):
                found.setdefault(name.text, name)
    return list(found.values())


def _without_article(word: str) -> str:
    """The longest part between apostrophes: Italie of "l'Italie", Mary of "Mary's"."""
    return max(word.replace("’", "'").split("'"), key=len)


def _marked(word: str, lower: str, english: bool, *, script_is_latin: bool) -> Name | None:
    """A word with capitals inside, where it is a name: GIMP and OpenGL are, NOT and ToolBox are not."""
    if english and word.endswith("s") and word[:-1].isupper():
        word, lower = word[:-1], lower[:-1]  # TVs
    if len(word) < 3 or lower in _NO_NAMES:
        return None
    if word.isupper():
        if _ROMAN.fullmatch(word) or (english and _common_words.common(lower)):
            return None
        return Name(word, english, True, word)
    # ToolBox may be translated, YouTube may not: both are made of ordinary words. A small letter before a capital may
    # be grammar (Zulu yeNhlangano, Irish hÉireann).
    sure = not ordinary_parts(word) if english else script_is_latin and (word[0].isupper() or word[1:].isupper())
    return Name(word, sure, False, word)


def marked(word: str) -> bool:
    """Whether a word has capitals inside."""
    return word[1:] != word[1:].lower()


def ordinary_parts(word: str) -> bool:
    """Whether an English word has capitals inside and is made of ordinary words: QuickMask."""
    parts = _HUMP.findall(word)
    return len(parts) > 1 and all(len(part) < 2 or _common_words.common(part.lower()) for part in parts)


def _of_run(run: list[tuple[str, bool, bool]], english: bool) -> list[Name]:
    """The names among words with capitals that follow each other."""
    whole = " ".join(word for word, _, _ in run)
    out = []
    for at, (word, ordinary, begins) in enumerate(run):
        if ordinary or len(word) < 3:
            continue
        near = [run[other] for other in (at - 1, at + 1) if 0 <= other < len(run)]
        # Beside an ordinary word with a capital it is part of a title, which may be translated: "Gaussian Blur".
        titled = any(plain and not first and other.lower() not in _BEFORE_NAMES for other, plain, first in near)
        if begins and not any(not plain for _, plain, _ in near):
            continue
        out.append(Name(word, english and not titled, False, whole))
    return out
