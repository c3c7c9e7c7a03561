"""The last wait before a request is sent: one in line asks the ledger, and no more often than it has to."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from schemas.errors import ServerUnavailable
from translators.llm.lane import Lane
from translators.llm.ledger import Limits
from translators.llm.memory_ledger import MemoryLedger
from translators.llm.pace import ticket


class Says:
    """A ledger that says what it is told, and notes what it was asked."""

    def __init__(self, *waits: float, held: float = 0.0) -> None:
        self.waits = list(waits)
        self.held = held
        self.asked: list[tuple[Limits, int]] = []
        self.holds: list[float] = []

    def may_send(self, lane: str, limits: Limits, tokens: int) -> float:
        self.asked.append((limits, tokens))
        if limits == Limits():
            return self.held
        return self.waits.pop(0) if self.waits else 0.0

    def give_back(self, lane: str, limits: Limits, tokens: int) -> None:
        pass

    def hold(self, lane: str, until: float) -> None:
        self.holds.append(until)


def make(ledger: Any, limits: Limits = Limits(tokens=100)) -> Lane:
    return Lane("m at s", limits, ledger, 8)


def slept(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let it sleep no time at all, and note how long it wanted to."""
    wanted: list[float] = []

    async def sleep(seconds: float) -> None:
        wanted.append(seconds)

    monkeypatch.setattr(lane, "_sleep", sleep)
    return wanted


def test_it_sleeps_as_long_as_it_is_told_and_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Says(3.0, 0.5)
    lane = make(ledger)
    wanted = slept(lane, monkeypatch)
    asyncio.run(lane.admit(ticket(), 7))
    assert wanted == [3.0, 0.5] and [tokens for _, tokens in ledger.asked] == [7, 7, 7]


def test_those_in_line_do_not_ask() -> None:
    ledger = Says(0.05, 0.0, 0.05, 0.0, 0.05, 0.0)
    lane = make(ledger)

    async def run() -> list[int]:
        order: list[int] = []

        async def one(number: int) -> None:
            await lane.admit(number, number)
            order.append(number)

        await asyncio.gather(*(one(number) for number in range(20)))
        return order

    assert asyncio.run(run()) == list(range(20))
    assert len(ledger.asked) == 20 + 3  # each once, and three were told to wait


def test_a_hold_here_needs_no_ledger() -> None:
    ledger = Says()
    lane = make(ledger)
    lane.hold(0.2)
    begun = time.monotonic()
    asyncio.run(lane.admit(ticket(), 1))
    assert time.monotonic() - begun >= 0.2
    assert len(ledger.asked) == 1  # at the end of it, and not before
    assert len(ledger.holds) == 1


def test_a_shorter_hold_does_not_end_a_longer_one() -> None:
    lane = make(Says())
    lane.hold(0.2)
    lane.hold(0.0)
    begun = time.monotonic()
    asyncio.run(lane.admit(ticket(), 1))
    assert time.monotonic() - begun >= 0.2


def test_tokens_that_come_back_wake_who_is_next() -> None:
    ledger = MemoryLedger()
    lane = make(ledger, Limits(tokens=600))

    async def run() -> None:
        await lane.admit(ticket(), 600)
        waiting = asyncio.create_task(lane.admit(ticket(), 10))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        lane.give_back(595)  # else it would sleep for a minute
        await asyncio.wait_for(waiting, 20)

    asyncio.run(run())


def test_who_is_cancelled_makes_room_for_the_next() -> None:
    lane = make(Says(1_000_000.0, held=0.0))

    async def run() -> None:
        first = asyncio.create_task(lane.admit(0, 1))
        await asyncio.sleep(0.02)
        second = asyncio.create_task(lane.admit(1, 1))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.wait_for(second, 20)

    asyncio.run(run())


def test_a_limit_of_the_recipe_may_ask_for_any_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    lane = make(Says(5_000.0, held=0.0))
    wanted = slept(lane, monkeypatch)
    asyncio.run(lane.admit(ticket(), 1))
    assert wanted == [5_000.0]


@pytest.mark.parametrize("limits", [Limits(), Limits(requests=5)])
def test_a_server_that_asks_for_too_much_is_left_alone(limits: Limits) -> None:
    lane = make(Says(700.0, held=700.0), limits)
    with pytest.raises(ServerUnavailable, match="left alone for 700 seconds more"):
        asyncio.run(lane.admit(ticket(), 1))


def test_whoever_waits_for_such_a_server_gives_up_too() -> None:
    lane = make(MemoryLedger())
    lane.hold(5_000)
    with pytest.raises(ServerUnavailable, match=r"left alone for (4999|5000)"):
        asyncio.run(lane.admit(ticket(), 1))
