"""The client against faults: what is sent again, what ends the run, what costs one item alone."""

from __future__ import annotations

import asyncio
import email.utils
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import PermissionProblem, RecipeError, ServerUnavailable, StopError
from schemas.recipe import Client
from translators.llm.cache import ResponseCache
from translators.llm.client import OpenAIClient, retry_after_seconds
from translators.llm.request import BadAnswer, Reply, Request, RequestTooLong

REQUEST = Request(model="m", form="completion", prompt="English: good day\nFrench:", stop=("\n",), purpose="a test")


def make(stub: Any, cache: ResponseCache | None = None, **spec: Any) -> OpenAIClient:
    spec = {"timeout_seconds": 5, "attempts": 3, **spec}
    return OpenAIClient(Client(base_url=stub.base_url, **spec), cache, first_wait_seconds=0.02)


def ask(client: OpenAIClient, *requests: Request) -> list[Reply]:
    async def run() -> list[Reply]:
        async with client:
            return await asyncio.gather(*(client.ask(one) for one in requests))

    return asyncio.run(run())


def numbered(count: int) -> list[Request]:
    return [Request(model="m", form="completion", prompt=f"{number}:") for number in range(count)]


def test_a_good_reply_is_read_and_cached(stub: Any, tmp_path: Path) -> None:
    client = make(stub, ResponseCache(tmp_path / "c"))
    first = ask(client, REQUEST)[0]
    assert (first.text, first.finish_reason, first.model) == ("bonjour", "stop", "stub-1")
    assert (first.prompt_tokens, first.completion_tokens, first.cached) == (5, 2, False)
    assert stub.asked[0][1] == REQUEST.body()
    second = ask(client, REQUEST)[0]  # in another event loop
    assert second.cached and second.key == first.key == REQUEST.key(client.endpoint)
    assert (client.calls, len(stub.asked)) == (1, 1)


def test_equal_requests_at_once_are_sent_once(stub: Any) -> None:
    client = make(stub)
    replies = ask(client, REQUEST, REQUEST, REQUEST)
    assert [reply.text for reply in replies] == ["bonjour"] * 3
    assert client.calls == 1


def test_if_the_sender_gives_up_the_reply_is_for_the_others(stub: Any, answer: Any) -> None:
    stub.answers = [answer(wait=1.0)]

    async def run() -> Reply:
        async with make(stub) as client:
            first = asyncio.create_task(client.ask(REQUEST))
            await asyncio.sleep(0.1)
            second = asyncio.create_task(client.ask(REQUEST))
            await asyncio.sleep(0.1)
            first.cancel()
            return await second

    assert asyncio.run(run()).text == "bonjour"
    assert len(stub.asked) == 1


def test_no_more_than_concurrency_at_once(stub: Any, answer: Any) -> None:
    stub.answers = [answer(wait=0.05) for _ in range(12)]
    ask(make(stub, concurrency=3), *numbered(12))
    assert stub.most_at_once == 3


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_busy_then_good(stub: Any, answer: Any, status: int) -> None:
    stub.answers = [answer(status=status, body='{"error": {"message": "busy"}}')] * 2
    assert ask(make(stub), REQUEST)[0].text == "bonjour"
    assert len(stub.asked) == 3


def test_retry_after_in_seconds_holds_back_every_request(stub: Any, answer: Any) -> None:
    stub.answers = [answer(status=429, headers={"retry-after": "1"}, body="{}")]
    client = make(stub, concurrency=1)
    ask(client, *numbered(4))
    times = [at for at, _ in stub.asked]
    assert min(times[1:]) - times[0] >= 1.0
    assert len(times) == 5


def test_retry_after_as_a_date(stub: Any, answer: Any) -> None:
    due = int(time.time()) + 2
    stub.answers = [answer(status=503, headers={"retry-after": email.utils.formatdate(due, usegmt=True)}, body="{}")]
    ask(make(stub), REQUEST)
    assert time.time() >= due
    assert len(stub.asked) == 2


def test_a_very_long_retry_after_ends_the_run(stub: Any, answer: Any) -> None:
    stub.answers = [answer(status=429, headers={"retry-after": "86400"}, body="{}")]
    with pytest.raises(ServerUnavailable, match="come back in 86400 seconds"):
        ask(make(stub), REQUEST)
    assert len(stub.asked) == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("3", 3.0),
        ("0.5", 0.5),
        ("-4", 0.0),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 90.0),
        ("Thu, 01 Jan 1970 00:00:01 GMT", 0.0),
    ],
)
def test_retry_after_is_read(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header, now=10.0) == seconds


def test_still_refusing_after_all_attempts(stub: Any, answer: Any) -> None:
    stub.answers = [answer(status=500, body='{"error": {"message": "out of memory"}}')] * 9
    with pytest.raises(ServerUnavailable, match=r"3 of 3 attempts.*out of memory") as caught:
        ask(make(stub), REQUEST)
    assert caught.value.exit_code == 75
    assert len(stub.asked) == 3


def test_a_timeout_is_tried_again_and_then_named(stub: Any, answer: Any) -> None:
    stub.answers = [answer(wait=1.5)] * 2
    with pytest.raises(ServerUnavailable, match=r"within 0\.2 seconds \(client\.timeout_seconds\)"):
        ask(make(stub, timeout_seconds=0.2, attempts=2), REQUEST)
    assert len(stub.asked) == 2


def test_nobody_listens() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    client = OpenAIClient(Client(base_url=f"http://127.0.0.1:{port}/v1", attempts=2), first_wait_seconds=0.01)
    with pytest.raises(ServerUnavailable, match="no connection"):
        ask(client, REQUEST)
    assert client.calls == 2


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_names_the_variable_and_not_the_key(
    stub: Any, answer: Any, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", "sk-very-secret")
    stub.answers = [answer(status=status, body='{"error": {"message": "wrong key sk-very-secret"}}')]
    with pytest.raises(PermissionProblem, match="MY_KEY") as caught:
        ask(make(stub, api_key_env="MY_KEY"), REQUEST)
    assert isinstance(caught.value, StopError)
    assert "sk-very-secret" not in str(caught.value)
    assert stub.authorizations == ["Bearer sk-very-secret"]


def test_a_missing_key_is_said_before_anything_is_sent(stub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MY_KEY", raising=False)
    with pytest.raises(PermissionProblem, match="MY_KEY"):
        make(stub, api_key_env="MY_KEY")


@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_wrong_model_is_said_in_the_servers_words(stub: Any, answer: Any, status: int) -> None:
    stub.answers = [answer(status=status, body='{"error": {"message": "no such model"}}')]
    with pytest.raises(RecipeError, match=r"no such model.*'m'"):
        ask(make(stub), REQUEST)
    assert len(stub.asked) == 1


def test_too_long_a_text_costs_its_item_alone(stub: Any, answer: Any) -> None:
    body = '{"error": {"message": "maximum context length is 10", "code": "context_length_exceeded"}}'
    stub.answers = [answer(status=400, body=body)]
    with pytest.raises(RequestTooLong):
        ask(make(stub), REQUEST)


@pytest.mark.parametrize(
    "make_body",
    [
        lambda good: "<html>gateway</html>",
        lambda good: "",
        lambda good: "{}",
        lambda good: "[]",
        lambda good: "null",
        lambda good: '{"choices": []}',
        lambda good: '{"choices": [{}]}',
        lambda good: '{"choices": [{"message": {"content": null}}]}',
        lambda good: good(None),
        lambda good: good(7),
        lambda good: good("cut off")[:40],
    ],
)
def test_garbage_is_a_bad_answer_and_never_cached(
    stub: Any, answer: Any, completion_body: Callable[..., str], make_body: Any, tmp_path: Path
) -> None:
    body = make_body(completion_body)
    stub.answers = [answer(body=body)]
    cache = ResponseCache(tmp_path / "c")
    with pytest.raises(BadAnswer) as caught:
        ask(make(stub, cache), REQUEST)
    assert caught.value.raw == body
    assert len(cache) == 0
    assert ask(make(stub, cache), REQUEST)[0].text == "bonjour"


def test_html_with_status_200_and_its_own_content_type(stub: Any, answer: Any) -> None:
    stub.answers = [answer(body="<html>sign in</html>", headers={"content-type": "text/html"})]
    with pytest.raises(BadAnswer, match="not JSON"):
        ask(make(stub), REQUEST)


def test_missing_usage_counts_as_zero(stub: Any, answer: Any, completion_body: Callable[..., str]) -> None:
    stub.answers = [answer(body=completion_body("x", usage=None))]
    reply = ask(make(stub), REQUEST)[0]
    assert (reply.prompt_tokens, reply.completion_tokens) == (0, 0)


@pytest.mark.parametrize("address", [None, "", "127.0.0.1:8080/v1", "ftp://llm.example.org"])
def test_an_address_is_needed(address: str | None) -> None:
    with pytest.raises(RecipeError, match=r"client\.base_url"):
        OpenAIClient(Client(base_url=address))
