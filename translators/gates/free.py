"""Free gates: checks of a translation or a rewrite that ask no model. Each gives a score; judge compares it.

Yes and no are 1.0 and 0.0, so that a rule can hold them against a limit like any other score.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

import pycld2

from schemas import languages

_MIN_LETTERS = 12  # fewer say too little about their language, in scripts that several languages share
# CLD2's score for each kilobyte. On 640 lines of the sample in 24 languages, right guesses mostly have 500 to 3,000;
# short Spanish lines taken for Indonesian or English had 150 to 250.
_STRONG_EVIDENCE = 300.0
_NUMBER = re.compile(r"\d+(?:[.,'’٫٬\u00a0\u202f]\d+)*")
_MARKUP = re.compile(
    r"""
      ```.*?```|~~~.*?~~~                       # fenced code
    | `[^`\n]+`                                 # code in a line
    | (?:https?|ftp)://[^\s<>"'，。、；）」』]+    # addresses
    | [\w.+-]+@[\w-]+\.[\w.-]*\w                # e-mail addresses
    | \$\$.+?\$\$|\\\(.+?\\\)|\\\[.+?\\\]        # LaTeX
    | \{\{[^{}\n]+\}\}|\$?\{[^{}\n]*\}          # {{name}}, ${name}, {name}
    | %\([A-Za-z_]\w*\)[sdifr]|%[sdifr]\b|%\d\$[sd]   # printf
    | </?[A-Za-z][^<>\n]*>                      # tags
    """,
    re.VERBOSE | re.DOTALL,
)
_FINISHED = frozenset(("stop", "eos", "end_turn"))


def length_ratio(source: str, target: str) -> float | None:
    """Length of the target over that of the source, in columns; None where the source has none.

    A wide East Asian character counts as two and a combining mark as none, so that one limit fits most pairs: a
    Chinese sentence has a third of the characters of an English one, and two thirds of its columns.
    """
    length = _columns(source)
    return _columns(target) / length if length else None


def _columns(text: str) -> int:
    total = 0
    for letter in text:
        if letter.isspace() or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
            continue
        total += 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1
    return total


def echo(source: str, target: str) -> float:
    """1.0 where the target is the source but for case, spaces and compatibility forms."""
    return float(_folded(source) == _folded(target))


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def numbers_kept(source: str, target: str) -> float:
    """Share of the source's numbers that the target has too, 0 to 1; 1.0 where there are none.

    Digits of all scripts are equal, separators do not count (`2.50` and `٢٫٥٠` are one number). A number that the
    target spells out in words counts as lost.
    """
    return _share(_numbers(source), _numbers(target))


def _numbers(text: str) -> Counter[str]:
    return Counter("".join(str(unicodedata.digit(c)) for c in n if c.isdigit()) for n in _NUMBER.findall(text))


def markup_kept(source: str, target: str) -> float:
    """Share of code, addresses, LaTeX, placeholders and tags that the target repeats letter for letter, 0 to 1.

    1.0 where the source has none.
    """
    found: Counter[str] = Counter(one.rstrip(".,;:!?") for one in _MARKUP.findall(source))
    return _share(found, Counter({one: target.count(one) for one in found}))


def _share(wanted: Counter[str], found: Counter[str]) -> float:
    total = wanted.total()
    return (wanted & found).total() / total if total else 1.0


def in_language(text: str, language: str) -> float | None:
    """1.0 where the text is in the language, 0.0 where it is in another, None where that cannot be told.

    The judge is CLD2 (`pycld2`), which knows about 160 languages. It cannot tell

    - a language that it does not know (a neighbour that it does know would be taken for it),
    - a text of fewer than 12 letters, unless no other language uses its script (Thai, Korean, ...),
    - a text that it takes for another language on weak evidence. There it is asked again with the wanted language as
      a hint: if it then agrees, the text passes. On strong evidence no hint is given.

    Code, addresses and placeholders are left out first. Only the language counts, not the script.
    """
    wanted = language.partition("_")[0]
    code = _known().get(wanted)
    if code is None:
        return None
    plain = "".join(letter if letter.isprintable() else " " for letter in _MARKUP.sub(" ", text))
    letters = sum(letter.isalpha() for letter in plain)
    if not letters or (letters < _MIN_LETTERS and not _own_script(plain)):
        return None
    found, evidence = _detect(plain, "")
    if found == wanted:
        return 1.0
    if found is None:
        return None
    if evidence >= _STRONG_EVIDENCE:
        return 0.0
    return 1.0 if _detect(plain, code)[0] == wanted else None


def _detect(text: str, hint: str) -> tuple[str | None, float]:
    """CLD2's first guess as ISO 639-3 (None: none), and its score for each kilobyte of text."""
    try:
        sure, _, guesses = pycld2.detect(
            text.encode(errors="replace"), isPlainText=True, bestEffort=True, hintLanguage=hint or None
        )
    except pycld2.error:
        return None, 0.0
    return _iso3(guesses[0][1]), float(guesses[0][3]) if sure else 0.0


# Scripts with one large language: CLD2 goes by the script alone, so that few letters suffice.
_OWN_SCRIPTS = ("THAI", "HANGUL", "HIRAGANA", "KATAKANA", "GEORGIAN", "ARMENIAN", "KHMER", "LAO", "MYANMAR", "SINHALA")


def _own_script(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return sum(unicodedata.name(one, "").startswith(_OWN_SCRIPTS) for one in letters) * 2 > len(letters)


def _iso3(code: str) -> str | None:
    try:
        iso3 = languages.label(code).partition("_")[0]
    except ValueError:  # CLD2's names for scripts, `xx-Goth` and the like
        return None
    return None if iso3 == "und" else iso3


@lru_cache(maxsize=1)
def _known() -> dict[str, str]:
    """ISO 639-3 codes of the languages that CLD2 detects, each with CLD2's own code."""
    codes = dict(pycld2.LANGUAGES)
    known: dict[str, str] = {}
    for name in pycld2.DETECTED_LANGUAGES:
        code = codes.get(name)
        iso3 = _iso3(code) if code else None
        if code and iso3:
            known.setdefault(iso3, code)
    return known


def finished(finish_reason: str) -> float:
    """1.0 where the model ended by itself; 0.0 where it was cut off, or where the server did not say."""
    return float(finish_reason in _FINISHED)
