"""Long texts in pieces: nothing is lost, no mark is parted from its letter, and one score comes out of several."""

from __future__ import annotations

import unicodedata

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters._classifier import pieces

THAI = "น้ำทะเลไหลผ่านบ่อตื้นหลายบ่อจนเกิดเกลือขึ้นที่พื้น" * 20
HINDI = "समुद्र का पानी उथली क्यारियों में धीरे-धीरे सूखता है। " * 20


@given(
    st.lists(st.one_of(st.none(), st.text(max_size=200), st.sampled_from([THAI, HINDI])), max_size=4),
    st.integers(5, 80),
)
def test_nothing_is_lost(texts: list[str | None], characters: int) -> None:
    column = pl.Series("text", texts, dtype=pl.String)
    rows, cut = pieces.cut(column, characters)
    assert sorted(set(rows.tolist())) == list(range(len(texts)))
    for i, text in enumerate(texts):
        own = [cut[int(k)] for k in np.flatnonzero(rows == i)]
        assert own == [None] if text is None else "".join(own) == text


@pytest.mark.parametrize("text", [THAI, HINDI])
def test_no_mark_is_parted_from_its_letter(text: str) -> None:
    _, cut = pieces.cut(pl.Series([text]), 50)
    assert len(cut) > 5
    assert not any(unicodedata.category(piece[0]).startswith("M") for piece in cut)
    assert max(map(len, cut)) < 70


def test_spaces_are_where_a_text_is_cut() -> None:
    _, cut = pieces.cut(pl.Series(["word " * 200]), 100)
    assert all(piece.startswith(" ") for piece in cut[1:])


ROWS, LENGTHS = np.array([0, 0, 0, 1, 3]), np.array([10, 30, 60, 5, 0])
SCORES = np.array([0.1, 0.5, np.nan, 0.9, 0.3])


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("length_weighted", [0.4, 0.9, None, 0.3]),
        ("mean", [0.3, 0.9, None, 0.3]),
        ("max", [0.5, 0.9, None, 0.3]),
        ("first", [0.1, 0.9, None, 0.3]),
    ],
)
def test_one_score_out_of_several(how: pieces.Combine, expected: list[float | None]) -> None:
    found = pieces.combine(ROWS, LENGTHS, SCORES, 4, how)
    assert [None if np.isnan(one) else pytest.approx(one) for one in found] == expected


def test_the_first_piece_without_a_score_leaves_the_text_without() -> None:
    assert np.isnan(pieces.combine(np.array([0, 0]), np.array([1, 1]), np.array([np.nan, 0.5]), 1, "first")[0])
