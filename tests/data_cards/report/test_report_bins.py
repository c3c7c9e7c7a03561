"""Histograms: no document is lost, and the sides of a threshold are never mixed up."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_cards.report.bins import BINS, histogram
from data_cards.report.digits import rounded
from data_cards.report.distributions import Distributions
from pipelines import distribution

SCORES = st.lists(
    st.tuples(
        st.one_of(st.integers(0, 100_000).map(float), st.floats(0, 1).map(lambda x: round(x, 3)), st.floats(1e-4, 1e6)),
        st.integers(1, 1_000),
    ),
    min_size=1,
    max_size=80,
)
LIMIT = st.one_of(st.none(), st.integers(0, 1_000).map(float), st.floats(0, 1).map(lambda x: round(x, 2)))


def _edges(made) -> np.ndarray:
    edges = made.start + made.width * np.arange(len(made.kept) + 1)
    return 10**edges if made.logarithmic else edges


@given(scores=SCORES, limit=LIMIT, at_most=st.booleans())
def test_every_document_is_counted_on_its_side(
    scores: list[tuple[float, int]], limit: float | None, at_most: bool
) -> None:
    values, documents = np.array([v for v, _ in scores]), np.array([n for _, n in scores])
    made = histogram(values, documents, np.full(len(values), np.nan if limit is None else limit), at_most)
    gone = 0 if limit is None else int(documents[values > limit if at_most else values < limit].sum())
    assert made.dropped.sum() == gone
    assert made.kept.sum() == documents.sum() - gone
    assert len(made.kept) <= BINS + 2


@given(scores=SCORES, limit=LIMIT, at_most=st.booleans())
def test_one_threshold_never_lies_inside_a_bin(
    scores: list[tuple[float, int]], limit: float | None, at_most: bool
) -> None:
    values, documents = np.array([v for v, _ in scores]), np.array([n for _, n in scores])
    made = histogram(values, documents, np.full(len(values), np.nan if limit is None else limit), at_most)
    assert not ((made.kept > 0) & (made.dropped > 0)).any()


@given(scores=SCORES, at_most=st.booleans())
def test_scores_lie_in_their_bins(scores: list[tuple[float, int]], at_most: bool) -> None:
    for value, documents in scores:
        made = histogram(np.array([value]), np.array([documents]), np.array([0.5]), at_most)
        edges = _edges(made)
        place = int(np.flatnonzero(made.kept + made.dropped)[0])
        assert edges[place] - abs(made.width) * 1e-6 <= value * (1 + 1e-9) + 1e-9
        assert value <= edges[place + 1] * (1 + 1e-9) + abs(made.width) * 1e-6


def test_outliers_do_not_press_the_others_into_one_bin() -> None:
    values = np.array([*np.arange(100.0), 1e9])
    documents = np.array([*[1_000] * 100, 1])
    made = histogram(values, documents, np.full(101, 50.0), at_most=False)
    assert made.outside == (0, 1)
    assert (made.kept + made.dropped > 0).sum() >= 40


def test_long_tails_get_a_logarithmic_axis() -> None:
    values = np.array([50.0, 100.0, 200.0, 400.0, 90_000.0])
    made = histogram(values, np.array([5, 50, 50, 5, 5]), np.full(5, 100_000.0), at_most=True)
    assert made.logarithmic
    assert made.dropped.sum() == 0


def _table(rows: list[tuple[str, str, float | None, int, float | None]]) -> pl.DataFrame:
    columns = ["language", "source", "value", "documents", "threshold"]
    made = pl.DataFrame(
        rows, schema=columns, orient="row", schema_overrides={"value": pl.Float64, "threshold": pl.Float64}
    )
    names = {"stage": "length", "reason": "too_few_words", "score": "words", "keep": "at_least"}
    return made.with_columns(pl.lit(text).alias(name) for name, text in names.items())


def test_sources_with_different_thresholds_are_judged_by_their_own() -> None:
    rows = [
        ("tha_Thai", "web", 40.0, 3, 50.0),
        ("tha_Thai", "forum", 40.0, 5, 20.0),
        ("tha_Thai", "web", None, 7, 50.0),
    ]
    data = Distributions(_table(rows), "documents", {("length", "too_few_words"): "Short"}, ["length"]).as_data(
        ["tha_Thai"], 10_000
    )
    held = data["languages"]["tha_Thai"]["0"]
    assert data["rules"] == [["length", "too_few_words", "words", "at_least", "Short"]]
    assert sum(held["k"]) == 5
    assert sum(held["d"]) == 3
    assert held["t"] == [20.0, 50.0]
    assert held["u"] == [7, 7]


@given(
    value=st.one_of(
        st.floats(1e-9, 1e6).map(lambda x: float(f"{x:.9g}")),
        st.integers(-500, 5_000).map(float),
        st.floats(0, 1).map(lambda x: round(x, 3)),
    ),
    at_most=st.booleans(),
)
def test_thresholds_are_rounded_as_the_bins_of_releases_are(value: float, at_most: bool) -> None:
    assert rounded(value, at_most) == distribution.lenient(value, "at_most" if at_most else "at_least")


def test_documents_with_the_threshold_s_own_score_pass() -> None:
    # The worst score that stays is 0.997133; it was counted as 0.997.
    rows = [("jpn_Jpan", "web", 0.997, 4, 0.997133), ("jpn_Jpan", "web", 0.998, 5, 0.997133)]
    rows.append(("jpn_Jpan", "web", 0.4, 2, 0.997133))
    held = Distributions(_table(rows), "documents", {}, []).as_data([], 0)["all"][0]
    assert (sum(held["c"][: held["s"]]), sum(held["c"][held["s"] :])) == (2, 9)
    assert held["b"] == 4
    assert held["t"] == [0.997133]


def test_a_rule_that_is_off_drops_nothing() -> None:
    held = Distributions(_table([("yor_Latn", "web", 4.0, 3, None)]), "documents", {}, []).as_data([], 0)["all"][0]
    assert held["t"] == []
    assert sum(held["c"]) == 3


@pytest.mark.parametrize("room", [0, 120, 240, 100_000])
def test_languages_beyond_the_room_go_without_the_smallest_last(room: int) -> None:
    labels = ["arb_Arab", "tha_Thai", "jpn_Jpan", "amh_Ethi"]
    rows = [(label, "web", float(n), 1, 10.0) for label in labels for n in range(20)]
    data = Distributions(_table(rows), "documents", {}, []).as_data(labels, room)
    kept = list(data["languages"])
    assert kept == labels[: len(kept)]
    assert sum(data["all"][0]["c"]) == 80
    assert (len(kept) == 4) == (room == 100_000)
