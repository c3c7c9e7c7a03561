"""Payment cards: length and first digits of the issuer (ISO/IEC 7812), and the Luhn check."""

from __future__ import annotations

import re

from filters._private_data.kinds import ALONE_LEFT, ALONE_RIGHT, Form, Found, Kind, Options, Piece
from filters._private_data.words import beside

# Brand, first digits (from, to), lengths. Sources: the schemes' public bin ranges.
_BRANDS: tuple[tuple[str, int, int, tuple[int, ...]], ...] = (
    ("mir", 2200, 2204, (16,)),
    ("mastercard", 2221, 2720, (16,)),
    ("mastercard", 51, 55, (16,)),
    ("amex", 34, 34, (15,)),
    ("amex", 37, 37, (15,)),
    ("diners", 300, 305, (14, 16)),
    ("diners", 36, 36, (14, 16)),
    ("diners", 38, 39, (14, 16)),
    ("jcb", 3528, 3589, (16,)),
    ("visa", 4, 4, (13, 16, 19)),
    ("verve", 506099, 506198, (16, 18, 19)),
    ("maestro", 5018, 5018, (16, 18, 19)),
    ("maestro", 5020, 5020, (16, 18, 19)),
    ("maestro", 5038, 5038, (16, 18, 19)),
    ("maestro", 5893, 5893, (16, 18, 19)),
    ("maestro", 6304, 6304, (16, 18, 19)),
    ("maestro", 6759, 6763, (16, 18, 19)),
    ("discover", 6011, 6011, (16, 19)),
    ("discover", 644, 649, (16, 19)),
    ("discover", 65, 65, (16, 19)),
    ("unionpay", 62, 62, (16, 17, 18, 19)),
    ("rupay", 60, 60, (16,)),
    ("rupay", 81, 82, (16,)),
    ("rupay", 508, 508, (16,)),
    ("troy", 9792, 9792, (16,)),
)


def _brand(digits: str) -> str | None:
    for brand, low, high, lengths in _BRANDS:
        if len(digits) in lengths and low <= int(digits[: len(str(low))]) <= high:
            return brand
    return None


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _check(piece: Piece, start: int, end: int, options: Options) -> Found | None:
    digits = re.sub("[ -]", "", piece.text[start:end])
    brand = _brand(digits)
    if brand is None or not _luhn(digits) or len(set(digits)) < 2:
        return None
    return start, end, brand


def _with_word(piece: Piece, start: int, end: int, options: Options) -> Found | None:
    found = _check(piece, start, end, options)
    if found and (beside("card", piece.before(start, 60)) or beside("card", piece.after(end, 30))):
        return found
    return None


_GROUPED = (r"9999([ -])9999(?:\1)9999(?:\1)9999(?:(?:\1)999)?", r"9999([ -])999999(?:\1)99999?")
# In groups as on the card the digits speak for themselves; in one run one in thirty would pass the checks by chance,
# so a word for a card must stand near.
KIND = Kind(
    "card",
    "Payment card; generalised to its brand",
    ("number",),
    forms=(
        *(Form(f"{ALONE_LEFT}(?<!9 ){group}(?! 9){ALONE_RIGHT}", _check) for group in _GROUPED),
        Form(f"{ALONE_LEFT}9{{13,19}}{ALONE_RIGHT}", _with_word),
    ),
)
