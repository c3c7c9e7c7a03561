"""The recipe's `client`: roles, prices, caps, and what of it decides about a release."""

from __future__ import annotations

import pytest

from schemas import recipe
from schemas.errors import RecipeError
from schemas.recipe import Client

RECIPE = """
name: small
source: {paths: in.jsonl}
stages: [normalise]
client:
  base_url: http://one.example/v1
  model: small
  temperature: 0.3
  price: {prompt: 1, completion: 2}
  concurrency: 4
  roles:
    back: {model: other, concurrency: 9}
    repair: {base_url: "http://two.example/v1", model: large, form: chat, price: {prompt: 5, completion: 9}}
    judge: {local: true}
"""


def test_a_role_says_what_differs() -> None:
    client = recipe.read(RECIPE)[0].client
    assert client is not None
    assert client.of_role("rewrite").model == "small" and client.of_role("rewrite").price is not None
    back = client.of_role("back")
    assert (back.model, back.base_url, back.temperature) == ("other", "http://one.example/v1", 0.3)
    assert back.price is None, "another model does not cost the same"
    repair = client.of_role("repair")
    assert repair.base_url == "http://two.example/v1" and repair.price is not None and repair.price.prompt == 5
    judge = client.of_role("judge")
    assert judge.local and judge.base_url is None
    assert back.roles == {}


def test_a_role_with_an_address_is_not_the_local_model() -> None:
    client = Client(local=True, roles={"repair": {"base_url": "http://two.example/v1"}})
    assert client.of_role("translate").local and not client.of_role("repair").local


def test_how_requests_are_sent_does_not_decide_about_a_release() -> None:
    plain, _ = recipe.read(RECIPE)
    faster, _ = recipe.read(RECIPE, overrides=["client.concurrency=64", "client.roles.back.concurrency=1"])
    capped, _ = recipe.read(RECIPE, overrides=["client.cap={tokens: 5}", "client.requests_per_minute=7"])
    other, _ = recipe.read(RECIPE, overrides=["client.roles.back.model=third"])
    assert plain.content() == faster.content() == capped.content() != other.content()


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("client.roles.backwards={model: x}", "client.roles.backwards"),
        ("client.cap={}", "a cap needs `dollars`, `tokens`, or both"),
        ("client.price={prompt: -1, completion: 1}", "client.price.prompt"),
        ("client.roles.back.modell=x", "did you mean 'model'"),
    ],
)
def test_what_is_wrong_is_named(override: str, said: str) -> None:
    with pytest.raises(RecipeError, match=said):
        recipe.read(RECIPE, overrides=[override])
