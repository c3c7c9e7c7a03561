"""Hardware addresses of network cards (IEEE 802, EUI-48)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from filters._private_data.kinds import Found, Kind, Options, Piece
from filters._private_data.words import beside

_MAC = re.compile(r"(?<![\w:\-])[0-9A-Fa-f]{2}([:\-])[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}){4}(?![\w\-]|:\w)", re.ASCII)


def find(piece: Piece, options: Options) -> Iterator[Found]:
    """Hardware addresses in a piece; the detail is the maker's prefix (24 bits)."""
    for match in _MAC.finditer(piece.text):
        digits = re.sub("[:-]", "", match[0]).upper()
        # Broadcast and multicast name no card, nor do unset ones and those that count up.
        if int(digits[:2], 16) & 1 or len(set(digits)) <= 2 or digits.startswith(("001122", "123456", "AABBCC")):
            continue
        # Six decimal numbers may be a date and a time.
        if digits.isdigit() and not beside("network", piece.before(match.start(), 40)):
            continue
        yield match.start(), match.end(), digits[:6]


KIND = Kind("mac", "Hardware address of a network card; generalised to its maker", ("colons", "hyphens"), find)
