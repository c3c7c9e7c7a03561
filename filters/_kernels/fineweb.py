"""What FineWeb's rules count on the lines of a text, over UTF-8 bytes, in one pass."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from filters._kernels.compiled import compiled
from filters._kernels.memory import Hashes, Masks, characters, digest, line_feeds, next_line_feed
from filters._kernels.utf8 import Bytes, Offsets, decode, width


@compiled
def longest(data: Bytes, starts: Offsets) -> int:
    """The most lines that a text has."""
    most = 0
    for row in range(len(starts) - 1):
        most = max(most, line_feeds(data, starts[row], starts[row + 1]) + 1)
    return most


@compiled
def _is_blank(data: Bytes, begin: int, end: int, space: npt.NDArray[np.bool_]) -> bool:
    while begin < end:
        if not space[decode(data, begin)]:
            return False
        begin += width(data[begin])
    return True


@compiled
def _same(data: Bytes, one: int, other: int, size: int) -> bool:
    for i in range(size):  # noqa: SIM110 (numba compiles no generator)
        if data[one + i] != data[other + i]:
            return False
    return True


@compiled
def count(
    data: Bytes, starts: Offsets, space: npt.NDArray[np.bool_], stops: npt.NDArray[np.bool_], short: Offsets,
    slots: Offsets, hashes: Hashes, spans: Offsets, masks: Masks, out: Offsets,
) -> None:  # fmt: skip
    """Count over the lines of each text that are not blank.

    Args:
        data: UTF-8 bytes with padding behind them, offsets `starts` of n texts.
        space: which code points are white space.
        stops: which code points end a line.
        short: code points of a short line at most, shape (n,).
        slots: room for a table of the lines seen, a power of two above the most lines that a text has, shape (m,);
            a slot holds the row that used it last, counted from 1, so the table need not be emptied. Zeros.
        hashes: room, shape (m,).
        spans: room, first byte and size of each line, shape (m, 2).
        masks: `memory.masks()`.
        out: written: lines that are not blank; those that end with a stop; short ones; code points of lines that
            stood before; code points but line feeds; line feeds. Shape (n, 6).
    """
    mask = np.int64(len(slots) - 1)
    for row in range(len(starts) - 1):
        at, stop = starts[row], starts[row + 1]
        lines = ended = brief = repeated = points = feeds = 0
        while True:
            begin, at = at, next_line_feed(data, at, stop)
            length = characters(data, begin, at)
            points += length
            if not _is_blank(data, begin, at, space):
                lines += 1
                last = at - 1
                while data[last] & 0xC0 == 0x80:
                    last -= 1
                ended += stops[decode(data, last)]
                brief += length <= short[row]
                value = digest(data, begin, at, masks)
                slot = np.int64(value >> np.uint64(32)) & mask
                while slots[slot] == row + 1:
                    if (
                        hashes[slot] == value
                        and spans[slot, 1] == at - begin
                        and _same(data, spans[slot, 0], begin, at - begin)
                    ):
                        repeated += length
                        break
                    slot = (slot + 1) & mask
                else:
                    slots[slot] = row + 1
                    hashes[slot] = value
                    spans[slot, 0], spans[slot, 1] = begin, at - begin
            if at >= stop:
                break
            feeds += 1
            at += 1
        out[row, 0], out[row, 1], out[row, 2] = lines, ended, brief
        out[row, 3], out[row, 4], out[row, 5] = repeated, points, feeds
