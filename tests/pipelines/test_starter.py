"""The recipe that `glotmill init` writes: good as it is, complete, and true in what it says about defaults."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from pipelines import catalogue, starter
from pipelines.plan import plan
from schemas.recipe import Client, Release, Source, read

TEXT = starter.recipe("my-data")


def test_it_is_a_good_recipe() -> None:
    found = plan(*read(TEXT))
    assert found.recipe.name == "my-data"
    assert {step.name for step in found.steps()} == set(catalogue.stages()) - starter.OFFERED
    for step in found.steps():
        given = found.recipe.stages[step.name]
        assert set(given) <= {"train_on"}, "all the rest is a comment"


def test_it_names_every_stage_and_parameter_with_what_it_means() -> None:
    for name, stage in catalogue.stages().items():
        part = re.search(rf"(?ms)^  (?:# )?{name}:\n.*?(?=^  # \S[^\n]*\.\n  (?:# )?\w+:\n|^# )", TEXT)
        assert part, name
        assert f"# {stage.summary.rstrip('.')}" in TEXT
        for field, info in stage.params.model_fields.items():
            assert re.search(rf"(?m)^    (?:# )?{field}: ", part[0]), f"{name}.{field}"
            assert str(info.description).split("\n")[0] in part[0] or field == "train_on"
    for model in (Source, Client, Release):
        for field in model.model_fields:
            assert re.search(rf"(?m)^  (?:# )?{field}: ", TEXT), field


@pytest.mark.parametrize("name", sorted(set(catalogue.stages()) - starter.OFFERED))
def test_what_is_commented_out_is_what_holds(name: str) -> None:
    """Every commented value, taken out of its comment, changes nothing."""
    model: Any = catalogue.get(name).params
    required = {"train_on": "x"} if name == "quality" else {}
    base = model.model_validate(required)
    part = re.search(rf"(?ms)^  {name}:\n(.*?)(?=^  # \S[^\n]*\.\n  (?:# )?\w+:\n|^# |\Z)", TEXT)
    assert part
    checked = 0
    for line in part[1].splitlines():
        match = re.match(r"    # (\w+): (.*)$", line)
        if match is None or match[1] not in model.model_fields or "…" in match[2]:
            continue
        value = yaml.safe_load(match[2])
        if name == "quality" and match[1] == "model":
            assert value == []
            continue
        assert model.model_validate({**required, match[1]: value}) == base, line
        checked += 1
    # What is too long to be written out is shortened and says where the whole is.
    assert checked + part[1].count("…") + (2 if name == "quality" else 0) >= len(model.model_fields)


@pytest.mark.parametrize(
    ("given", "name"),
    [("web", "web"), ("my data", "my-data"), ("../../etc", "etc"), ("", "recipe"), ("日本", "recipe"), ("null", "null"),
     ("1.5", "1.5"), ("true", "true"), ("a: b # c", "a-b-c"), ("0x1F", "0x1F")],
)  # fmt: skip
def test_any_text_gives_a_name(given: str, name: str) -> None:
    assert read(starter.recipe(given))[0].name == name
