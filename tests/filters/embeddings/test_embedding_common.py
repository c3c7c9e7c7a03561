"""What all vectors have in common: taken out as a slow version does, and of each row by itself."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from filters._embeddings.common import Common, unit
from filters._embeddings.embedder import Embedder, Plain
from schemas.errors import SourceError

F64 = npt.NDArray[np.float64]


def crowded(n: int, dimension: int, seed: int) -> F64:
    """Unit vectors that crowd around one direction, and vary most along a few others."""
    rng = np.random.default_rng(seed)
    spread = np.geomspace(3, 0.1, dimension)
    return unit(rng.normal(size=(n, dimension)) * spread + 5)


class Table:
    """A backend: the number that a text names is its row."""

    def __init__(self, rows: F64) -> None:
        self.rows = rows
        self.asked: list[list[str]] = []

    def __call__(self, texts: pl.Series) -> F64:
        self.asked.append(texts.to_list())
        return self.rows[[int(text) for text in texts]] if len(texts) else np.zeros((0, self.rows.shape[1]))


@pytest.mark.parametrize("directions", [0, 1, 3, 7])
def test_mean_and_directions_are_those_of_an_eigenvalue_decomposition(directions: int) -> None:
    reference = crowded(200, 16, 1)
    common = Common(reference, directions)
    mean = reference.mean(axis=0)
    _, vectors = np.linalg.eigh(np.cov((reference - mean).T))
    top = vectors[:, ::-1][:, :directions]
    rows = crowded(50, 16, 2)
    rest = rows - mean
    rest -= rest @ top @ top.T
    assert np.allclose(common.mean, mean)
    assert np.allclose(common.take_out_of(rows), rest / np.linalg.norm(rest, axis=1, keepdims=True), atol=1e-4)
    assert np.allclose(common.directions @ common.directions.T, np.eye(directions), atol=1e-9)


def test_random_texts_then_have_nothing_in_common() -> None:
    reference, rows = crowded(300, 32, 1), crowded(300, 32, 2)
    before, after = (
        np.median((x @ x.T)[np.triu_indices(300, 1)]) for x in (rows, Common(reference, 4).take_out_of(rows))
    )
    assert before > 0.7 and abs(after) < 0.1


def test_the_rows_beside_it_do_not_change_one_bit_of_a_row() -> None:
    common, rows = Common(crowded(100, 48, 1), 5), crowded(999, 48, 2)
    whole = common.take_out_of(rows)
    for i in (0, 1, 500, 998):
        assert np.array_equal(common.take_out_of(rows[i : i + 1])[0], whole[i])
    assert np.array_equal(common.take_out_of(rows[::-1])[::-1], whole)
    assert np.array_equal(common.take_out_of(np.asfortranarray(rows)), whole)


def test_the_input_is_untouched() -> None:
    reference, rows = crowded(100, 8, 1), crowded(10, 8, 2)
    before = reference.copy(), rows.copy()
    Common(reference, 3).take_out_of(rows)
    assert np.array_equal(reference, before[0]) and np.array_equal(rows, before[1])


def test_what_has_no_direction_stays_zero() -> None:
    common = Common(crowded(100, 8, 1), 3)
    rows = np.stack([np.zeros(8), common.mean, crowded(1, 8, 2)[0]])
    found = common.take_out_of(rows)
    assert not found[0].any() and not found[1].any() and np.isclose(np.linalg.norm(found[2]), 1)
    assert np.array_equal(unit(np.zeros((2, 3))), np.zeros((2, 3)))


def test_directions_of_which_there_are_fewer() -> None:
    """Reference texts that vary along one direction alone."""
    rows = np.outer(np.linspace(-1, 1, 9), [3.0, 4, 0, 0])
    rows[:, 3] = 2
    common = Common(rows, 3)
    assert np.allclose(np.abs(common.directions[0]), [0.6, 0.8, 0, 0])
    assert not common.directions[1:].any()


@pytest.mark.parametrize(("n", "dimension"), [(100, 5), (5, 100), (0, 8)])
def test_too_many_directions(n: int, dimension: int) -> None:
    with pytest.raises(SourceError, match=rf"directions: 5 cannot be taken out of vectors of length {dimension}"):
        Common(crowded(n, dimension, 1), 5)


def test_an_embedder_gives_unit_vectors_and_zeros() -> None:
    rows = crowded(50, 12, 3) * 7
    rows[3] = 0  # the model knows nothing of it
    texts = pl.Series(["0", None, "…", "", "3", "49", "0"], dtype=pl.String)
    reference = pl.Series([str(i) for i in range(40)] + ["!"])
    backend = Table(rows)
    embedder = Embedder(backend, reference, 2)
    found = embedder.embed(texts)
    assert found.dtype == np.float32 and found.shape == (7, 12) and embedder.dimension == 12
    assert np.allclose(np.linalg.norm(found, axis=1), [1, 0, 0, 0, 0, 1, 1])
    assert np.array_equal(found[0], found[6])
    assert backend.asked == [[str(i) for i in range(40)], ["0", "3", "49", "0"]], (
        "texts without words are not asked for"
    )
    known = np.delete(unit(rows)[:40], 3, axis=0)
    assert np.allclose(found[0], Common(known, 2).take_out_of(unit(rows[:1]))[0])


def test_without_a_reference_vectors_stay() -> None:
    rows = crowded(5, 12, 3) * 7
    embedder = Embedder(Table(rows), pl.Series([], dtype=pl.String), 24)
    assert np.allclose(embedder.embed(pl.Series(["4", "0"])), unit(rows)[[4, 0]])
    assert embedder.embed(pl.Series([], dtype=pl.String)).shape == (0, 12)


def test_a_backend_as_it_is() -> None:
    rows = crowded(50, 12, 3) * 7
    backend = Table(rows)
    plain = Plain(backend)
    found = plain(pl.Series(["4", None, "…", "", "0"], dtype=pl.String))
    assert found.dtype == np.float32 and plain.dimension == 12
    assert np.allclose(found[[0, 4]], rows[[4, 0]]) and not found[1:4].any()
    assert plain(pl.Series([], dtype=pl.String)).shape == plain(pl.Series([None], dtype=pl.String))[:0].shape == (0, 12)
    assert backend.asked == [[], ["4", "0"]], "texts without words are not asked for"
