"""Putting one piece of work together from its replies."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from translators import prompts
from translators.asking import work
from translators.llm.request import BadAnswer, Reply, Request


def run(client: Any, text: str) -> Any:
    def fill(piece: str) -> prompts.Prompt:
        return prompts.translate(piece, "eng_Latn", "fra_Latn", client.spec.form)

    return asyncio.run(work(client, fill, text, model="m", purpose="a test"))


def test_max_tokens_follow_the_text_up_to_the_recipes_limit(fake: Any) -> None:
    client = fake(lambda request: "x", max_tokens=100)
    run(client, "short\n" + "long " * 50)
    assert [request.max_tokens for request in client.asked] == [48 + 2 * 5, 100]


def test_one_cut_line_makes_the_whole_unfinished(fake: Any) -> None:
    def answer(request: Request) -> Reply:
        return Reply("x", "length" if "two" in request.prompt else "stop", "m", 1, 1, key="k")

    answered = run(fake(answer), "one\ntwo\nthree")
    assert answered.finished == 0.0
    assert (answered.text, answered.keys, answered.prompt_tokens) == ("x\nx\nx", ("k", "k", "k"), 3)


def test_a_bad_line_names_the_requests_before_it(fake: Any) -> None:
    def answer(request: Request) -> Reply:
        if request.prompt.endswith("two\nFrench:"):
            raise BadAnswer("garbage", "raw")
        return Reply("x", "stop", "m", key="k")

    with pytest.raises(BadAnswer) as caught:
        run(fake(answer), "one\ntwo")
    assert (caught.value.keys, caught.value.raw) == (("k",), "raw")


def test_a_blank_text_is_not_asked(fake: Any) -> None:
    with pytest.raises(ValueError, match="blank"):
        run(fake(lambda request: "x"), " \n ")
