"""Texts as arrays of code points, for the compiled kernels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

I32 = npt.NDArray[np.int32]
I64 = npt.NDArray[np.int64]

_PAIR = 2
_KEPT = 100_000  # code points: longer texts are not kept
_BLOCK = 1 << 22  # code points that are worked on at once: some 100 bytes of memory each


class CodePoints(NamedTuple):
    """N texts, one after the other.

    Args:
        data: code points of all texts.
        starts: shape (n + 1,); text i is `data[starts[i]:starts[i + 1]]`.
        longest: code points of the longest text.
    """

    data: I32
    starts: I64
    longest: int


class Tokens(NamedTuple):
    """Tokens of n texts.

    Args:
        line: code points; token t is `line[begins[t]:ends[t]]`.
        begins: one for each token, and room behind them.
        ends: likewise.
        firsts: shape (n + 1,); text i has the tokens `firsts[i]` to `firsts[i + 1]`.
        longest: no text has more tokens.
    """

    line: I32
    begins: I32
    ends: I32
    firsts: I64
    longest: int


def code_points(texts: Sequence[str]) -> CodePoints:
    """The code points of texts. Kept for the last few pairs, which several metrics ask for."""
    return _of_pair(*texts) if len(texts) == _PAIR and len(texts[0]) < _KEPT > len(texts[1]) else _code_points(texts)


@lru_cache(maxsize=4)
def _of_pair(*texts: str) -> CodePoints:
    return _code_points(texts)


def _code_points(texts: Sequence[str]) -> CodePoints:
    sizes = [len(text) for text in texts]
    starts = np.fromiter(accumulate(sizes, initial=0), np.int64, len(sizes) + 1)
    data = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), np.int32)
    return CodePoints(data, starts, max(sizes, default=0))


def table_room(most: int) -> int:
    """Places for a table that so many entries fill by half at most."""
    return max(16, 4 * most)


def blocks(hypotheses: Sequence[str], references: Sequence[str]) -> Iterator[slice]:
    """Runs of pairs that fit into memory together; a pair beyond that is alone.

    Raises:
        ValueError: not as many hypotheses as references.
    """
    if len(hypotheses) != len(references):
        raise ValueError(f"{len(hypotheses)} hypotheses and {len(references)} references: give one for each")
    begin = size = 0
    for row, (hypothesis, reference) in enumerate(zip(hypotheses, references, strict=True)):
        this = len(hypothesis) + len(reference)
        if size + this > _BLOCK and row > begin:
            yield slice(begin, row)
            begin, size = row, 0
        size += this
    if begin < len(hypotheses):
        yield slice(begin, len(hypotheses))
