"""Similarity of a source and its back translation by vectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from translators.metrics.similarity import similarity


class Letters:
    """A vector of a text: how often it has each of five letters."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.asked += texts
        return np.array([[text.count(letter) for letter in "abcกあ"] for text in texts], np.float32)


def test_cosines() -> None:
    found = similarity(["aab", "a", "ก", "aabb", "ab"], ["aab", "b", "ก a", "ab", "x"], Letters())
    assert found[0] == 1.0 and found[1] == 0.0 and found[4] is None
    assert found[2] == pytest.approx(2**-0.5)
    assert found[3] == pytest.approx(1.0)


def test_none_where_a_text_has_no_vector() -> None:
    assert similarity(["", "a", ""], ["a", "zz", ""], Letters()) == [None, None, None]


def test_a_text_is_embedded_once_and_neighbours_do_not_count() -> None:
    letters = Letters()
    sources, back = ["aab", "ab", "aab", "c"], ["ab", "ab", "aab", "bc"]
    together = similarity(sources, back, letters)
    assert sorted(letters.asked) == ["aab", "ab", "bc", "c"]
    assert together == [similarity([a], [b], Letters())[0] for a, b in zip(sources, back, strict=True)]


def test_vectors_that_are_no_numbers_give_none() -> None:
    class Broken:
        def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
            return np.full((len(texts), 2), np.nan, np.float32)

    assert similarity(["a"], ["b"], Broken()) == [None]


def test_no_pairs_and_unequal_numbers() -> None:
    assert similarity([], [], Letters()) == []
    with pytest.raises(ValueError, match="one for each"):
        similarity(["a"], [], Letters())
