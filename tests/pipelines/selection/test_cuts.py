"""Keys in the order of scores, and ranges that close in on the last document that stays."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import selection
from pipelines.selection import cuts, keys
from tests.pipelines.selection.documents import frame, row, steps

_ANY = st.floats(allow_nan=False)


@given(st.lists(_ANY, min_size=1))
def test_keys_are_in_the_order_of_scores(scores: list[float]) -> None:
    found = keys.of_scores(np.array(scores))
    for one, a in zip(found.tolist(), scores, strict=True):
        assert keys.score_of(one) == a
        assert not math.isfinite(a) or keys.ALL_STAY < one < keys.NONE_STAYS
        for other, b in zip(found.tolist(), scores, strict=True):
            assert (one > other) == (a > b) and (one == other) == (a == b)


@given(st.integers(0, (1 << 64) - 1), st.integers(0, (1 << 64) - 1))
def test_no_round_has_more_than_a_million_bins(one: int, other: int) -> None:
    low, high = sorted((one, other))
    ends = pl.DataFrame({"low": [low], "high": [high]}, schema={"low": pl.UInt64, "high": pl.UInt64})
    shift = ends.select(cuts.shift())[0, 0]
    assert (high - low) >> shift < 1 << 20
    assert shift == 0 or (high - low) >> (shift - 1) >= 1 << 20, "no coarser than it must be"


@pytest.mark.parametrize(
    ("share", "documents", "wanted"),
    [(0.9, 10, 9), (0.1, 30, 3), (0.7, 10, 7), (0.29, 100, 29), (1e-05, 100_000, 1), (1 / 3, 3, 1), (0.5, 5, 3),
     (0.0, 9, 0), (1.0, 9, 9), (0.55, 10**18, 55 * 10**16)],
)  # fmt: skip
def test_how_many_a_share_is(share: float, documents: int, wanted: int) -> None:
    assert cuts.stay(share, documents) == wanted


def test_ids_whose_hashes_are_the_same_stay_or_go_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "of_ids", lambda ids: np.array([int(one[1:]) % 3 for one in ids], np.uint64))
    found, told = selection.whole(frame([row(f"d{n}", 1.0) for n in range(30)]), steps(share=0.4))
    stayed = [n for n, one in enumerate(found.kept(told)["toy_low"]["kept"]) if one]
    assert stayed == [n for n in range(30) if n % 3], "12 were asked for; 10 have the best hash and 10 the next"


def test_hashes_of_documents_that_tie_are_all_that_is_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    real = keys.of_ids

    def counting(ids: Any) -> Any:
        hashed.extend(ids)
        return real(ids)

    monkeypatch.setattr(keys, "of_ids", counting)
    rows = [row(f"d{n}", n / 100) for n in range(40)] + [row(f"t{n}", 0.5) for n in range(20)]
    rows += [row(f"b{n}", 1 + n / 100) for n in range(40)]
    found, told = selection.whole(frame(rows), steps(share=0.5))
    assert found.kept(told)["toy_low"]["kept"].sum() == 50
    assert set(hashed) == {f"t{n}" for n in range(20)}
