"""The cap: what is spent and what is in flight never exceed it together."""

from __future__ import annotations

import asyncio
import random

import pytest

from schemas.errors import BudgetSpent
from translators.llm.budget import Budget, Cap
from translators.llm.quote import Price, Usage, quote


def test_no_cap_lets_all_pass() -> None:
    async def run() -> Budget:
        budget = Budget(Cap())
        await budget.reserve(Usage(10**12, 10**12))
        await budget.settle(Usage(10**12, 10**12), Usage(5, 6))
        return budget

    assert asyncio.run(run()).spent == Usage(5, 6)


@pytest.mark.parametrize("seed", range(5))
def test_never_above_the_cap_whatever_the_order(seed: int) -> None:
    draw = random.Random(seed)
    most = Usage(80, 20)
    sent = 0

    async def run() -> Budget:
        budget = Budget(Cap(tokens=1_000), Usage(30, 0))
        in_flight = 0

        async def one() -> None:
            nonlocal sent, in_flight
            await budget.reserve(most)
            sent += 1
            in_flight += 1
            assert budget.spent.total + in_flight * most.total <= 1_000
            await asyncio.sleep(draw.random() / 1000)
            in_flight -= 1
            await budget.settle(most, Usage(draw.randint(10, 80), draw.randint(1, 20)))

        results = await asyncio.gather(*(one() for _ in range(60)), return_exceptions=True)
        assert all(one is None or isinstance(one, BudgetSpent) for one in results)
        assert any(isinstance(one, BudgetSpent) for one in results)
        return budget

    budget = asyncio.run(run())
    assert budget.spent.total <= 1_000
    assert sent > 10  # more than fit if each took what was set aside: the others waited and were sent


def test_it_waits_for_what_is_in_flight_before_it_refuses() -> None:
    async def run() -> list[str]:
        budget = Budget(Cap(tokens=100))
        said: list[str] = []

        async def first() -> None:
            await budget.reserve(Usage(90, 0))
            await asyncio.sleep(0.01)
            said.append("settled")
            await budget.settle(Usage(90, 0), Usage(10, 0))

        async def second() -> None:
            await asyncio.sleep(0)
            await budget.reserve(Usage(90, 0))
            said.append("second")

        await asyncio.gather(first(), second())
        return said

    assert asyncio.run(run()) == ["settled", "second"]


def test_a_request_of_unknown_cost_counts_in_full() -> None:
    async def run() -> None:
        budget = Budget(Cap(tokens=100))
        await budget.reserve(Usage(60, 0))
        await budget.settle(Usage(60, 0), None)
        assert budget.spent == Usage()
        with pytest.raises(BudgetSpent, match="60 tokens are spent, and the next request could take 60"):
            await budget.reserve(Usage(60, 0))

    asyncio.run(run())


def test_dollars() -> None:
    async def run() -> None:
        budget = Budget(Cap(dollars=0.001, price=Price(1.0, 10.0)))
        await budget.reserve(Usage(500, 50))  # exactly all of it
        await budget.settle(Usage(500, 50), Usage(500, 49))
        await budget.reserve(Usage(0, 1))
        await budget.settle(Usage(0, 1), Usage(0, 1))
        with pytest.raises(BudgetSpent, match=r"\$0.0010"):
            await budget.reserve(Usage(1, 0))

    asyncio.run(run())


def test_one_loop_after_another() -> None:
    budget = Budget(Cap(tokens=100))

    async def spend() -> None:
        await budget.reserve(Usage(40, 0))
        await budget.settle(Usage(40, 0), Usage(40, 0))

    asyncio.run(spend())
    asyncio.run(spend())
    with pytest.raises(BudgetSpent):
        asyncio.run(spend())
    assert budget.spent == Usage(80, 0)


def test_a_quote_above_the_cap_is_refused() -> None:
    told = quote([Usage(100, 0), Usage(100, 0)], 8, 2, Usage(200, 0), Price(1.0, 1.0))
    assert Cap(tokens=1_000).refuses(told) is None
    assert "1,000 tokens" in (Cap(tokens=999).refuses(told) or "")
    assert Cap(dollars=0.001, price=Price(1.0, 1.0)).refuses(told) is None
    assert "$0.0010" in (Cap(dollars=0.0009, price=Price(1.0, 1.0)).refuses(told) or "")
    assert Cap().refuses(told) is None


def test_a_cap_without_usage_is_refused() -> None:
    told = quote([], 8, 2, Usage())
    assert "did not say" in (Cap(tokens=10**9).refuses(told) or "")
