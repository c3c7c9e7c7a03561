"""What a model knows too little of: texts in letters or bytes, and in scripts whose common part was never seen."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stories import STORIES

from filters import _segments
from filters._embeddings import Embedding, texts
from filters._embeddings.embedder import Embedder
from filters._embeddings.known import Scripts, in_fragments
from filters._kernels import embeddings as kernel
from schemas import sample

SHIPPED = Embedding.model_validate({"backend": "fasttext", "path": "x"}).reference


def numbered(cut: list[list[str]]) -> tuple[np.ndarray, np.ndarray, int]:
    numbers = {token: i for i, token in enumerate(sorted({token for one in cut for token in one}))}
    tokens = np.array([numbers[token] for one in cut for token in one], np.int64)
    return tokens, np.cumsum([0, *map(len, cut)]), len(numbers)


def documents() -> pl.DataFrame:
    rows = []
    for file in sorted((sample.folder() / "documents").glob("*.jsonl")):
        for line in file.read_bytes().split(b"\n"):
            if line.startswith(b"{") and (row := json.loads(line))["fault"] is None:
                rows.append({"kind": row["kind"], "text": row["text"]})
    return pl.DataFrame(rows).filter(pl.col("kind").is_in(["article", "forum", "product", "recipe"]))


def test_words_are_not_fragments_in_any_language() -> None:
    frame = documents()
    assert frame.height > 40
    assert not in_fragments(*numbered(_segments.cut_words(frame["text"]).to_list())).any()


@pytest.mark.parametrize("what", ["bytes", "letters"])
def test_bytes_and_letters_are(what: str) -> None:
    frame = documents().filter(pl.col("text").str.len_chars() > 200)
    if what == "letters":  # characters of Chinese are words, those of Ethiopic and Hangul are syllables
        frame = frame.filter(~pl.col("text").str.contains(r"\p{Han}|\p{Hangul}|\p{Ethiopic}"))
    cut = [[str(byte) for byte in text.encode()] if what == "bytes" else list(text) for text in frame["text"]]
    assert len(cut) > 30 and in_fragments(*numbered(cut)).all()


def test_short_texts_may_repeat_a_word() -> None:
    cut = [[], ["a"], ["a", "b"], ["the", "cat", "and", "the", "dog"], ["a"] * 3, ["a"] * 100]
    assert in_fragments(*numbered(cut)).tolist() == [False, False, False, False, False, True]


@given(st.lists(st.lists(st.integers(0, 9), max_size=30), max_size=8))
def test_equal_pairs(rows: list[list[int]]) -> None:
    tokens = np.array([token for row in rows for token in row], np.int64)
    starts = np.cumsum([0, *map(len, rows)])
    counts, out = np.zeros(10, np.int64), np.empty(len(rows))
    kernel.equal_pairs(tokens, starts, counts, out)
    slow = [sum(a == b for i, a in enumerate(row) for b in row[:i]) for row in rows]
    assert out.tolist() == slow and not counts.any()
    assert [rows[i] for i, _ in enumerate(pairwise(starts))] == rows


def test_scripts_of_the_reference() -> None:
    known = Scripts(pl.Series(["Bonjour tout le monde, " * 5, "привет мир " * 8, "नमस्ते"]))
    asked = pl.Series(["hello", "привет hello", "สวัสดี", "สวัสดี hello", "ab กข", "123", "", None], dtype=pl.String)
    assert known.covered(asked).tolist() == [True, True, False, False, True, True, True, True]
    assert not known.covered(pl.Series(["नमस्ते दुनिया"]))[0], "a word is not enough to know a script"


def test_what_ships_covers_the_scripts_of_the_stories() -> None:
    known = Scripts(texts.read(SHIPPED, "here"))
    covered = dict(zip(STORIES, known.covered(pl.Series([text for _, text in STORIES.values()])), strict=True))
    assert {name for name, is_known in covered.items() if not is_known} <= {"Mongolian", "Cherokee", "Syriac"}, covered
    assert sum(covered.values()) >= 20


def test_what_ships_has_two_texts_of_each_further_language() -> None:
    lines = (sample.folder() / "reference" / "more_languages.jsonl").read_text(encoding="utf-8").splitlines()
    rows = pl.DataFrame([json.loads(line) for line in lines])
    assert rows["language"].value_counts()["count"].unique().to_list() == [2]
    others = {file.stem for file in (sample.folder() / "quality").glob("*.jsonl")}
    assert not others & set(rows["language"]) and len(others) + rows["language"].n_unique() == 85


def test_an_unseen_script_has_no_vector() -> None:
    class Any:
        def __call__(self, texts: pl.Series) -> np.ndarray:
            return np.array([[len(text), text.count("e") + 1.0, 3.0] for text in texts]).reshape(-1, 3)

    reference = pl.Series([text for _, text in STORIES.values() if text.isascii() or "é" in text] * 2)
    found = Embedder(Any(), reference, 0).embed(pl.Series(["hello there", "สวัสดี", "12"]))
    assert found.any(axis=1).tolist() == [True, False, True]
    assert Embedder(Any(), reference.head(0), 0).embed(pl.Series(["สวัสดี"])).any()
