"""Splits: shares come true, a key stays in its split, and the order of the recipe does not count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import splits
from schemas.errors import RecipeError
from schemas.recipe import Release, read

KEYS = [f"document-{number}" for number in range(20_000)]


def test_shares_come_true() -> None:
    found = splits.assign(KEYS, {"train": 0.9, "validation": 0.06, "test": 0.04}).value_counts()
    share = {name: rows / len(KEYS) for name, rows in found.iter_rows()}
    assert share == pytest.approx({"train": 0.9, "validation": 0.06, "test": 0.04}, abs=0.006)


def test_the_order_of_the_recipe_does_not_count() -> None:
    one = splits.assign(KEYS, {"train": 0.8, "test": 0.1, "validation": 0.1})
    other = splits.assign(KEYS, {"validation": 0.1, "test": 0.1, "train": 0.8})
    assert one.equals(other)


@given(st.text(), st.lists(st.text(), max_size=5))
def test_a_key_is_in_the_same_split_whatever_stands_beside_it(key: str, others: list[str]) -> None:
    shares = {"train": 0.5, "test": 0.5}
    assert splits.assign([*others, key], shares)[-1] == splits.assign([key], shares)[0]


def test_a_larger_training_split_takes_keys_and_gives_none() -> None:
    small, large = (splits.assign(KEYS, {"train": share, "test": 1 - share}) for share in (0.8, 0.9))
    assert not ((small == "train") & (large == "test")).any()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"train": 0.5}, "add up to 0.5"),
        ({"train": 1.0, "test": 0.0}, "share of test is 0"),
        ({"Train": 1.0}, "'Train' is no name"),
        ({"train-small": 1.0}, "no name for a split"),
        ({"all": 1.0}, "not all"),
        ({}, "add up to 0"),
    ],
)
def test_bad_splits_are_told(given: dict[str, float], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Release(splits=given)
    text = f"name: x\nsource: {{paths: a.jsonl}}\nstages: [language]\nrelease: {{splits: {given}}}\n"
    with pytest.raises(RecipeError, match=said):
        read(text)
