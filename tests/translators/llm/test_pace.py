"""How many at once: first come first served, nothing lost when cancelled, up by one, down by half."""

from __future__ import annotations

import asyncio
import random

import pytest

from translators.llm.pace import Pace, Places, ticket


async def _settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def test_first_come_first_served() -> None:
    async def run() -> list[int]:
        places, order = Places(1), []

        async def one(number: int) -> None:
            async with places.seat(number):
                order.append(number)
                await asyncio.sleep(0)

        await asyncio.gather(*(one(number) for number in range(50)))
        return order

    assert asyncio.run(run()) == list(range(50))


def test_a_lower_ticket_enters_first_however_late_it_came() -> None:
    async def run() -> list[str]:
        places, order = Places(1), []
        await places.enter(0)

        async def one(name: str, number: int) -> None:
            async with places.seat(number):
                order.append(name)

        tasks = [asyncio.create_task(one("later", 8)), asyncio.create_task(one("again", 2))]
        await _settle()
        places.leave()
        await asyncio.gather(*tasks)
        return order

    assert asyncio.run(run()) == ["again", "later"]


def test_tickets_rise() -> None:
    assert ticket() < ticket() < ticket()


def test_who_is_cancelled_while_waiting_leaves_no_trace() -> None:
    async def run() -> None:
        places = Places(1)
        await places.enter(0)
        waiting = [asyncio.create_task(places.enter(number)) for number in (1, 2)]
        await _settle()
        waiting[0].cancel()
        places.leave()
        await asyncio.wait_for(waiting[1], 1)
        assert places.full
        places.leave()
        assert not places.full

    asyncio.run(run())


def test_who_is_cancelled_in_the_moment_of_its_turn_gives_the_place_back() -> None:
    async def run() -> None:
        places = Places(1)
        await places.enter(0)
        first, second = (asyncio.create_task(places.enter(number)) for number in (1, 2))
        await _settle()
        places.leave()  # the turn of the first: it was told, and has not run yet
        first.cancel()
        await asyncio.wait_for(second, 1)
        assert first.cancelled()

    asyncio.run(run())


@pytest.mark.parametrize("seed", range(10))
def test_no_place_is_lost_however_they_are_cancelled(seed: int) -> None:
    draw = random.Random(seed)

    async def run() -> None:
        places, inside, most = Places(3), 0, 0

        async def one(number: int) -> None:
            nonlocal inside, most
            async with places.seat(number):
                inside += 1
                most = max(most, inside)
                try:
                    await asyncio.sleep(draw.random() / 500)
                finally:
                    inside -= 1

        tasks = [asyncio.create_task(one(draw.randrange(100))) for _ in range(80)]
        for task in tasks:
            if draw.random() < 0.4:
                asyncio.get_running_loop().call_later(draw.random() / 50, task.cancel)
        await asyncio.gather(*tasks, return_exceptions=True)
        assert most == 3 and inside == 0
        for number in range(3):
            await asyncio.wait_for(places.enter(number), 1)
        assert places.full

    asyncio.run(run())


def test_a_seat_is_kept_unless_it_is_somebody_elses_turn() -> None:
    async def run() -> list[str]:
        places, order = Places(2), []

        async def wait(name: str, number: int) -> None:
            async with places.seat(number):
                order.append(name)

        async with places.seat(5) as seat, places.seat(6) as other:
            later = asyncio.create_task(wait("later", 7))
            await _settle()
            seat.yield_to_others()
            await seat.take()
            assert places.full and order == []
            before = asyncio.create_task(wait("before", 1))
            await _settle()
            seat.yield_to_others()
            await seat.take()
            order.append("again")
            places.limit = 1
            other.yield_to_others()  # one too many inside
            other.yield_to_others()
            seat.leave()
            await asyncio.gather(later, before)
        return order

    assert asyncio.run(run()) == ["before", "again", "later"]


def test_a_loop_that_was_closed_holds_no_place() -> None:
    places = Places(1)
    asyncio.run(places.enter(0))  # and never left

    async def run() -> None:
        await asyncio.wait_for(places.enter(1), 1)

    asyncio.run(run())


def _window(pace: Pace) -> None:
    """As many answers as are let out at once, with all places taken."""

    async def run() -> None:
        taken = 0
        while not pace.full:
            await pace.enter(0)
            taken += 1
        for _ in range(taken):
            pace.sent()
            pace.answered()
        for _ in range(taken):
            pace.leave()

    asyncio.run(run())


def test_about_one_more_for_each_window_of_answers_and_never_above_the_ceiling() -> None:
    pace = Pace(12)
    assert pace.limit == 4
    seen = []
    for _ in range(20):
        _window(pace)
        seen.append(pace.limit)
    assert seen[0] in (4, 5)
    assert all(after - before in (0, 1) for before, after in zip(seen, seen[1:], strict=False))
    assert seen[9] >= 10 and max(seen) == seen[-1] == 12


@pytest.mark.parametrize("ceiling", [1, 2, 3])
def test_it_starts_at_the_ceiling_where_that_is_lower(ceiling: int) -> None:
    assert Pace(ceiling).limit == ceiling


def test_answers_make_no_more_room_than_is_used() -> None:
    async def run() -> int:
        pace = Pace(100)
        for _ in range(500):  # one at a time
            async with pace.seat(ticket()):
                pace.sent()
                pace.answered()
        return pace.limit

    assert asyncio.run(run()) == 4


def test_one_burst_of_refusals_halves_once() -> None:
    pace = Pace(64, start=32)
    burst = [pace.sent() for _ in range(32)]
    for number in burst:
        pace.overloaded(number)
    assert pace.limit == 16
    pace.overloaded(pace.sent())  # sent after the cut: another sign
    assert pace.limit == 8


def test_it_never_falls_below_one() -> None:
    pace = Pace(4)
    for _ in range(10):
        pace.overloaded(pace.sent())
    assert pace.limit == 1
    for _ in range(3):
        _window(pace)
    assert pace.limit > 1
