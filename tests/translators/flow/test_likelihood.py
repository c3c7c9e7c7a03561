"""What is asked for likelihoods, and what becomes of servers that do not say."""

from __future__ import annotations

import asyncio
import math
from typing import Any

import pytest

from schemas.errors import RecipeError
from schemas.recipe import Client, RoleModel
from tests.translators.fakes import FakeModels
from translators.flow.likelihood import likelihood, wanted
from translators.flow.scribe import Scribe
from translators.flow.verdict import Scores
from translators.llm.request import BadAnswer, EchoIgnored, Reply, Request, RequestTooLong

ROLES = {"likelihood": {"model": "base-7b"}}


def halves(role: str, request: Request) -> Reply:
    """Each word has the probability 1/2, but for the first, of which nothing is known."""
    tokens = tuple((word, math.log(0.5)) for word in request.prompt.split()[1:])
    return Reply(f"{request.prompt} x", "length", "base-7b-1", 5, 1, key=request.key("fake"), logprobs=tokens)


def measure(answer: Any, before: str, after: str, *, sample: int = 0, **spec: Any) -> tuple[Scores, FakeModels, Scribe]:
    models = FakeModels(answer, **{"form": "chat", "temperature": 0.6, "roles": ROLES, **spec})
    scribe = Scribe(models, "r1", sample)
    return asyncio.run(likelihood(before, after, scribe)), models, scribe


def test_both_texts_alone_and_nothing_else_is_asked() -> None:
    scores, models, scribe = measure(halves, "นก สอง ตัว", "นก สอง ตัว บิน", price={"prompt": 1, "completion": 2})
    assert scores == {
        "log_likelihood_before": pytest.approx(math.log(0.5)),
        "likelihood_tokens_before": 2.0,
        "log_likelihood_after": pytest.approx(math.log(0.5)),
        "likelihood_tokens_after": 3.0,
    }
    assert models.steps == ["likelihood", "likelihood"]
    for (_, request), text in zip(models.asked, ("นก สอง ตัว", "นก สอง ตัว บิน"), strict=True):
        assert request.body() == {
            "model": "base-7b", "prompt": text, "temperature": 0.0, "max_tokens": 1, "logprobs": 1, "echo": True,
        }  # fmt: skip
    assert [(one.step, one.role, one.model) for one in scribe.exchanges] == [
        ("likelihood before", "likelihood", "base-7b"),
        ("likelihood after", "likelihood", "base-7b"),
    ]
    assert all(one.key and one.prompt == "likelihood-1" for one in scribe.exchanges)


def test_a_replay_asks_for_the_same_and_another_model_for_something_else() -> None:
    keys = [
        [request.key("fake") for _, request in measure(halves, "a b", "a c", **given)[1].asked]
        for given in ({}, {"sample": 2, "seed": 5}, {"roles": {"likelihood": {"model": "other"}}})
    ]
    assert keys[0] == keys[1] and not set(keys[0]) & set(keys[2])


def test_what_has_no_answer_is_null_and_the_other_side_is_measured() -> None:
    def answer(role: str, request: Request) -> Reply:
        if len(request.prompt) > 10:
            raise RequestTooLong("too long")
        return halves(role, request)

    scores, _, scribe = measure(answer, "a b", "a b " * 10)
    assert scores["log_likelihood_before"] is not None
    assert scores["log_likelihood_after"] is None and scores["likelihood_tokens_after"] is None
    assert len(scribe.exchanges) == 1


@pytest.mark.parametrize("tokens", [(), (("a", 0.5),), None])
def test_no_tokens_or_none_that_can_be(tokens: Any) -> None:
    scores, _, _ = measure(lambda role, request: Reply("a", "stop", "m", logprobs=tokens), "a", "a")
    assert set(scores.values()) == {None}


@pytest.mark.parametrize("error", [EchoIgnored("it answered '!'"), RecipeError("status 400: only no echo.")])
def test_a_server_that_cannot_stops_the_run_and_says_who_can(error: Exception) -> None:
    def refuse(role: str, request: Request) -> Reply:
        raise error

    with pytest.raises(RecipeError) as told:
        measure(refuse, "a b", "a c")
    assert not isinstance(told.value, BadAnswer)
    for part in ("client.roles.likelihood", str(error), "vLLM", "llama.cpp", "leave the role out"):
        assert part in str(told.value)


def test_it_is_asked_for_by_naming_the_role() -> None:
    assert not wanted(FakeModels(halves)) and not wanted(FakeModels(halves, roles={"judge": {}}))
    assert wanted(FakeModels(halves, roles={"likelihood": {}}))


@pytest.mark.local_llm
def test_the_local_model_cannot_and_says_so() -> None:
    pytest.importorskip("xllamacpp", reason="needs glotmill[local-llm]")
    from translators.llm.local_server import LocalServer, identity
    from translators.llm.models import Models

    async def ask(server: LocalServer) -> Scores:
        spec = Client(local=True, form="completion", roles={"likelihood": RoleModel()})
        async with Models(spec, None, local_url=server.base_url, local_identity=identity()) as models:
            return await likelihood("The cat sat on", "The cat sat in", Scribe(models, "r1"))

    with LocalServer() as server, pytest.raises(RecipeError, match="left out the prompt"):
        asyncio.run(ask(server))
