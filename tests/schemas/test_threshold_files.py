"""Threshold files: both layouts, what is wrong with which line, and the same bytes for the same values."""

from __future__ import annotations

import pytest

from schemas.errors import RecipeError
from schemas.thresholds import dump, parse

OURS = """language: fr
stages:
  gopher_quality:
    min_mean_word_length: 2.1
    stop_words: [de, la]
  language: {min_confidence: 0.83}
evidence: {documents: 1}
"""


def test_ours() -> None:
    file = parse(OURS, "somewhere/any.yaml")
    assert file.labels == ("fra_Latn",)
    assert file.stages["gopher_quality"] == {"min_mean_word_length": 2.1, "stop_words": ["de", "la"]}
    assert file.where("gopher_quality", "min_mean_word_length") == (
        "somewhere/any.yaml:4: stages.gopher_quality.min_mean_word_length"
    )
    assert not file.foreign


def test_a_script() -> None:
    assert parse("language: Deva\nstages: {}\n", "Deva.yaml").labels == ("Deva",)


def test_a_file_without_values() -> None:
    assert parse("language: th\n", "x.yaml").stages == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("language: fr\nstages: {a: 1\n", "x.yaml:3: not YAML"),
        ("- 1\n", "x.yaml: a threshold file is a mapping with `language` and `stages`, but list came"),
        ("language: klingonese\nstages: {}\n", "x.yaml:1: language: 'klingonese' is not a language code"),
        ("stages: {}\n", "x.yaml:1: language: 'None' is not a language code"),
        ("language: fr\nstage: {}\n", "x.yaml:2: stage: unknown key 'stage' (did you mean 'stages'?)"),
        ("language: fr\nstages: [a]\n", "x.yaml:2: stages: a mapping from stages to values, but list came"),
        ("language: fr\nstages:\n  quality: 3\n", "x.yaml:3: stages.quality: a mapping from parameters to values"),
        ("language: fr\nstages: {}\nstages: {}\n", "x.yaml:3: stages: written twice, first in line 2"),
    ],
)
def test_what_is_wrong(text: str, told: str) -> None:
    with pytest.raises(RecipeError) as caught:
        parse(text, "x.yaml")
    assert told in str(caught.value)


def test_what_is_dumped_is_read_again_and_has_the_same_bytes() -> None:
    stages = {"gopher_quality": {"min_mean_word_length": 2.1, "stop_words": ["में", "है"]}, "lists": {"a": None}}
    text = dump("hin_Deva", stages, {"documents": 3, "quantiles": {"p1": 0.1}})
    assert text == dump("hin_Deva", stages, {"documents": 3, "quantiles": {"p1": 0.1}})
    file = parse(text, "x.yaml")
    assert (file.labels, file.stages) == (("hin_Deva",), stages)
    assert "में" in text, "readable"
