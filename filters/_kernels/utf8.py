"""String columns as arrays that a compiled kernel can walk, and how it decodes them.

A column of n strings is its UTF-8 bytes in one array and n + 1 offsets into it; a column of lists has one more array of
offsets over the strings. Importing this module loads numba, so stages import it inside the functions that need it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from filters._kernels.compiled import compiled

Bytes = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]
Places = npt.NDArray[np.int32]  # offsets into the texts of one frame, which are smaller than 2 GiB


T = TypeVar("T")


class Strings(NamedTuple):
    """A column of n strings; a null is an empty string here.

    Args:
        data: UTF-8 bytes.
        starts: shape (n + 1,); string i is `data[starts[i]:starts[i + 1]]`.
    """

    data: Bytes
    starts: Offsets


class Lists(NamedTuple):
    """A column of n lists of strings; a null is an empty list here.

    Args:
        data: UTF-8 bytes of all strings, one after the other.
        starts: shape (m + 1,), over the m strings of all lists.
        lists: shape (n + 1,); the strings of list i are numbers `lists[i]` to `lists[i + 1]`.
    """

    data: Bytes
    starts: Offsets
    lists: Offsets


def strings(column: pl.Series) -> Strings:
    """The arrays of a string column, shape (n,)."""
    array = column.fill_null("").rechunk().to_arrow()
    if isinstance(array, pa.ChunkedArray):  # pragma: no cover (polars gives one chunk after rechunk)
        array = array.combine_chunks()
    return _of(array.cast(pa.large_string()))


class _Made(threading.local):
    """What this thread made last, by what it is, with the column that it was made of.

    The column is held, so that no other one gets its place in memory.
    """

    def __init__(self) -> None:
        self.last: dict[Callable[..., Any], tuple[Any, Any]] = {}


_made = _Made()


def once(make: Callable[[pl.Series], T], column: pl.Series) -> T:
    """`make(column)`, or what that gave for the same column a moment ago: stages ask one after the other."""
    arrow: Any = column.rechunk().to_arrow(compat_level=pl.CompatLevel.newest())
    before, value = _made.last.get(make, (None, None))
    if before is None or not _same(arrow, before):
        value = make(column)
        _made.last[make] = arrow, value
    return cast(T, value)


def lists(column: pl.Series) -> Lists:
    """The arrays of a column of lists of strings, shape (n,)."""
    return once(_lists, column)


def _lists(column: pl.Series) -> Lists:
    counts = column.list.len().fill_null(0).to_numpy()
    flat = strings(column.explode(empty_as_null=False, keep_nulls=False))
    return Lists(flat.data, flat.starts, np.concatenate(([0], np.cumsum(counts, dtype=np.int64))))


def _same(one: Any, other: Any) -> bool:
    """Whether two Arrow arrays are the same place in memory."""
    return _place(one) == _place(other)


def _place(array: Any) -> tuple[Any, ...]:
    buffers = [None if buffer is None else (buffer.address, buffer.size) for buffer in array.buffers()]
    return len(array), array.offset, buffers


def _of(array: Any) -> Strings:
    if len(array) == 0:
        return Strings(np.zeros(0, np.uint8), np.zeros(1, np.int64))
    _, offsets, data = array.buffers()
    starts = np.frombuffer(offsets, np.int64)[array.offset : array.offset + len(array) + 1]
    empty = np.zeros(0, np.uint8)
    return Strings(np.frombuffer(data, np.uint8) if data is not None and data.size else empty, starts)


@compiled
def width(first: Any) -> Any:
    """Bytes of the code point that begins with the byte `first`."""
    if first < 0x80:
        return 1
    if first < 0xE0:
        return 2
    if first < 0xF0:
        return 3
    return 4


@compiled
def decode(data: Bytes, at: int) -> Any:
    """The code point that begins at byte `at` of valid UTF-8."""
    first = np.int64(data[at])
    if first < 0x80:
        return first
    if first < 0xE0:
        return ((first & 0x1F) << 6) | (np.int64(data[at + 1]) & 0x3F)
    if first < 0xF0:
        return ((first & 0x0F) << 12) | ((np.int64(data[at + 1]) & 0x3F) << 6) | (np.int64(data[at + 2]) & 0x3F)
    return (
        ((first & 0x07) << 18)
        | ((np.int64(data[at + 1]) & 0x3F) << 12)
        | ((np.int64(data[at + 2]) & 0x3F) << 6)
        | (np.int64(data[at + 3]) & 0x3F)
    )
