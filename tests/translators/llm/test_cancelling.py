"""Whoever is cancelled leaves nothing behind, and throws nothing away that has arrived."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from schemas.recipe import Cap, Client
from translators.llm.cache import ResponseCache
from translators.llm.client import OpenAIClient
from translators.llm.flights import Flight, Flights
from translators.llm.ledger import Amount
from translators.llm.request import Reply, Request

GOOD = json.dumps(
    {
        "choices": [{"text": "good", "finish_reason": "stop"}],
        "model": "m",
        "usage": {"prompt_tokens": 3, "completion_tokens": 1},
    }
).encode()


def request(name: object) -> Request:
    return Request(model="m", form="completion", prompt=f"{name}:")


class Held:
    """A server on the loop of the test that answers when it is told to."""

    def __init__(self) -> None:
        self.open = 0
        self.asked = 0
        self.go = asyncio.Event()
        self.answered = asyncio.Event()
        self.base_url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                await reader.readexactly(int(head.lower().partition(b"content-length:")[2].split()[0]))
                self.asked += 1
                going, leaving = asyncio.create_task(self.go.wait()), asyncio.create_task(reader.read(1))
                await asyncio.wait([going, leaving], return_when=asyncio.FIRST_COMPLETED)
                leaving.cancel()
                if not self.go.is_set():
                    going.cancel()
                    return
                head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(GOOD)}\r\n\r\n"
                writer.write(head.encode() + GOOD)
                await writer.drain()
                self.answered.set()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.open -= 1
            writer.close()


@asynccontextmanager
async def held() -> AsyncIterator[Held]:
    server = Held()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.base_url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
    try:
        yield server
    finally:
        listening.close()


def make(server: Held, cache: ResponseCache | None = None, **spec: Any) -> OpenAIClient:
    return OpenAIClient(Client(base_url=server.base_url, **{"cap": Cap(tokens=10**6), **spec}), cache)


async def until(true: Any) -> None:
    async with asyncio.timeout(20):
        while not true():
            await asyncio.sleep(0.01)


def test_it_leaves_no_connection_no_place_and_no_reservation() -> None:
    async def run() -> None:
        async with held() as server:
            client = make(server, concurrency=2)
            tasks = [asyncio.create_task(client.ask(request(number))) for number in range(6)]
            await until(lambda: server.asked == 2)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            assert all(task.cancelled() for task in tasks)
            await until(lambda: server.open == 0)
            assert client.purse.ledger.in_flight() == Amount()
            spent, lost = client.purse.ledger.spent()
            assert spent == Amount() and lost.tokens == 2 * (2 + 64 + 512)  # two were sent
            server.go.set()
            assert (await client.ask(request("next"))).text == "good"  # a place is free
            await client.close()

    asyncio.run(run())


def test_an_answer_that_is_arriving_is_kept(tmp_path: Path) -> None:
    async def run() -> None:
        cache = ResponseCache(tmp_path / "c")
        async with held() as server:
            client = make(server, cache)
            task = asyncio.create_task(client.ask(request(1)))
            await until(lambda: server.asked == 1)
            server.go.set()
            await server.answered.wait()
            task.cancel()  # the answer is on its way
            with pytest.raises(asyncio.CancelledError):
                await task
            found = cache.get(request(1).key(client.endpoint))
            assert found is not None and found.text == "good"
            assert client.purse.ledger.spent() == (Amount(4), Amount())
            await client.close()

    asyncio.run(run())


def test_a_group_that_fails_cancels_the_others_and_ends() -> None:
    async def run() -> None:
        async with held() as server:
            client = make(server)

            async def fail() -> None:
                await until(lambda: server.asked == 1)
                raise ValueError("a row is broken")

            with pytest.raises(ExceptionGroup):
                async with asyncio.TaskGroup() as group:
                    group.create_task(client.ask(request(1)))
                    group.create_task(fail())
            await client.close()
            await until(lambda: server.open == 0)

    asyncio.run(run())


def test_closing_ends_what_is_on_its_way_and_the_client_may_go_on() -> None:
    async def run() -> None:
        async with held() as server:
            client = make(server)
            task = asyncio.create_task(client.ask(request(1)))
            await until(lambda: server.asked == 1)
            await client.close()
            with pytest.raises(asyncio.CancelledError):
                await task
            server.go.set()
            assert (await client.ask(request(1))).text == "good"
            await client.close()

    asyncio.run(run())


def test_a_loop_that_is_torn_down_leaves_a_client_for_the_next(tmp_path: Path) -> None:
    """As Ctrl-C does it: the main task is cancelled, and the loop closed."""
    clients: list[OpenAIClient] = []

    async def interrupted() -> None:
        async with held() as server:
            clients.append(make(server, concurrency=1))
            asyncio.get_running_loop().call_later(0.3, asyncio.current_task().cancel)  # type: ignore[union-attr]
            await asyncio.gather(*(clients[0].ask(request(number)) for number in range(3)))

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(interrupted())
    client = clients[0]
    assert client.purse.ledger.in_flight() == Amount()

    async def again() -> Reply:
        async with held() as server:
            server.go.set()
            fresh = OpenAIClient(
                Client(base_url=server.base_url, cap=Cap(tokens=10**6), concurrency=1), purse=client.purse
            )
            async with fresh:
                return await fresh.ask(request(1))

    assert asyncio.run(again()).text == "good"


def test_the_last_to_leave_ends_a_flight_and_the_next_one_starts_another() -> None:
    async def run() -> None:
        flights, started, cancelled = Flights(), 0, 0

        async def fetch(flight: Flight) -> Reply:
            nonlocal started, cancelled
            started += 1
            try:
                await asyncio.sleep(5 if started == 1 else 0)
            except asyncio.CancelledError:
                cancelled += 1
                raise
            return Reply("x", "stop", "m")

        first, second = (asyncio.create_task(flights.reply("k", fetch)) for _ in range(2))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.wait([first])
        assert (started, cancelled) == (1, 0)
        second.cancel()
        await asyncio.wait([second])
        assert (started, cancelled) == (1, 1)
        reply, mine = await flights.reply("k", fetch)
        assert reply.text == "x" and mine and started == 2

    asyncio.run(run())


def test_an_error_that_nobody_waits_for_is_not_shouted(caplog: pytest.LogCaptureFixture) -> None:
    async def run() -> None:
        flights = Flights()

        async def fetch(flight: Flight) -> Reply:
            flight.out = True  # it gets its moment
            await asyncio.sleep(0.01)
            raise ValueError("nobody hears this")

        task = asyncio.create_task(flights.reply("k", fetch))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    assert "never retrieved" not in caplog.text
