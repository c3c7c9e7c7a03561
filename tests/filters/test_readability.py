"""Lengths of sentences and words, and LIX where words have spaces."""

from __future__ import annotations

import polars as pl
import pytest

from filters import _segments
from filters.readability import STAGE, Params


def score(*texts: str | None) -> list[dict[str, float | None]]:
    frame = _segments.add(pl.DataFrame({"text": texts}, schema={"text": pl.String}), STAGE.reads)
    return STAGE.measure(frame, Params(), None).to_dicts()


def test_lix_is_words_a_sentence_and_long_words() -> None:
    (row,) = score("The harbour is quiet. Fishermen mend their old nets beside it.")
    assert row["sentence_words"] == 5.5
    assert row["longest_sentence"] == 7
    assert row["long_words"] == pytest.approx(2 / 11)
    assert row["lix"] == pytest.approx(5.5 + 100 * 2 / 11)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [("Мост построили давно. Он стоит.", 2), ("पुल पुराना है। वह मजबूत है।", 2), ("الجسر قديم. هل هو قوي؟", 2),
     ("ድልድዩ ያረጀ ነው። ጠንካራ ነው።", 2), ("Afárá náà ti pẹ́. Ó lágbára.", 2)],
)  # fmt: skip
def test_sentences_of_many_scripts(text: str, sentences: int) -> None:
    (row,) = score(text)
    words = len([w for w in _segments.cut_words(pl.Series([text]))[0] if any(c.isalpha() for c in w)])
    assert row["sentence_words"] == words / sentences and row["lix"] is not None


@pytest.mark.parametrize("text", ["橋は古い。とても強い。", "สะพานนี้เก่ามากแต่ยังแข็งแรง", "这座桥很老。它很结实。"])
def test_no_lix_without_spaces_but_lengths(text: str) -> None:
    (row,) = score(text)
    assert row["lix"] is None and row["sentence_words"] and row["word_letters"]


def test_marks_are_no_letters() -> None:
    assert score("हिन्दी")[0]["word_letters"] == 3


def test_a_dump_without_ends_of_sentence() -> None:
    (row,) = score("alpha beta gamma " * 100)
    assert row["sentence_words"] == row["longest_sentence"] == 300
    limits = Params().max_sentence_words
    assert (
        limits.resolve("eng_Latn") == 150 and limits.resolve("tha_Thai") is None and limits.resolve("lao_Laoo") is None
    )


def test_nothing_to_measure() -> None:
    null, empty = score(None, "")
    assert set(null.values()) == {None}
    assert set(empty.values()) == {0}
