"""A long text in pieces, and one score out of those of its pieces.

A model that sees a text's beginning alone does not know the text. So the whole text is scored: in pieces of equal
length, about as long as asked for.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl
import regex

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
Combine = Literal["length_weighted", "mean", "max", "first"]
_SLACK = 10  # a cut may move by a tenth of a piece to stand at white space
_MARK = regex.compile(r"[\p{M}\u200c\u200d]")


class Scored(NamedTuple):
    """Log odds of m pieces of n texts, in order.

    Args:
        rows: text of each piece, shape (m,).
        lengths: characters of each piece, shape (m,).
        logits: log odds, shape (m,); NaN where the model cannot say.
    """

    rows: I64
    lengths: I64
    logits: F64


def cut(texts: pl.Series, characters: int) -> tuple[I64, pl.Series]:
    """Pieces of about so many characters; with 0 a text is one piece.

    A text is cut at white space where some is near, and never before a combining mark.

    Returns:
        Number of the text that each of m pieces is of, and the pieces.
    """
    if not characters:
        return np.arange(len(texts)), texts
    lengths = texts.str.len_chars().fill_null(0).to_numpy().astype(np.int64)
    pieces = np.maximum(1, (2 * lengths + characters) // (2 * characters))
    if not (pieces > 1).any():
        return np.arange(len(texts)), texts
    out: list[str | None] = []
    for text, many in zip(texts, pieces, strict=True):
        out += [text] if many == 1 else _cut(text, int(many))
    return np.repeat(np.arange(len(texts)), pieces), pl.Series(texts.name, out, dtype=pl.String)


def _cut(text: str, many: int) -> list[str]:
    size = len(text) / many
    ends = [0]
    for k in range(1, many):
        at = max(round(k * size), ends[-1])
        near = next((i for i in range(at, min(at + int(size) // _SLACK, len(text))) if text[i].isspace()), None)
        if near is None:
            while at < len(text) and _MARK.match(text[at]):
                at += 1
        ends.append(at if near is None else near)
    return [text[a:b] for a, b in zip(ends, [*ends[1:], len(text)], strict=True)]


def combine(rows: I64, lengths: I64, scores: F64, n: int, how: Combine) -> F64:
    """One score for each of n texts; NaN where no piece of it has one.

    Args:
        rows, lengths: of each piece (`Scored`).
        scores: of each piece, shape (m,); NaN: none.
        n: number of texts.
        how: mean of the pieces weighted by their length, plain mean, the highest, or that of the first piece.
    """
    said = np.isfinite(scores)
    if how == "first":
        first = np.concatenate(([True], rows[1:] != rows[:-1])) if len(rows) else np.zeros(0, np.bool_)
        out = np.full(n, np.nan)
        out[rows[first]] = scores[first]
        return out
    rows, scores, lengths = rows[said], scores[said], lengths[said]
    if how == "max":
        out = np.full(n, -np.inf)
        np.maximum.at(out, rows, scores)
        return np.where(np.isfinite(out), out, np.nan)
    # A piece without characters of its own (an empty text) still counts.
    weights = np.maximum(lengths, 1).astype(np.float64) if how == "length_weighted" else np.ones(len(rows))
    total = np.bincount(rows, weights, n)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.bincount(rows, weights * scores, n) / np.where(total, total, np.nan))
