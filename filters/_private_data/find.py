"""All private data in a frame of texts, as spans of bytes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl

from filters._private_data import card, credentials, email, iban, ip, mac, national_id, phone, secret, wallet
from filters._private_data.characters import classes, shape
from filters._private_data.kinds import Kind, Options, Piece

# Where two kinds overlap, the first of this list has it.
KINDS: tuple[Kind, ...] = (
    credentials.KIND,
    email.KIND,
    secret.KIND,
    iban.KIND,
    wallet.KIND,
    ip.V6,
    mac.KIND,
    ip.V4,
    card.KIND,
    national_id.KIND,
    phone.KIND,
)

# Bytes around a place that the kinds may look at: three quarters of a line before (words for what follows), and as far
# as the longest thing goes after.
_BEFORE = {"at": 420, "colons": 120, "hyphens": 120, "secret": 0, "wallet": 4}
_AFTER = {"at": 420, "colons": 8, "hyphens": 8, "secret": 9_000, "wallet": 4}
_BEFORE_NUMBER, _AFTER_NUMBER = 200, 96
_SHAPED_AROUND = 3
# Long rows of numbers are looked at part by part; the overlap holds the longest number of ours in any script.
_PART, _OVERLAP = 200, 100


_SPACES = (b" ", b"\n", b"\t", b"<", b">", b'"')
_SPACE = re.compile(rb'[ \n\t<>"]')


@dataclass(frozen=True, slots=True)
class Span:
    """Something private: row, first byte and byte after the last in the row's text, kind, and detail."""

    row: int
    start: int
    end: int
    kind: str
    detail: str


@lru_cache(maxsize=1)
def _forms() -> list[tuple[int, int, re.Pattern[str]]]:
    return [
        (rank, number, re.compile(form.pattern))
        for rank, kind in enumerate(KINDS)
        for number, form in enumerate(kind.forms)
    ]


@lru_cache(maxsize=65_536)
def _shaped(shaped: str) -> tuple[tuple[int, int, int, int], ...]:
    """Where forms match in a shape: rank of the kind, number of the form, start, end."""
    return tuple(
        (rank, number, *match.span()) for rank, number, pattern in _forms() for match in pattern.finditer(shaped)
    )


def find(
    text: pl.Series, language: pl.Series, kinds: Collection[str], options: Options, rows: Sequence[int] | None = None
) -> list[Span]:
    """What is private in some texts.

    Args:
        text: strings, length n; a null text holds nothing.
        language: declared labels, length n; may be null.
        kinds: names of the kinds to look for.
        options: what the recipe says to the kinds.
        rows: what to call the rows; their position by default.

    Returns:
        Spans that do not overlap, ordered by row and start.
    """
    from filters._kernels import utf8
    from filters._private_data import _scan

    data, starts = utf8.strings(text)
    places = np.empty((data.size // 64 + 256, 4), np.int64)
    table = classes()
    prefixes = np.array([int.from_bytes(p.encode(), "big") for p in secret.PREFIXES], np.int64)
    count = _scan.scan(data, starts, table, prefixes, places)
    if count > len(places):
        places = np.empty((count, 4), np.int64)
        _scan.scan(data, starts, table, prefixes, places)
    if count == 0:
        return []
    raw = data.tobytes()
    languages = language.fill_null("").to_list()
    by_row: dict[int, list[tuple[int, int, int, str]]] = defaultdict(list)
    names = ("at", "number", "quad", "colons", "code", "wallet", "secret", "hyphens")
    seeing = {
        name: [(rank, kind) for rank, kind in enumerate(KINDS) if name in kind.sees and kind.name in kinds]
        for name in names
    }
    wanted = {rank for rank, kind in enumerate(KINDS) if kind.name in kinds}
    for row, start, end, seen in _parts(places[:count].tolist()):
        name = names[seen]
        sees = seeing[name]
        if not sees:
            continue
        low, high = int(starts[row]), int(starts[row + 1])
        shaped = name in ("number", "code")
        before, after = _BEFORE.get(name, _BEFORE_NUMBER), _AFTER.get(name, _AFTER_NUMBER)
        first, last = _clip(raw, low, high, start - before, end + after)
        if name == "at":  # addresses have no spaces
            first, last = _without_space(raw, first, start, end, last)
        piece = _piece(raw, first, start, end, last, languages[row])
        for rank, kind in sees:
            if kind.find is not None:
                for one, other, detail in kind.find(piece, options):
                    # Away from the place the piece may begin in the middle of something.
                    if one <= piece.end and piece.start <= other:
                        by_row[row].append((rank, *_bytes(piece, first - low, one, other), detail))
        if shaped:
            head = max(0, piece.start - _SHAPED_AROUND)
            for rank, number, one, other in _shaped(shape(piece.original[head : piece.end + _SHAPED_AROUND])):
                if rank in wanted:
                    found = KINDS[rank].forms[number].check(piece, head + one, head + other, options)
                    if found is not None:
                        by_row[row].append((rank, *_bytes(piece, first - low, *found[:2]), found[2]))
    return [
        Span(row if rows is None else rows[row], start, end, KINDS[rank].name, detail)
        for row in sorted(by_row)
        for rank, start, end, detail in _apart(by_row[row])
    ]


def _parts(places: Iterable[list[int]]) -> Iterator[tuple[int, int, int, int]]:
    for row, start, end, seen in places:
        for first in range(start, max(end - _OVERLAP, start + 1), _PART - _OVERLAP):
            yield row, first, min(end, first + _PART), seen


def _clip(raw: bytes, low: int, high: int, first: int, last: int) -> tuple[int, int]:
    """The bounds inside the text, and not inside a character."""
    first, last = max(low, first), min(high, last)
    while first > low and raw[first] & 0xC0 == 0x80:
        first -= 1
    while last < high and raw[last] & 0xC0 == 0x80:
        last += 1
    return first, last


def _without_space(raw: bytes, first: int, start: int, end: int, last: int) -> tuple[int, int]:
    before, after = raw[first:start], _SPACE.search(raw, end, last)
    return first + 1 + max(before.rfind(b) for b in _SPACES), after.start() if after else last


def _piece(raw: bytes, first: int, start: int, end: int, last: int, language: str) -> Piece:
    original = raw[first:last].decode()
    if len(original) == last - first:
        return Piece(original, start - first, end - first, language)
    # A part of a long row may begin and end inside a character.
    head = len(raw[first:start].decode(errors="ignore"))
    return Piece(original, head, head + len(raw[start:end].decode(errors="ignore")), language)


def _bytes(piece: Piece, offset: int, start: int, end: int) -> tuple[int, int]:
    """Characters of a piece as bytes of its text."""
    if piece.original.isascii():
        return offset + start, offset + end
    first = len(piece.original[:start].encode())
    return offset + first, offset + first + len(piece.original[start:end].encode())


def _apart(found: Iterable[tuple[int, int, int, str]]) -> list[tuple[int, int, int, str]]:
    """Those that stay when none may overlap: by rank, then the longest, then the first; ordered by start."""
    kept: list[tuple[int, int, int, str]] = []  # ordered by start; none overlap, so ordered by end as well
    for one in sorted(set(found), key=lambda f: (f[0], f[1] - f[2], f[1], f[3])):
        place = bisect_left(kept, one[1], key=lambda f: f[1])
        if (place and kept[place - 1][2] > one[1]) or (place < len(kept) and kept[place][1] < one[2]):
            continue
        kept.insert(place, one)
    return kept
