"""Gopher's repetition rules: exact numbers, each rule at and around its limit, and where datatrove differs.

`test_gopher_conformance` holds every figure and verdict against datatrove's on real documents.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import Any

import polars as pl
import pytest
from conformance import Given
from hypothesis import given
from hypothesis import strategies as st

from filters import _segments
from filters._kernels import gopher_repetition as kernels
from filters.gopher_repetition import STAGE, Params
from pipelines import judge
from pipelines.plan import Step


def frame(*texts: str | None) -> pl.DataFrame:
    series = pl.Series("text", texts, dtype=pl.String)
    return pl.DataFrame({"text": series, "words": _segments.cut_words(series)}).with_columns(
        pl.lit("eng_Latn").alias("language"), pl.lit("web").alias("source")
    )


def scores(*texts: str | None) -> list[dict[str, Any]]:
    return STAGE.measure(frame(*texts), Params(), None).to_dicts()


def reasons(text: str) -> list[str]:
    given = frame(text)
    measured = given.with_columns(STAGE.measure(given, Params(), None).get_columns())
    return judge.reasons(measured, [Step(STAGE, Params())])[0].to_list()


def measured(text: str, words: list[str]) -> dict[str, float]:
    """Our figures on given words."""
    given = pl.DataFrame({"text": [text], "words": pl.Series([words], dtype=pl.List(pl.String))})
    return STAGE.measure(given, Params(), None).to_dicts()[0]


def slow(text: str, words: list[str] | None = None) -> dict[str, float]:
    """The definitions in plain Python."""
    words = _segments.cut_words(pl.Series([text])).to_list()[0] if words is None else words
    out: dict[str, float] = {}
    for name, pieces in (
        ("line", re.split(r"\n+", text)),
        ("paragraph", re.split(r"\n{2,}", text.strip())),
    ):
        repeated = [piece for i, piece in enumerate(pieces) if piece in pieces[:i]]
        out[f"duplicate_{name}s"] = len(repeated) / len(pieces)
        out[f"duplicate_{name}_characters"] = sum(map(len, repeated)) / max(len(text), 1)
    for n in (2, 3, 4):
        phrases = Counter(" ".join(words[i : i + n]) for i in range(len(words) - n + 1))
        top = max(phrases, key=phrases.__getitem__, default="")  # the first of those that tie
        out[f"top_{n}gram"] = len(top) * phrases[top] / max(len(text), 1)
    for n in range(5, 11):
        seen, at, covered = set(), 0, 0
        while at + n <= len(words):
            phrase = "".join(words[at : at + n])
            covered += len(phrase) * (phrase in seen)
            at += n if phrase in seen else 1
            seen.add(phrase)
        out[f"duplicate_{n}grams"] = covered / max(len(text), 1)
    return out


def test_exact_numbers() -> None:
    # 44 characters; lines "one two three", "four", "one two three", "  four  " (not the same as "four"), "five".
    text = "one two three\nfour\none two three\n\n  four  \nfive"
    found = scores(text)[0]
    assert len(text) == 47
    assert {name: score for name, score in found.items() if score} == {
        "duplicate_lines": 1 / 5,
        "duplicate_line_characters": 13 / 47,
        "top_2gram": 2 * len("one two") / 47,
        "top_3gram": 2 * len("one two three") / 47,
        "top_4gram": 2 * len("one two three four") / 47,
    }


def test_phrases_that_repeat() -> None:
    one = " ".join(words(10))
    text = f"{one} x {one} y {one}"
    found = scores(text)[0]
    for n in range(5, 11):
        # The scan goes on behind a phrase that occurred: of ten words one phrase, and for five two.
        assert found[f"duplicate_{n}grams"] == 2 * (10 // n) * 4 * n / len(text)


def test_paragraphs() -> None:
    text = "\n".join(["a b", "", "c d", "", "a b", "e"]) + "\n\n\na b\n"
    found = scores(text)[0]
    assert found["duplicate_paragraphs"] == 1 / 4  # "a b", "c d", "a b\ne", "a b"
    assert found["duplicate_paragraph_characters"] == 3 / len(text)


def test_null_empty_and_one_word() -> None:
    null, empty, blank, one = scores(None, "", " ", "word")
    assert set(null.values()) == {None}
    assert set(empty.values()) == set(blank.values()) == set(one.values()) == {0.0}


@pytest.mark.parametrize(
    "text", ["แมวนอนแมวนอนแมวนอน", "猫在床上猫在床上", "एक दो एक दो एक दो", "አንድ ሁለት አንድ ሁለት", "ある日ある日ある日"]
)
def test_phrases_are_found_in_every_script(text: str) -> None:
    (found,) = scores(text)
    assert found["top_2gram"] > 0.4 and found == pytest.approx(slow(text))


@given(st.lists(st.text("ab \nก字 1\t\u3000", max_size=60), min_size=1, max_size=5))
def test_numbers_are_those_of_a_slow_version(texts: list[str]) -> None:
    assert scores(*texts) == [pytest.approx(slow(text), abs=1e-12) for text in texts]


@given(st.text("ab\n", max_size=20), st.lists(st.sampled_from(["a", "b", "ab", "ba", "a b", "b a", "字"]), max_size=60))
def test_any_words_can_be_given(text: str, given_words: list[str]) -> None:
    """Words that join to the same letters are the same phrase where datatrove joins them without spaces."""
    text += "".join(given_words)
    assert measured(text, given_words) == pytest.approx(slow(text, given_words), abs=1e-12)


# Phrases of these have one to twenty blocks of 16 bytes, and some differ in their last bytes only.
LONG = st.sampled_from(["x" * 15, "x" * 16, "x" * 17, "字" * 11, "y" * 40, "y" * 39 + "z", "a", "ab" * 60])


@given(st.lists(LONG, max_size=24), st.lists(LONG, max_size=12), st.lists(LONG, max_size=8))
def test_phrases_of_long_words(first: list[str], again: list[str], last: list[str]) -> None:
    given_words = [*first, *again, *last, *again]
    text = " ".join(given_words)
    assert measured(text, given_words) == pytest.approx(slow(text, given_words), abs=1e-12)


def test_the_first_phrase_counts_among_equals() -> None:
    assert measured("x" * 100, ["a", "b", "long", "word", "a", "b", "long", "word"])["top_2gram"] == 2 * 3 / 100
    assert measured("x" * 100, ["long", "word", "a", "b", "long", "word", "a", "b"])["top_2gram"] == 2 * 9 / 100


def test_long_documents_after_short_ones() -> None:
    """The tables serve one document after the other: none sees what another left."""
    long = " ".join(words(15_000))
    texts = ["a b " * 40, long, "a b " * 40, long, ""]
    found = scores(*texts)
    assert found[0] == found[2] and found[1] == found[3] == scores(long)[0]
    assert found[1]["duplicate_5grams"] == 0 and found[0]["duplicate_5grams"] > 0.3


@pytest.mark.parametrize("most", [0, 1, 100, 9_999, 10_000, 10_001, 12_000, 20_000, 20_001, 1_000_000])
def test_the_table_holds_every_document_of_its_frame(most: int) -> None:
    """A table just too large for the cache has fewer slots than one that fits: the most words do not decide alone."""
    assert all(kernels._bits(n) <= kernels._most_bits(most) for n in (*range(0, most, 97), most, min(most, 10_000)))


def words(n: int, start: int = 0) -> list[str]:
    """Different words of four letters."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return [f"x{letters[i // 676 % 26]}{letters[i // 26 % 26]}{letters[i % 26]}" for i in range(start, start + n)]


def phrase(n: int, times: int, characters: int) -> str:
    """A text of so many characters with one phrase of n words, `times` times, apart from each other."""
    rest = iter(words(2_000))
    parts: list[str] = []
    for _ in range(times):
        parts += [*words(n, 5_000), next(rest)]
    while len(" ".join(parts)) + 5 <= characters:
        parts.append(next(rest))
    text = " ".join(parts)
    return text + "x" * (characters - len(text))


def paragraphs(n: int, repeated: int, letters: int = 4) -> str:
    return "\n\n".join([*(f"{w:x<{letters}}" for w in words(n - repeated)), *["xaaa"] * repeated])


@pytest.mark.parametrize(
    ("reason", "passes", "breaks"),
    [
        ("duplicate_lines", "\n".join([*words(7), *["xaaa"] * 3]), "\n".join([*words(6), *["xaaa"] * 4])),
        # A line that repeats has 4 characters.
        ("duplicate_line_characters", "xaaa\nxaaa\n" + "b" * 10, "xaaa\nxaaa\n" + "b" * 9),
        ("duplicate_paragraphs", paragraphs(10, 3), paragraphs(10, 4)),
        ("duplicate_paragraph_characters", "xaaa\n\nxaaa\n\n" + "b" * 8, "xaaa\n\nxaaa\n\n" + "b" * 7),
        ("top_2gram", phrase(2, 5, 225), phrase(2, 5, 224)),  # 5 x 9 characters are a fifth of 225
        ("top_3gram", phrase(3, 9, 700), phrase(3, 9, 699)),  # 9 x 14
        ("top_4gram", phrase(4, 8, 950), phrase(4, 8, 949)),  # 8 x 19
        *((f"duplicate_{n}grams", phrase(n, 6, math.ceil(5 * 4 * n / (0.2 - n / 100))),
           phrase(n, 6, math.ceil(5 * 4 * n / (0.2 - n / 100)) - 1)) for n in range(5, 11)),
    ],
)  # fmt: skip
def test_each_rule_at_its_limit(reason: str, passes: str, breaks: str) -> None:
    assert reason not in reasons(passes)
    assert reason in reasons(breaks)


def test_every_rule_is_tested_at_its_limit() -> None:
    mark = next(m for m in test_each_rule_at_its_limit.pytestmark if m.name == "parametrize")  # type: ignore[attr-defined]
    assert {case[0] for case in mark.args[1]} == set(STAGE.reasons)


def test_two_rows_with_the_same_words_are_not_one_document() -> None:
    text = " ".join(words(30))
    both = scores(text, text)
    assert both[0] == both[1] == scores(text)[0]
    assert {score for name, score in both[1].items() if name.startswith("duplicate")} == {0.0}


# --- where datatrove is wrong: docs/conformance.md lists each with its reason -----------------------------------------


def test_an_empty_text_repeats_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """`too_few_words` takes it; datatrove's filter for repetition drops it as `empty`."""
    from datatrove.pipeline.filters import gopher_repetition_filter as module

    assert Given(monkeypatch, module).verdict(module.GopherRepetitionFilter(), "") == "empty"
    assert reasons("") == []


# --- what looks wrong there and is the same here ----------------------------------------------------------------------


def test_a_phrase_that_occurs_once_is_the_most_frequent_one() -> None:
    assert scores("one two three")[0]["top_2gram"] == len("one two") / len("one two three")


def test_line_feeds_around_a_text_are_two_empty_lines() -> None:
    assert scores("\na\n")[0]["duplicate_lines"] == 1 / 3
