"""Keys of requests: what changes them and what must not."""

from __future__ import annotations

import hashlib
import json
import pickle
from dataclasses import fields, replace
from typing import Any

import pytest

from schemas.recipe import Client
from translators.llm.client import OpenAIClient
from translators.llm.request import Reply, Request, endpoint_identity, response_format

BASE = Request(model="m", form="completion", prompt="English: a\nFrench:", stop=("\n",), prompt_version="translate-1")
CHANGES = {
    "model": "n",
    "form": "chat",
    "messages": (("user", "hello"),),
    "prompt": "English: b\nFrench:",
    "temperature": 0.3,
    "seed": 1,
    "max_tokens": 511,
    "stop": ("\n", "\n\n"),
    "prompt_version": "translate-2",
    "sample": 1,
    "schema": {"title": "City", "type": "object"},
    "logprobs": True,
    "echo": True,
}
NOT_SENT = {"purpose": "other", "role": "judge"}


def test_every_field_is_decided_about() -> None:
    assert {field.name for field in fields(Request)} == {*CHANGES, *NOT_SENT}


@pytest.mark.parametrize("name", [name for name in CHANGES if name not in ("messages", "schema")])
def test_each_field_that_may_change_the_answer_changes_the_key(name: str) -> None:
    assert replace(BASE, **{name: CHANGES[name]}).key("e") != BASE.key("e")


def test_messages_change_the_key_of_a_chat() -> None:
    chat = replace(BASE, form="chat", messages=(("user", "a"),))
    assert chat.key("e") != replace(chat, messages=(("system", "a"),)).key("e")


def test_no_seed_is_not_seed_zero() -> None:
    assert "seed" not in replace(BASE, seed=None).body()
    assert replace(BASE, seed=None).key("e") != BASE.key("e")


def test_a_schema_changes_the_key_of_a_chat_and_is_not_sent_otherwise() -> None:
    chat = replace(BASE, form="chat", messages=(("user", "a"),))
    one, other = ({"title": "City", "type": kind} for kind in ("object", "string"))
    assert len({replace(chat, schema=schema).key("e") for schema in (None, one, other)}) == 3
    assert replace(BASE, schema=one).key("e") == BASE.key("e")
    assert "response_format" not in replace(BASE, schema=one).body()


@pytest.mark.parametrize("name", NOT_SENT)
def test_what_is_not_sent_does_not_change_the_key(name: str) -> None:
    other = replace(BASE, **{name: NOT_SENT[name]})
    assert other.key("e") == BASE.key("e") and other.canonical() == BASE.canonical()


def test_a_key_is_that_of_the_canonical_text() -> None:
    request = replace(BASE, prompt='ሰላም \u2028 \\ " नमस्ते', sample=3)
    parts = [1, "e", "completion", json.loads(request.canonical()), "translate-1", 3]
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert request.key("e") == request.key("e") == hashlib.sha256(text.encode()).hexdigest()
    assert request.key("f") != request.key("e")


def test_a_request_that_was_hashed_may_be_pickled_compared_and_changed() -> None:
    request = replace(BASE)
    key = request.key("e")
    copy = pickle.loads(pickle.dumps(request))
    assert copy == request == BASE and copy.key("e") == key
    assert isinstance(hash(replace(request, schema={"type": "object"})), int)
    assert replace(request, prompt="other").key("e") != key


def test_a_request_of_a_role_is_the_same_but_for_that() -> None:
    key = BASE.key("e")
    of = BASE.of_role("back")
    assert of == replace(BASE, role="back") and of.key("e") == key and of.key("f") == BASE.key("f")
    assert of.of_role("back") is of and BASE.role == ""


CLOSED = {
    "title": "City of a land!", "type": "object", "additionalProperties": False, "required": ["city", "at"],
    "properties": {
        "city": {"type": "string"},
        "at": {
            "type": "array",
            "items": {
                "type": "object", "properties": {"x": {"type": "number"}}, "required": ["x"],
                "additionalProperties": False,
            },
        },
    },
}  # fmt: skip


def test_how_a_schema_is_sent() -> None:
    sent = replace(BASE, form="chat", schema=CLOSED).body()["response_format"]
    assert sent == {"type": "json_schema", "json_schema": {"name": "City_of_a_land_", "strict": True, "schema": CLOSED}}
    assert response_format({"type": "object"})["json_schema"]["name"] == "answer"


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object"},
        {**CLOSED, "required": ["city"]},
        {**CLOSED, "additionalProperties": True},
        {"type": "array", "items": {"type": "object", "properties": {"x": {}}, "required": ["x"]}},
        {"anyOf": [{"type": "string"}, {"type": "object"}]},
    ],
)
def test_only_a_closed_schema_is_asked_for_strictly(schema: dict[str, Any]) -> None:
    assert response_format(schema)["json_schema"]["strict"] is False


def test_how_log_probabilities_are_asked_for() -> None:
    assert replace(BASE, logprobs=True).body()["logprobs"] == 1
    assert replace(BASE, form="chat", logprobs=True).body()["logprobs"] is True
    assert replace(BASE, echo=True).body()["echo"] is True
    assert "echo" not in replace(BASE, form="chat", echo=True).body()


def test_a_reply_of_an_older_version_is_whole() -> None:
    assert Reply(**json.loads('{"text": "x", "finish_reason": "stop", "model": "m"}')).system_fingerprint == ""


def test_the_key_is_stable_over_releases() -> None:
    assert BASE.key("https://llm.example.org/v1") == "360527035c9d26a8927c7880ef2a699c8a378203f05871f187c69b601d3639ab"


def test_how_it_is_sent_does_not_change_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY_A", "a")
    monkeypatch.setenv("KEY_B", "b")
    common = {"base_url": "http://llm.example.org/v1"}
    one = OpenAIClient(Client(**common, concurrency=1, timeout_seconds=5, attempts=1, api_key_env="KEY_A"))
    two = OpenAIClient(Client(**common, concurrency=9, timeout_seconds=50, attempts=7, api_key_env="KEY_B"))
    assert BASE.key(one.endpoint) == BASE.key(two.endpoint)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("HTTP://LLM.example.org:80/v1/", "http://llm.example.org/v1", True),
        ("https://user:secret@llm.example.org/v1?x=1", "https://llm.example.org/v1", True),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1/", True),
        ("http://llm.example.org/v1", "https://llm.example.org/v1", False),
        ("http://llm.example.org:8080/v1", "http://llm.example.org/v1", False),
        ("http://llm.example.org/v1", "http://llm.example.org/V1", False),
    ],
)
def test_one_spelling_for_one_server(one: str, other: str, same: bool) -> None:
    assert (endpoint_identity(one) == endpoint_identity(other)) is same
