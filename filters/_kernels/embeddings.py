"""Vectors of texts: sums of token vectors, unit length, principal directions, and what is left without them.

Every sum is made in one order, in 64 bits, for each row by itself. A matrix product of a library adds in another order
for another number of rows or threads, and the last digit of a vector would depend on the frame that its text is in.
"""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import numpy.typing as npt

from filters._kernels.compiled import compiled
from filters._kernels.utf8 import Offsets

F64 = npt.NDArray[np.float64]


@compiled
def add_up(tokens: Offsets, starts: Offsets, table: npt.NDArray[Any], scales: F64, out: F64) -> None:
    """Sum of the vectors of each text's tokens.

    Args:
        tokens: row in `table` of each of m tokens.
        starts: the tokens of text i are numbers `starts[i]` to `starts[i + 1]`, shape (n + 1,).
        table: vectors, shape (v, d).
        scales: factor of each token, shape (m,).
        out: zeros; written: shape (n, d).
    """
    for text in range(len(starts) - 1):
        for token in range(starts[text], starts[text + 1]):
            row, scale = tokens[token], scales[token]
            for i in range(out.shape[1]):
                out[text, i] += np.float64(table[row, i]) * scale


@compiled
def equal_pairs(tokens: Offsets, starts: Offsets, counts: Offsets, out: F64) -> None:
    """How many pairs of each text's tokens are equal.

    Args:
        tokens: m tokens, numbers below v.
        starts: the tokens of text i are numbers `starts[i]` to `starts[i + 1]`, shape (n + 1,).
        counts: zeros, shape (v,); zeros again afterwards.
        out: written: shape (n,).
    """
    for text in range(len(starts) - 1):
        pairs = 0
        for token in range(starts[text], starts[text + 1]):
            pairs += counts[tokens[token]]
            counts[tokens[token]] += 1
        for token in range(starts[text], starts[text + 1]):
            counts[tokens[token]] = 0
        out[text] = pairs


@compiled
def unit(rows: F64, least: float) -> None:
    """Bring rows to length 1, those that are not longer than `least` to 0; shape (n, d), in place."""
    for row in range(rows.shape[0]):
        total = 0.0
        for i in range(rows.shape[1]):
            total += rows[row, i] * rows[row, i]
        length = sqrt(total)
        for i in range(rows.shape[1]):
            rows[row, i] = rows[row, i] / length if length > least else 0.0


@compiled
def mean(rows: F64, out: F64) -> None:
    """Mean of the rows: shape (n, d) in, zeros of shape (d,) written."""
    for row in range(rows.shape[0]):
        for i in range(rows.shape[1]):
            out[i] += rows[row, i]
    for i in range(rows.shape[1]):
        out[i] /= max(rows.shape[0], 1)


@compiled
def principal(rows: F64, rounds: int, scores: F64, out: F64) -> None:
    """Principal directions, the one of the greatest variance first, by power iteration (NIPALS, Wold 1966).

    A direction is taken out of the rows before the next is looked for, so they are orthogonal even where a few rounds
    do not part two of about the same variance.

    Args:
        rows: centred, shape (n, d), n > 0; the directions are taken out of them.
        rounds: rounds for each direction.
        scores: room, shape (n,).
        out: written: shape (k, d); zeros where nothing is left.
    """
    n, d = rows.shape
    for k in range(out.shape[0]):
        # Begin with the longest row.
        begin, most = 0, -1.0
        for row in range(n):
            total = 0.0
            for i in range(d):
                total += rows[row, i] * rows[row, i]
            if total > most:
                begin, most = row, total
        if most < 1e-12:
            for i in range(d):
                out[k, i] = 0.0
            continue
        for i in range(d):
            out[k, i] = rows[begin, i] / sqrt(most)
        for _ in range(rounds):
            _scores(rows, out[k], scores)
            for i in range(d):
                out[k, i] = 0.0
            for row in range(n):
                for i in range(d):
                    out[k, i] += scores[row] * rows[row, i]
            total = 0.0
            for i in range(d):
                total += out[k, i] * out[k, i]
            for i in range(d):
                out[k, i] /= sqrt(total)
        _scores(rows, out[k], scores)
        for row in range(n):
            for i in range(d):
                rows[row, i] -= scores[row] * out[k, i]


@compiled
def _scores(rows: F64, direction: F64, out: F64) -> None:
    for row in range(rows.shape[0]):
        total = 0.0
        for i in range(rows.shape[1]):
            total += rows[row, i] * direction[i]
        out[row] = total


@compiled
def take_out(rows: F64, centre: F64, directions: F64) -> None:
    """Subtract the centre, then what lies along each direction, from rows that are not 0; shape (n, d), in place."""
    for row in range(rows.shape[0]):
        is_zero = True
        for i in range(rows.shape[1]):
            is_zero = is_zero and rows[row, i] == 0.0
        if is_zero:
            continue
        for i in range(rows.shape[1]):
            rows[row, i] -= centre[i]
        for k in range(directions.shape[0]):
            total = 0.0
            for i in range(rows.shape[1]):
                total += rows[row, i] * directions[k, i]
            for i in range(rows.shape[1]):
                rows[row, i] -= total * directions[k, i]
