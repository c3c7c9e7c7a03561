"""The models of a recipe: who is asked for what, who shares a client, and who used how much."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import BudgetSpent, PermissionProblem, RecipeError
from schemas.recipe import Cap, Client, Price, RoleModel
from translators.llm.batch import BatchClient
from translators.llm.cache import ResponseCache
from translators.llm.ledger import Amount
from translators.llm.memory_ledger import MemoryLedger
from translators.llm.models import Models
from translators.llm.request import Reply, Request
from translators.llm.usage import Used


def request(name: object, model: str = "m") -> Request:
    return Request(model=model, form="completion", prompt=f"{name}:", max_tokens=20)


def spec(stub: Any, **more: Any) -> Client:
    return Client(**{"base_url": stub.base_url, "model": "m", "form": "completion", **more})


def ask(models: Models, *asked: tuple[Any, Request]) -> list[Reply]:
    async def run() -> list[Reply]:
        async with models:
            return await asyncio.gather(*(models.of(role).ask(one) for role, one in asked))

    return asyncio.run(run())


def test_each_role_has_its_values_and_its_server(stub: Any) -> None:
    models = Models(
        spec(stub, temperature=0.2, roles={"back": RoleModel(model="n", temperature=0.0, form="chat")}), None
    )
    assert (models.of("translate").spec.model, models.of("translate").spec.temperature) == ("m", 0.2)
    assert (models.of("back").spec.model, models.of("back").spec.form) == ("n", "chat")
    assert models.of("back") is models.of("back")
    assert models.of("translate").endpoint == models.of("back").endpoint == stub.base_url


def test_roles_with_the_same_model_share_a_client_and_its_pace(stub: Any, answer: Any) -> None:
    stub.respond = lambda body: answer(wait=0.02)
    told = spec(stub, concurrency=2, roles={"rewrite": RoleModel(temperature=1.0, max_tokens=9)})
    models = Models(told, None)
    ask(models, *((role, request(f"{role}{n}")) for n in range(4) for role in ("translate", "rewrite")))
    assert stub.most_at_once == 2
    assert len(models._clients) == 1


def test_equal_requests_of_two_roles_are_sent_once_and_counted_for_each(stub: Any) -> None:
    models = Models(spec(stub), None)
    one, other = ask(models, ("translate", request(1)), ("repair", request(1)))
    assert one.text == other.text and models.calls == 1
    assert models.used["translate"].calls == 1 and models.used["repair"].cached == 1


def test_what_was_used_by_role(stub: Any, answer: Any, tmp_path: Path) -> None:
    cheap, dear = Price(prompt=1.0, completion=2.0), Price(prompt=10.0, completion=20.0)
    told = spec(stub, price=cheap, attempts=3, roles={"back": RoleModel(model="n", price=dear)})
    cache = ResponseCache(tmp_path / "c")
    stub.answers = [answer(status=500, body="{}")]
    models = Models(told, cache, first_wait_seconds=0.01)
    ask(models, ("translate", request(1)))
    ask(models, ("back", request(2, "n")), ("back", request(2, "n")), ("translate", request(1)))
    assert models.used == {
        "back": Used(calls=1, answers=1, cached=1, prompt_tokens=5, completion_tokens=2, dollars=90e-6),
        "translate": Used(calls=2, answers=1, cached=1, prompt_tokens=5, completion_tokens=2, dollars=9e-6),
    }
    assert models.calls == 3
    warm = Models(told, cache)
    ask(warm, ("translate", request(1)), ("back", request(2, "n")))
    assert warm.calls == 0 and sum(used.dollars for used in warm.used.values()) == 0.0
    assert warm.used["back"] == Used(cached=1)


def test_the_role_does_not_change_the_key(stub: Any, tmp_path: Path) -> None:
    models = Models(spec(stub), ResponseCache(tmp_path / "c"))
    first = ask(models, ("translate", request(1)))[0]
    again = ask(models, ("judge", request(1)))[0]
    assert again.cached and first.key == again.key == request(1).key(models.of("translate").endpoint)


def test_a_missing_key_is_told_when_its_role_is_asked_for(stub: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STRONG_KEY", raising=False)
    monkeypatch.setenv("WEAK_KEY", "k")
    told = spec(
        stub,
        api_key_env="WEAK_KEY",
        roles={"repair": RoleModel(api_key_env="STRONG_KEY"), "back": RoleModel(model="n")},
    )
    models = Models(told, None)
    models.of("translate")
    with pytest.raises(PermissionProblem, match=r"STRONG_KEY \(client\.roles\.repair\.api_key_env\)"):
        models.of("repair")
    monkeypatch.delenv("WEAK_KEY")
    with pytest.raises(PermissionProblem, match=r"WEAK_KEY \(client\.api_key_env\)"):
        models.of("back")  # which inherits the variable


def test_faults_of_a_role_name_its_part_of_the_recipe(stub: Any) -> None:
    told = spec(
        stub, cap=Cap(dollars=1.0), price=Price(prompt=1, completion=1),
        roles={"judge": RoleModel(base_url="llm.example.org"), "back": RoleModel(model="n")},
    )  # fmt: skip
    with pytest.raises(RecipeError, match=r"client\.roles\.judge\.base_url"):
        Models(told, None).of("judge")
    with pytest.raises(RecipeError, match=r"client\.roles\.back\.price is missing"):
        Models(told, None).of("back")


def test_one_cap_for_all_roles(stub: Any, answer: Any) -> None:
    usage = {"prompt_tokens": 50, "completion_tokens": 20}
    body = json.dumps({"choices": [{"text": "x", "finish_reason": "stop"}], "model": "s", "usage": usage})
    stub.respond = lambda _: answer(body=body)
    ledger = MemoryLedger(Cap(tokens=300))
    models = Models(spec(stub, cap=Cap(tokens=300), roles={"back": RoleModel(model="n")}), None, ledger)

    async def run() -> list[Any]:
        async with models:
            asked = [(role, request(n, model)) for n in range(5) for role, model in (("translate", "m"), ("back", "n"))]
            return await asyncio.gather(*(models.of(role).ask(one) for role, one in asked), return_exceptions=True)

    found = asyncio.run(run())
    assert sum(isinstance(one, Reply) for one in found) == 4 == len(stub.asked)
    assert all(isinstance(one, Reply | BudgetSpent) for one in found)
    assert ledger.spent() == (Amount(280), Amount())


def test_a_cap_without_a_ledger_holds_for_the_process(stub: Any) -> None:
    models = Models(spec(stub, cap=Cap(tokens=10)), None)
    with pytest.raises(BudgetSpent):
        ask(models, ("translate", request(1)))


def test_the_local_server_is_one_role_among_others(stub: Any, tmp_path: Path) -> None:
    told = spec(stub, roles={"back": RoleModel(local=True, model="gemma")})
    models = Models(told, None, local_url=stub.base_url, local_identity="gemma@abc")
    assert models.of("back").endpoint == "gemma@abc" and models.of("translate").endpoint == stub.base_url
    reply = ask(models, ("back", request(1)))[0]
    assert reply.key == request(1).key("gemma@abc")
    with pytest.raises(RecipeError, match=r"client\.roles\.back\.local: the local server does not run"):
        Models(told, None).of("back")
    slow = told.model_copy(update={"mode": "batch"})
    with pytest.raises(RecipeError, match=r"client\.roles\.back\.mode: the local server has no Batch API"):
        Models(slow, ResponseCache(tmp_path / "c"), local_url=stub.base_url).of("back")


def test_batches_need_a_cache(stub: Any, tmp_path: Path) -> None:
    told = spec(stub, mode="batch")
    with pytest.raises(RecipeError, match="batch needs a response cache"):
        Models(told, None).of("translate")
    assert isinstance(Models(told, ResponseCache(tmp_path / "c")).of("translate")._client, BatchClient)


def test_reading_ahead_goes_through_a_role(stub: Any, tmp_path: Path) -> None:
    cache = ResponseCache(tmp_path / "c")
    ask(Models(spec(stub), cache), *(("translate", request(number)) for number in range(3)))
    models = Models(spec(stub), cache)
    assert models.of("translate").prefetch([request(number) for number in range(4)]) == 3


def test_one_loop_after_another(stub: Any) -> None:
    models = Models(spec(stub), None)
    assert [ask(models, ("translate", request(number)))[0].text for number in range(3)] == ["bonjour"] * 3
