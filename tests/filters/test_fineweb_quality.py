"""FineWeb's rules: figures, limits, and what differs by script."""

from __future__ import annotations

import pickle
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from stories import STORIES, texts

from filters import _segments
from filters.fineweb_quality import STAGE, Params
from pipelines import judge
from pipelines.plan import Step


def frame(*rows: str | None, language: str | None = "eng_Latn", source: str = "web") -> pl.DataFrame:
    columns = (pl.lit(source).alias("source"), pl.lit(language, dtype=pl.String).alias("language"))
    return _segments.add(texts(*rows), ["words"]).with_columns(columns)


def scores(text: str | None, language: str | None = "eng_Latn", **params: Any) -> dict[str, Any]:
    return STAGE.measure(frame(text, language=language), Params(**params), None).to_dicts()[0]


def reasons(text: str, language: str = "eng_Latn", **params: Any) -> list[str]:
    rows, chosen = frame(text, language=language), Params(**params)
    measured = rows.with_columns(STAGE.measure(rows, chosen, None).get_columns())
    return judge.reasons(measured, [Step(STAGE, chosen)])[0].to_list()


def test_exact_numbers() -> None:
    text = "A long line that has more than thirty letters.\nshort\n\nshort\nHe said so\nAsk: why?\n"
    assert scores(text) == {
        "line_punctuation": pytest.approx(2 / 5),
        "short_lines": pytest.approx(4 / 5),
        "duplicate_characters": pytest.approx(5 / (46 + 5 + 5 + 10 + 9)),
        "new_line_ratio": pytest.approx(6 / (10 + 1 + 1 + 3 + 4)),
    }


def test_what_has_no_lines_has_no_shares() -> None:
    for text in (None, "", "\n", " \n\u3000\n"):
        assert set(scores(text).values()) == {None}
    for language in ("eng_Latn", "tha_Thai"):
        assert reasons("\n", language) == ["unmeasured"], "datatrove: empty"
    assert scores("\u200b\n\u200b")["new_line_ratio"] is None, "line ends for each of no words"


@pytest.mark.parametrize("language", [None, "und_Zyyy", "eng_Latn"])
def test_any_language_has_the_default(language: str | None) -> None:
    assert scores("x" * 30, language)["short_lines"] == 1 and scores("x" * 31, language)["short_lines"] == 0


@pytest.mark.parametrize(
    ("language", "length"),
    [("zho_Hans", 13), ("zho_Hant", 16), ("jpn_Jpan", 16), ("kor_Hang", 17), ("amh_Ethi", 20), ("tha_Thai", 30)],
)
def test_a_short_line_says_little_in_every_script(language: str, length: int) -> None:
    assert scores("字" * length, language)["short_lines"] == 1
    assert scores("字" * (length + 1), language)["short_lines"] == 0
    assert scores("字" * 9, language, short_line_length=8)["short_lines"] == 0, "a plain value replaces all"


def test_the_length_of_a_short_line_by_source_and_language() -> None:
    params = Params.model_validate({"short_line_length": {"jpn": 5, "sources": {"forum": 2}}})
    rows = pl.concat([frame("字" * 5, language=one, source=source) for one in ("jpn_Jpan", "zho_Hans")
                      for source in ("web", "forum")])  # fmt: skip
    assert STAGE.measure(rows, params, None)["short_lines"].to_list() == [1, 0, 1, 0]
    assert pickle.loads(pickle.dumps(params)) == params
    for wrong in (None, "long", 2.5, {"default": None}):
        with pytest.raises(ValidationError):
            Params.model_validate({"short_line_length": wrong})


@pytest.mark.parametrize("script", STORIES)
def test_a_story_of_any_script_passes(script: str) -> None:
    language, text = STORIES[script]
    assert reasons(text, language) == []


def test_each_rule_at_its_limit() -> None:
    long = "a line that says more than thirty letters do, {}"
    lines = [long.format(i) for i in range(25)]
    assert reasons("\n".join(line + "." * (i < 3) for i, line in enumerate(lines))) == []  # 0.12
    assert reasons("\n".join(line + "." * (i < 2) for i, line in enumerate(lines))) == ["few_line_ends_punctuated"]
    assert reasons("\n".join([f"Line {i}." for i in range(2)] + [long.format(1) + "."])) == []
    assert reasons("\n".join([f"Line {i} has this." for i in range(7)] + [long.format(i) + "." for i in range(3)])) == [
        "too_many_short_lines"
    ]
    hundred = "y" * 98 + "."
    assert reasons("\n".join(["x", "x", hundred]), max_short_lines=None, max_new_line_ratio=None) == []  # 1 of 101
    assert reasons("\n".join(["x", "x", hundred[2:]]), max_short_lines=None, max_new_line_ratio=None) == [
        "duplicate_characters"
    ]
    assert reasons("a b c.\nd e f.\ng", max_short_lines=None) == []
    assert reasons("ab.\ncd.", max_short_lines=None) == []  # 1 line end, 4 words
    assert reasons("ab\ncd\nef.", max_short_lines=None) == ["list_like"]  # 2 line ends, 4 words


def test_a_document_without_any_stop_may_pass() -> None:
    text = "a line that says more than thirty letters do\nand another that does so as well, it seems"
    assert reasons(text) == ["few_line_ends_punctuated"]
    assert reasons(text, line_punctuation_exclude_zero=True) == []
    assert scores("\n", line_punctuation_exclude_zero=True)["line_punctuation"] is None


@pytest.mark.parametrize("end", ["।", "。", "؟", "۔", "።", "។", "။", "!", "།", "ག"])
def test_stops_of_every_script_end_a_line(end: str) -> None:
    assert scores(f"x{end}")["line_punctuation"] == 1
    assert scores(f"x{end} ")["line_punctuation"] == 0, "as datatrove: white space is a last character"


def test_equal_lines_are_found_by_what_they_say() -> None:
    assert scores("ab\nba\nab\nab")["duplicate_characters"] == pytest.approx(4 / 8)
    assert scores("é\n字\né")["duplicate_characters"] == pytest.approx(1 / 3)
    assert scores("ab\n ab\nab ")["duplicate_characters"] == 0
    many = [f"line {i}" for i in range(5_000)]
    size = sum(map(len, many))
    assert scores("\n".join(many))["duplicate_characters"] == 0
    assert scores("\n".join(many + many))["duplicate_characters"] == pytest.approx(size / (2 * size))


@given(st.lists(st.lists(st.sampled_from(["a", "bb", "", " ", "字字", "c."])).map("\n".join), max_size=6))
def test_rows_do_not_see_each_other(rows: list[str]) -> None:
    together = STAGE.measure(frame(*rows), Params(), None)
    assert together.to_dicts() == [scores(text) for text in rows]
