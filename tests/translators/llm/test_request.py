"""Keys of requests: what changes them and what must not."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from schemas.recipe import Client
from translators.llm.client import OpenAIClient
from translators.llm.request import Request, endpoint_identity

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
}


def test_every_field_is_decided_about() -> None:
    assert {field.name for field in fields(Request)} == {*CHANGES, "purpose"}


@pytest.mark.parametrize("name", [name for name in CHANGES if name != "messages"])
def test_each_field_that_may_change_the_answer_changes_the_key(name: str) -> None:
    assert replace(BASE, **{name: CHANGES[name]}).key("e") != BASE.key("e")


def test_messages_change_the_key_of_a_chat() -> None:
    chat = replace(BASE, form="chat", messages=(("user", "a"),))
    assert chat.key("e") != replace(chat, messages=(("system", "a"),)).key("e")


def test_no_seed_is_not_seed_zero() -> None:
    assert "seed" not in replace(BASE, seed=None).body()
    assert replace(BASE, seed=None).key("e") != BASE.key("e")


def test_purpose_does_not_change_the_key() -> None:
    assert replace(BASE, purpose="other").key("e") == BASE.key("e")


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
