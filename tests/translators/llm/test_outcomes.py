"""What ends the run, what costs one item alone, and what is only a matter of patience."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import ServerUnavailable
from schemas.recipe import Client
from translators.llm.cache import ResponseCache
from translators.llm.client import OpenAIClient
from translators.llm.memory_ledger import MemoryLedger
from translators.llm.request import BadAnswer, NoAnswer, Reply, Request


def make(stub: Any, cache: ResponseCache | None = None, first_wait: float = 0.01, **spec: Any) -> OpenAIClient:
    spec = {"timeout_seconds": 5, "attempts": 3, **spec}
    return OpenAIClient(Client(base_url=stub.base_url, **spec), cache, first_wait_seconds=first_wait)


def request(name: object) -> Request:
    return Request(model="m", form="completion", prompt=f"{name}:", purpose=f"the text {name}")


def ask(client: OpenAIClient, *requests: Request) -> list[Reply | BaseException]:
    async def run() -> list[Reply | BaseException]:
        async with client:
            return await asyncio.gather(*(client.ask(one) for one in requests), return_exceptions=True)

    return asyncio.run(run())


def one_that_fails(answer: Any, **fault: Any) -> Any:
    """Answers everybody but `bad:`."""

    def respond(body: dict[str, Any]) -> Any:
        return answer(**fault) if body["prompt"] == "bad:" else answer()

    return respond


@pytest.mark.parametrize(
    ("fault", "word"), [({"status": 500, "body": "{}"}, "status 500"), ({"wait": 3.0}, r"within 1\.5 seconds")]
)
def test_one_that_never_gets_an_answer_costs_itself_alone(stub: Any, answer: Any, fault: Any, word: str) -> None:
    stub.respond = one_that_fails(answer, **fault)
    client = make(stub, timeout_seconds=1.5, attempts=2)
    found = ask(client, request("bad"), *(request(number) for number in range(8)))
    assert isinstance(found[0], NoAnswer) and isinstance(found[0], BadAnswer)
    with pytest.raises(NoAnswer, match=rf"no answer to the text bad.*2 of 2 attempts.*{word}.*It answered \d others"):
        raise found[0]
    assert found[0].keys == (request("bad").key(client.endpoint),)
    assert all(isinstance(one, Reply) for one in found[1:])
    assert Counter(body["prompt"] for _, body in stub.asked)["bad:"] == 2  # and nobody else was sent twice
    assert len(stub.asked) == 2 + 8


def test_broken_connections_cost_their_item_alone() -> None:
    """A server that cuts every answer to one text short."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = int(head.lower().partition(b"content-length:")[2].split()[0])
                bad = b"bad:" in await reader.readexactly(length)
                body = b'{"choices": [{"text": "good", "finish_reason": "stop"}], "model": "m"}'
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n")
                writer.write(b"content-length: %d\r\n\r\n%b" % (len(body), body[:10] if bad else body))
                await writer.drain()
                if bad:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def run() -> list[Reply | BaseException]:
        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        spec = Client(base_url=f"http://127.0.0.1:{port}/v1", attempts=2, timeout_seconds=5)
        async with server, OpenAIClient(spec, first_wait_seconds=0.01) as client:
            return await asyncio.gather(*map(client.ask, map(request, ("bad", 1, 2))), return_exceptions=True)

    bad, *good = asyncio.run(run())
    assert isinstance(bad, NoAnswer) and "no connection" in str(bad)
    assert all(isinstance(one, Reply) for one in good)


def test_when_nobody_is_answered_the_server_is_away(stub: Any, answer: Any) -> None:
    stub.respond = lambda body: answer(status=500, body="{}")
    assert all(isinstance(one, ServerUnavailable) for one in ask(make(stub), request(1), request(2)))


def test_answers_from_before_the_first_attempt_do_not_count(stub: Any, answer: Any) -> None:
    stub.respond = one_that_fails(answer, status=500, body="{}")
    client = make(stub)
    assert isinstance(ask(client, request("good"))[0], Reply)
    assert isinstance(ask(client, request("bad"))[0], ServerUnavailable)


def test_429_alone_is_the_servers_trouble(stub: Any, answer: Any) -> None:
    stub.respond = one_that_fails(answer, status=429, body="{}")
    client = make(stub, attempts=2)
    found = ask(client, request("bad"), *(request(number) for number in range(20)))
    assert isinstance(found[0], ServerUnavailable)
    assert all(isinstance(one, Reply) for one in found[1:])


def test_a_429_uses_up_no_attempt_while_others_are_answered(stub: Any, answer: Any) -> None:
    refused: Counter[str] = Counter()
    lock = threading.Lock()

    def respond(body: dict[str, Any]) -> Any:
        with lock:
            if body["prompt"] == "late:" and refused["late"] < 4:
                refused["late"] += 1
                return answer(status=429, body="{}")
            return answer(wait=0.01)

    stub.respond = respond

    async def run() -> Reply:
        async with make(stub, first_wait=0.2, attempts=2, concurrency=4) as client:
            late = asyncio.create_task(client.ask(request("late")))
            number = 0
            while not late.done():
                number += 1
                await client.ask(request(number))
            return late.result()

    assert asyncio.run(run()).text == "bonjour"
    assert refused["late"] == 4


def test_no_credit_left_is_said_at_once(stub: Any, answer: Any) -> None:
    body = '{"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}'
    stub.answers = [answer(status=429, body=body)]
    found = ask(make(stub), request(1))
    assert isinstance(found[0], ServerUnavailable) and "exceeded your current quota" in str(found[0])
    assert len(stub.asked) == 1


def test_a_bad_answer_is_its_own_for_each_who_asked(stub: Any, answer: Any) -> None:
    stub.answers = [answer(body="<html>", wait=0.1)]
    first, second = ask(make(stub), request(1), request(1))
    assert isinstance(first, BadAnswer) and isinstance(second, BadAnswer)
    first.keys = ("mine",)
    assert second.keys == () and first.raw == second.raw == "<html>"
    assert len(stub.asked) == 1


@pytest.mark.parametrize("header", ["retry-after", "retry-after-ms"])
def test_nothing_is_sent_before_its_time_by_any_client_of_the_ledger(stub: Any, answer: Any, header: str) -> None:
    ledger, refusals = MemoryLedger(), []
    lock = threading.Lock()

    def respond(body: dict[str, Any]) -> Any:
        with lock:
            if not refusals:
                refusals.append(time.monotonic())
                return answer(status=429, headers={header: {"retry-after": "1", "retry-after-ms": "1000"}[header]})
            return answer()

    stub.respond = respond
    spec = Client(base_url=stub.base_url, attempts=3, concurrency=1)

    async def run() -> None:
        async with OpenAIClient(spec, ledger=ledger) as one, OpenAIClient(spec, ledger=ledger) as other:
            first = asyncio.create_task(one.ask(request("first")))
            while not ledger._until:
                await asyncio.sleep(0.01)
            # From here on the refusal is known: nobody may send, whichever client it came to.
            await asyncio.gather(first, *(client.ask(request(n)) for n in range(6) for client in (one, other)))

    asyncio.run(run())
    assert len(stub.asked) == 1 + 1 + 6 * 2
    assert all(at >= refusals[0] + 1.0 for at, _ in stub.asked[1:])


def test_after_a_hold_those_who_came_first_go_first(stub: Any, answer: Any) -> None:
    stub.answers = [answer(status=429, headers={"retry-after": "0.3"}, body="{}")]
    ask(make(stub, concurrency=1), *(request(number) for number in range(6)))
    assert [body["prompt"] for _, body in stub.asked] == ["0:", "0:", "1:", "2:", "3:", "4:", "5:"]


def test_who_is_sent_again_goes_before_those_who_came_later(stub: Any, answer: Any) -> None:
    """The first is refused while ten others wait for the only place."""
    stub.answers = [answer(status=503, body="{}")]
    ask(make(stub, concurrency=1), *(request(number) for number in range(10)))
    order = [body["prompt"] for _, body in stub.asked]
    assert order[0] == "0:" and "0:" in order[1:4]  # it waits a hundredth of a second, then it is first


def test_a_hold_that_ends_the_run_ends_it_for_all_workers(stub: Any, answer: Any) -> None:
    ledger = MemoryLedger()
    stub.answers = [answer(status=429, headers={"retry-after": "5000"}, body="{}")]
    spec = Client(base_url=stub.base_url, attempts=3, requests_per_minute=10_000)

    async def run(name: str) -> None:
        async with OpenAIClient(spec, ledger=ledger) as client:
            await client.ask(request(name))

    with pytest.raises(ServerUnavailable, match="come back in 5000 seconds"):
        asyncio.run(run("one"))
    with pytest.raises(ServerUnavailable, match=r"left alone for (5000|4999) seconds more"):
        asyncio.run(run("two"))
    assert len(stub.asked) == 1


def test_overload_halves_what_is_out_at_once(stub: Any, answer: Any) -> None:
    client = make(stub, concurrency=8)
    stub.respond = lambda body: answer(wait=0.01)
    ask(client, *(request(number) for number in range(60)))
    pace = client.sender._lanes["m"].pace
    before = pace.limit
    assert before > 4 and stub.most_at_once <= before
    stub.respond, stub.answers = None, [answer(status=503, body="{}", wait=0.05)] * before
    ask(client, *(request(f"more {number}") for number in range(before)))
    assert pace.limit <= before // 2 + 1


def test_limits_a_minute_go_through_the_ledger(stub: Any, answer: Any) -> None:
    asked: list[tuple[str, int]] = []
    back: list[int] = []

    class Watched(MemoryLedger):
        def may_send(self, lane: str, limits: Any, tokens: int) -> float:
            asked.append((lane, tokens))
            return super().may_send(lane, limits, tokens)

        def give_back(self, lane: str, limits: Any, tokens: int) -> None:
            back.append(tokens)
            super().give_back(lane, limits, tokens)

    spec = Client(base_url=stub.base_url, requests_per_minute=1_200, tokens_per_minute=1_000_000, concurrency=8)

    async def run() -> None:
        async with OpenAIClient(spec, ledger=Watched()) as client:
            await asyncio.gather(*(client.ask(request(number)) for number in range(12)))

    asyncio.run(run())
    lane = f"m at {stub.base_url}"
    assert {name for name, _ in asked} == {lane}
    assert asked[0][1] >= 512 + 2  # all that it could take: the longest answer and the prompt
    assert len(back) == 12 and all(tokens > 400 for tokens in back)  # what was not used
    assert len(asked) <= 3 * 12  # one in line asks, and sleeps for as long as it is told
    # Within a burst of 6 and 19.4 a second; by the server's clock, with a little for the way there.
    times = [at for at, _ in stub.asked]
    assert all(at - times[0] >= (index - 7) / 19.4 - 0.05 for index, at in enumerate(times))


def test_what_is_kept_in_the_cache_costs_no_call(stub: Any, tmp_path: Path) -> None:
    cache = ResponseCache(tmp_path / "c")
    asker = make(stub, cache)
    requests = [request(number) for number in range(5)]
    ask(asker, *requests)
    again = make(stub, cache)
    assert again.prefetch(requests) == 5
    found = ask(again, *requests, requests[0])  # the one that was read ahead is used once, then the cache is read
    assert all(isinstance(one, Reply) and one.cached for one in found)
    assert again.calls == 0 and again.used[""].cached == 6
    assert make(stub, None).prefetch(requests) == 0
