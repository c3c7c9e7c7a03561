"""Translates: by the pairs that it is given, and letter by letter where it knows none.

Letter by letter is a bijection, so that the way back gives the source again: letters of a language without a script of
its own are turned within vowels and within consonants; for other scripts, Latin letters and theirs change places.
English stays as it is. Digits, signs and what the placeholder expression matches are left alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

import xxhash

from schemas.languages import is_label, name

_SLOT = "\0"
_VOWELS, _CONSONANTS = "aeiou", "bcdfghjklmnpqrstvwxyz"
# First and last code point of the letters that Latin ones change places with.
_LETTERS = {
    "Amharic": ("1200", "1260"), "Arabic": ("0621", "06D3"), "Armenian": ("0561", "0586"), "Bengali": ("0985", "09E1"),
    "Bulgarian": ("0430", "044F"), "Burmese": ("1000", "1055"), "Chinese": ("4E00", "4E60"),
    "Georgian": ("10D0", "10FA"), "Greek": ("03B1", "03CE"), "Gujarati": ("0A85", "0AE1"), "Hebrew": ("05D0", "05EA"),
    "Hindi": ("0904", "0939"), "Japanese": ("3041", "3096"), "Kannada": ("0C85", "0CE1"), "Khmer": ("1780", "17B3"),
    "Korean": ("AC00", "AC60"), "Lao": ("0E81", "0EC4"), "Malayalam": ("0D05", "0D61"), "Marathi": ("0904", "0939"),
    "Persian": ("0621", "06D3"), "Russian": ("0430", "044F"), "Sinhala": ("0D85", "0DC6"), "Tamil": ("0B85", "0BB9"),
    "Telugu": ("0C05", "0C61"), "Thai": ("0E01", "0E45"), "Tibetan": ("0F40", "0F6C"), "Ukrainian": ("0430", "044F"),
    "Urdu": ("0621", "06D3"),
}  # fmt: skip


_FAMILIES = {"Bangla": "Bengali", **{one: one for one in ("Arabic", "Persian", "Chinese")}}


@lru_cache(maxsize=1_024)
def plain(language: str) -> str:
    """The name as tables have it: without script and variety.

    >>> plain("Standard Arabic"), plain("Chinese (Traditional)"), plain("Bangla")
    ('Arabic', 'Chinese', 'Bengali')
    """
    without_script = language.partition(" (")[0]
    return _FAMILIES.get(without_script.rpartition(" ")[2], without_script)


class Dictionary:
    """Known texts in several languages.

    Args:
        placeholder: regular expression of what is left alone and put back in order.
    """

    def __init__(self, placeholder: str) -> None:
        self._placeholder = re.compile(placeholder, re.DOTALL)
        self._texts: dict[str, dict[str, str]] = {}
        self._by_language: dict[str, list[str]] = {}
        self._rewritten: dict[str, str] = {}

    def add(self, pairs: Iterable[Mapping[str, str]]) -> int:
        """Learn pairs, both ways, and their lines where both have as many; gives how many texts are known.

        Args:
            pairs: `source`, `target`, `source_language`, `target_language`; labels or English names. Twice
                the same language: how the text is rewritten.
        """
        for pair in pairs:
            one, other = _named(pair["source_language"]), _named(pair["target_language"])
            source, target = pair["source"].strip(), pair["target"].strip()
            if one == other:
                self._rewritten[self._form(source)] = target
                continue
            self._learn(source, one, target, other)
            lines = [[line.strip() for line in text.splitlines() if line.strip()] for text in (source, target)]
            if 1 < len(lines[0]) == len(lines[1]):
                for left, right in zip(*lines, strict=True):
                    self._learn(left, one, right, other)
        return len(self._texts) + len(self._rewritten)

    def _learn(self, source: str, one: str, target: str, other: str) -> None:
        for text, language, result, into in ((source, one, target, other), (target, other, source, one)):
            known = self._texts.setdefault(self._form(text), {})
            known.setdefault(language, text)
            if known.setdefault(into, result) is result:
                self._by_language.setdefault(into, []).append(result)

    def knows(self, text: str, target: str) -> bool:
        """Whether a translation was given."""
        return target in self._texts.get(self._form(text), {})

    def translate(self, text: str, source: str, target: str) -> str:
        """The text in another language, its placeholders put back in order."""
        known = self._texts.get(self._form(text))
        if known is not None and (found := known.get(target)) is not None:
            return self._filled(found, text)
        return self.letters(text, source, target)

    def rewrite(self, text: str) -> str:
        """The text as it is rewritten; itself where nothing is known."""
        known = self._rewritten.get(self._form(text))
        return text if known is None else self._filled(known, text)

    def letters(self, text: str, source: str, target: str) -> str:
        """The text letter by letter."""
        decode, encode = _tables(source)[1], _tables(target)[0]
        if not decode and not encode:
            return text
        done, at = [], 0
        for found in self._placeholder.finditer(text):
            done += [text[at : found.start()].translate(decode).translate(encode), found[0]]
            at = found.end()
        done.append(text[at:].translate(decode).translate(encode))
        return "".join(done)

    def in_another_language(self, text: str, source: str, target: str, number: int) -> tuple[str, str]:
        """Something in a language that was not asked for, and its name.

        The same text where it is known in a third language, else another text of a third language, else letters.
        """
        known = self._texts.get(self._form(text), {})
        for languages, same in ((known, True), (self._by_language, False)):
            others = sorted(set(languages) - {source, target, ""})
            if others:
                language = others[number % len(others)]
                texts = self._by_language[language]
                return (known[language] if same else texts[number % len(texts)]), language
        language = [one for one in ("Armenian", "Georgian", "Thai") if one not in (source, target)][number % 2]
        return self.letters(text, source, language), language

    def placeholders(self, text: str) -> list[tuple[int, int]]:
        """Where they begin and end."""
        return [found.span() for found in self._placeholder.finditer(text)]

    def _form(self, text: str) -> str:
        """What two spellings of one text have in common."""
        return " ".join(self._placeholder.sub(_SLOT, text).split())

    def _filled(self, known: str, text: str) -> str:
        """A known translation with the placeholders of the text that came."""
        own = self._placeholder.findall(text) if self._placeholder.groups == 0 else _whole(self._placeholder, text)
        places = self.placeholders(known)
        if len(own) != len(places):
            return known
        done, at = [], 0
        for (start, end), token in zip(places, own, strict=True):
            done += [known[at:start], token]
            at = end
        return "".join([*done, known[at:]])


def _whole(pattern: re.Pattern[str], text: str) -> list[str]:
    return [found[0] for found in pattern.finditer(text)]


def _named(language: str) -> str:
    return name(language) if is_label(language) else language


@lru_cache(maxsize=256)
def _tables(language: str) -> tuple[dict[int, str], dict[int, str]]:
    """Tables of `str.translate` out of English letters, and back."""
    known = plain(language)
    if known in ("", "English", "Undetermined"):
        return {}, {}
    there: dict[str, str] = {}
    if known in _LETTERS:
        first, last = (int(code, 16) for code in _LETTERS[known])
        own = [chr(code) for code in range(first, last + 1) if unicodedata.category(chr(code)) in ("Lo", "Ll")]
        latin = _VOWELS + _CONSONANTS
        if own[0].upper() != own[0]:
            own = list({one.upper(): one for one in own if len(one.upper()) == 1}.values())[:26]  # one of ς and σ
            there.update(zip(latin.upper(), (one.upper() for one in own), strict=True))
        there.update(zip(latin, own, strict=False))
        there.update(zip(latin.upper(), own[26:], strict=False))
        there.update({own: one for one, own in there.items()})  # they change places
        if len(there) % 2:
            raise AssertionError(f"letters of {language} that two Latin ones share")
    else:
        turn = xxhash.xxh3_64_intdigest(known.encode())
        for letters in (_VOWELS, _CONSONANTS):
            by = 1 + turn % (len(letters) - 1)
            turned = letters[by:] + letters[:by]
            there.update(zip(letters, turned, strict=True))
            there.update(zip(letters.upper(), turned.upper(), strict=True))
    if len(set(there.values())) != len(there):
        raise AssertionError(f"the letters of {language} do not lead back")
    return str.maketrans(there), str.maketrans({own: one for one, own in there.items()})
