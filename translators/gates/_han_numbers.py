"""Numbers that Chinese and Japanese write with Han characters: 二十一, 一百万, 二〇二四."""

from __future__ import annotations

import re
from collections import Counter

LANGUAGES = frozenset(("zho", "jpn", "yue", "lzh", "wuu", "hak", "nan", "gan", "hsn", "cjy", "cdo"))
_DIGITS = dict(zip("〇零一二三四五六七八九", (0, *range(10)), strict=True)) | {"两": 2, "兩": 2}
_SMALL = {"十": 10, "百": 100, "千": 1000, "廿": 20, "卅": 30}
LARGE = {"万": 10**4, "萬": 10**4, "億": 10**8, "亿": 10**8, "兆": 10**12}
_RUN = re.compile("[〇零一二三四五六七八九两兩十百千廿卅万萬億亿兆]+")


def value(run: str) -> int | None:
    """What a run of Han numerals says; None where it says nothing.

    >>> value("二十一"), value("一百二十万"), value("二〇二四"), value("一一")
    (21, 1200000, 2024, 11)
    """
    if not any(one in _SMALL or one in LARGE for one in run):
        return int("".join(str(_DIGITS[one]) for one in run)) if len(run) < 20 else None
    total = group = digit = 0
    seen = False
    for one in run:
        if one in _DIGITS:
            digit, seen = _DIGITS[one], True
        elif one in _SMALL:
            group += _SMALL[one] * (digit or 1) if one not in "廿卅" else _SMALL[one]
            digit, seen = 0, True
        else:
            if not seen:  # 万 alone is a word of its own
                return None
            total += (group + digit or 1) * LARGE[one]
            group = digit = 0
    return total + group + digit


def values(text: str) -> Counter[int]:
    """How often each number is written with Han characters in a text."""
    found: Counter[int] = Counter()
    for run in _RUN.findall(text):
        number = value(run)
        if number is not None:
            found[number] += 1
    return found
