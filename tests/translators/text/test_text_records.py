"""Records as people read them."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.errors import RecipeError
from translators.text.records import leaves, rendering, replace, texts

RECORD: dict[str, Any] = {
    "question": "どの町が一番大きい？",
    "table": {"header": ["เมือง", "คน"], "rows": [["Ìbàdàn", 12], ["大阪", None, 3.5]]},
    "options": ["أ", "ب"],
    "messages": [{"content": "one\ntwo"}, {"content": None}, {"content": "three"}],
    "nothing": None,
}


def test_rendering() -> None:
    paths = ["question", "table.header[]", "table.rows[][]", "options[]", "messages[].content", "nothing", "note?"]
    assert rendering(RECORD, paths) == (
        "どの町が一番大きい？\n\nเมือง | คน\n\nÌbàdàn | 12\n大阪 |  | 3.5\n\nأ | ب\n\none\ntwo\n\nthree"
    )
    assert rendering(RECORD, ["table.rows[1][]"]) == "大阪 |  | 3.5"
    assert rendering(RECORD, []) == ""


def test_errors_name_the_path() -> None:
    with pytest.raises(RecipeError, match=r"table\.row"):
        rendering(RECORD, ["table.row[]"])


def test_texts_of_several_paths() -> None:
    found = texts(RECORD, ["table.rows[][]", "question", "table.rows[0][0]"])
    assert found == {"table.rows[0][0]": "Ìbàdàn", "table.rows[1][0]": "大阪", "question": "どの町が一番大きい？"}
    made = replace(RECORD, {place: text.upper() for place, text in found.items()})
    assert leaves(made, "table.rows[][]") == [("table.rows[0][0]", "ÌBÀDÀN"), ("table.rows[1][0]", "大阪")]
