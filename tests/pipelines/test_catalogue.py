"""The catalogue: every module with a value STAGE is a stage, and nothing else is."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
import types
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import filters
import translators
from filters.exact_dedup import STAGE as EXACT
from filters.language import STAGE as LANGUAGE
from pipelines import catalogue
from schemas.errors import RecipeError, StageError


def test_what_is_there_is_found() -> None:
    found = catalogue.stages()
    assert list(found) == sorted(found)
    named = {
        info.name
        for package in (filters, translators)
        for info in pkgutil.iter_modules(package.__path__)
        if not info.name.startswith("_")
        and "STAGE" in vars(__import__(f"{package.__name__}.{info.name}", fromlist=["_"]))
    }
    assert set(found) == named
    assert {"normalise", "language", "minhash", "translation"} <= named


def test_get() -> None:
    assert catalogue.get("language") is LANGUAGE
    with pytest.raises(RecipeError, match=r"unknown stage 'langage' \(did you mean 'language'\?\)"):
        catalogue.get("langage")


@pytest.fixture
def another(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Adds a module with a stage to `filters`, for one test."""

    def add(stage: Any) -> dict[str, Any]:
        module = types.ModuleType("filters.another")
        module.STAGE = stage  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "filters.another", module)
        real = pkgutil.iter_modules

        def with_another(path: Any = None, prefix: str = "") -> Iterator[Any]:
            yield from real(path, prefix)
            if path is filters.__path__:
                yield pkgutil.ModuleInfo(None, "another", False)  # type: ignore[arg-type]

        monkeypatch.setattr(pkgutil, "iter_modules", with_another)
        catalogue.stages.cache_clear()
        return catalogue.stages()

    yield add
    monkeypatch.undo()
    catalogue.stages.cache_clear()


def test_a_new_module_is_a_stage(another: Any) -> None:
    found = another(replace(EXACT, name="another", reason="another_duplicate"))
    assert found["another"].reason == "another_duplicate"
    assert "`another` 1 | Group" in catalogue.table("filters") and "another" not in catalogue.table("translators")
    assert "another" in catalogue.recipe_schema()["properties"]["stages"]["anyOf"][0]["properties"]


@pytest.mark.parametrize(
    ("stage", "message"),
    [
        (EXACT, "two stages are called 'exact_dedup'"),
        (replace(EXACT, name="another"), "'exact_dedup' and 'another' both have the reason 'exact_duplicate'|"
         "'another' and 'exact_dedup' both have the reason 'exact_duplicate'"),
        (replace(LANGUAGE, name="another", rules=()), "both have the column 'language'"),
    ],
)  # fmt: skip
def test_what_two_stages_cannot_share(another: Any, stage: Any, message: str) -> None:
    with pytest.raises(StageError, match=message):
        another(stage)


def test_the_table() -> None:
    lines = catalogue.table().splitlines()
    assert lines[0].startswith("| stage | kind |") and len(lines) == 2 + len(catalogue.stages())
    assert {line.count(" | ") for line in lines[2:]} == {5}
    parts = [catalogue.table(package).splitlines()[2:] for package in catalogue.PACKAGES]
    assert sorted(line for part in parts for line in part) == sorted(lines[2:]) and all(parts)


def test_the_command_that_writes_the_readmes_changes_nothing() -> None:
    before = {file: file.read_bytes() for file in catalogue.readmes()}
    root = Path(filters.__path__[0]).parent
    subprocess.run([sys.executable, "-m", "pipelines.catalogue"], check=True, cwd=root)
    assert {file: file.read_bytes() for file in before} == before


def test_the_schema_of_a_recipe_is_json_and_complete() -> None:
    schema = json.loads(json.dumps(catalogue.recipe_schema()))
    stages = schema["properties"]["stages"]["anyOf"][0]
    assert set(stages["properties"]) == set(catalogue.stages()) and stages["additionalProperties"] is False

    def references(node: Any) -> Iterator[str]:
        if isinstance(node, dict):
            for key, value in node.items():
                if key == "$ref":
                    yield value
                else:
                    yield from references(value)
        elif isinstance(node, list):
            for value in node:
                yield from references(value)

    found = set(references(schema))
    assert found and all(name.removeprefix("#/$defs/") in schema["$defs"] for name in found)
    for name, one in stages["properties"].items():
        params = one["anyOf"][0]
        assert set(params["properties"]) == set(catalogue.stages()[name].params.model_fields)
        assert all(field.get("description") for field in params["properties"].values())
