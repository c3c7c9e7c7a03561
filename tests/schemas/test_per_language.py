"""Values by language and source: the most specific wins, and what is shipped stays where a recipe does not name it."""

from __future__ import annotations

import doctest
import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas import per_language
from schemas.per_language import PerLanguage, overlay
from schemas.stage import StageParams, Threshold, threshold

LANGUAGES = ["fra_Latn", "tha_Thai", "srp_Cyrl", "srp_Latn", "zho_Hans", "und_Zyyy"]
SOURCES = ["forum", "news", "web"]
SHIPPED = {"default": 50, "tha_Thai": 30, "srp_Latn": None}


class Params(StageParams):
    """One threshold with values of its own by language."""

    limit: Threshold = threshold(SHIPPED, "a limit", unit="words", source="here")


numbers = st.one_of(st.none(), st.integers(0, 9))
by_language = st.dictionaries(st.sampled_from(LANGUAGES), numbers, max_size=3)
exceptions = st.builds(lambda default, some: {"default": default, **some}, numbers, by_language)
sources = st.dictionaries(st.sampled_from(SOURCES), st.one_of(numbers, exceptions), max_size=2)
mappings = st.builds(
    lambda some, default, src: {**some, **default, **({"sources": src} if src is not None else {})},
    by_language,
    st.one_of(st.just({}), st.builds(lambda v: {"default": v}, numbers)),
    st.one_of(st.none(), sources),
)
givens = st.one_of(numbers, mappings)


def naive(shipped: dict[str, Any], given_value: Any, source: str, language: str) -> Any:
    """Source and language, source, recipe's language, shipped language, recipe's default, shipped default."""
    if not isinstance(given_value, dict):
        return given_value
    in_source = given_value.get("sources", {}).get(source, ...)
    if isinstance(in_source, dict):
        return in_source.get(language, in_source["default"])
    if in_source is not ...:
        return in_source
    for place in (given_value, shipped):
        if language in place:
            return place[language]
    return given_value.get("default", shipped["default"])


@given(givens, st.sampled_from([*SOURCES, "other"]), st.sampled_from([*LANGUAGES, "kal_Latn"]))
def test_the_most_specific_wins(value: Any, source: str, language: str) -> None:
    assert Params(limit=value).limit.for_row(source, language) == naive(SHIPPED, value, source, language)


@given(givens)
def test_json_pickle_and_equality(value: Any) -> None:
    params = Params(limit=value)
    again = Params.model_validate(json.loads(params.model_dump_json()))
    copy = pickle.loads(pickle.dumps(params))
    assert again.judged() == params.judged() == copy.judged()
    for source in [*SOURCES, "other"]:
        for language in LANGUAGES:
            here = params.limit.for_row(source, language)
            assert again.limit.for_row(source, language) == copy.limit.for_row(source, language) == here


def test_any_code_will_do() -> None:
    for code in ("th", "tha", "th_TH", "tha_Thai", "TH"):
        assert Params(limit={code: 7}).limit.for_row("web", "tha_Thai") == 7


def test_a_plain_value_replaces_all() -> None:
    limit = Params(limit=5).limit
    assert [limit.for_row("web", language) for language in LANGUAGES] == [5] * 6
    assert Params(limit=None).limit.for_row("web", "tha_Thai") is None


def test_null_in_a_source_turns_the_rule_off_there() -> None:
    limit = Params(limit={"sources": {"forum": None, "news": {"default": None, "th": 3}}}).limit
    assert limit.for_row("forum", "tha_Thai") is None and limit.for_row("web", "tha_Thai") == 30
    assert limit.for_row("news", "tha_Thai") == 3 and limit.for_row("news", "fra_Latn") is None


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"xx": 3}, "'xx' is not a language code that ISO 639-3 knows. Use ISO 639-1"),
        ({False: 3}, "write 'no' in quotes for Norwegian"),
        ({"th": 3, "tha": 4}, "tha_Thai has two values, 3 and 4"),
        ({"sources": {"forum": {"default": 1, "xx": 3}}}, "'xx' is not a language code"),
        ({"sources": {"forum": {"th": 3}}}, "Field required"),
        ({"th": "many"}, "valid number"),
        ("many", "valid number"),
        ([1], "valid number"),
        ({"sources": 3}, "valid (dictionary|mapping)"),
        ({"languages": 3}, "a mapping from codes to values, but int came"),
        ({"default": 1, "unknown_key": 3}, "not a language code"),
    ],
)
def test_what_is_refused(value: Any, message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Params(limit=value)


def test_two_codes_with_one_value_are_no_contradiction() -> None:
    assert Params(limit={"th": 3, "tha": 3}).limit.for_row("web", "tha_Thai") == 3


def test_overlay_changes_neither_side() -> None:
    top = {"th": 1, "sources": {"forum": 2}}
    merged = overlay(SHIPPED, top)
    assert SHIPPED == {"default": 50, "tha_Thai": 30, "srp_Latn": None} and top == {"th": 1, "sources": {"forum": 2}}
    assert merged == {"default": 50, "languages": {"tha_Thai": 1, "srp_Latn": None}, "sources": {"forum": 2}}


def test_the_shipped_value_is_not_changed_by_a_recipe() -> None:
    before = Params().model_dump()
    Params(limit={"th": 1, "default": 2, "sources": {"forum": 2}})
    assert Params().model_dump() == before


def test_measured_and_judged_are_apart() -> None:
    assert Params.thresholds() == ("limit",)
    assert Params(limit=1).measured() == Params(limit=2).measured() == {}
    assert Params(limit=1).judged() != Params(limit=2).judged()


def test_parameters_cannot_be_changed() -> None:
    params = Params()
    with pytest.raises(ValidationError, match="frozen"):
        params.limit = 3  # type: ignore[assignment]


def test_the_json_schema_offers_a_number_or_a_mapping() -> None:
    (schema,) = (one["anyOf"] for one in Params.model_json_schema()["$defs"].values())
    assert schema[0]["anyOf"] == [{"type": "number"}, {"type": "null"}]
    in_source = schema[1]["properties"]["sources"]["additionalProperties"]["anyOf"][1]
    assert in_source["required"] == ["default"]


def test_the_examples_in_the_documentation() -> None:
    result = doctest.testmod(per_language)
    assert result.attempted >= 2 and result.failed == 0
    assert PerLanguage[int].model_validate(3).for_row("a", "b") == 3


def test_a_script_stands_between_language_and_default() -> None:
    value = PerLanguage[float].model_validate(
        {"default": 3, "Deva": 2, "hi": 1.5, "sources": {"forum": {"default": 9, "Deva": 8}}}
    )
    assert [value.resolve(label) for label in ("hin_Deva", "mar_Deva", "fra_Latn")] == [1.5, 2, 3]
    assert [value.origin(label) for label in ("hin_Deva", "mar_Deva", "fra_Latn")] == ["language", "script", "default"]
    assert value.for_row("forum", "hin_Deva") == 8 and value.origin_for_row("forum", "hin_Deva") == "source"


def test_what_is_neither_language_nor_script() -> None:
    with pytest.raises(ValidationError, match="a script such as Thai"):
        PerLanguage[float].model_validate({"default": 3, "Abcd": 2})
