"""The arithmetic of a quote: Student's t, totals with their interval, and what to set aside for a prompt."""

from __future__ import annotations

import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.llm.quote import Estimate, Price, Usage, prompt_tokens_at_most, quote, student_t, total


@pytest.mark.parametrize(
    ("freedom", "confidence", "value"),
    # from printed tables
    [(1, 0.95, 12.706), (2, 0.95, 4.303), (3, 0.95, 3.182), (7, 0.95, 2.365), (30, 0.95, 2.042), (120, 0.95, 1.980),
     (1, 0.99, 63.657), (5, 0.99, 4.032), (10, 0.9, 1.812)],
)  # fmt: skip
def test_students_t(freedom: int, confidence: float, value: float) -> None:
    assert student_t(freedom, confidence) == pytest.approx(value, abs=6e-4)


@pytest.mark.parametrize(("freedom", "confidence"), [(0, 0.95), (3, 0.0), (3, 1.0)])
def test_what_has_no_t(freedom: int, confidence: float) -> None:
    with pytest.raises(ValueError, match="degrees of freedom"):
        student_t(freedom, confidence)


def test_a_total_by_hand() -> None:
    # mean 12, standard deviation 2 (of 10, 12, 14), 6 further: 72 ± 4.3027 * 2 * 6 * sqrt(1/3 + 1/6)
    found = total([10, 12, 14], 6, known=36)
    half = 4.30265 * 2 * 6 * 0.5**0.5
    assert found.mean == 36 + 72
    assert found.low == pytest.approx(108 - half, abs=0.01)
    assert found.high == pytest.approx(108 + half, abs=0.01)


def test_what_is_known_has_no_interval() -> None:
    assert total([1, 2, 3], 0, known=6) == Estimate(6.0, 6.0, 6.0)
    assert total([], 0, known=6) == Estimate(6.0, 6.0, 6.0)


def test_nothing_or_one_value_seen() -> None:
    assert total([], 5) == Estimate(None, None, None)
    assert total([7], 5, known=7) == Estimate(42.0, None, None)


def test_the_interval_never_goes_below_what_is_paid() -> None:
    assert total([1, 100], 50, known=101).low == 101


def test_the_interval_holds_as_often_as_it_says() -> None:
    draw = random.Random(5)
    held = 0
    for _ in range(2_000):
        values = [draw.gauss(800, 150) for _ in range(60)]
        found = total(values[:8], 52, known=sum(values[:8]))
        assert found.low is not None and found.high is not None
        held += found.low <= sum(values) <= found.high
    assert 0.93 < held / 2_000 < 0.97


def test_a_quote_in_tokens_and_dollars() -> None:
    seen = [Usage(1000, 40), Usage(1200, 60)]
    told = quote(seen, 8, 2, Usage(2200, 100), Price(0.5, 2.0))
    assert (told.requests, told.answered, told.seen) == (10, 2, 2)
    assert told.prompt_tokens.mean == 2200 + 8 * 1100
    assert told.completion_tokens.mean == 100 + 8 * 50
    assert told.tokens.mean == told.prompt_tokens.mean + told.completion_tokens.mean
    assert told.dollars is not None
    assert told.dollars.mean == pytest.approx((11_000 * 0.5 + 500 * 2.0) / 1e6)
    # tokens in and out rise together here: the interval of dollars is that of each request's price
    each = [Price(0.5, 2.0).dollars(one.prompt, one.completion) for one in seen]
    half = student_t(1) * statistics.stdev(each) * 8 * (1 / 2 + 1 / 8) ** 0.5
    assert told.dollars.high == pytest.approx(told.dollars.mean + half)


def test_no_price_no_dollars() -> None:
    assert quote([Usage(10, 1)], 3, 1, Usage(10, 1)).dollars is None


def test_what_is_set_aside_before_anything_is_known() -> None:
    assert prompt_tokens_at_most(1000) >= 1000


@given(st.integers(0, 5_000), st.integers(0, 5_000), st.integers(1, 5_000))
def test_a_counted_prompt_only_lowers_what_is_set_aside(shared: int, document: int, tokens: int) -> None:
    most = prompt_tokens_at_most(shared + document, shared, tokens)
    assert most <= prompt_tokens_at_most(shared + document)
    assert most >= min(tokens + document, shared + document)
