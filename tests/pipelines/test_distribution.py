"""Distributions: exact for thresholds of three digits, and the same sum however documents are spread over frames."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import distribution, judge
from pipelines.plan import Step
from schemas.columns import Column
from schemas.stage import Measure, Rule, StageParams, Threshold, threshold


class Params(StageParams):
    """One limit of each kind."""

    low: Threshold = threshold({"default": 10, "tha_Thai": 5}, "least", unit="x", source="here")
    high: Threshold = threshold(0.3, "most", unit="x", source="here")
    off: Threshold = threshold(None, "off", unit="x", source="here")
    share: Threshold = threshold(0.5, "share", unit="0 to 1", source="here")


STAGE = Measure(
    name="toy",
    version=1,
    summary="A stage with one rule of each kind",
    params=Params,
    adds=(Column("size", pl.Int64, "x"), Column("ratio", pl.Float64, "x")),
    measure=lambda frame, params, resource: frame,
    rules=(
        Rule("too_small", "size", "low", "at_least", "x"),
        Rule("too_high", "ratio", "high", "at_most", "x"),
        Rule("never", "ratio", "off", "at_most", "x"),
        Rule("not_best", "ratio", "share", "top_share", "x"),
    ),
)
STEPS: list[Step[Any]] = [Step(STAGE, Params())]
SCHEMA = {"source": pl.String, "language": pl.String, "size": pl.Int64, "ratio": pl.Float64}


def frame(*rows: tuple[Any, ...]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _no_cut(*_: Any) -> None:
    return None


def many(n: int, seed: int = 1) -> pl.DataFrame:
    draw = random.Random(seed)
    ratios = [None, math.nan, math.inf, 0.0, 0.3, 0.1 + 0.2, 1 / 3]
    return frame(
        *(
            (
                draw.choice(["web", "forum", None]),
                draw.choice(["fra_Latn", "tha_Thai", None]),
                draw.choice([None, draw.randrange(30), draw.randrange(100_000)]),
                draw.choice([*ratios, draw.random(), draw.random() / 1_000]),
            )
            for _ in range(n)
        )
    )


_SCORES = st.floats(0, 1e7, allow_nan=False).filter(lambda x: x == 0 or x > 1e-9)
_DIGITS = st.integers(100, 999)


@given(scores=st.lists(_SCORES, min_size=1, max_size=30), digits=_DIGITS, exponent=st.integers(-4, 4))
def test_a_threshold_of_three_digits_drops_the_same_documents_as_before_rounding(
    scores: list[float], digits: int, exponent: int
) -> None:
    limit = float(f"{digits}e{exponent}")
    values = np.array([*scores, limit, np.nextafter(limit, 0), np.nextafter(limit, np.inf)])
    up, down = distribution.rounded(values, "at_most"), distribution.rounded(values, "at_least")
    assert ((up > limit) == (values > limit)).all()
    assert ((down < limit) == (values < limit)).all()


@pytest.mark.parametrize("keep", ["at_most", "at_least"])
def test_whole_numbers_below_a_thousand_are_their_own_bins(keep: Any) -> None:
    numbers = np.arange(-999.0, 1_000.0)
    assert (distribution.rounded(numbers, keep) == numbers).all()


def test_what_no_bin_can_hold_stays() -> None:
    out = distribution.rounded(np.array([math.inf, -math.inf, math.nan, 0.0]), "at_most")
    assert out[0] == math.inf and out[1] == -math.inf and math.isnan(out[2]) and out[3] == 0


def test_counts_by_rule_source_and_language() -> None:
    asked = []

    def cut(reason: str, language: str, share: float) -> float | None:
        asked.append((reason, language, share))
        return 0.2 if language == "fra_Latn" else None

    rows = [("web", "fra_Latn", 7, 0.30001), ("web", "fra_Latn", 7, None), ("web", "tha_Thai", 12_345, math.nan)]
    total = distribution.with_thresholds(distribution.added([distribution.counted(frame(*rows), STEPS)]), STEPS, cut)
    assert asked == [("not_best", "fra_Latn", 0.5), ("not_best", "tha_Thai", 0.5)]
    assert total.columns == [column.name for column in distribution.COLUMNS]
    found = total.select("reason", "language", "value", "documents", "threshold").rows()
    assert found == [
        ("never", "fra_Latn", 0.301, 1, None),
        ("never", "fra_Latn", None, 1, None),
        ("never", "tha_Thai", None, 1, None),
        ("not_best", "fra_Latn", 0.3, 1, 0.2),
        ("not_best", "fra_Latn", None, 1, 0.2),
        ("not_best", "tha_Thai", None, 1, None),
        ("too_high", "fra_Latn", 0.301, 1, 0.3),
        ("too_high", "fra_Latn", None, 1, 0.3),
        ("too_high", "tha_Thai", None, 1, 0.3),
        ("too_small", "fra_Latn", 7.0, 2, 10.0),
        ("too_small", "tha_Thai", 12_300.0, 1, 5.0),
    ]


def test_documents_to_which_a_rule_does_not_apply_are_not_counted() -> None:
    step = Step(replace(STAGE, rules=tuple(replace(rule, applies="spoken_of") for rule in STAGE.rules[:1])), Params())
    rows = frame(*(("web", "fra_Latn", n, 0.1) for n in (1, 2, 2, None, None)))
    rows = rows.with_columns(pl.Series("spoken_of", [False, True, None, True, False]))
    found = distribution.added([distribution.counted(rows, [step])]).select("value", "documents").rows()
    assert found == [(2.0, 2), (None, 1)]


def test_nothing_to_count() -> None:
    assert distribution.counted(frame(), STEPS).is_empty()
    assert distribution.counted(many(3), []).is_empty()
    assert distribution.with_thresholds(distribution.added([]), STEPS, _no_cut).is_empty()


@given(cuts=st.lists(st.integers(0, 200), max_size=8), order=st.randoms(use_true_random=False))
def test_the_sum_is_the_same_however_documents_are_spread(cuts: list[int], order: random.Random) -> None:
    documents = many(200)
    whole = distribution.added([distribution.counted(documents, STEPS)])
    borders = sorted({0, *cuts, 200})
    parts = [documents.slice(a, b - a) for a, b in zip(borders, borders[1:], strict=False)]
    order.shuffle(parts)
    for held in (0, 1_000_000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(distribution, "_ROWS_HELD", held)
            assert distribution.added(distribution.counted(part, STEPS) for part in parts).equals(whole)


def test_what_thresholds_drop_is_what_judging_drops() -> None:
    documents = many(2_000)
    total = distribution.with_thresholds(distribution.added([distribution.counted(documents, STEPS)]), STEPS, _no_cut)
    reasons = documents.select(judge.reasons(documents, STEPS)).explode("reasons")["reasons"].value_counts()
    by_reason = dict(reasons.iter_rows())
    for reason in ("too_small", "too_high"):
        rows = total.filter(pl.col("reason") == reason)
        assert distribution.dropped(rows) - distribution.spread(rows).unmeasured == by_reason[reason]
    assert distribution.dropped(total.filter(pl.col("reason") == "never")) == 0


def test_a_spread_says_what_other_thresholds_would_drop() -> None:
    rows = frame(*(("web", "fra_Latn", n, n / 100) for n in range(1, 101)), ("web", "fra_Latn", None, None))
    total = distribution.added([distribution.counted(rows, STEPS)])
    low = distribution.spread(total.filter(pl.col("reason") == "too_small"))
    assert (low.measured, low.unmeasured) == (100, 1)
    assert (low.drops(11), low.drops(1), low.drops(1_000)) == (10, 0, 100)
    assert (low.quantile(0.5), low.quantile(0.01), low.quantile(1.0)) == (50, 1, 100)
    high = distribution.spread(total.filter(pl.col("reason") == "too_high"))
    assert high.choices() == [0.99, 0.98, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.6, 0.5]
    assert [high.drops(value) for value in high.choices()] == [1, 2, 5, 10, 15, 20, 25, 30, 40, 50]
    assert distribution.spread(total.clear()).quantile(0.5) is None
