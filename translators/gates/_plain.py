"""Texts as several gates look at them: without what is not language, and cut into units that can be compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from translators.gates import _scripts

# What cannot be part of any of the patterns below keeps most texts from being searched for all of them.
_SIGNS = re.compile(r"[`~$\\{%<@/]")
_NOT_LANGUAGE = re.compile(
    r"""
      ```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)         # fenced code
    | `[^`\n]+`                                 # code in a line
    | (?:https?|ftp)://[^\s<>"'，。、；）」』]+    # addresses
    | (?<![\w.+-])[\w.+-]{1,64}@[\w-]+\.[\w.-]*\w  # e-mail addresses
    | \$\$.{1,500}?\$\$|\\\(.{1,500}?\\\)|\\\[.{1,500}?\\\]  # LaTeX
    | \{\{[^{}\n]+\}\}|\$?\{[^{}\n]*\}          # {{name}}, ${name}, {name}
    | %\([A-Za-z_]\w*\)[sdifr]|%[sdifr]\b|%\d\$[sd]   # printf
    | </?[A-Za-z][^<>\n]*>                      # tags
    | (?<!\S)[~.\w-]*(?:/[\w.-]+){2,}           # paths
    """,
    re.VERBOSE | re.DOTALL,
)
_INSIDE = "'’-"  # punctuation that stands within words


def _between_words() -> str:
    return "".join(
        chr(point)
        for point in range(0x3100)
        if unicodedata.category(chr(point))[0] in "PSZC"
        and unicodedata.category(chr(point)) != "Cn"
        and chr(point) not in (*_INSIDE, "\u200c", "\u200d")
    )


_WORD = re.compile(f"[^{re.escape(_between_words())}]+")
_ASCII = bytes(point if _WORD.match(chr(point)) else 32 for point in range(128)) + bytes(128)
_CASED = frozenset(("Latn", "Cyrl", "Grek", "Armn", "Copt", "Adlm", "Osge", "Cher", "Goth", "Glag"))
_LONG = 40  # letters: no word is longer, so that it is cut like a script without spaces
_PIECE = 5


@lru_cache(maxsize=64)
def plain(text: str) -> str:
    """The text without code, addresses, LaTeX, placeholders, tags and paths; line ends stay."""
    return _NOT_LANGUAGE.sub(" ", text) if _SIGNS.search(text) else text


@lru_cache(maxsize=64)
def words(text: str) -> tuple[str, ...]:
    """Runs of letters and digits with their marks, apostrophes and hyphens, as they stand in the text."""
    if text.isascii():
        found = text.encode("ascii").translate(_ASCII).decode("ascii").split()
        if "'" in text or "-" in text:
            return tuple(filter(None, [one.strip(_INSIDE) for one in found]))
        return tuple(found)
    return tuple(filter(None, [one.strip(_INSIDE) for one in _WORD.findall(text)]))


@lru_cache(maxsize=64)
def folded(text: str) -> str:
    """NFKC, without case."""
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold()


@lru_cache(maxsize=64)
def units(text: str) -> tuple[Sequence[str], int]:
    """What is compared in a row, folded, and how many of it make a phrase of some five words.

    Words; characters (but spaces and punctuation) where most letters are of a script without spaces between words.
    """
    found = _scripts.letters(text)
    unspaced = {script: number for script, number in found.items() if script in _scripts.LETTERS_A_WORD}
    if unspaced and sum(unspaced.values()) * 2 > sum(found.values()):
        row = tuple(one for one in folded(text) if one.isalnum())
        a_word = sum(_scripts.LETTERS_A_WORD[script] * number for script, number in unspaced.items())
        return row, round(5 * a_word / sum(unspaced.values()))
    row = words(folded(text))
    if max(map(len, row), default=0) > _LONG:
        row = tuple(one[at : at + _PIECE] for one in row for at in range(0, len(one), _PIECE))
    return row, 5


def covered(row: Sequence[str], phrases: frozenset[tuple[str, ...]] | set[tuple[str, ...]], size: int) -> int:
    """How many units of a row lie in stretches of `size` units that are among the phrases."""
    number = end = 0
    for start, phrase in enumerate(in_a_row(row, size)):
        if phrase in phrases:
            number += start + size - max(start, end)
            end = start + size
    return number


def in_a_row(row: Sequence[str], size: int) -> zip[tuple[str, ...]]:
    """All stretches of `size` units."""
    return zip(*(row[at:] for at in range(size)), strict=False)


@lru_cache(maxsize=64)
def ordinary(text: str, least: int) -> bool:
    """Whether so many words would be translated: not names, acronyms, numbers, code. Estimated without spaces."""
    text = plain(text)
    number = 0
    for one in words(text):
        if len(one) > 1 and one.islower() and one.isalpha():
            number += 1
            if number >= least:
                return True
    rest = {script: number for script, number in _scripts.letters(text).items() if script not in _CASED}
    if not rest:
        return number >= least
    number += round(sum(n / _scripts.LETTERS_A_WORD.get(script, 4.5) for script, n in rest.items()))
    return number >= least
