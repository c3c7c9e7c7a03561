"""Bank account numbers (ISO 13616): length and structure by country, and the check of ISO 7064 MOD 97-10."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from stdnum import iban, numdb
from stdnum.exceptions import ValidationError

from filters._private_data.characters import ascii_form
from filters._private_data.kinds import Found, Kind, Options, Piece

_START = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?=[ -]?[A-Z0-9]{2})")
_REST = re.compile(r"[ -]?[A-Z0-9]")


@lru_cache(maxsize=1)
def _lengths() -> dict[str, int]:
    """Country -> characters of its account numbers."""
    out = {}
    for first in map(chr, range(65, 91)):
        for second in map(chr, range(65, 91)):
            info = numdb.get("iban").info(first + second + "00")[0][1]
            if "bban" in info:
                out[first + second] = 4 + sum(int(n) for n in re.findall(r"(\d+)!?[nac]", info["bban"]))
    return out


def find(piece: Piece, options: Options) -> Iterator[Found]:
    """Account numbers in a piece; the detail is the country."""
    # The first group may hold no digit but the check: `GB82 WEST 1234 …`. The longest number has 34 characters.
    offset = max(0, piece.start - 12)
    text = ascii_form(piece.original[offset : piece.end + 48])
    for start in _START.finditer(text):
        country = start[0][:2]
        missing = _lengths().get(country, 0) - 4
        if missing <= 0:
            continue
        end = start.end()
        for _ in range(missing):
            one = _REST.match(text, end)
            if one is None:
                break
            end = one.end()
        else:
            if text[end : end + 1].isalnum() and text[end : end + 1].isascii():
                continue
            try:
                iban.validate(text[start.start() : end], check_country=False)
            except ValidationError:
                continue
            yield offset + start.start(), offset + end, country


KIND = Kind("iban", "Bank account number (IBAN); generalised to its country", ("number",), find)
