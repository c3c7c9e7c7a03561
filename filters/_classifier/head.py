"""The small head of the embedding family: one hidden layer over the vector of a text, learnt without torch.

Hidden layer, ReLU, dropout, binary cross-entropy and AdamW are those of FineWeb2-HQ (arXiv:2502.10361: 256 units,
dropout 0.2, batches of 256, learning rate 3e-4, 6 epochs over 80,000 positives). With fewer rows that many epochs are
too few, so here the epoch with the least loss on the validation rows counts. Learning runs on one core, in a fixed
order: the same rows and seed give the same bytes.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, Field

from filters._classifier import torch_file
from schemas.errors import SourceError

F32 = npt.NDArray[np.float32]
F64 = npt.NDArray[np.float64]


class HeadTraining(BaseModel):
    """How the head is trained."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hidden: int = Field(256, gt=0, description="Hidden units")
    dropout: float = Field(0.2, ge=0, lt=1, description="Share of hidden units that a row goes without")
    batch: int = Field(256, gt=0, description="Rows in a step")
    learning_rate: float = Field(1e-3, gt=0, description="Learning rate of AdamW")
    weight_decay: float = Field(0.01, ge=0, description="Weight decay of AdamW")
    epochs: int = Field(30, gt=0, description="Passes over the rows at most")
    patience: int = Field(5, gt=0, description="Passes without a better validation loss before training ends")
    seed: int = Field(1, ge=0, description="Seed of the random start, the order and the dropout")


class Head(NamedTuple):
    """A head for vectors of length d with h hidden units.

    Args:
        weights: shape (d, h).
        bias: shape (h,).
        output: shape (h,).
        shift: added to the output.
    """

    weights: F32
    bias: F32
    output: F32
    shift: float

    def logits(self, vectors: npt.NDArray[np.floating]) -> F64:
        """Log odds of the positive class, shape (n,)."""
        from filters._kernels import perceptron as kernel

        out = np.empty(len(vectors))
        rows = np.ascontiguousarray(vectors, np.float32)
        hidden = np.empty(len(self.bias), np.float32)
        kernel.logits(rows, self.weights, self.bias, self.output, float(self.shift), hidden, out)
        return out

    def save(self, file: Path) -> None:
        """Write the head in the format of safetensors."""
        parts = {"hidden.weight": self.weights.T, "hidden.bias": self.bias, "output.weight": self.output[None]}
        parts["output.bias"] = np.array([self.shift], np.float32)
        header, body = {}, b""
        for name, array in parts.items():
            raw = np.ascontiguousarray(array, "<f4").tobytes()
            header[name] = {
                "dtype": "F32",
                "shape": list(array.shape),
                "data_offsets": [len(body), len(body) + len(raw)],
            }
            body += raw
        told = json.dumps(header, separators=(",", ":")).encode()
        told += b" " * (-len(told) % 8)
        file.write_bytes(len(told).to_bytes(8, "little") + told + body)


def load(file: Path) -> Head:
    """A head that `Head.save` wrote.

    Raises:
        SourceError: it is none.
    """
    try:
        arrays = torch_file.read(file)
        weights, output = arrays["hidden.weight"].astype(np.float32), arrays["output.weight"].astype(np.float32)
        shift = float(arrays["output.bias"].item())
        return Head(np.ascontiguousarray(weights.T), arrays["hidden.bias"].astype(np.float32), output[0], shift)
    except (SourceError, KeyError, ValueError, IndexError) as error:
        raise SourceError(
            f"{file} is no head of a classifier ({type(error).__name__}: {error}). Train the model again with "
            "`glotmill train-quality`."
        ) from error


def fit(vectors: F32, labels: F32, valid: F32, valid_labels: F32, how: HeadTraining) -> Head:
    """Train a head.

    Args:
        vectors, labels: shapes (n, d) and (n,); 1 for the positive class.
        valid, valid_labels: rows that say which epoch is best.
        how: the settings.
    """
    from filters._kernels import perceptron as kernel

    d, h = vectors.shape[1], how.hidden
    # Inputs of like size learn best; the scales are folded into the weights afterwards.
    mean = vectors.mean(axis=0, dtype=np.float64)
    scale = 1 / np.maximum(vectors.std(axis=0, dtype=np.float64), 1e-6)
    rows = np.ascontiguousarray((vectors - mean) * scale, np.float32)
    held = np.ascontiguousarray((valid - mean) * scale, np.float32)
    random = np.random.Generator(np.random.PCG64(how.seed))
    flat = np.zeros(d * h + 2 * h + 1, np.float32)
    flat[: d * h + h] = random.uniform(-1, 1, d * h + h) / math.sqrt(d)
    flat[d * h + h :] = random.uniform(-1, 1, h + 1) / math.sqrt(h)
    weights = flat[: d * h].reshape(d, h)
    slopes, first, second = np.zeros_like(flat), np.zeros_like(flat), np.zeros_like(flat)
    hidden, back = np.empty(h, np.float32), np.empty(h, np.float32)
    state, step = np.array([how.seed], np.uint64), 0
    best, best_loss, worse = flat.copy(), math.inf, 0
    for _ in range(how.epochs):
        step = kernel.epoch(
            rows, labels, random.permutation(len(rows)), how.batch, how.dropout, how.learning_rate, how.weight_decay,
            step, state, weights, flat, slopes, first, second, hidden, back,
        )  # fmt: skip
        loss = _loss(_head(flat, d, h).logits(held), valid_labels) if len(held) else -step
        if loss < best_loss:
            best, best_loss, worse = flat.copy(), loss, 0
        else:
            worse += 1
            if worse == how.patience:
                break
    found = _head(best, d, h)
    folded = found.weights.astype(np.float64) * scale[:, None]
    bias = found.bias.astype(np.float64) - (folded * mean[:, None]).sum(axis=0)
    return Head(folded.astype(np.float32), bias.astype(np.float32), found.output, found.shift)


def _head(flat: F32, d: int, h: int) -> Head:
    return Head(flat[: d * h].reshape(d, h), flat[d * h : d * h + h], flat[d * h + h : d * h + 2 * h], float(flat[-1]))


def _loss(logits: F64, labels: F32) -> float:
    """Mean binary cross-entropy."""
    return float(np.mean(np.logaddexp(0, logits) - labels * logits))
