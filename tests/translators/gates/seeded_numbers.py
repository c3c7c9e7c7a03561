"""Plants a fault into the numbers of a text, as a careless translator makes it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

_NUMBER = re.compile(r"\d+(?:[.,\u066b\u066c]\d+)*")
_NO_PROSE = re.compile(r"`[^`]*`|https?://\S+|www\.\S+|\{[^{}]*\}|<[^<>]*>|[\w.+-]+@[\w.-]+")
_WITH_COMMA = "cat ces dan deu ell fin fra hrv hun ita lit nld nno nob pol por ron rus slv spa swe tur ukr"
_COMMA = frozenset(_WITH_COMMA.split())


def _numbers(text: str) -> list[tuple[int, int]]:
    """Start and end of each number in prose."""
    left_out = [found.span() for found in _NO_PROSE.finditer(text)]
    return [
        found.span()
        for found in _NUMBER.finditer(text)
        if not any(start <= found.start() < end for start, end in left_out)
    ]


def _digit(like: str, value: int) -> str:
    """The digit of that value in the script of another."""
    return chr(ord(like) - int(like) + value)


def change_digit(text: str, language: str, rng: random.Random) -> str | None:
    """4,096 becomes 4,296."""
    places = [at for start, end in _numbers(text) for at in range(start, end) if text[at].isdecimal()]
    if not places:
        return None
    at = rng.choice(places)
    old = int(text[at])
    new = rng.choice([value for value in range(1, 10) if value != old])
    return text[:at] + _digit(text[at], new) + text[at + 1 :]


def drop_number(text: str, language: str, rng: random.Random) -> str | None:
    """A number is not there any more."""
    places = _numbers(text)
    if not places:
        return None
    start, end = rng.choice(places)
    return text[:start] + text[end:]


def add_number(text: str, language: str, rng: random.Random) -> str | None:
    """A number comes from nowhere, between two words or, where there are none, before the last sign."""
    number = str(rng.choice([value for value in range(2, 1000) if str(value) not in text]))
    gaps = [at for at, letter in enumerate(text) if letter == " " and 0 < at < len(text) - 1]
    gaps = [at for at in gaps if not (text[at - 1].isdecimal() or text[at + 1].isdecimal()) and _in_prose(text, at)]
    if gaps:
        at = rng.choice(gaps)
        return f"{text[:at]} {number}{text[at:]}"
    if not text or text[-1].isdecimal() or not _in_prose(text, len(text) - 1):
        return None
    return f"{text} {number}"


def _in_prose(text: str, at: int) -> bool:
    return not any(found.start() <= at < found.end() for found in _NO_PROSE.finditer(text))


def swap_digits(text: str, language: str, rng: random.Random) -> str | None:
    """1968 becomes 1986."""
    places = [
        at
        for start, end in _numbers(text)
        for at in range(start, end - 1)
        if text[at].isdecimal() and text[at + 1].isdecimal() and text[at] != text[at + 1]
    ]
    if not places:
        return None
    at = rng.choice(places)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def move_decimal(text: str, language: str, rng: random.Random) -> str | None:
    """2.5 becomes 25 or 0.25, and 75 becomes 7.5."""
    places = [(start, end) for start, end in _numbers(text) if end - start > 1]
    if not places:
        return None
    start, end = rng.choice(places)
    number = text[start:end]
    digits = "".join(one for one in number if one.isdecimal())
    sign = next((one for one in number if not one.isdecimal()), "," if language[:3] in _COMMA else ".")
    point = len(number.replace(sign, "", number.count(sign) - 1).partition(sign)[0])
    options = {digits[:at] + sign + digits[at:] for at in range(1, len(digits)) if at != point}
    if point != len(digits):
        options |= {digits, _digit(digits[0], 0) + sign + digits}
    if len(digits) - point == 3:  # 6,500 may be 6500
        options.discard(digits)
    # Three digits after the sign may be thousands, and zeros alone there are worth nothing.
    options = {
        one for one in options if len(one.partition(sign)[2]) != 3 and any(map(int, one.partition(sign)[2] or "1"))
    }
    options -= {number}
    if (digits[0] == _digit(digits[0], 0) and len(digits) < 3) or not any(map(int, digits)):
        return None
    return text[:start] + rng.choice(sorted(options)) + text[end:] if options else None


KINDS: dict[str, Callable[[str, str, random.Random], str | None]] = {
    "change": change_digit,
    "drop": drop_number,
    "add": add_number,
    "swap": swap_digits,
    "decimal": move_decimal,
}


def seed(text: str, language: str, rng: random.Random) -> str | None:
    """The text with one fault of a kind drawn by `rng`; None where no kind fits."""
    for kind in rng.sample(sorted(KINDS), len(KINDS)):
        made = KINDS[kind](text, language, rng)
        if made is not None and made != text:
            return made
    return None
