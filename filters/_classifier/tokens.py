"""What the fastText family sees of a text: lines of tokens, one a piece of the text (see `filters._kernels.tokens`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

if TYPE_CHECKING:
    from filters._kernels.utf8 import Strings

VERSION = 3
"""Raised when the tokens change: an older model then no longer fits."""


class Lines(NamedTuple):
    """Lines of m pieces of n texts.

    Args:
        lines: m lines of tokens.
        rows: text of each piece, shape (m,).
        lengths: characters of its words, shape (m,).
    """

    lines: Strings
    rows: npt.NDArray[np.int64]
    lengths: npt.NDArray[np.int64]


def lines(words: pl.Series, piece_characters: int | None = None) -> Lines:
    """Lines of tokens.

    Args:
        words: of n texts (`filters._segments.cut_words`).
        piece_characters: length of a piece, about; None: a text is one piece.

    Returns:
        At least one line for each text, in the order of the texts.
    """
    from filters._kernels import tokens as kernel
    from filters._kernels.utf8 import Strings, lists

    given = lists(words)
    pieces = np.empty(len(words), np.int64)
    kernel.count_pieces(*given, piece_characters or 0, pieces)
    m = int(pieces.sum())
    room = kernel.ROOM_BYTE * len(given.data) + kernel.ROOM_WORD * len(given.starts)
    out, ends, lengths = np.empty(room, np.uint8), np.empty(m, np.int64), np.empty(m, np.int64)
    kernel.lines(*given, pieces, *kernel.tables(), out, ends, lengths)
    starts = np.concatenate((np.zeros(1, np.int64), ends))
    return Lines(Strings(out, starts), np.repeat(np.arange(len(words)), pieces), lengths)


def texts(found: Strings) -> list[str]:
    """The lines as strings, without the space in front: what fastText learns from."""
    data = found.data
    return [data[a:b].tobytes().decode().lstrip(" ") for a, b in zip(found.starts, found.starts[1:], strict=False)]
