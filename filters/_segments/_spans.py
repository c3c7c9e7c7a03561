"""Spans of a column's bytes as a column of lists of strings, without copying a string (Arrow string views)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from filters._kernels.compiled import compiled
from filters._kernels.memory import Masks, load, masks
from filters._kernels.utf8 import Bytes, Offsets, Places

_HALF = np.uint64(32)
_INLINE = 12  # bytes that a string view holds itself; a longer string points into the buffer


class Spans(NamedTuple):
    """The pieces of n texts.

    Args:
        begins: shape (m,): first byte of each piece.
        ends: shape (m,): the byte behind it.
        counts: shape (n,): pieces of each text.
    """

    begins: Places
    ends: Places
    counts: Offsets


def room(bytes_: int, fill: Callable[[Places, Places], int]) -> tuple[Places, Places]:
    """Let a scanner write its spans, into more room where it says (by -1) that there was too little.

    Args:
        bytes_: length of the text; no more spans than that can come.
        fill: takes arrays for begins and ends, returns how many it wrote.
    """
    size = bytes_ // 3 + 1_024  # words are longer than three bytes in all but odd texts
    while (found := fill(begins := np.empty(size, np.int32), ends := np.empty(size, np.int32))) < 0:
        size = bytes_ + 1
    return begins[:found], ends[:found]


def column(data: Bytes, spans: Spans, null: pl.Series, name: str) -> pl.Series:
    """The pieces as a column, shape (n,); null where the text is."""
    views = np.empty((len(spans.begins), 2), np.uint64)
    _write(data, spans.begins, spans.ends, masks(), views)
    pieces = pa.Array.from_buffers(pa.string_view(), len(views), [None, pa.py_buffer(views), pa.py_buffer(data)])
    offsets = pa.array(np.concatenate(([0], np.cumsum(spans.counts))), pa.int64())
    mask = null.to_arrow() if null.any() else None
    out: Any = pl.from_arrow(pa.LargeListArray.from_arrays(offsets, pieces, mask=mask))
    return pl.Series(name, out)


@compiled
def _write(data: Bytes, begins: Places, ends: Places, masks: Masks, out: npt.NDArray[np.uint64]) -> None:
    """Write Arrow string views (length, then the bytes, or their first four, buffer 0 and the offset)."""
    for i in range(len(begins)):
        begin = begins[i]
        size = ends[i] - begin
        kept = size if size <= _INLINE else 4
        if begin + 16 <= len(data):
            first = load(data, begin) & masks[kept, 0]
            second = load(data, begin + 8) & masks[kept, 1]
        else:
            first = second = np.uint64(0)
            for byte in range(kept):
                value = np.uint64(data[begin + byte]) << np.uint64(8 * (byte & 7))
                if byte < 8:
                    first |= value
                else:
                    second |= value
        out[i, 0] = np.uint64(size) | first << _HALF
        out[i, 1] = first >> _HALF | second << _HALF if size <= _INLINE else np.uint64(begin) << _HALF


@compiled
def gather(data: Bytes, begins: Places, ends: Places, out: Bytes) -> None:
    """Copy the given stretches into `out`, each followed by a line end."""
    to = 0
    for i in range(len(begins)):
        for at in range(begins[i], ends[i]):
            out[to] = data[at]
            to += 1
        out[to] = 10
        to += 1
