"""Which script a letter belongs to, and which scripts a language label stands for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

import regex

# ISO 15924 codes whose letters can be told, those of most texts first: each new letter is tried against them in turn.
_CODES = (
    "Latn", "Cyrl", "Arab", "Hani", "Hang", "Hira", "Kana", "Deva", "Thai", "Grek", "Hebr", "Beng", "Taml", "Telu",
    "Mlym", "Knda", "Gujr", "Guru", "Orya", "Sinh", "Mymr", "Khmr", "Laoo", "Geor", "Armn", "Ethi", "Tibt", "Mong",
    "Thaa", "Syrc", "Nkoo", "Cher", "Cans", "Tfng", "Olck", "Mtei", "Yiii", "Bopo", "Copt", "Adlm", "Vaii", "Cakm",
    "Lana", "Talu", "Tale", "Tavt", "Bali", "Java", "Sund", "Bugi", "Cham", "Limb", "Lepc", "Saur", "Rjng", "Batk",
    "Tglg", "Hano", "Buhd", "Tagb", "Kali", "Lisu", "Bamu", "Mand", "Samr", "Goth", "Rohg", "Nshu", "Tang", "Hmng",
    "Hmnp", "Plrd", "Osge", "Sora", "Wara", "Gong", "Gonm", "Gran", "Modi", "Newa", "Tirh", "Takr", "Khoj", "Sind",
    "Shrd", "Mahj", "Sidd", "Nand", "Dogr",
)  # fmt: skip
_LETTER = [(code, regex.compile(rf"\p{{sc={code}}}")) for code in _CODES]
OTHER = "Zzzz"  # a letter of a script that is not listed
NONE = ""  # no letter

# Labels that stand for several scripts, or for a part of one.
_SEVERAL = {
    "Jpan": ("Hira", "Kana", "Hani"),
    "Hrkt": ("Hira", "Kana"),
    "Hang": ("Hang", "Hani"),
    "Kore": ("Hang", "Hani"),
    "Hans": ("Hani",),
    "Hant": ("Hani", "Bopo"),
}
# Languages share these: a letter says little about the language.
SHARED = frozenset(
    ("Latn", "Cyrl", "Arab", "Deva", "Hani", "Hebr", "Beng", "Ethi", "Mymr", "Tibt", "Cans", "Mong", "Syrc")
)
# Scripts without spaces between words, and the letters that a word has on average: our estimate, for rates alone.
LETTERS_A_WORD = {
    "Hani": 1.6, "Hira": 2.5, "Kana": 3.5, "Thai": 4.0, "Laoo": 4.0, "Khmr": 4.0, "Mymr": 4.0, "Tibt": 3.0,
    "Lana": 4.0, "Tale": 4.0, "Talu": 4.0, "Tavt": 4.0, "Yiii": 1.6, "Java": 4.0, "Bali": 4.0,
}  # fmt: skip


class _Scripts(dict[str, str]):
    """Character to script, filled as characters come."""

    def __missing__(self, character: str) -> str:
        found = NONE
        if character.isalpha():
            found = next((code for code, letter in _LETTER if letter.match(character)), OTHER)
        self[character] = found
        return found


_NO_LETTERS = bytes(point for point in range(128) if not chr(point).isalpha())
_OTHERS = re.compile(r"[^\x00-\x7f]")
_script = _Scripts().__getitem__


def script(character: str) -> str:
    """ISO 15924 code of a letter's script; empty for what is no letter, `Zzzz` for a script that is not listed."""
    return _script(character)


def cased(character: str) -> bool:
    """Whether a letter has a small and a capital form."""
    return character.lower() != character.upper()


@lru_cache(maxsize=64)
def letters(text: str) -> dict[str, int]:
    """How many letters of each script the text has."""
    if text.isascii():
        number = len(text.encode("ascii").translate(None, _NO_LETTERS))
        return {"Latn": number} if number else {}
    plain = text.encode("ascii", "ignore")
    found: dict[str, int] = {}  # in the order in which scripts come, but for Latin
    others: Iterable[str] = text
    if len(plain) * 2 > len(text):  # Latin letters with some accents: only the others are looked at one by one
        number = len(plain.translate(None, _NO_LETTERS))
        found = {"Latn": number} if number else {}
        others = _OTHERS.findall(text)
    for character, number in Counter(others).items():
        script = _script(character)
        found[script] = found.get(script, 0) + number
    found.pop(NONE, None)
    return found


@lru_cache(maxsize=1_024)
def scripts(label: str) -> tuple[str, ...]:
    """The scripts of the letters of a language label's texts.

    >>> scripts("jpn_Jpan"), scripts("fra_Latn")
    (('Hira', 'Kana', 'Hani'), ('Latn',))
    """
    code = label.partition("_")[2]
    return _SEVERAL.get(code, (code,))


@lru_cache(maxsize=1_024)
def known(label: str) -> bool:
    """Whether the letters of all scripts of a label can be told from others."""
    return all(code in _CODES for code in scripts(label))


@lru_cache(maxsize=1)
def _one_sided() -> tuple[frozenset[str], frozenset[str]]:
    simplified: set[str] = set()
    traditional: set[str] = set()
    for point in range(0x4E00, 0x9FA6):
        character = chr(point)
        mainland, taiwan = _encodes(character, "gb2312"), _encodes(character, "big5")
        if mainland != taiwan:
            (simplified if mainland else traditional).add(character)
    return frozenset(simplified), frozenset(traditional)


def _encodes(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def chinese(text: str) -> tuple[int, int]:
    """How many characters are simplified Chinese alone, and how many traditional Chinese alone.

    Told by the character sets of the two: GB 2312 (1980) has the simplified forms, Big5 (1984) the traditional ones.
    A rare character that only one of them has counts there too, so hold the two numbers against each other.
    """
    simplified, traditional = _one_sided()
    return sum(map(simplified.__contains__, text)), sum(map(traditional.__contains__, text))
