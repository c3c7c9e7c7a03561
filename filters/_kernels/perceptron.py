"""A perceptron with one hidden layer, compiled: what it says of rows, and how it learns.

Every sum is made in one order for each row by itself, in loops over the hidden units that the compiler makes wide; so
what comes out does not depend on the rows beside it, on threads, or on a library's matrix product.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from filters._kernels.compiled import compiled

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
U64 = npt.NDArray[np.uint64]


@compiled
def _hidden(row: Any, weights: F32, bias: F32, out: F32) -> None:
    """What the hidden units say of one row, before what is negative is cut off: shape (h,)."""
    for k in range(len(out)):
        out[k] = bias[k]
    for j in range(len(row)):
        value = row[j]
        for k in range(len(out)):
            out[k] += value * weights[j, k]


@compiled
def logits(rows: F32, weights: F32, bias: F32, output: F32, shift: float, hidden: F32, out: F64) -> None:
    """Log odds of n rows, shape (n,).

    Args:
        rows: shape (n, d).
        weights, bias: of the hidden units, shapes (d, h) and (h,).
        output, shift: of the output, shape (h,) and one number.
        hidden: scratch, shape (h,).
        out: written.
    """
    for i in range(rows.shape[0]):
        _hidden(rows[i], weights, bias, hidden)
        total = shift
        for k in range(len(hidden)):
            if hidden[k] > 0:
                total += np.float64(hidden[k]) * np.float64(output[k])
        out[i] = total


@compiled
def _random(state: U64) -> Any:
    """The next number of SplitMix64 (Steele, Lea and Flood 2014), 0 to 1."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.float64((z ^ (z >> np.uint64(31))) >> np.uint64(11)) / 9007199254740992.0


@compiled
def _update(value: Any, slope: Any, first: Any, second: Any, step: int, rate: float, decay: float) -> None:
    """One step of AdamW (Loshchilov and Hutter 2019) on flat arrays; the slopes are zero afterwards."""
    correct_1, correct_2 = 1 - 0.9**step, 1 - 0.999**step
    keep, scale = np.float32(1 - rate * decay), np.float32(rate / correct_1)
    root, tiny = np.float32(1 / correct_2), np.float32(1e-8)
    for i in range(len(value)):
        g = slope[i]
        first[i] = np.float32(0.9) * first[i] + np.float32(0.1) * g
        second[i] = np.float32(0.999) * second[i] + np.float32(0.001) * g * g
        value[i] = keep * value[i] - scale * first[i] / (np.sqrt(second[i] * root) + tiny)
        slope[i] = 0


@compiled
def epoch(
    rows: F32,
    labels: F32,
    order: I64,
    batch: int,
    dropout: float,
    rate: float,
    decay: float,
    step: int,
    state: U64,
    weights: F32,
    flat: F32,
    slopes: F32,
    first: F32,
    second: F32,
    hidden: F32,
    back: F32,
) -> int:
    """Learn from every row once, in batches, by binary cross-entropy; returns the number of the last step.

    Args:
        rows, labels: shapes (n, d) and (n,), labels 0 or 1.
        order: in which the rows are taken, shape (n,).
        dropout: share of hidden units that a row goes without.
        rate, decay: of AdamW.
        step: steps made before.
        state: of the random numbers, one number.
        weights: view of the first d x h numbers of `flat`, shape (d, h).
        flat: all parameters: weights, bias (h), output (h), shift (1).
        slopes, first, second: scratch of the same length, zeros at first.
        hidden, back: scratch, shape (h,).
    """
    d, h = weights.shape
    bias, output = flat[d * h : d * h + h], flat[d * h + h : d * h + 2 * h]
    slope_weights = slopes[: d * h].reshape(d, h)
    slope_bias, slope_output = slopes[d * h : d * h + h], slopes[d * h + h : d * h + 2 * h]
    kept = np.float32(1 / (1 - dropout))
    for begin in range(0, len(order), batch):
        end = min(begin + batch, len(order))
        for place in range(begin, end):
            i = order[place]
            _hidden(rows[i], weights, bias, hidden)
            total = np.float64(flat[d * h + 2 * h])
            for k in range(h):
                if hidden[k] > 0 and (dropout == 0 or _random(state) >= dropout):
                    hidden[k] *= kept
                    total += np.float64(hidden[k]) * np.float64(output[k])
                else:
                    hidden[k] = 0
            wrong = np.float32((1 / (1 + math.exp(-total)) - labels[i]) / (end - begin))
            slopes[d * h + 2 * h] += wrong
            for k in range(h):
                slope_output[k] += wrong * hidden[k]
                back[k] = wrong * output[k] * kept if hidden[k] > 0 else np.float32(0)
                slope_bias[k] += back[k]
            for j in range(d):
                value = rows[i, j]
                for k in range(h):
                    slope_weights[j, k] += value * back[k]
        step += 1
        _update(flat, slopes, first, second, step, rate, decay)
    return step
