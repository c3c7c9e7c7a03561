"""What all readers share: labels, made ids, metadata, dead rows."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.readers import read, rows
from pipelines.readers.contract import Unit
from schemas.errors import SourceError
from schemas.recipe import Source

UNIT = Unit(source="web", file="data/a b.jsonl", format="jsonl", digest="d", size=1)


@pytest.mark.parametrize(
    ("code", "label"),
    [
        ("pt_BR", "por_Latn"),
        ("zh-cn", "zho_Hans"),
        ("zh-Hant-TW", "zho_Hant"),
        ("sr-Latn", "srp_Latn"),
        ("EN", "eng_Latn"),
        ("fas_Arab", "fas_Arab"),
        ("", None),
        ("klingonese", None),
        ("en\x00", None),
        ("x" * 10_000, None),
        ("日本語", None),
    ],
)
def test_declared_languages(code: str, label: str | None) -> None:
    assert rows.language(code) == label


@settings(deadline=None)
@given(st.text(max_size=70))
def test_no_code_is_fatal(code: str) -> None:
    assert rows.language(code) is None or isinstance(rows.language(code), str)


def test_made_ids_are_what_they_were() -> None:
    # A release names its rows by these: a change breaks every reference to them.
    assert rows.make_id("ሰላም", None, None) == "b0cd22acebd1e095d46b4fba8a83b72d"
    assert rows.make_id("a", "b", None) != rows.make_id("ab", None, None) != rows.make_id("a", None, "b")
    assert rows.make_id('a","b', None, None) != rows.make_id("a", "b", None)


def test_a_dead_row_says_what_came_and_how_to_read_it_again() -> None:
    collected = rows.Rows(UNIT, Source(paths=["x"]), 1000)
    collected.bury(7, "invalid_json", "why \ud800", b"\xff" * 9000, id=12, expected="dead")
    dead = collected.take().dead.to_dicts()[0]
    assert dead["raw"] == "\ufffd" * 2000
    assert dead["id"] == "12"
    assert dead["message"] == "why ?"
    assert dead["replay"] == "glotmill run RECIPE --set source.paths='data/a b.jsonl'  # line 7"


def test_too_long_counts_bytes_and_keeps_the_order() -> None:
    collected = rows.Rows(UNIT, Source(paths=["x"], max_document_bytes=6), 1000)
    collected.add(1, "ไท", id="fits")
    collected.add(2, "ไทย", id="long")
    collected.bury(3, "invalid_json", "m", "r")
    collected.add(4, "ไทยๆ", id="longer")
    batch = collected.take()
    assert batch.rows["id"].to_list() == ["fits"]
    assert batch.dead["position"].to_list() == [2, 3, 4]
    assert batch.dead["error"].to_list() == ["document_too_long", "invalid_json", "document_too_long"]
    assert "9 bytes" in batch.dead["message"][0]
    assert not len(collected)


def test_values_of_every_kind_as_ids() -> None:
    collected = rows.Rows(UNIT, Source(paths=["x"]), 1000)
    for position, id in enumerate(["a", 7, 1.5, True, 0, [1], "", None], start=1):
        collected.add(position, f"t{position}", id=id)
    frame = collected.take().rows
    assert frame["id"].to_list()[:6] == ["a", "7", "1.5", "true", "0", "[1]"]
    assert frame["made_id"].to_list() == [False] * 6 + [True] * 2
    assert frame["id"].n_unique() == 8


def test_an_empty_take_has_the_right_columns() -> None:
    batch = rows.Rows(UNIT, Source(paths=["x"]), 1000).take()
    assert batch.rows.height == batch.dead.height == 0
    assert batch.rows.schema["position"] == pl.Int64


def test_an_unknown_format() -> None:
    with pytest.raises(SourceError, match="did you mean 'parquet'"):
        list(read(Unit("web", "a", "parkuet", "d", 1), Source(paths=["x"]), 10))
