"""Cuts a text into the numbers that it writes in digits, and reads what each can mean."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

# A point or comma joins digits always, an apostrophe or a narrow space only before a group of three.
_TOKEN = re.compile(r"\d+(?:[.,\u066b\u066c]\d+|['’\u00a0\u202f\u2009]\d{3}(?!\d))*")
_SPACED = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?:[.,]\d+)?(?![\d])|" + _TOKEN.pattern)
# It begins with a sign, so that `re` skips to it, and looks back from there.
_MARKUP_SIGN = re.compile(r"[`<{@$\\:.&%](?:(?<=[`<{@$\\])|(?<=:)//|(?<=www\.)|(?<=&)#|(?<=%)[\w(])")
# Numbers in here are for the markup gate. Lengths are bounded, so that a hostile text costs no more than its size.
_MARKUP = re.compile(
    r"""
      ```.{0,4000}?```|~~~.{0,4000}?~~~|`[^`\n]+`
    | (?:https?|ftp)://[^\s<>"'，。、；）」』]+|www\.[^\s<>"'，。、；）」』]+
    | [\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{0,64}\w
    | \$\$.{1,200}?\$\$|\\\(.{1,200}?\\\)|\\\[.{1,200}?\\\]
    | \{\{[^{}\n]{1,200}\}\}|\$?\{[^{}\n]{0,200}\}
    | %\([A-Za-z_]\w*\)[sdifr]|%\d\$[sd]|%\d*\.?\d*[sdif]\b
    | </?[A-Za-z][^<>\n]{0,1000}>
    | &\#x?[0-9A-Fa-f]+;
    """,
    re.VERBOSE | re.DOTALL,
)
# What is no 0-9 and still a number: digits of other scripts, fractions, Roman, Ethiopic and circled numerals.
_FOREIGN = re.compile("[^\\D0-9]|[\u00bc-\u00be\u2150-\u2188\u1369-\u137c\u2460-\u2473\u2776-\u2793]")
_ODD = re.compile("[\u00bc-\u00be\u2150-\u2188\u1369-\u137c\u2460-\u2473\u2776-\u2793]+")
ANY = re.compile("\\d|[\u00bc-\u00be\u2150-\u2188\u1369-\u137c\u2460-\u2473\u2776-\u2793]")
_SEPARATORS = re.compile("[.,\u066b\u066c'’\u00a0\u202f\u2009 ]")
_GROUPED = re.compile("['’\u00a0\u202f\u2009\u066c ]")
_LONG = 28  # characters: what Decimal holds exactly; longer runs are compared as text


class _Digits(dict[int, str]):
    """Maps the digits of all scripts to 0-9, learned as they come."""

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        found = str(unicodedata.decimal(letter, -1))
        self[code] = letter if found == "-1" else found
        return self[code]


_DIGITS = _Digits({0xFF0E: ".", 0xFF0C: ","})


@lru_cache(maxsize=64)
def prose(text: str) -> str:
    """The text without code, addresses, placeholders and tags."""
    return _MARKUP.sub(" ", text) if _MARKUP_SIGN.search(text) else text


def plain(text: str) -> str:
    """The text without markup and with 0-9 for all digits."""
    text = prose(text)
    if not text.isascii() and _FOREIGN.search(text):
        text = _ODD.sub(_in_digits, text).translate(_DIGITS)
    return text


def _in_digits(found: re.Match[str]) -> str:
    run = found.group()
    if "\u1369" <= run[0] <= "\u137c":
        return str(_ethiopic(run))
    out = ""
    for letter in run:
        value = unicodedata.numeric(letter, 0.0)
        if value == int(value):
            out += f" {int(value)} "
        else:  # "1½" is 1 and 1/2
            out += " " + unicodedata.normalize("NFKC", letter).replace("\u2044", "/") + " "
    return out


def _ethiopic(run: str) -> int:
    """፲፱፻፹፯ is 1987: ፻ (100) and ፼ (10,000) multiply what is before them."""
    total = group = part = 0
    for letter in run:
        value = int(unicodedata.numeric(letter, 0.0))
        if value == 10_000:
            total = (total + (group + part or 1)) * value
            group = part = 0
        elif value == 100:
            group += (part or 1) * value
            part = 0
        else:
            part += value
    return total + group + part


def keys(text: str) -> list[str]:
    """The numbers of a plain text as written, with one sign for every separator and no zeros ahead, sorted.

    Equal lists mean equal numbers in most pairs, and are found fast.
    """
    return sorted([one if one.isdecimal() and one[0] != "0" else _key(one) for one in _TOKEN.findall(text)])


def _key(token: str) -> str:
    return ".".join(part.lstrip("0") or "0" for part in _SEPARATORS.split(token)) if token[0] != "0" else _small(token)


def _small(token: str) -> str:
    head, *rest = _SEPARATORS.split(token)
    return ".".join((head.lstrip("0") or "0", *rest))


@dataclass
class Token:
    """A number in a text.

    Args:
        key: as `keys` gives it.
        start: where it begins.
        end: where it ends.
        values: what it can be worth.
        parts: its groups of digits as numbers, where it may be a date, a time, a version or a list.
        power: what a word beside it multiplies with.
        sure: whether that word is surely one.
        stop: where that word ends.
    """

    key: str
    start: int
    end: int
    values: frozenset[Decimal] = frozenset()
    parts: tuple[int, ...] = ()
    power: int = 1
    sure: bool = False
    stop: int = 0
    beside: list[Decimal] = field(default_factory=list)

    def worth(self) -> frozenset[Decimal]:
        """Values with the power; without it too where that word may be a unit."""
        if self.power == 1:
            return self.values
        scaled = frozenset(value * self.power for value in self.values)
        return scaled if self.sure else scaled | self.values


def tokens(text: str, decimal: str | None, *, spaced: bool) -> list[Token]:
    """The numbers of a plain text, in order.

    Args:
        text: with 0-9 for all digits.
        decimal: `.` or `,` where the language uses only one of them for decimals.
        spaced: whether plain spaces may part thousands.
    """
    out = []
    for found in (_SPACED if spaced else _TOKEN).finditer(text):
        written, start = found.group(), found.start()
        values, parts = _readings(written, decimal)
        if start and text[start - 1] in ".," and (start == 1 or not text[start - 2].isalnum()) and written.isdecimal():
            values |= {Decimal("0." + written[:_LONG])}  # ".5"
        out.append(Token(_key(written), start, found.end(), values, parts))
    return out


def _readings(token: str, decimal: str | None) -> tuple[frozenset[Decimal], tuple[int, ...]]:
    if len(token) > _LONG:
        return frozenset(), ()
    if token.isdecimal():
        return frozenset((Decimal(token),)), ()
    signs = [sign.replace("\u066b", ",").replace("\u066c", "'") for sign in _SEPARATORS.findall(token)]
    signs = ["'" if _GROUPED.match(sign) else sign for sign in signs]
    groups = _SEPARATORS.split(token)
    parts = tuple(int(group) for group in groups)
    whole = Decimal("".join(groups))
    if len(signs) == 1:
        fraction = Decimal(f"{groups[0]}.{groups[1]}")
        values = {fraction}
        if "\u066b" not in token and len(groups[1]) == 3 and len(groups[0]) <= 3 and groups[0][0] != "0":
            if signs[0] == "'" or (decimal is not None and signs[0] != decimal):
                values = {whole}
            elif decimal is None:
                values.add(whole)
        return frozenset(values), parts if _is_date_or_time(parts, groups) else ()
    last = signs[-1]
    if last not in signs[:-1] and len(set(signs[:-1])) == 1 and _in_groups(groups[:-1]):  # 1,234.5
        return frozenset((Decimal("".join(groups[:-1]) + "." + groups[-1]),)), ()
    if len(set(signs)) == 1 and _in_groups(groups):  # 1,234,567
        return frozenset((whole,)), ()
    return frozenset(), parts


def _in_groups(groups: list[str]) -> bool:
    """Whether groups are thousands (1 234 567), or lakhs (12 34 567)."""
    if len(groups) < 2 or len(groups[-1]) != 3 or groups[0][0] == "0":
        return False
    middle = {len(group) for group in groups[1:-1]}
    return (len(groups[0]) <= 3 and middle <= {3}) or (len(groups[0]) <= 2 and middle == {2})


def _is_date_or_time(parts: tuple[int, ...], groups: list[str]) -> bool:
    """Whether "3.5" can be a day and a month, "7.30" a time."""
    one, two = parts
    day = 1 <= one <= 31 and 1 <= two <= 12 and len(groups[1]) <= 2
    return day or (one <= 24 and two <= 59 and len(groups[1]) == 2)
