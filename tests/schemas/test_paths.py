"""Paths to fields of a record."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import RecipeError
from schemas.paths import Element, Key, leaves, parse, replace, values, written

RECORD: dict[str, Any] = {
    "question": "ስንት ነው?",
    "table": {"header": ["เมือง", "عدد", None], "rows": [["Ìbàdàn", 12, "3.5"], ["大阪", None, "many", True]]},
    "messages": [{"role": "user", "content": "नमस्ते"}, {"role": "tool", "content": None}],
    "a.b": {'odd "key"': "value"},
    "empty": [],
}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("question", [("question", "ስንት ነው?")]),
        ("table.header[]", [("table.header[0]", "เมือง"), ("table.header[1]", "عدد")]),
        (
            "table.rows[][]",
            [("table.rows[0][0]", "Ìbàdàn"), ("table.rows[1][0]", "大阪"), ("table.rows[1][2]", "many")],
        ),
        ("table.rows[1][]", [("table.rows[1][0]", "大阪"), ("table.rows[1][2]", "many")]),
        ("messages[].content", [("messages[0].content", "नमस्ते")]),
        ('"a.b"."odd \\"key\\""', [('"a.b"."odd \\"key\\""', "value")]),
        ("empty[]", []),
        ("note?", []),
        ("messages[].name?", []),
        ("note?.text", []),
    ],
)
def test_leaves(path: str, found: list[tuple[str, str]]) -> None:
    assert leaves(RECORD, path) == found
    for place, text in found:
        assert leaves(RECORD, place) == [(place, text)]


def test_values_have_numbers_too() -> None:
    assert [value for _, value in values(RECORD, "table.rows[][]")] == ["Ìbàdàn", 12, "3.5", "大阪", None, "many", True]


def test_steps() -> None:
    assert parse("a-1.ä[][2].b?") == (Key("a-1"), Key("ä"), Element(), Element(2), Key("b", optional=True))
    assert written(parse('a[]."x y"[0].b?')) == 'a[]."x y"[0].b?'


@pytest.mark.parametrize("path", ["", ".", "a.", "a..b", "[]", "a[x]", "a b", '"a', "a]", "a[-1]", "a.[]", '"\\x"'])
def test_unreadable_paths(path: str) -> None:
    with pytest.raises(RecipeError, match="cannot be read"):
        parse(path)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("questoin", "did you mean 'question'.*Valid: a.b, empty, messages, question, table"),
        ("table.row[][]", "does not fit table.*header, rows"),
        ("table", "an object with the keys 'header', 'rows'.*`table.header`"),
        ("table.rows", r"a list of 2.*`table.rows\[\]`"),
        ("question[]", "which is a text and not a list"),
        ("question.text", "which is a text and not an object"),
        ("messages.content", r"a list of 2 and not an object. Write `messages\[\]`"),
        ("messages[].name", r"does not fit messages\[0\].*`name\?`"),
        ("table.rows[9][]", "element 9 of table.rows, which has 2"),
    ],
)
def test_records_of_another_shape(path: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        leaves(RECORD, path)


def test_replace() -> None:
    before = copy.deepcopy(RECORD)
    made = replace(RECORD, {"table.rows[1][0]": "Osaka", '"a.b"."odd \\"key\\""': "Wert"})
    assert before == RECORD
    assert made["table"]["rows"] == [["Ìbàdàn", 12, "3.5"], ["Osaka", None, "many", True]]
    assert made["a.b"] == {'odd "key"': "Wert"}
    assert list(made) == list(RECORD)
    made["messages"][0]["content"] = "changed"
    assert before == RECORD  # a copy through and through


@pytest.mark.parametrize("place", ["table.rows[0][1]", "table.rows[7][0]", "nothing", "question.x", "table"])
def test_only_texts_are_replaced(place: str) -> None:
    with pytest.raises(RecipeError, match="no text at"):
        replace(RECORD, {place: "x"})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def every_path(value: Any, steps: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        return [path for key, one in value.items() for path in every_path(one, (*steps, Key(key)))]
    if isinstance(value, list):
        return [path for one in value for path in every_path(one, (*steps, Element()))]
    return [steps]


@given(st.dictionaries(st.text(), json_values, max_size=5))
def test_replacing_by_the_same_changes_nothing(record: dict[str, Any]) -> None:
    for steps in every_path(record):
        path = written(steps)
        assert parse(path) == steps
        try:
            found = dict(leaves(record, path))
        except RecipeError:  # elements of several shapes in one list
            continue
        assert json.dumps(replace(record, found)) == json.dumps(record)
        other = replace(record, {place: text + "!" for place, text in found.items()})
        assert dict(leaves(other, path)) == {place: text + "!" for place, text in found.items()}
