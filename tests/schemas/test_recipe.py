"""The recipe: what is wrong is said with its line, what came, and what is allowed."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pipelines
from schemas.errors import RecipeError
from schemas.recipe import Lines, Recipe, read

GOOD = """\
name: small
source:
  paths: data/*.jsonl
stages:
  normalise:
  language: {min_share: 0.5}
"""


def problem(text: str, *overrides: str) -> str:
    with pytest.raises(RecipeError) as caught:
        read(text, file="r.yaml", overrides=overrides)
    assert caught.value.exit_code == 78
    return str(caught.value)


def test_a_good_recipe() -> None:
    recipe, lines = read(GOOD, file="r.yaml")
    assert recipe.stages == {"normalise": {}, "language": {"min_share": 0.5}}
    assert list(recipe.all_sources()) == ["small"] and recipe.all_sources()["small"].paths == ["data/*.jsonl"]
    assert lines.where(("stages", "language", "min_share")) == "r.yaml:6: stages.language.min_share"
    assert lines.where(("stages", "language", "unwritten", 3)) == "r.yaml:6: stages.language.unwritten.3"
    assert lines.where(("release",)) == "r.yaml:1: release"


def test_stages_as_a_list_and_left_out() -> None:
    as_list, _ = read(GOOD.partition("stages:")[0] + "stages: [language, normalise]\n")
    assert list(as_list.stages) == ["language", "normalise"] and as_list.stages["language"] == {}
    without, _ = read(GOOD, overrides=["stages.language=false"])
    assert without.stages == {"normalise": {}}


def test_which_field_has_the_date() -> None:
    recipes = [
        read(GOOD, overrides=more)[0] for more in ([], ["source.fields.date=published"], ["source.fields.date=null"])
    ]
    assert [recipe.all_sources()["small"].fields.date for recipe in recipes] == ["date", "published", None]
    contents = [recipe.content() for recipe in recipes]
    assert all(one != other for n, one in enumerate(contents) for other in contents[:n]), "it decides what is released"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a recipe is a mapping with name, source and stages, but NoneType came"),
        ("- a\n- b\n", "but list came"),
        ("just words", "but str came"),
        ("name: a\n  stages: [", "r.yaml:2:9: not YAML"),
        ("name: 'a\n", "not YAML"),
        ("name: a\n\tb: c\n", "r.yaml:2:1: not YAML"),
        ("name: !!python/object:os.system x\n", "r.yaml:1:7: not YAML"),
        ("name: a\nsource: &s {paths: x, more: *s}\nstages: []\n", "r.yaml:2:9: not YAML: an alias holds itself"),
        ("name: a\n--- \nname: b\n", "not YAML"),
    ],
)
def test_what_is_no_recipe(text: str, message: str) -> None:
    assert message in problem(text)


@pytest.mark.parametrize(
    ("change", "messages"),
    [
        (
            ("source:", "sourc:"),
            ["r.yaml:2: sourc: unknown key 'sourc' (did you mean 'source'?). Valid: against, client, descr"],
        ),
        (("paths:", "path:"), ["r.yaml:3: source.path: unknown key 'path' (did you mean 'paths'?)", "Field required"]),
        (("data/*.jsonl", "3"), ["r.yaml:3: source.paths: Input should be a valid list; 3 (int) came"]),
        (("data/*.jsonl", "[]"), ["r.yaml:3: source.paths: List should have at least 1 item"]),
        (
            ("name: small", "name: my dataset"),
            ["r.yaml:1: name: String should match pattern", "'my dataset' (str) came"],
        ),
        (("name: small\n", ""), ["name: Field required"]),
        (("stages:", "stages: 3\nx:"), ["r.yaml:4: stages: Input should be a valid dictionary; 3 (int) came"]),
        (("normalise:", "normalise: 3"), ["r.yaml:5: stages.normalise: Input should be a valid dictionary; 3 (int)"]),
        (("normalise:", "language:"), ["r.yaml:6: stages.language: written twice, first in line 5"]),
        (("stages:", "name: other\nstages:"), ["r.yaml:4: name: written twice, first in line 1"]),
        (
            ("stages:", "client: {temprature: 1}\nstages:"),
            ["r.yaml:4: client.temprature: unknown key 'temprature' (did you mean 'temperature'?)"],
        ),
        (
            ("stages:", "client: {temperature: 9}\nstages:"),
            ["client.temperature: Input should be less than or equal to 2"],
        ),
        (("stages:", "run: {workers: -1}\nstages:"), ["r.yaml:4: run.workers", "-1 (int) came"]),
        (("stages:", "release: {shard_bytes: much}\nstages:"), ["release.shard_bytes", "'much' (str) came"]),
        (("source:\n  paths: data/*.jsonl\n", ""), ["give either `source` (one) or `sources`"]),
        (("stages:", "sources: {a: {paths: x}}\nstages:"), ["give either `source` (one) or `sources`"]),
        (("source:\n  paths: data/*.jsonl\n", "sources: {a b: {paths: x}}\n"), ["source name 'a b': use letters"]),
        (
            ("source:\n  paths: data/*.jsonl\n", "sources:\n  a: {paths: x, fields: {txt: b}}\n"),
            ["r.yaml:3: sources.a.fields.txt: unknown key 'txt' (did you mean 'text'?)"],
        ),
    ],
)
def test_problems_have_a_line_and_say_what_is_allowed(change: tuple[str, str], messages: list[str]) -> None:
    assert GOOD.count(change[0]) == 1
    found = problem(GOOD.replace(*change))
    for message in messages:
        assert message in found


def test_a_stage_twice_in_a_list() -> None:
    assert "a stage runs once, but twice came: language" in problem(
        "name: a\nsource: {paths: x}\nstages: [language, language]\n"
    )


def test_all_problems_at_once() -> None:
    found = problem(GOOD.replace("name: small", "name: a b\nrun: {wrkers: 1}").replace("paths", "path")).split("\n")
    assert len(found) == 4
    assert [line.split(": ")[1] for line in found] == ["name", "source.paths", "source.path", "run.wrkers"]


def test_a_long_value_is_cut() -> None:
    found = problem(GOOD.replace("data/*.jsonl", "{" + ", ".join(f"k{i}: v" for i in range(500)) + "}"))
    assert len(found) < 300 and "… (dict) came" in found


@pytest.mark.parametrize(
    ("override", "path", "expected"),
    [
        ("name=other", ("name",), "other"),
        ("source.paths=[a, b]", ("source", "paths"), ["a", "b"]),
        ("source.paths=a", ("source", "paths"), ["a"]),
        ("stages.language.min_share=0.9", ("stages", "language", "min_share"), 0.9),
        ("stages.normalise.blank_lines=2", ("stages", "normalise", "blank_lines"), 2),
        ("stages.exact_dedup=", ("stages", "exact_dedup"), {}),
        ("run.workers=2", ("run", "workers"), 2),
        ("client.base_url=http://localhost:1/v1?a=b", ("client", "base_url"), "http://localhost:1/v1?a=b"),
        ("client=null", ("client",), None),
        (" release.title = A title", ("release", "title"), "A title"),
    ],
)
def test_set(override: str, path: tuple[str, ...], expected: Any) -> None:
    value: Any = read(GOOD, overrides=[override])[0].model_dump()
    for part in path:
        value = value[part]
    assert value == expected


def test_set_over_a_list_of_stages() -> None:
    text = "name: a\nsource: {paths: x}\nstages: [normalise, language]\n"
    assert read(text, overrides=["stages.language.min_share=0.1", "stages.normalise=false"])[0].stages == {
        "language": {"min_share": 0.1}
    }


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("name", "--set 'name': write it as a.b=value, for example"),
        ("=3", "write it as a.b=value"),
        ("a..b=3", "write it as a.b=value"),
        (".a=3", "write it as a.b=value"),
        ("name=[", "--set 'name=[': the value is not YAML"),
        ("name.first=x", "name is a str, nothing can be set inside it"),
        ("source.paths.first=x", "source.paths.first"),
        ("nme=x", "unknown key 'nme' (did you mean 'name'?)"),
        ("source.formt=csv", "source.formt: unknown key 'formt' (did you mean 'format'?)"),
        ("source.format=xls", "source.format"),
        ("run.workers=many", "run.workers"),
    ],
)
def test_a_bad_set(override: str, message: str) -> None:
    assert message in problem(GOOD, override)


def test_what_decides_about_the_bytes() -> None:
    base = read(GOOD)[0].content()
    assert "run" not in base
    assert read(GOOD, overrides=["run.workers=7", "run.work=elsewhere", "run.out=o"])[0].content() == base
    assert (
        read(GOOD, overrides=["source.paths=[b, a]"])[0].content()
        == read(GOOD, overrides=["source.paths=[a, b]"])[0].content()
    )
    for change in (
        "name=x",
        "source.paths=x",
        "stages.language.min_share=0.4",
        "release.title=t",
        "release.shard_bytes=1",
    ):
        assert read(GOOD, overrides=[change])[0].content() != base


def test_sources_come_by_name() -> None:
    text = "name: a\nsources: {z: {paths: x}, b: {paths: y}}\nstages: []\n"
    assert list(read(text)[0].all_sources()) == ["b", "z"]


@pytest.mark.parametrize("file", sorted((Path(pipelines.__path__[0]) / "recipes").glob("*.yaml")), ids=lambda f: f.stem)
def test_what_ships_is_good(file: Path) -> None:
    recipe, _ = read(file.read_text(encoding="utf-8"), file=file.name)
    assert recipe.name == file.stem and recipe.stages and recipe.release.title


def test_every_key_is_described() -> None:
    def walk(model: Any) -> None:
        for name, info in model.model_fields.items():
            assert info.description, f"{model.__name__}.{name}"
            if isinstance(info.annotation, type) and hasattr(info.annotation, "model_fields"):
                walk(info.annotation)

    walk(Recipe)
    walk(Recipe.model_fields["sources"].annotation.__args__[1])  # type: ignore[union-attr]


@given(st.text("ab: -[]{}&*!|>'\"#%@`\n\t,?~é字\x00\x85", max_size=40))
def test_whatever_comes_it_is_a_recipe_error_or_a_recipe(text: str) -> None:
    with contextlib.suppress(RecipeError):
        assert read(text)[0].name


def test_lines_of_an_empty_text() -> None:
    assert Lines("", "r.yaml").where(("a", "b")) == "r.yaml: a.b"
