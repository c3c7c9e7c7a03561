"""What CLDR says about how a language writes dates, times and large numbers, through Babel, loaded once a language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError

from schemas import languages
from translators.gates import _han_numbers
from translators.gates._number_words import folded

# CLDR has short forms and one word each; these are the others that texts use.
_MORE_MAGNITUDES: dict[str, dict[str, int]] = {
    "eng": {"thousand": 10**3, "million": 10**6, "millions": 10**6, "mn": 10**6, "mln": 10**6, "billion": 10**9,
            "bn": 10**9, "trillion": 10**12, "lakh": 10**5, "lakhs": 10**5, "crore": 10**7, "crores": 10**7,
            "hundred": 100},
    "deu": {"tausend": 10**3, "tsd": 10**3, "mio": 10**6, "mrd": 10**9, "hundert": 100},
    "fra": {"mille": 10**3, "milliers": 10**3, "mds": 10**9},
    "rus": {"тыс": 10**3, "млн": 10**6, "млрд": 10**9}, "ukr": {"тис": 10**3, "млн": 10**6, "млрд": 10**9},
    "pol": {"tys": 10**3, "mln": 10**6, "mld": 10**9}, "ces": {"tis": 10**3, "mil": 10**6, "mld": 10**9},
    "por": {"milhão": 10**6, "milhões": 10**6, "bilhão": 10**9, "bilhões": 10**9},
    "tha": {"พัน": 10**3, "หมื่น": 10**4, "แสน": 10**5, "ล้าน": 10**6},
    "hin": {"हज़ार": 10**3, "हजार": 10**3, "लाख": 10**5, "करोड़": 10**7, "अरब": 10**9},
    "kor": {"천": 10**3, "만": 10**4, "십만": 10**5, "백만": 10**6, "천만": 10**7, "억": 10**8, "조": 10**12},
    "vie": {"nghìn": 10**3, "ngàn": 10**3, "triệu": 10**6, "tỷ": 10**9, "tỉ": 10**9},
    "ind": {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "triliun": 10**12},
    "amh": {"ሺህ": 10**3, "ሺ": 10**3, "ሚሊዮን": 10**6, "ቢሊዮን": 10**9},
    "yor": {"ẹgbẹ̀rún": 10**3, "mílíọ̀nù": 10**6, "bílíọ̀nù": 10**9},
}  # fmt: skip
# 千 before a unit is the kilo of it.
_HAN_MAGNITUDE = r"[十百千万萬億亿兆]+(?![米克瓦卡赫字伏帕])"
_HAN_POWERS = {"十": 10, "百": 100, "千": 1000} | _han_numbers.LARGE
_CASED_ENDING = 4  # letters of inflection after a word for a power


@lru_cache(maxsize=512)
def locale(language: str) -> Locale | None:
    """Babel's locale of a label; None where CLDR has no data."""
    try:
        return Locale.parse(languages.bcp47(language), sep="-")
    except (UnknownLocaleError, ValueError):
        pass
    try:
        return Locale.parse(languages.bcp47(language).partition("-")[0])
    except (UnknownLocaleError, ValueError):
        return None


def _texts(data: Any) -> Iterable[str]:
    """All strings in a nest of mappings."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for one in data.values():
            yield from _texts(one)


@lru_cache(maxsize=512)
def months(language: str) -> dict[int, re.Pattern[str]]:
    """For each month (1 to 12) what finds its name in a folded text; empty where CLDR has none."""
    known = locale(language)
    if known is None:
        return {}
    names: dict[int, set[str]] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for month, name in known.months.get(context, {}).get(width, {}).items():
                plain = folded(name, language).strip(" .")
                # CLDR's fallback, M01, and numbers with a word for month (5月) say nothing that the digits do not.
                if len(plain) > 1 and not re.search(r"\d", plain):
                    names.setdefault(month, set()).add(plain)
    spaced = language[:3] not in ("tha", "lao", "khm", "mya", "jpn", "zho", "bod")
    found = {}
    for month, words in names.items():
        either = "|".join(
            re.escape(word if len(word) < 5 else word[:-1]) + (r"\w{0,6}" if len(word) > 4 else "")
            for word in sorted(words, key=lambda one: (-len(one), one))
        )
        found[month] = re.compile(rf"(?<!\w)(?:{either})(?!\w)" if spaced else either)
    return found


@lru_cache(maxsize=512)
def afternoon(language: str) -> re.Pattern[str] | None:
    """Finds in a folded text what says that an hour is one after noon."""
    known = locale(language)
    if known is None:
        return None
    words = set()
    for context in known.day_periods.values():
        for width in context.values():
            for period, name in width.items():
                if period in ("pm", "noon", "afternoon1", "afternoon2", "evening1", "evening2", "night1", "night2"):
                    words.add(folded(name, language).strip())
    words |= {"pm", "p.m", "p. m"} if language[4:] == "Latn" else set()
    words = {word for word in words if len(word) > 1}
    if not words:
        return None
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=lambda one: (-len(one), one))))


@lru_cache(maxsize=512)
def decimal_sign(language: str) -> str | None:
    """`.` or `,` where a language settled on one for decimals; None where its countries differ or it is not known."""
    known = locale(language)
    if known is None or language[:3] in ("spa", "arb", "fas", "urd"):
        return None
    sign = known.number_symbols.get("latn", {}).get("decimal")
    return sign if sign in (".", ",") else None


@lru_cache(maxsize=512)
def _powers(language: str) -> tuple[dict[str, int], dict[str, int]]:
    """Words for powers of ten that follow a number, and those that come before it."""
    after: dict[str, int] = {}
    before: dict[str, int] = {}
    known = locale(language)
    if known is not None:
        for width in ("long", "short"):
            for by_power in known.compact_decimal_formats.get(width, {}).values():
                for power, pattern in by_power.items():
                    text = pattern.pattern.partition(";")[0].replace("'", "").replace("\u200f", "")
                    zeros = text.count("0")
                    word = folded(re.sub(r"[0¤]", "", text), language).strip(" .\u00a0\u202f")
                    if not zeros or not word or not str(power).isdigit():
                        continue
                    # `00K` for 10000: the word is worth 1000.
                    worth = int(power) // 10 ** (zeros - 1)
                    (before if text.lstrip("\u00a0 ").startswith(word[:1]) and text[0] != "0" else after)[word] = worth
    after |= {folded(word, language): worth for word, worth in _MORE_MAGNITUDES.get(language[:3], {}).items()}
    return after, before


@lru_cache(maxsize=512)
def magnitude(language: str) -> Magnitude | None:
    """Reads the power of ten beside a number; None where the language's words are not known."""
    return Magnitude(language) if language[:3] in _han_numbers.LANGUAGES or any(_powers(language)) else None


class Magnitude:
    """Words that multiply the number they stand by: million, lakh, 万."""

    def __init__(self, language: str) -> None:
        after, before = _powers(language)
        self._han = language[:3] in _han_numbers.LANGUAGES
        self._worth = {**before, **after}
        # One or two letters (K, M, T) may as well be a unit: with them both values are possible.
        self._sure = {word for word in self._worth if len(word) > 2 or not word.isascii()}
        words = sorted(after, key=lambda one: (-len(one), one))
        either = "|".join(
            re.escape(word) + (rf"\w{{0,{_CASED_ENDING}}}" if len(word) > 4 else r"(?!\w)" if word.isalpha() else "")
            for word in words
        )
        if language[:3] in ("kor", "tha", "lao", "khm", "mya"):
            either = "|".join(map(re.escape, words))
        if self._han:
            either = _HAN_MAGNITUDE
        self.after = re.compile(rf"[ \u00a0\u202f-]?({either})") if either else None
        heads = "|".join(re.escape(word) for word in sorted(before, key=lambda one: (-len(one), one)))
        self.before = re.compile(rf"(?<!\w)({heads})[ \u00a0\u202f]?$") if heads else None
        self.near = re.compile(
            "|".join(
                part
                for part in (
                    rf"\d[ \u00a0\u202f-]?(?:{either})" if either else "",
                    rf"(?:{heads})[ \u00a0\u202f]?\d" if heads else "",
                )
                if part
            ),
            re.IGNORECASE,
        )
        self.words = {
            worth: [word for word, one in self._worth.items() if one == worth] for worth in self._worth.values()
        }

    def worth(self, word: str) -> tuple[int, bool]:
        """What a found word multiplies with, and whether it surely does."""
        if self._han:
            worth = 1
            for one in word:
                worth *= _HAN_POWERS[one]
            return worth, True
        known = max((one for one in self._worth if word.startswith(one)), key=len)
        return self._worth[known], known in self._sure
