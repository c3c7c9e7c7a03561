"""How a reply is written down: whole, and readable by versions before and after."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.llm.request import Reply
from translators.llm.stored import dump, load

REPLY = Reply("une réponse\n", "stop", "m-1", 5, 2)


@given(st.text(st.characters(exclude_categories=())), st.text(), st.integers(0, 2**53))
def test_what_is_dumped_is_loaded(text: str, model: str, tokens: int) -> None:
    reply = Reply(text, "length", model, tokens, 7)
    assert load("k", dump(reply)) == replace(reply, cached=True, key="k")
    assert load("k", dump(reply).encode()) == replace(reply, cached=True, key="k")


def test_half_a_surrogate_pair_is_kept() -> None:
    reply = replace(REPLY, text="cut \ud83d off")
    assert load("k", dump(reply).encode()).text == "cut \ud83d off"


def test_every_field_with_a_value_is_kept() -> None:
    written = json.loads(dump(REPLY))
    assert set(written) == {field.name for field in fields(Reply)} - {"cached", "key"}


def test_a_field_that_the_writer_did_not_know_takes_its_default() -> None:
    assert load("k", '{"text": "x", "finish_reason": "stop", "model": "m"}') == Reply(
        "x", "stop", "m", cached=True, key="k"
    )


def test_a_field_that_the_reader_does_not_know_is_left_out() -> None:
    text = '{"text": "x", "finish_reason": "stop", "model": "m", "of_the_future": [1], "cached": false, "key": "z"}'
    assert load("k", text) == Reply("x", "stop", "m", cached=True, key="k")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "{}", '{"text": "x"}', '{"text": null, "model": ""}'])
def test_what_holds_no_text_is_an_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        load("k", text)


def test_a_text_that_is_no_text_is_an_error() -> None:
    with pytest.raises(ValueError, match="without a text"):
        load("k", '{"text": 7, "finish_reason": "stop", "model": "m"}')
