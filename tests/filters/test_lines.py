"""The line table: what a line is, and how many words it is taken for, in every script."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

from filters import _segments
from filters._kernels.lines import COLON, COMMA, DIGIT, OPEN, TERMINAL, lines


@pytest.mark.parametrize(
    ("line", "ending"),
    [("Home", OPEN), ("It rains.", TERMINAL), ("雨が降る。」", TERMINAL), ("वर्षा होती है।", TERMINAL),
     ("هل جاء؟", TERMINAL), ("ዝናብ ዘነበ።", TERMINAL), ("und dann …", TERMINAL), ("eggs,", COMMA),
     ("卵、", COMMA), ("እንቁላል፣", COMMA),
     ("Zutaten:", COLON), ("材料：", COLON), ("page 12", DIGIT), ("(2014)", DIGIT), ("หน้า ๑๒", DIGIT)],
)  # fmt: skip
def test_how_a_line_ends(line: str, ending: int) -> None:
    table, _ = lines(pl.Series([line]))
    assert table.last.tolist() == [ending]


def test_lines_of_every_kind_of_line_end_and_none_that_are_blank() -> None:
    text = pl.Series(["a\r\nb\rc\u2028d\u2029e\x85f\x0bg\x0ch", None, " \n \n", "x"])
    table, data = lines(text)
    assert table.of.tolist() == [0, 8, 8, 8, 9]
    assert bytes(data[table.begin[3] : table.end[3]]) == b"d"
    assert table.row.tolist() == [0] * 8 + [3]


def test_words_where_they_have_spaces() -> None:
    table, _ = lines(pl.Series(["don't re-do 3.5 things, please", "हिन्दी भाषा में लिखा", "خانه‌ها بزرگ", "ሰላም ለሁላችሁ"]))
    assert table.words.tolist() == [5, 4, 2, 2]


@pytest.mark.skipif("GLOTMILL_CORPORA" not in os.environ, reason="needs the folder of real text")
def test_words_without_spaces_are_near_those_of_the_dictionary() -> None:
    udhr = pl.read_parquet(Path(os.environ["GLOTMILL_CORPORA"]) / "udhr_dev.parquet")
    for code in ("tha", "lao", "khm", "mya", "jpn", "cmn_hans", "eng", "hin", "rus"):
        text = udhr.filter((pl.col("udhr_code") == code) | (pl.col("iso639_3") == code))["text"]
        shown = pl.element().str.contains(r"[\p{L}\p{N}]")
        cut = pl.DataFrame(_segments.cut_words(text)).select(pl.all().list.eval(shown).list.sum()).sum().item()
        assert lines(text)[0].words.sum() == pytest.approx(cut, rel=0.1), code


def test_the_table_of_another_column_is_another_table() -> None:
    """The table of a column is made once; a column in the same place, or cut out of it, is not the same column."""
    first = pl.Series("text", ["one\ntwo", "three"])
    assert lines(first) is lines(first.alias("other"))
    assert lines(first)[0].of.tolist() == [0, 2, 3]
    assert lines(first[1:])[0].of.tolist() == [0, 1]
    for n in range(50):
        assert len(lines(pl.Series("text", ["a line\n" * (n + 1)]))[0].row) == n + 1
