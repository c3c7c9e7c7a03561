"""Reading long documents in several places, not whole: pieces of equal size, evenly spread, head and tail included.

A piece begins and ends at the end of a line, else at a space, else between graphemes, so that no word or letter is
half read where the text allows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from filters import _segments

_SEARCHED = 4  # a border is looked for in the first and in the last fourth of a piece
_AROUND = 64  # bytes or code points around a border: longer than a grapheme that people write


def sample(text: pl.Series, limit: int, pieces: int) -> pl.Series:
    """The texts, those longer than `limit` as several pieces, a line break between them.

    Args:
        text: strings, shape (n,).
        limit: bytes of UTF-8 that all pieces of a text have together, at most.
        pieces: how many.
    """
    long = (text.str.len_bytes() > limit).fill_null(False)
    if not long.any():
        return text
    where = long.arg_true()
    size = max(limit // pieces - 4, 1)  # a line break each, and a character that a border runs through
    made = [
        "\n".join(map(_piece, parts))
        for parts in zip(*(_windows(text.gather(where), size, number, pieces) for number in range(pieces)), strict=True)
    ]
    # Rows are chosen, not replaced: replacing would copy the long texts.
    rows = np.arange(len(text))
    rows[where.to_numpy()] = len(text) + np.arange(len(made))
    return pl.concat([text, pl.Series(text.name, made, dtype=pl.String)], rechunk=False).gather(rows)


@dataclass(frozen=True)
class _Window:
    """A piece with what stands around it.

    Args:
        data: UTF-8, perhaps cut in a character at either end.
        start, stop: where the piece is in it.
        begins, ends: whether the text begins with the piece, ends with it.
    """

    data: bytes
    start: int
    stop: int
    begins: bool
    ends: bool


def _windows(text: pl.Series, size: int, number: int, pieces: int) -> list[_Window]:
    """The window of piece `number` of each text; nothing but the windows is copied."""
    data = text.cast(pl.Binary)
    length = data.bin.size().to_numpy().astype(np.int64)
    start = (length - size) * number // max(pieces - 1, 1)
    first = np.maximum(start - _AROUND, 0)
    frame = pl.DataFrame({"data": data, "first": first, "bytes": start - first + size + _AROUND})
    cut = frame.select(pl.col("data").bin.slice(pl.col("first"), pl.col("bytes"))).to_series()
    return [
        _Window(one, at, at + size, number == 0, number == pieces - 1)
        for one, at in zip(cut, (start - first).tolist(), strict=True)
    ]


def _piece(window: _Window) -> str:
    """The piece, cut at borders; the ends of the text are borders."""
    data = window.data
    start, stop = _whole_character(data, window.start), _whole_character(data, window.stop)
    piece = data[start:stop]
    part = len(piece) // _SEARCHED
    head = 0 if window.begins else _border(piece.find, 0, part)
    tail = len(piece) if window.ends else _border(piece.rfind, len(piece) - part, len(piece))
    text = piece[max(head, 0) : tail if tail >= 0 else len(piece)].decode()
    # No line or space near (Thai, Chinese): what stands around a border tells whether it splits a grapheme.
    if head < 0:
        near = text[:_AROUND]
        before = data[_whole_character(data, 0) : start].decode()
        text = _segments.suffix(before + near, len(near)) + text[_AROUND:]
    if tail < 0:
        near = text[-_AROUND:]
        text = text[:-_AROUND] + _segments.prefix(near + data[stop:].decode(errors="ignore"), len(near))
    return text


def _whole_character(data: bytes, at: int) -> int:
    """The first byte from `at` on that begins a character of UTF-8, or the end."""
    while at < len(data) and data[at] & 0xC0 == 0x80:
        at += 1
    return at


def _border(find: Callable[[bytes, int, int], int], first: int, last: int) -> int:
    """Where a line ends, else where a space stands, between two places; -1 for neither."""
    line = find(b"\n", first, last)
    return line if line >= 0 else find(b" ", first, last)
