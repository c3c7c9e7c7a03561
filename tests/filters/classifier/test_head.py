"""The head learns what is not a line, gives the same bytes for the same rows, and its slopes are true."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from filters._classifier import head
from filters._classifier.head import Head, HeadTraining
from filters._kernels import perceptron
from schemas.errors import SourceError

RANDOM = np.random.Generator(np.random.PCG64(7))


def data(n: int) -> tuple[np.ndarray, np.ndarray]:
    rows = (RANDOM.normal(size=(n, 6)) * 3 + 5).astype(np.float32)
    return rows, ((rows[:, 0] - 5) * (rows[:, 1] - 5) > 0).astype(np.float32)


@pytest.fixture(scope="module")
def learnt() -> tuple[Head, np.ndarray, np.ndarray]:
    rows, labels = data(3000)
    made = head.fit(rows[:2000], labels[:2000], rows[2000:2500], labels[2000:2500], HeadTraining(epochs=60, hidden=64))
    return made, rows, labels


def test_it_learns_what_is_not_a_line(learnt: tuple[Head, np.ndarray, np.ndarray]) -> None:
    made, rows, labels = learnt
    right = ((made.logits(rows[2500:]) > 0) == (labels[2500:] > 0)).mean()
    assert right > 0.93


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    rows, labels = data(300)
    how = HeadTraining(epochs=3, hidden=16)
    for name in ("a", "b"):
        head.fit(rows[:200], labels[:200], rows[200:], labels[200:], how).save(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    head.fit(rows[:200], labels[:200], rows[200:], labels[200:], how.model_copy(update={"seed": 2})).save(
        tmp_path / "c"
    )
    assert (tmp_path / "a").read_bytes() != (tmp_path / "c").read_bytes()


def test_a_file_holds_the_head(learnt: tuple[Head, np.ndarray, np.ndarray], tmp_path: Path) -> None:
    made, rows, _ = learnt
    made.save(tmp_path / "head.safetensors")
    assert np.array_equal(head.load(tmp_path / "head.safetensors").logits(rows), made.logits(rows))


def test_the_logit_is_that_of_plain_numpy(learnt: tuple[Head, np.ndarray, np.ndarray]) -> None:
    made, rows, _ = learnt
    hidden = np.maximum(rows.astype(np.float64) @ made.weights + made.bias, 0)
    assert np.allclose(made.logits(rows), hidden @ made.output + made.shift, rtol=1e-4, atol=1e-3)


def test_a_logit_depends_on_its_row_alone(learnt: tuple[Head, np.ndarray, np.ndarray]) -> None:
    made, rows, _ = learnt
    assert [float(made.logits(row[None])[0]) for row in rows[:50]] == made.logits(rows)[:50].tolist()


def test_the_slopes_are_true() -> None:
    """AdamW's first step is the sign of the slope: beside differences of the loss."""
    d, h, n = 4, 5, 12
    rows, labels = RANDOM.normal(size=(n, d)).astype(np.float32), (RANDOM.random(n) < 0.5).astype(np.float32)
    flat = RANDOM.normal(size=d * h + 2 * h + 1).astype(np.float32)

    def loss(given: np.ndarray) -> float:
        made = Head(given[: d * h].reshape(d, h), given[d * h : -h - 1], given[-h - 1 : -1], float(given[-1]))
        logits = made.logits(rows)
        return float(np.mean(np.logaddexp(0, logits) - labels * logits))

    steps = np.eye(len(flat), dtype=np.float32) * np.float32(1e-3)
    slopes = np.array([(loss(flat + step) - loss(flat - step)) / 2e-3 for step in steps])
    moved, rate = flat.copy(), 1e-4
    scratch = [np.zeros_like(flat) for _ in range(3)]
    perceptron.epoch(
        rows, labels, np.arange(n), n, 0.0, rate, 0.0, 0, np.array([1], np.uint64), moved[: d * h].reshape(d, h), moved,
        *scratch, np.empty(h, np.float32), np.empty(h, np.float32),
    )  # fmt: skip
    clear = np.abs(slopes) > 1e-3
    assert clear.sum() > len(flat) / 2
    assert np.array_equal(np.sign(flat - moved)[clear], np.sign(slopes)[clear])
    assert np.allclose(np.abs(flat - moved)[clear], rate, rtol=1e-2)


def test_decay_without_a_slope() -> None:
    """A weight of an input that is always 0 has no slope: AdamW takes rate x decay of it, and nothing else."""
    rows, labels = np.zeros((4, 1), np.float32), np.array([0, 1, 0, 1], np.float32)
    flat = np.array([2.0, 0.0, 0.0, 0.0], np.float32)
    scratch = [np.zeros_like(flat) for _ in range(3)]
    one = np.empty(1, np.float32)
    perceptron.epoch(
        rows, labels, np.arange(4), 4, 0.0, 0.1, 0.5, 0, np.array([1], np.uint64), flat[:1].reshape(1, 1), flat,
        *scratch, one, one.copy(),
    )  # fmt: skip
    assert flat[0] == pytest.approx(2 * (1 - 0.1 * 0.5))


@pytest.mark.parametrize("content", [b"", b"nothing at all", (20).to_bytes(8, "little") + b"{}" + b" " * 18])
def test_no_head(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "head").write_bytes(content)
    with pytest.raises(SourceError, match=r"is no head of a classifier .*train-quality"):
        head.load(tmp_path / "head")
