"""Rates and caps as plain numbers: no minute above the limit, no account above the cap."""

from __future__ import annotations

import doctest
import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.recipe import Cap
from translators.llm import ledger_arithmetic as arithmetic
from translators.llm.ledger import Amount
from translators.llm.ledger_arithmetic import (
    cap_nanodollars,
    fits,
    given_back,
    may_send,
    nanodollars,
    next_allowed,
    request_burst,
    token_burst,
    within,
)

START = 1_790_000_000.0


def test_the_examples() -> None:
    result = doctest.testmod(arithmetic)
    assert result.attempted > 0 and result.failed == 0


def _sent(per_minute: int, seconds: float, late: random.Random, longest: float) -> list[float]:
    """When requests went that come as fast as they may, each up to `longest` seconds late."""
    tat, now, times = 0.0, START, []
    while now < START + seconds:
        tat, wait = next_allowed(tat, now, per_minute, 1, request_burst(per_minute))
        if wait == 0.0:
            times.append(now)
        now += wait + late.random() * longest
    return times


@pytest.mark.parametrize("per_minute", [1, 2, 7, 60, 500, 3_000])
@pytest.mark.parametrize("longest", [1e-6, 0.05, 2.0])
def test_no_minute_sees_more_than_the_limit(per_minute: int, longest: float) -> None:
    times = _sent(per_minute, 200, random.Random(per_minute), longest)
    for index, first in enumerate(times):
        within_a_minute = sum(1 for one in times[index : index + per_minute + 2] if one < first + 60)
        assert within_a_minute <= per_minute


@pytest.mark.parametrize("per_minute", [60, 500, 3_000])
def test_the_limit_is_used(per_minute: int) -> None:
    times = _sent(per_minute, 600, random.Random(1), 60 / per_minute / 20)
    assert len(times) >= 0.95 * 10 * per_minute


@given(st.integers(1, 10_000), st.floats(0, 1e9), st.floats(0, 1e6), st.integers(0, 10_000))
def test_who_waits_as_long_as_it_is_told_may_go(per_minute: int, tat: float, now: float, quantity: int) -> None:
    burst = token_burst(per_minute)
    same, wait = next_allowed(tat, now, per_minute, quantity, burst)
    if wait == 0.0:
        assert same >= tat
        return
    assert same == tat
    _, again = next_allowed(tat, now + wait, per_minute, quantity, burst)
    assert again == 0.0


def test_more_than_a_burst_goes_when_nothing_is_used_and_what_follows_waits() -> None:
    tat, wait = next_allowed(0.0, START, 1_000, 5_000, token_burst(1_000))
    assert wait == 0.0
    assert next_allowed(tat, START + 1, 1_000, 1, token_burst(1_000))[1] > 290  # of the 300 s that 5,000 tokens take


def test_tokens_that_come_back_let_the_next_request_go() -> None:
    tat, _ = next_allowed(0.0, START, 60_000, 10_000, token_burst(60_000))
    assert next_allowed(tat, START, 60_000, 1_000, token_burst(60_000))[1] > 8
    tat = given_back(tat, 60_000, 9_500)
    assert next_allowed(tat, START, 60_000, 1_000, token_burst(60_000))[1] == 0.0


def test_what_comes_back_saves_no_more_than_a_burst() -> None:
    tat = given_back(START, 60_000, 10**9)
    sent = 0
    while True:
        tat, wait = next_allowed(tat, START, 60_000, 100, token_burst(60_000))
        if wait:
            break
        sent += 100
    assert sent == token_burst(60_000)


def test_tokens_flow_at_the_limit_though_each_request_is_counted_by_its_most() -> None:
    # Counted 1,000, used 200, known two seconds later: five times as many must flow as without what comes back.
    tat, now, used = 0.0, START, 0
    back: list[float] = []
    while now < START + 600:
        while back and back[0] <= now:
            back.pop(0)
            tat = given_back(tat, 60_000, 800)
        tat, wait = next_allowed(tat, now, 60_000, 1_000, token_burst(60_000))
        if wait == 0.0:
            used += 200
            back.append(now + 2)
        else:
            now += min(wait, back[0] - now) if back else wait
    assert 0.9 * 600_000 <= used <= 1.02 * 600_000


def test_one_limit_counts_nothing_where_the_other_says_no() -> None:
    wait, requests, tokens = may_send(START, 0.0, (START + 5, 60), (0.0, 60_000), 100)
    assert wait > 4 and (requests, tokens) == (START + 5, 0.0)
    wait, requests, tokens = may_send(START, 0.0, (0.0, 60), (START + 50, 60_000), 100)
    assert wait > 40 and (requests, tokens) == (0.0, START + 50)


def test_nothing_goes_before_its_time_and_nothing_is_counted() -> None:
    assert may_send(START, START + 3, (0.0, 60), (0.0, 60), 5) == (3.0, 0.0, 0.0)
    assert may_send(START, START + 3, (0.0, None), (0.0, None), 5) == (3.0, 0.0, 0.0)
    assert may_send(START + 3, START + 3, (0.0, None), (0.0, None), 5) == (0.0, 0.0, 0.0)


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500), st.booleans()), max_size=60), st.integers(1, 3_000))
def test_whatever_requests_cost_up_to_their_most_the_cap_holds(requests: list[tuple[int, int, bool]], cap: int) -> None:
    spent = aside = 0
    out: list[tuple[int, int]] = []
    for most, cost, settles in requests:
        if fits(cap, spent, aside, most):
            aside += most
            out.append((most, min(cost, most)))
        if settles and out:
            first, paid = out.pop(0)
            aside -= first
            spent += paid
        assert spent + aside <= cap
    assert spent + sum(paid for _, paid in out) <= cap


def test_dollars_are_counted_whole() -> None:
    assert nanodollars(0.0) == 0
    assert nanodollars(1e-12) == 1  # something is not nothing
    assert nanodollars(0.1 * 3) == 300_000_000
    assert sum(nanodollars(0.0000001) for _ in range(10_000_000 // 10**4)) == 100 * 1_000
    assert cap_nanodollars(None) is None
    assert cap_nanodollars(0.3) == cap_nanodollars(0.1 + 0.2) == 300_000_000


def test_a_cap_holds_in_both_units() -> None:
    assert within(None, (10**9, 10**18), (0, 0), (1, 1))
    cap = Cap(tokens=100, dollars=0.5)
    assert within(cap, (50, 0), (40, 0), (10, 500_000_000))
    assert not within(cap, (50, 0), (41, 0), (10, 0))
    assert not within(cap, (0, 0), (0, 1), (0, 500_000_000))
    assert within(Cap(dollars=0.5), (10**9, 0), (0, 0), (10**9, 0))


def test_amounts_come_back_as_they_were() -> None:
    for amount in (Amount(), Amount(7, 0.0), Amount(12_345, 1.234567891)):
        assert arithmetic.amount(arithmetic.counted(amount)) == amount


def test_times_since_1970_lose_no_requests() -> None:
    # Steps of such numbers are a quarter of a microsecond; a thousand sums must not drift apart.
    tat = START
    for _ in range(1_000):
        tat, _ = next_allowed(tat, tat, 100_000, 1, request_burst(100_000))
    assert tat - START == pytest.approx(1_000 * 60 / 97_000, rel=1e-3)
    assert all(after >= before for before, after in pairwise(_sent(6_000, 2, random.Random(3), 0.001)))
