"""The Batch API: gathered, sent once, collected whole, and never paid twice."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import BudgetSpent, RecipeError, ServerUnavailable
from schemas.recipe import Cap, Client, Price
from tests.translators.llm.batch_stub import BatchStub, good
from translators.llm import batch as batch_module
from translators.llm.batch import BatchClient
from translators.llm.batch_journal import Journal
from translators.llm.cache import ResponseCache
from translators.llm.client import OpenAIClient
from translators.llm.ledger import Amount, Ledger
from translators.llm.memory_ledger import MemoryLedger
from translators.llm.request import BadAnswer, NoAnswer, Reply, Request, RequestTooLong
from translators.llm.sqlite_ledger import SqliteLedger

PRICE = Price(prompt=1.0, completion=10.0)
COST = 0.5 * (10 * 1.0 + 2 * 10.0) / 1e6  # of one good answer


@pytest.fixture
def server() -> Iterator[BatchStub]:
    stub = BatchStub()
    yield stub
    stub.close()


@pytest.fixture
def cache(tmp_path: Path) -> ResponseCache:
    return ResponseCache(tmp_path / "c")


def request(name: object, **more: Any) -> Request:
    return Request(**{"model": "m", "form": "completion", "prompt": f"{name}", "max_tokens": 8, "role": "ask", **more})


def make(server: BatchStub, cache: ResponseCache, ledger: Ledger | None = None, **more: Any) -> BatchClient:
    names = ("quiet_seconds", "first_look_seconds", "longest_look_seconds", "most_requests", "most_bytes")
    told = {"quiet_seconds": 0.05, "first_look_seconds": 0.01, "longest_look_seconds": 0.05}
    told |= {name: more.pop(name) for name in names if name in more}
    spec = {"base_url": server.base_url, "model": "m", "attempts": 3, "price": PRICE, "mode": "batch", **more}
    return BatchClient(OpenAIClient(Client(**spec), cache, ledger=ledger), **told)


def ask(client: BatchClient, *requests: Request) -> list[Any]:
    async def run() -> list[Any]:
        try:
            return await asyncio.gather(*(client.ask(one) for one in requests), return_exceptions=True)
        finally:
            await client.close()

    return asyncio.run(run())


def test_requests_go_as_one_file_and_answers_come_back_to_who_asked(server: BatchStub, cache: ResponseCache) -> None:
    client = make(server, cache)
    texts = ["red", "ቀይ", "แดง \u2028 สี\x85แดง", "लाल", *map(str, range(20))]
    replies = ask(client, *map(request, texts))
    assert [reply.text for reply in replies] == [text.upper() for text in texts]
    assert sorted(server.sent()[0]) == sorted(texts) and len(server.sent()) == 1
    assert replies[0].key == request("red").key(server.base_url) and not replies[0].cached
    line = json.loads(next(iter(server.files.values())).split(b"\n")[0])
    assert line["method"] == "POST" and line["url"] == "/v1/completions" and line["body"] == request("red").body()
    assert line["custom_id"] == replies[0].key
    assert cache.request(replies[1].key) == request("ቀይ").canonical()
    used = client.used["ask"]
    assert (used.calls, used.answers, used.cached) == (24, 24, 0) and used.dollars == pytest.approx(24 * COST)


def test_a_warm_rerun_sends_nothing(server: BatchStub, cache: ResponseCache) -> None:
    ask(make(server, cache), request(1), request(2))
    before = len(server.asked)
    client = make(server, cache)
    assert client.prefetch([request(1)]) == 1
    assert all(reply.cached for reply in ask(client, request(1), request(2)))
    assert len(server.asked) == before and client.used["ask"].cached == 2


def test_equal_requests_stand_in_the_file_once(server: BatchStub, cache: ResponseCache) -> None:
    one, other = ask(make(server, cache), request(1), request(1))
    assert one.text == other.text == "1" and (one.cached, other.cached) == (False, True)
    assert server.sent() == [["1"]]


def test_chat_goes_to_its_own_path_and_models_are_not_mixed(server: BatchStub, cache: ResponseCache) -> None:
    chat = request("", form="chat", messages=(("user", "hi"),))
    replies = ask(make(server, cache), request(1), request(2, model="n"), chat)
    assert [reply.text for reply in replies] == ["1", "2", "HI"]
    assert sorted(batch["endpoint"] for batch in server.batches.values()) == [
        "/v1/chat/completions", "/v1/completions", "/v1/completions",
    ]  # fmt: skip


@pytest.mark.parametrize("limit", [{"most_requests": 4}, {"most_bytes": 1_000}])
def test_a_full_batch_goes_at_once(server: BatchStub, cache: ResponseCache, limit: dict[str, int]) -> None:
    replies = ask(make(server, cache, **limit), *map(request, range(12)))
    assert [reply.text for reply in replies] == list(map(str, range(12)))
    assert len(server.batches) >= 3
    assert all(len(server.files[batch["input_file_id"]]) <= 1_000 for batch in server.batches.values())


def test_the_limits_are_those_of_openai() -> None:
    assert (batch_module.MOST_REQUESTS, batch_module.MOST_BYTES) == (50_000, 200_000_000)


def test_what_an_expired_batch_finished_is_kept_and_the_rest_goes_again(
    server: BatchStub, cache: ResponseCache
) -> None:
    server.ends = ["expired"]
    late = {"3", "5"}

    def answer(body: dict[str, Any]) -> Any:
        if body["prompt"] in late:
            late.discard(body["prompt"])
            return None
        return good(body)

    server.answer = answer
    replies = ask(make(server, cache), *map(request, range(8)))
    assert [reply.text for reply in replies] == list(map(str, range(8)))
    assert [sorted(one) for one in server.sent()] == [list(map(str, range(8))), ["3", "5"]]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_failed_goes_again(server: BatchStub, cache: ResponseCache, status: int) -> None:
    failed: list[str] = []

    def answer(body: dict[str, Any]) -> Any:
        if body["prompt"] == "1" and not failed:
            failed.append("1")
            return status, {"error": {"message": "busy"}}
        return good(body)

    server.answer = answer
    assert [reply.text for reply in ask(make(server, cache), request(1), request(2))] == ["1", "2"]
    assert [sorted(one) for one in server.sent()] == [["1", "2"], ["1"]]


def test_what_never_gets_an_answer_costs_itself_alone(server: BatchStub, cache: ResponseCache) -> None:
    server.answer = lambda body: (500, {"error": {"message": "no"}}) if body["prompt"] == "1" else good(body)
    first, second = ask(make(server, cache, attempts=1), request(1, purpose="the text 1"), request(2))
    assert isinstance(first, NoAnswer) and "no answer to the text 1 in 1 batches" in str(first)
    assert second.text == "2"


def test_where_nobody_gets_an_answer_the_server_is_away(server: BatchStub, cache: ResponseCache) -> None:
    server.answer = lambda body: (500, {"error": {"message": "no"}})
    assert all(isinstance(one, ServerUnavailable) for one in ask(make(server, cache), request(1), request(2)))
    assert len(server.batches) == 3


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [(400, "no such model", RecipeError), (400, "maximum context length is 5", RequestTooLong), (401, "k", Exception)],
)
def test_refusals_are_as_online(server: BatchStub, cache: ResponseCache, status: int, message: str, kind: Any) -> None:
    server.answer = lambda body: (status, {"error": {"message": message}}) if body["prompt"] == "1" else good(body)
    first, second = ask(make(server, cache), request(1), request(2))
    assert isinstance(first, kind) and not isinstance(first, ServerUnavailable) and second.text == "2"


def test_an_answer_that_cannot_be_read_is_bad_and_costs(server: BatchStub, cache: ResponseCache) -> None:
    usage = {"prompt_tokens": 10, "completion_tokens": 2}
    server.answer = lambda body: (200, {"choices": [], "usage": usage})
    client = make(server, cache)
    assert isinstance(ask(client, request(1))[0], BadAnswer)
    assert client._client.purse.ledger.spent() == (Amount(12, pytest.approx(COST)), Amount())


def test_a_schema_that_is_refused_goes_again_without(server: BatchStub, cache: ResponseCache) -> None:
    def answer(body: dict[str, Any]) -> Any:
        return (400, {"error": {"message": "no response_format"}}) if "response_format" in body else good(body)

    server.answer = answer
    asked = request("", form="chat", messages=(("user", "hi"),), schema={"type": "object"})
    reply = ask(make(server, cache, attempts=1), asked)[0]
    assert reply.text == "HI" and len(server.batches) == 2
    assert ask(make(server, cache), asked)[0].cached and len(server.batches) == 2


def test_a_batch_that_is_not_taken_is_told(server: BatchStub, cache: ResponseCache) -> None:
    server.ends, server.errors = ["failed"], [{"code": "invalid_model", "message": "no such model"}]
    client = make(server, cache)
    assert isinstance(found := ask(client, request(1))[0], RecipeError)
    assert "invalid_model: no such model" in str(found)
    assert client._client.purse.ledger.spent() == (Amount(), Amount())  # it costs nothing


def test_a_queue_that_is_full_gets_less_at_once(server: BatchStub, cache: ResponseCache) -> None:
    server.ends, server.errors = ["failed"], [{"code": "token_limit_exceeded", "message": "queue"}]
    replies = ask(make(server, cache), *map(request, range(8)))
    assert [reply.text for reply in replies] == list(map(str, range(8)))
    assert [len(one) for one in server.sent()] == [8, 4, 4]


def test_a_batch_that_somebody_cancelled(server: BatchStub, cache: ResponseCache) -> None:
    server.ends = ["cancelled"]
    server.answer = lambda body: None if body["prompt"] == "1" else good(body)
    first, second = ask(make(server, cache), request(1), request(2))
    assert isinstance(first, ServerUnavailable) and "somebody cancelled" in str(first) and second.text == "2"


@pytest.mark.parametrize("path", ["POST /files", "POST /batches", "GET /batches/", "GET /files/"])
@pytest.mark.parametrize("status", [0, 429, 500])
def test_a_call_that_fails_is_made_again_and_no_batch_twice(
    server: BatchStub, cache: ResponseCache, path: str, status: int
) -> None:
    # Where the work is done and the answer breaks off, the second attempt finds the batch that is there.
    server.failures = [(path, status)] * (1 if (path, status) == ("POST /batches", 0) else 2)
    replies = ask(make(server, cache), request(1), request(2))
    assert [reply.text for reply in replies] == ["1", "2"]
    assert len(server.batches) == 1 and not server.failures


def test_a_server_without_batches_is_told(server: BatchStub, cache: ResponseCache) -> None:
    server.failures = [("POST /files", 404)]
    found = ask(make(server, cache), request(1))[0]
    assert isinstance(found, RecipeError) and "mode: online" in str(found)


def test_the_cap_holds_for_batches_and_what_fits_goes(server: BatchStub, cache: ResponseCache) -> None:
    most = 1 + 64 + 8
    ledger = MemoryLedger(Cap(tokens=4 * most))
    found = ask(make(server, cache, ledger, cap=Cap(tokens=4 * most)), *map(request, range(30)))
    answered = [one for one in found if isinstance(one, Reply)]
    assert all(isinstance(one, Reply | BudgetSpent) for one in found)
    assert 4 * most - most - 1 < len(answered) * 12 <= 4 * most
    assert ledger.spent()[0].tokens == len(answered) * 12 and ledger.in_flight() == Amount()


def test_dollars_are_those_of_a_batch(server: BatchStub, cache: ResponseCache) -> None:
    client = make(server, cache, cap=Cap(dollars=1.0))
    ask(client, request(1), request(2))
    assert client._client.purse.ledger.spent() == (Amount(24, pytest.approx(2 * COST)), Amount())


def test_an_interrupted_run_leaves_its_batch_running_and_the_next_collects_it(
    server: BatchStub, cache: ResponseCache, caplog: pytest.LogCaptureFixture
) -> None:
    ledger = MemoryLedger(Cap(tokens=10_000))
    server.held = True
    first = make(server, cache, ledger)

    async def interrupted() -> None:
        tasks = [asyncio.create_task(first.ask(request(number))) for number in range(5)]
        async with asyncio.timeout(20):
            while not first.running:
                await asyncio.sleep(0.01)
        assert sum(first.running.values()) == 5
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with caplog.at_level(logging.WARNING, "glotmill.batch"):
            await first.close()

    asyncio.run(interrupted())
    assert "with 5 requests goes on" in caplog.text and "the next run collects it" in caplog.text
    assert ledger.spent()[0] == Amount() and ledger.spent()[1].tokens == 5 * (1 + 64 + 8)  # still set aside

    server.held = False
    second = make(server, cache, ledger)
    replies = ask(second, request(0), request(9))  # one of the five, and a new one
    assert [reply.text for reply in replies] == ["0", "9"]
    assert [sorted(one) for one in server.sent()] == [["0", "1", "2", "3", "4"], ["9"]]
    # All that was paid is kept, with what was asked, though nobody waited for the other four.
    for number in range(5):
        key = request(number).key(server.base_url)
        assert cache.get(key) is not None and cache.request(key) == request(number).canonical()
    assert ledger.spent() == (Amount(6 * 12, pytest.approx(6 * COST)), Amount())
    assert Journal(cache, server.base_url).open() == []


KILLED = """
import asyncio, sys
from schemas.recipe import Client
from translators.llm import batch_server
from translators.llm.batch import BatchClient
from translators.llm.cache import ResponseCache
from translators.llm.client import OpenAIClient
from translators.llm.request import Request
from translators.llm.sqlite_ledger import SqliteLedger

url, cache, ledger, where = sys.argv[1:]

async def forever(*_):
    print("there", flush=True)
    await asyncio.sleep(60)

if where == "before it is made":
    batch_server.BatchServer.make = forever
if where == "before its id is known":
    real = batch_server.BatchServer.make
    async def make(*given):
        await real(*given)
        await forever()
    batch_server.BatchServer.make = make
if where == "while it runs":
    batch_server.BatchServer.ended = forever

async def main():
    spec = Client(base_url=url, model="m", mode="batch")
    client = BatchClient(OpenAIClient(spec, ResponseCache(cache), ledger=SqliteLedger(ledger)), quiet_seconds=0.05)
    asked = [Request(model="m", form="completion", prompt=str(n), max_tokens=8) for n in range(5)]
    await asyncio.gather(*map(client.ask, asked))

asyncio.run(main())
"""


@pytest.mark.parametrize("where", ["before it is made", "before its id is known", "while it runs"])
def test_a_kill_loses_no_paid_answer(
    server: BatchStub, tmp_path: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [str(tmp_path / name) for name in ("cache", "ledger")]
    root = str(Path(batch_module.__file__).parents[2])
    worker = subprocess.Popen(
        [sys.executable, "-c", KILLED, server.base_url, *paths, where],
        stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root},
    )  # fmt: skip
    assert worker.stdout is not None and worker.stdout.readline() == "there\n"
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    made = 0 if where == "before it is made" else 1
    assert len(server.batches) == made
    monkeypatch.setattr("translators.llm.batch_carrier._MAKING_SECONDS", 0.0)  # nobody is about to make it any more

    ledger = SqliteLedger(paths[1])
    replies = ask(make(server, ResponseCache(paths[0]), ledger, price=None), *(request(n) for n in range(6)))
    assert [reply.text for reply in replies] == list(map(str, range(6)))
    assert sorted(len(one) for one in server.sent()) == [1, 5]  # the new one need not wait for the others
    assert ledger.spent() == (Amount(6 * 12), Amount())  # each answer is paid once, and nothing stays aside


def test_two_workers_with_the_same_requests_share_a_batch(server: BatchStub, cache: ResponseCache) -> None:
    ledger = MemoryLedger()
    server.held = True
    one, other = make(server, cache, ledger), make(server, cache, ledger)

    async def run() -> None:
        first = [asyncio.create_task(one.ask(request(number))) for number in range(3)]
        async with asyncio.timeout(20):
            while not one.running:
                await asyncio.sleep(0.01)
            second = [asyncio.create_task(other.ask(request(number))) for number in range(3)]
            while not other.running:
                await asyncio.sleep(0.01)
            server.held = False
            replies = await asyncio.gather(*first, *second)
        assert [reply.text for reply in replies] == ["0", "1", "2"] * 2
        await one.close()
        await other.close()

    asyncio.run(run())
    assert len(server.batches) == 1
    assert ledger.spent() == (Amount(3 * 12, pytest.approx(3 * COST)), Amount())


def test_who_is_gone_before_the_batch_is_not_in_it(server: BatchStub, cache: ResponseCache) -> None:
    client = make(server, cache)

    async def run() -> Reply:
        gone = asyncio.create_task(client.ask(request("gone")))
        stays = asyncio.create_task(client.ask(request("stays")))
        await asyncio.sleep(0)
        gone.cancel()
        reply = await stays
        await client.close()
        return reply

    assert asyncio.run(run()).text == "STAYS"
    assert server.sent() == [["stays"]]


def test_one_loop_after_another(server: BatchStub, cache: ResponseCache) -> None:
    client = make(server, cache)
    assert [ask(client, request(number))[0].text for number in range(3)] == ["0", "1", "2"]


class TestJournal:
    def test_numbers_are_taken_once_and_done_ones_are_passed_over(self, cache: ResponseCache) -> None:
        one, other = Journal(cache, "e"), Journal(cache, "e")
        sent = [
            journal.sending(f"file-{n}", [f"k{n}"], Amount(n, n / 7)) for n, journal in enumerate((one, other, one))
        ]
        assert [entry.number for entry in sent] == [0, 1, 2]
        assert other.made(sent[1], "batch_1").batch == "batch_1"
        assert one.done(sent[0]) and not other.done(sent[0])
        found = Journal(cache, "e").open()
        assert [(entry.number, entry.batch, entry.keys) for entry in found] == [
            (1, "batch_1", {"k1"}), (2, "", {"k2"}),
        ]  # fmt: skip
        assert found[1].most == Amount(2, 2 / 7) and abs(found[1].at - time.time()) < 60
        assert Journal(cache, "f").open() == []

    def test_many_batches(self, cache: ResponseCache) -> None:
        journal = Journal(cache, "e")
        sent = [journal.sending(f"file-{number}", [str(number)], Amount()) for number in range(150)]
        for entry in sent[:-1]:
            journal.done(entry)
        assert [entry.number for entry in journal.open()] == [149]
        assert [entry.number for entry in Journal(cache, "e").open()] == [149]
        assert journal.sending("new", [], Amount()).number == 150
