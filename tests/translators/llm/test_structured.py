"""Answers after a schema: sent where the server can, and never again where it cannot."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import RecipeError
from schemas.recipe import Client
from translators.llm.cache import ResponseCache
from translators.llm.client import OpenAIClient
from translators.llm.request import BadAnswer, Reply, Request
from translators.llm.structured import Demotions, refuses_schema

SCHEMA = {
    "title": "city", "type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"],
    "additionalProperties": False,
}  # fmt: skip
ASKED = Request(model="m", form="chat", messages=(("user", "ስለ ከተማ ንገረኝ"),), schema=SCHEMA)
PLAIN = replace(ASKED, schema=None)


def chat(text: str) -> str:
    return json.dumps({"choices": [{"message": {"content": text}, "finish_reason": "stop"}], "model": "m-1"})


def make(stub: Any, cache: ResponseCache | None = None, **spec: Any) -> OpenAIClient:
    return OpenAIClient(Client(base_url=stub.base_url, attempts=2, **spec), cache, first_wait_seconds=0.01)


def ask(client: OpenAIClient, *requests: Request) -> list[Any]:
    async def run() -> list[Any]:
        async with client:
            return await asyncio.gather(*(client.ask(one) for one in requests))

    return asyncio.run(run())


def old_server(answer: Any, status: int = 400, message: str = "response_format is not supported") -> Any:
    def respond(body: dict[str, Any]) -> Any:
        if "response_format" in body:
            return answer(status=status, body=json.dumps({"error": {"message": message}}))
        return answer(body=chat("Addis Ababa"))

    return respond


def test_a_server_that_can_gets_the_schema(stub: Any, answer: Any, tmp_path: Path) -> None:
    cache = ResponseCache(tmp_path / "c")
    stub.answers = [answer(body=chat('{"city": "Lagos"}'))]
    client = make(stub, cache)
    reply = ask(client, ASKED)[0]
    assert stub.asked[0][1]["response_format"]["json_schema"]["schema"] == SCHEMA
    assert reply.key == ASKED.key(client.endpoint) != PLAIN.key(client.endpoint)
    again = make(stub, cache)
    assert ask(again, ASKED)[0].text == '{"city": "Lagos"}' and again.calls == 0


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "Unrecognized request argument supplied: response_format"),
        (422, "[{'loc': ['body', 'response_format'], 'msg': 'Extra inputs are not permitted'}]"),
        (400, "guided decoding backend is not installed"),
        (400, "Automatic parser generation failed: JSON schema error at #: unrecognized type objekt"),
        (400, "Failed to initialize grammar sampler"),
    ],
)
def test_one_that_cannot_is_asked_in_words_now_and_in_later_runs(
    stub: Any, answer: Any, tmp_path: Path, status: int, message: str
) -> None:
    cache = ResponseCache(tmp_path / "c")
    stub.respond = old_server(answer, status, message)
    client = make(stub, cache)
    reply = ask(client, ASKED)[0]
    assert (reply.text, reply.key) == ("Addis Ababa", PLAIN.key(client.endpoint))
    assert cache.request(reply.key) == PLAIN.canonical()
    assert len(stub.asked) == 2
    other = replace(ASKED, messages=(("user", "another"),))
    ask(client, other)
    assert len(stub.asked) == 3  # asked in words at once
    warm = make(stub, cache)
    assert [one.cached for one in ask(warm, ASKED, other, PLAIN)] == [True] * 3
    assert warm.calls == 0 and len(stub.asked) == 3


def test_many_at_once_are_all_answered(stub: Any, answer: Any, tmp_path: Path) -> None:
    stub.respond = old_server(answer)
    client = make(stub, ResponseCache(tmp_path / "c"), concurrency=8)
    requests = [replace(ASKED, messages=(("user", str(number)),)) for number in range(30)]
    assert all(reply.text == "Addis Ababa" for reply in ask(client, *requests))
    assert sum("response_format" in body for _, body in stub.asked) <= 8


def test_a_demotion_is_of_one_model_at_one_server(stub: Any, answer: Any, tmp_path: Path) -> None:
    cache = ResponseCache(tmp_path / "c")
    demoted = Demotions(cache, "e")
    demoted.add("m", "no grammar")
    again = Demotions(cache, "e")
    assert "m" in again and "n" not in again and "m" not in Demotions(cache, "f")
    assert "m" not in Demotions(None, "e")


def test_what_was_answered_after_a_schema_before_the_demotion_is_still_good(
    stub: Any, answer: Any, tmp_path: Path
) -> None:
    cache = ResponseCache(tmp_path / "c")
    stub.answers = [answer(body=chat('{"city": "Lagos"}'))]
    ask(make(stub, cache), ASKED)
    stub.respond = old_server(answer)
    ask(make(stub, cache), replace(ASKED, messages=(("user", "another"),)))
    warm = make(stub, cache)
    assert ask(warm, ASKED)[0].text == '{"city": "Lagos"}' and warm.calls == 0


@pytest.mark.parametrize(
    ("spec", "request_"),
    [({"structured": "off"}, ASKED), ({}, replace(ASKED, form="completion", prompt="A city:", messages=()))],
)
def test_where_none_is_wanted_none_is_sent(stub: Any, answer: Any, spec: Any, request_: Request) -> None:
    stub.respond = lambda body: answer(body=chat("x"))
    client = make(stub, **spec)
    reply = ask(client, request_)[0]
    assert "response_format" not in stub.asked[0][1]
    assert reply.key == replace(request_, schema=None).key(client.endpoint)


def test_other_refusals_are_what_they_are(stub: Any, answer: Any) -> None:
    stub.respond = lambda body: answer(status=400, body='{"error": {"message": "no such model"}}')
    with pytest.raises(RecipeError, match="no such model"):
        ask(make(stub), ASKED)
    words = "maximum context length is 10; the response_format alone has 20"
    stub.respond = lambda body: answer(status=400, body=json.dumps({"error": {"message": words}}))
    with pytest.raises(BadAnswer, match="too long"):
        ask(make(stub), ASKED)
    assert len(stub.asked) == 2


def test_a_refusal_of_the_request_without_schema_is_told(stub: Any, answer: Any) -> None:
    stub.respond = lambda body: answer(status=400, body='{"error": {"message": "no response_format, no grammar"}}')
    with pytest.raises(RecipeError, match="no grammar"):
        ask(make(stub), ASKED)
    assert len(stub.asked) == 2


@pytest.mark.parametrize(
    ("status", "hints", "expected"),
    [(400, "json_schema", True), (422, "guided_json", True), (500, "json_schema", False), (400, "model", False)],
)
def test_what_is_a_refusal_of_the_schema(status: int, hints: str, expected: bool) -> None:
    assert refuses_schema(status, hints) is expected


def test_a_fingerprint_is_kept(stub: Any, answer: Any, completion_body: Any, tmp_path: Path) -> None:
    cache = ResponseCache(tmp_path / "c")
    stub.answers = [answer(body=completion_body("x", system_fingerprint="fp_1"))]
    asked = Request(model="m", form="completion", prompt="x")
    replies: list[Reply] = [ask(make(stub, cache), asked)[0] for _ in range(2)]
    assert [reply.system_fingerprint for reply in replies] == ["fp_1", "fp_1"]


def test_log_probabilities_are_kept_as_they_came(stub: Any, answer: Any, tmp_path: Path) -> None:
    cache = ResponseCache(tmp_path / "c")
    logprobs = {"tokens": ["ሰ", "ላም"], "token_logprobs": [None, -1.25]}
    body = {"choices": [{"text": "ሰላም", "finish_reason": "stop", "logprobs": logprobs}], "model": "m"}
    stub.answers = [answer(body=json.dumps(body))]
    asked = Request(model="m", form="completion", prompt="ሰላም", logprobs=True, echo=True, max_tokens=0)
    fresh, cached = (ask(make(stub, cache), asked)[0] for _ in range(2))
    assert fresh.logprobs == cached.logprobs == (("ላም", -1.25),)
    assert cached.cached and stub.asked[0][1]["echo"] is True and stub.asked[0][1]["max_tokens"] == 0
