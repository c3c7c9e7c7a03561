"""C4's document rules and mC4's paragraph rule: figures, limits, and scripts without sentence ends."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from stories import STORIES, texts

from filters import _segments
from filters.c4_quality import STAGE, Params
from pipelines import judge
from pipelines.plan import Step

PROSE = "The mill is old. It stands by the river. Rye is ground there. So is wheat. We like it. "


def scores(text: str | None) -> dict[str, Any]:
    return STAGE.measure(_segments.add(texts(text), ["sentences"]), Params(), None).to_dicts()[0]


def reasons(text: str, language: str = "eng_Latn", **params: Any) -> list[str]:
    given = Params(**params)
    measured = STAGE.measure(_segments.add(texts(text), ["sentences"]), given, None)
    rows = measured.with_columns(pl.lit("web").alias("source"), pl.lit(language).alias("language"))
    return judge.reasons(rows, [Step(STAGE, given)])[0].to_list()


def test_exact_numbers() -> None:
    text = "Lorem ipsum, LOREM IPSUM. Two.\nfiller lorem  ipsum\nlorem ipsum {{}}\n日本語だ"
    assert scores(text) == {"sentence_count": 5, "lorem_ipsum": 2, "curly_brackets": 2, "long_paragraphs": 16}


def test_null_and_empty() -> None:
    assert set(scores(None).values()) == {None}
    zero = {"sentence_count": 0, "lorem_ipsum": 0, "curly_brackets": 0, "long_paragraphs": 0}
    assert scores("") == scores("\n\n") == zero


@pytest.mark.parametrize(
    ("text", "found"),
    [("lorem\nipsum", 0), ("loremipsum", 0), ("lorem\tipsum", 0), ("Lorem Ipsu", 0), ("a lorem ipsum", 1),
     ("llorem ipsum", 1), ("lorem lorem ipsum", 1), ("lorem ipsum\n\nlorem ipsum", 2), ("L\u014frem ipsum", 0)],
)  # fmt: skip
def test_filler(text: str, found: int) -> None:
    assert scores(text)["lorem_ipsum"] == found


@pytest.mark.parametrize(
    ("lines", "third"), [([1, 2], 0), ([3, 1, 2], 1), ([5, 5, 5, 5], 5), ([9, 2, 8, 7, 1], 7), ([4, 0, 6, 0], 0)]
)
def test_the_third_longest_line_in_code_points(lines: list[int], third: int) -> None:
    for sign in ("x", "é", "字", "𐌰"):
        assert scores("\n".join(sign * n for n in lines))["long_paragraphs"] == third


def test_each_rule_at_its_limit() -> None:
    assert reasons(PROSE) == []
    assert reasons(PROSE.replace("So is wheat. ", "")) == ["too_few_sentences"]
    assert reasons(PROSE + "Lorem ipsum dolor.") == ["lorem_ipsum"]
    assert reasons(PROSE + "Then { came.") == ["curly_bracket"]
    assert reasons(PROSE + "Then { came.", max_curly_brackets=None) == []
    assert reasons(PROSE + "Then { came.", max_curly_brackets=1) == []
    long = "\n".join(["x" * 199 + "."] * 3)
    assert reasons(long, min_sentences=None, min_long_paragraph=200) == []
    assert reasons(long, min_sentences=None, min_long_paragraph=201) == ["too_few_long_paragraphs"]
    assert reasons("x", min_sentences=None) == []


@pytest.mark.parametrize(("script", "off"), [("Thai", True), ("Lao", True), ("Tibetan", True), ("Khmer", False),
                                             ("Burmese", False), ("Han", False), ("Devanagari", False)])  # fmt: skip
def test_sentences_are_counted_only_where_the_script_ends_them(script: str, off: bool) -> None:
    language, text = STORIES[script]
    five = " ".join([text] * 5)
    found = scores(five)["sentence_count"]
    assert (found < 5) is off
    assert reasons(five, language) == []
    assert (reasons(text, language) == []) is off
