"""A moved threshold: what it changes, and the recipe that says it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipelines import catalogue, plan
from pipelines.inspection import change, recipe_file
from pipelines.inspection.change import Change
from pipelines.inspection.operators import QuestionError
from pipelines.plan import Step
from schemas import recipe as recipes
from schemas.errors import RecipeError
from tests import running

GIVEN: list[Any] = [
    {},
    {"min_words": 45},
    {"min_words": {"default": 45, "th": 20}},
    {"min_words": {"sources": {"forum": {"default": 10, "hi": 5}}}},
    {"min_words": {"default": 45, "languages": {"tha_Thai": 20}, "sources": {}}},
    {"min_mean_word_length": 2.5, "max_words": None},
]


def steps(given: dict[str, Any]) -> list[Step[Any]]:
    stage = catalogue.get("gopher_quality")
    return [Step(stage, stage.params.model_validate(given))]


def resolved(step: Step[Any], parameter: str, source: str, language: str) -> float | None:
    value: float | None = getattr(step.params, parameter).for_row(source, language)
    return value


@pytest.mark.parametrize(
    ("scope", "of", "expected"),
    [
        ("default", "", {("web", "fra_Latn"): 9.0, ("web", "jpn_Jpan"): 1.0, ("web", "amh_Ethi"): 2.0}),
        ("everywhere", "", {("web", "fra_Latn"): 9.0, ("web", "jpn_Jpan"): 9.0, ("web", "amh_Ethi"): 9.0}),
        ("language", "jpn_Jpan", {("web", "fra_Latn"): 3.0, ("web", "jpn_Jpan"): 9.0, ("web", "amh_Ethi"): 2.0}),
        ("language", "Ethi", {("web", "amh_Ethi"): 9.0, ("web", "jpn_Jpan"): 1.0}),
        ("source", "web", {("web", "fra_Latn"): 9.0, ("web", "jpn_Jpan"): 9.0, ("forum", "jpn_Jpan"): 1.0}),
    ],
)
def test_a_change_holds_where_it_is_meant_to(scope: Any, of: str, expected: dict[tuple[str, str], float]) -> None:
    moved = Change("gopher_quality", "min_mean_word_length", scope, of, 9.0)
    (step,) = change.laid_over_steps(steps({}), [moved])
    assert {key: resolved(step, "min_mean_word_length", *key) for key in expected} == expected


def test_the_last_change_of_a_place_counts_and_null_turns_off() -> None:
    moved = [Change("gopher_quality", "min_words", "everywhere", "", value) for value in (10.0, None)]
    moved.append(Change("gopher_quality", "min_words", "language", "tha_Thai", 7.0))
    (step,) = change.laid_over_steps(steps({}), moved)
    assert resolved(step, "min_words", "web", "fra_Latn") is None
    assert resolved(step, "min_words", "web", "tha_Thai") == 7.0


_CHANGES = st.lists(
    st.builds(
        Change,
        st.just("gopher_quality"),
        st.sampled_from(["min_words", "max_words", "min_mean_word_length", "min_stop_words"]),
        st.sampled_from(["default", "everywhere", "language", "source"]),
        st.just(""),
        st.one_of(st.none(), st.sampled_from([0.0, 3.0, 50.0, 123.5])),
    ).flatmap(
        lambda one: st.sampled_from(
            {"language": ["tha_Thai", "Deva", "jpn_Jpan"], "source": ["forum", "a: b", "نص"]}.get(one.scope, [""])
        ).map(lambda of: Change(one.stage, one.parameter, one.scope, of, one.value))
    ),
    min_size=1,
    max_size=5,
)


@given(given_=st.sampled_from(GIVEN), changes=_CHANGES)
def test_the_recipe_gives_what_was_judged(given_: dict[str, Any], changes: list[Change]) -> None:
    before = steps(given_)
    after = change.laid_over_steps(before, changes)
    written = change.in_recipe({"normalise": {}, "gopher_quality": given_}, before, after)
    assert written["normalise"] == {}
    read = yaml.safe_load(yaml.safe_dump(written["gopher_quality"], allow_unicode=True))
    assert steps(read)[0].params == after[0].params


def test_what_is_written_is_short() -> None:
    before = steps({})
    one = change.laid_over_steps(before, [Change("gopher_quality", "min_mean_word_length", "default", "", 2.0)])
    assert change.in_recipe({"gopher_quality": {}}, before, one) == {
        "gopher_quality": {"min_mean_word_length": {"default": 2.0}}
    }
    all_ = change.laid_over_steps(before, [Change("gopher_quality", "min_words", "everywhere", "", 60.0)])
    assert change.in_recipe({"gopher_quality": {}}, before, all_) == {"gopher_quality": {"min_words": 60.0}}


@pytest.mark.parametrize(
    ("came", "told"),
    [
        (None, "needs a stage"),
        ({"stage": "x", "parameter": "y"}, "needs a stage"),
        ({"stage": "x", "parameter": "y", "scope": "planet", "value": 1}, "unknown scope 'planet'"),
        ({"stage": "x", "parameter": "y", "scope": "language", "value": 1}, "name a language"),
        ({"stage": "x", "parameter": "y", "scope": "default", "of": "th", "value": 1}, "name a language"),
        ({"stage": "x", "parameter": "y", "scope": "language", "of": "klingonese", "value": 1}, "klingonese"),
        ({"stage": "x", "parameter": "y", "scope": "default", "value": "1; rm"}, "is no number"),
        ({"stage": "x", "parameter": "y", "scope": "default", "value": True}, "is no number"),
        ({"stage": "x", "parameter": "y", "scope": "default", "value": float("nan")}, "is no number"),
        ({"stage": "x", "parameter": "y", "scope": "default", "value": 10**400}, "is no number"),
    ],
)
def test_what_is_no_change(came: Any, told: str) -> None:
    with pytest.raises(QuestionError, match=told):
        change.parse(came)


def test_only_thresholds_can_be_moved() -> None:
    with pytest.raises(QuestionError, match="unknown threshold 'stop_words'"):
        change.laid_over_steps(steps({}), [Change("gopher_quality", "stop_words", "default", "", 1.0)])


def test_a_recipe_with_threshold_files_that_are_gone_has_their_values(tmp_path: Path) -> None:
    folder = tmp_path / "limits"
    folder.mkdir()
    (folder / "tha_Thai.yaml").write_text("language: tha_Thai\nstages: {gopher_quality: {min_words: 7}}\n")
    content = running.recipe("in/*.jsonl", {"normalise": {}, "language": {}, "gopher_quality": {}})
    content["thresholds"] = [str(folder)]
    planned = plan.plan(recipes.read(yaml.safe_dump(content, sort_keys=False))[0])
    before = list(planned.measures)
    after = change.laid_over_steps(before, [Change("gopher_quality", "min_words", "default", "", 60.0)])
    kept = recipe_file.rendered(content, before, after, [])
    assert yaml.safe_load(kept)["thresholds"] == [str(folder)]
    (folder / "tha_Thai.yaml").unlink()
    settled = recipe_file.rendered(content, before, after, [])
    assert "thresholds" not in yaml.safe_load(settled)
    *_, step = plan.plan(recipes.read(settled)[0]).measures
    assert resolved(step, "min_words", "small", "tha_Thai") == 7
    assert resolved(step, "min_words", "small", "fra_Latn") == 60


def test_a_recipe_that_could_not_be_run_is_not_written(tmp_path: Path) -> None:
    content = running.recipe("in/*.jsonl", {"gopher_quality": {}, "no_such_stage": {}})
    before = steps({})
    after = change.laid_over_steps(before, [Change("gopher_quality", "min_words", "default", "", 60.0)])
    target = recipe_file.Target(str(tmp_path / "changed.yaml"), "out", None)
    with pytest.raises(RecipeError, match="no_such_stage"):
        recipe_file.write(target, content, before, after, [], replace=True)
    assert not list(tmp_path.iterdir())
