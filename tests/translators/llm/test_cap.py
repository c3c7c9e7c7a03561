"""A cap is a cap: whatever servers count, however requests end, and whoever else spends."""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import BudgetSpent, RecipeError
from schemas.recipe import Cap, Client, Price
from translators.llm.cache import ResponseCache
from translators.llm.client import OpenAIClient
from translators.llm.ledger import Amount
from translators.llm.memory_ledger import MemoryLedger
from translators.llm.purse import Purse, most_of, prompt_tokens
from translators.llm.request import BadAnswer, Reply, Request
from translators.llm.sqlite_ledger import SqliteLedger

TEXTS = ("good morning", "สวัสดีตอนเช้า", "ሰላም ለዓለም", "नमस्ते दुनिया", "🙂🙃🫠", "a" * 300, "\u200b" * 40)


def request(name: object, text: str = "hello", max_tokens: int = 20) -> Request:
    return Request(model="m", form="completion", prompt=f"{name}: {text}", max_tokens=max_tokens, prompt_version="p1")


def counted(prompt: int | None, completion: int = 2) -> str:
    usage = None if prompt is None else {"prompt_tokens": prompt, "completion_tokens": completion}
    return json.dumps({"choices": [{"text": "x", "finish_reason": "stop"}], "model": "s", "usage": usage})


def ask(client: OpenAIClient, *requests: Request) -> list[Reply | BaseException]:
    async def run() -> list[Reply | BaseException]:
        async with client:
            return await asyncio.gather(*(client.ask(one) for one in requests), return_exceptions=True)

    return asyncio.run(run())


@given(st.text(max_size=200), st.sampled_from(["chat", "completion"]))
def test_no_tokenizer_that_falls_back_to_bytes_exceeds_the_bound(text: str, form: Any) -> None:
    if form == "chat":
        asked = Request(model="m", form="chat", messages=(("system", text), ("user", text)), schema={"title": "é"})
        written = 2 * len(text.encode()) + len('{"title":"é"}'.encode())
    else:
        asked, written = Request(model="m", form="completion", prompt=text), len(text.encode())
    assert prompt_tokens(asked) >= written


def test_many_messages_have_room_for_what_a_template_puts_around_them() -> None:
    asked = Request(model="m", form="chat", messages=(("user", "a"),) * 100)
    assert prompt_tokens(asked) >= 100 * (len("a") + 8)


@pytest.mark.parametrize("seed", range(4))
def test_hostile_counts_never_overshoot(stub: Any, answer: Any, seed: int) -> None:
    """The server counts next to nothing for most, and for some as much as a prompt can possibly have."""
    draw, lock = random.Random(seed), threading.Lock()
    charged = {"tokens": 0, "dollars": 0.0}
    price = Price(prompt=10.0, completion=30.0)
    cap = Cap(tokens=6_000, dollars=0.05)

    def respond(body: dict[str, Any]) -> Any:
        with lock:
            most = prompt_tokens(Request(model="m", form="completion", prompt=body["prompt"]))
            prompt = 1 if draw.random() < 0.7 else most
            completion = draw.choice([1, body["max_tokens"]])
            charged["tokens"] += prompt + completion
            charged["dollars"] += (price.prompt * prompt + price.completion * completion) / 1e6
            assert charged["tokens"] <= 6_000 and charged["dollars"] <= 0.05 + 1e-12
        return answer(body=counted(prompt, completion), wait=0.002)

    stub.respond = respond
    spec = Client(base_url=stub.base_url, concurrency=16, price=price, cap=cap, tokens_per_minute=10**9)
    client = OpenAIClient(spec)
    found = ask(client, *(request(number, draw.choice(TEXTS)) for number in range(150)))
    assert all(isinstance(one, Reply | BudgetSpent) for one in found)
    assert any(isinstance(one, BudgetSpent) for one in found)
    spent, aside = client.purse.ledger.spent()
    assert spent == Amount(charged["tokens"], pytest.approx(charged["dollars"])) and aside == Amount()
    assert charged["tokens"] <= 6_000 and charged["dollars"] <= 0.05


def test_the_message_says_what_is_spent_and_what_to_raise(stub: Any, answer: Any) -> None:
    stub.respond = lambda body: answer(body=counted(60, 20))
    spec = Client(base_url=stub.base_url, cap=Cap(tokens=300, dollars=1.0), price=Price(prompt=1.0, completion=1.0))
    found = ask(OpenAIClient(spec), *(request(number) for number in range(6)))
    refused = next(one for one in found if isinstance(one, BudgetSpent))
    assert "240 tokens ($0.0002) are spent" in str(refused)
    assert "the cap is 300 tokens and $1.0000" in str(refused) and "Raise client.cap" in str(refused)


def test_a_server_that_counts_more_than_there_can_be_is_believed_from_then_on(stub: Any, answer: Any) -> None:
    """A server that puts 500 tokens of its own before every prompt, and writes twice what it was allowed."""
    stub.respond = lambda body: answer(body=counted(len(body["prompt"].encode()) + 500, 40))
    spec = Client(base_url=stub.base_url, concurrency=8, cap=Cap(tokens=5_000))
    client = OpenAIClient(spec)
    ask(client, request("first"))
    found = ask(client, *(request(number) for number in range(30)))
    assert sum(isinstance(one, Reply) for one in found) == 8
    assert client.purse.ledger.spent()[0].tokens <= 5_000


def test_requests_wait_for_those_on_their_way_before_they_are_refused(stub: Any, answer: Any) -> None:
    stub.respond = lambda body: answer(body=counted(1, 1), wait=0.02)
    # Room for one at a time by what it may take, and for all by what it does take.
    spec = Client(base_url=stub.base_url, concurrency=8, cap=Cap(tokens=most_of(request(0), None).tokens + 60))
    found = ask(OpenAIClient(spec), *(request(number) for number in range(20)))
    assert all(isinstance(one, Reply) for one in found)
    assert stub.most_at_once == 1


def test_what_a_cached_reply_costs(stub: Any, answer: Any, tmp_path: Path) -> None:
    cache = ResponseCache(tmp_path / "c")
    spec = Client(base_url=stub.base_url)
    ask(OpenAIClient(spec, cache), request(1))
    ledger = MemoryLedger(Cap(tokens=1))
    assert isinstance(ask(OpenAIClient(spec, cache, ledger=ledger), request(1))[0], Reply)
    assert ledger.spent() == (Amount(), Amount())


@pytest.mark.parametrize(
    ("fault", "lost"),
    [
        ({"status": 400, "body": '{"error": {"message": "maximum context length is 5"}}'}, False),
        ({"status": 429, "body": "{}"}, False),
        ({"status": 503, "body": "{}"}, False),
        ({"status": 408, "body": "{}"}, False),
        ({"status": 500, "body": "{}"}, True),  # it may have been worked on
        ({"wait": 1.5}, True),
        ({"body": "<html>"}, True),
        ({"body": counted(None)}, True),  # a good answer, and nobody says what it cost
    ],
)
def test_what_an_attempt_costs_that_went_wrong(stub: Any, answer: Any, fault: Any, lost: bool) -> None:
    stub.answers = [answer(**fault)]
    spec = Client(base_url=stub.base_url, attempts=1, timeout_seconds=1.0, cap=Cap(tokens=10**6))
    client = OpenAIClient(spec)
    ask(client, request(1))
    assert client.purse.ledger.spent() == (Amount(), most_of(request(1), None) if lost else Amount())
    assert client.purse.ledger.in_flight() == Amount()


def test_an_answer_that_cannot_be_read_costs_what_the_server_says(stub: Any, answer: Any) -> None:
    stub.answers = [answer(body='{"choices": [], "usage": {"prompt_tokens": 30, "completion_tokens": 4}}')]
    client = OpenAIClient(Client(base_url=stub.base_url, cap=Cap(tokens=10**6)))
    assert isinstance(ask(client, request(1))[0], BadAnswer)
    assert client.purse.ledger.spent() == (Amount(34), Amount())


def test_nothing_is_lost_where_nobody_listens() -> None:
    spec = Client(base_url="http://127.0.0.1:9/v1", attempts=3, cap=Cap(tokens=10**6))
    client = OpenAIClient(spec, first_wait_seconds=0.01)
    ask(client, request(1))
    assert client.purse.ledger.spent() == (Amount(), Amount())


def test_each_attempt_is_reserved_and_settled(stub: Any, answer: Any) -> None:
    stub.answers = [answer(status=500, body="{}"), answer(status=429, body="{}"), answer(body=counted(7, 3))]
    spec = Client(base_url=stub.base_url, attempts=3, cap=Cap(tokens=10**6))
    client = OpenAIClient(spec, first_wait_seconds=0.01)
    ask(client, request(1))
    assert client.purse.ledger.spent() == (Amount(10), most_of(request(1), None))


def test_a_cancelled_request_counts_as_spent_and_one_that_waits_does_not(stub: Any, answer: Any) -> None:
    stub.respond = lambda body: answer(wait=2.0)
    client = OpenAIClient(Client(base_url=stub.base_url, concurrency=1, cap=Cap(tokens=10**6)))

    async def run() -> None:
        tasks = [asyncio.create_task(client.ask(request(number))) for number in range(3)]
        while not stub.asked:
            await asyncio.sleep(0.01)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert all(task.cancelled() for task in tasks)
        await client.close()

    asyncio.run(run())
    assert client.purse.ledger.spent() == (Amount(), most_of(request(0), None))
    assert client.purse.ledger.in_flight() == Amount()
    assert len(stub.asked) == 1


def test_dollars_need_a_price() -> None:
    capped = Client(base_url="http://llm.example.org/v1", cap=Cap(dollars=1.0))
    with pytest.raises(RecipeError, match=r"client\.price is missing.*client\.cap\.dollars"):
        OpenAIClient(capped)
    OpenAIClient(capped.model_copy(update={"local": True}))  # costs nothing
    OpenAIClient(capped.model_copy(update={"cap": Cap(tokens=5)}))


def test_what_a_killed_worker_left_does_not_hold_up_the_others(tmp_path: Path) -> None:
    """Another process holds nearly all of the cap, and lives: it is waited for; it dies: nobody waits."""
    cap = Cap(tokens=100)
    mine = SqliteLedger(tmp_path / "ledger", cap=cap, account="a")
    other = SqliteLedger(tmp_path / "ledger", cap=cap, account="a")
    assert other.reserve(Amount(90))
    purse = Purse(mine, cap, patience_seconds=30)

    async def run() -> None:
        waiting = asyncio.create_task(purse.reserve(0, Amount(50)))
        await asyncio.sleep(0.2)
        assert not waiting.done()
        other.settle(Amount(90), Amount(20))
        await asyncio.wait_for(waiting, 20)
        purse.settle(Amount(50), Amount(50))
        other.reserve(Amount(20))
        mine._file.write(lambda c: c.execute("UPDATE open SET pid = 2000000000 WHERE tokens > 0"))  # nobody's
        begun = time.monotonic()
        with pytest.raises(BudgetSpent, match="20 tokens are set aside for requests whose cost nobody said"):
            await purse.reserve(0, Amount(25))
        assert time.monotonic() - begun < 20  # long before its patience ends

    asyncio.run(run())


def test_a_ledger_that_cannot_tell_who_lives_is_given_up_after_a_while() -> None:
    cap = Cap(tokens=100)

    class Mute(MemoryLedger):
        in_flight = None  # type: ignore[assignment]

    ledger = Mute(cap)
    assert ledger.reserve(Amount(90))  # as if by another process, which was killed
    purse = Purse(ledger, cap, patience_seconds=0.3)
    with pytest.raises(BudgetSpent):
        asyncio.run(purse.reserve(0, Amount(50)))


def test_clients_of_one_purse_wait_for_each_other(stub: Any, answer: Any) -> None:
    stub.respond = lambda body: answer(body=counted(1, 1), wait=0.05)
    cap = Cap(tokens=most_of(request(0), None).tokens + 10)
    spec = Client(base_url=stub.base_url, cap=cap)
    purse = Purse(MemoryLedger(cap), cap, 5)
    one, other = OpenAIClient(spec, purse=purse), OpenAIClient(spec, purse=purse)

    async def run() -> list[Reply]:
        async with one, other:
            return await asyncio.gather(one.ask(request(1)), other.ask(request(2)), one.ask(request(3)))

    assert len(asyncio.run(run())) == 3
    assert stub.most_at_once == 1


def test_a_smaller_request_does_not_overtake_one_that_waits_for_room() -> None:
    async def run() -> list[str]:
        cap, order = Cap(tokens=100), []
        purse = Purse(MemoryLedger(cap), cap, 5)
        await purse.reserve(0, Amount(60))

        async def one(name: str, ticket: int, tokens: int) -> None:
            await purse.reserve(ticket, Amount(tokens))
            order.append(name)
            purse.settle(Amount(tokens), Amount(1))

        tasks = [asyncio.create_task(one("large", 1, 80)), asyncio.create_task(one("small", 2, 5))]
        await asyncio.sleep(0.02)
        assert order == []
        purse.settle(Amount(60), Amount(10))
        await asyncio.gather(*tasks)
        return order

    assert asyncio.run(run()) == ["large", "small"]


def test_the_cap_is_told_when_what_is_on_its_way_has_arrived(stub: Any, answer: Any) -> None:
    """One row that fails cancels the others: their answers must not be on their way then."""
    most = most_of(request(0), None).tokens
    stub.respond = lambda body: answer(body=counted(most - 20, 20), wait=0.1)
    client = OpenAIClient(Client(base_url=stub.base_url, cap=Cap(tokens=3 * most + most // 2)))
    arrived: list[Reply] = []

    async def one(number: int) -> None:
        arrived.append(await client.ask(request(number)))

    async def run() -> None:
        async with client, asyncio.TaskGroup() as group:
            for number in range(4):
                group.create_task(one(number))

    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(run())
    assert caught.group_contains(BudgetSpent)
    assert len(arrived) == 3


def test_whoever_is_cancelled_while_waiting_for_room_takes_none() -> None:
    async def run() -> None:
        cap = Cap(tokens=100)
        purse = Purse(MemoryLedger(cap), cap, 5)
        await purse.reserve(0, Amount(60))
        waiting = [asyncio.create_task(purse.reserve(number, Amount(80))) for number in (1, 2)]
        await asyncio.sleep(0.02)
        waiting[0].cancel()
        purse.settle(Amount(60), Amount())
        await asyncio.wait_for(waiting[1], 5)
        assert purse.ledger.in_flight() == Amount(80)

    asyncio.run(run())
