"""Our C4 and FineWeb rules beside datatrove's, given the same words and sentences: every figure, verdict and text."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import polars as pl
import pytest
from conformance import documents
from datatrove.data import Document
from datatrove.pipeline.filters import c4_filters, fineweb_quality_filter
from datatrove.pipeline.filters.c4_filters import C4ParagraphFilter, C4QualityFilter
from datatrove.pipeline.filters.fineweb_quality_filter import FineWebQualityFilter

from filters import _segments, c4_lines, c4_quality, fineweb_quality
from pipelines import judge
from pipelines.plan import Step

CLOSE = 1e-9

# What C4's rules look at, to be put together in any order.
PIECES = (
    "A line of prose that ends well.", "Is it so?", "He said \"no\"", "It's 'quoted'", "Wait for it...", "a.", ".",
    "Please enable JavaScript to go on.", "javascript", "Lorem ipsum dolor sit amet.", "LOREM IPSUM", "if (x) {", "{",
    "This site USES COOKIES, as all do.", "Read our Privacy Policy.", "terms of use", "[12]", "[ 12]", "[]", "[edit]",
    "[Edit]", "[citation needed]", "[citation needed", "[[3]]", "[٣]", "java[1]script", "lorem[edit] ipsum", "{[2]}",
    " ", "  ", "\t", "\n", "\n\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u00a0", "\u3000", "\u200b",
    "Пример строки.", "今天天气很好。", "一二三。", "สวัสดี", "क्या हाल है।", "Kelvin: coo\u212aies.", "javascr\u0130pt.",
    "x" * 1_000, "x" * 1_001, "\U0001f600",
)  # fmt: skip


def made_up(n: int = 3_000) -> list[str]:
    """Texts put together from what the rules look at; the same ones each time."""
    chance = random.Random(7)
    texts = ["", " ", "\n", "a\n", "\na", "a\r\n\r\nb"]
    mild = [piece for piece in PIECES if "{" not in piece and "ipsum" not in piece.lower()] + list(PIECES[:4]) * 4
    for _ in range(n):
        glue = chance.choice(["", " ", "\n", " ", "\n"])
        texts.append(glue.join(chance.choices(chance.choice([PIECES, mild]), k=chance.randint(1, 30))))
    return texts


def real() -> list[str]:
    return documents()["text"].to_list()


BOTH = pytest.mark.parametrize("corpus", [made_up, real])


# --- C4 -------------------------------------------------------------------------------------------------------------


def sentences(text: str, language: str = "") -> list[str]:
    """A splitter for both sides: datatrove calls it on each line that it keeps."""
    return [part for part in text.replace("?", ".").split(".") if part.strip()]


class Published(C4QualityFilter):
    """datatrove's filter with its counters in reach."""

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        self.counted: Counter[str] = Counter()
        return super().filter(doc)

    def stat_update(self, *labels: str, value: int = 1, unit: str | None = None) -> None:
        self.counted.update(labels)


COUNTERS = {
    "c4_lines_long_word": "line-filter-too_long_word",
    "c4_lines_no_punctuation": "line-filter-no_terminal_punc",
    "c4_lines_few_words": "line-filter-too_few_words",
    "c4_lines_javascript": "line-filter-javascript",
    "c4_lines_policy": "line-filter-policy",
}
SETTINGS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "all rules": ({}, {}),
    "lines without punctuation stay": ({"filter_no_terminal_punct": False}, {"terminal_punctuation": False}),
    "short lines stay": (
        {"filter_no_terminal_punct": False, "min_words_per_line": -1},
        {"terminal_punctuation": False, "min_words_per_line": 0},
    ),
    "citations stay": ({"remove_citations": False}, {"citations": False}),
    "javascript and policies stay": (
        {"filter_javascript": False, "filter_policy": False}, {"javascript": False, "policy": False},
    ),
    "long words": ({"max_word_length": 12}, {"max_word_length": 12}),
    "words of any length": ({"max_word_length": -1}, {"max_word_length": None}),
}  # fmt: skip


@BOTH
@pytest.mark.parametrize("setting", SETTINGS)
def test_c4(corpus: Any, setting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(c4_filters, "split_into_sentences", sentences)
    theirs, ours = SETTINGS[setting]
    texts = corpus()
    frame = pl.DataFrame({"text": texts})
    edited = c4_lines.edit(frame, c4_lines.Params(published=True, **ours), None)
    cut = [[part for line in text.split("\n") for part in sentences(line)] for text in edited["text"]]
    edited = edited.with_columns(pl.Series("sentences", cut, dtype=pl.List(pl.String)))
    params = c4_quality.Params()
    scores = c4_quality.measure(edited, params, None).with_columns(source=pl.lit("s"), language=pl.lit("eng_Latn"))
    verdicts = judge.reasons(scores, [Step(c4_quality.STAGE, params)]).to_list()
    filter_ = Published(**theirs)
    kept = 0
    for text, row, found in zip(texts, edited.iter_rows(named=True), verdicts, strict=True):
        document = Document(text=text, id="1")
        result = filter_.filter(document)
        if result is not True:
            assert isinstance(result, tuple) and result[1] in found, (text, result, found)
            if result[1] != "too_few_sentences":
                continue  # it stopped in the middle of the document
        else:
            kept += 1
            assert found == []
            assert row["text"] == document.text
        blank = sum(not line.strip() for line in text.splitlines())
        there = {name: filter_.counted[label] for name, label in COUNTERS.items()}
        where = "c4_lines_no_punctuation" if filter_.filter_no_terminal_punct else "c4_lines_few_words"
        there[where] -= blank if there[where] else 0
        assert {name: row[name] for name in COUNTERS} == there, text
    assert kept > 50


@BOTH
def test_c4_keeps_as_many_sentences(corpus: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit at which datatrove changes its mind is our count."""
    monkeypatch.setattr(c4_filters, "split_into_sentences", sentences)
    texts = corpus()
    edited = c4_lines.edit(pl.DataFrame({"text": texts}), c4_lines.Params(published=True), None)
    cut = [[part for line in text.split("\n") for part in sentences(line)] for text in edited["text"]]
    frame = edited.with_columns(pl.Series("sentences", cut, dtype=pl.List(pl.String)))
    scores = c4_quality.measure(frame, c4_quality.Params(), None)
    for text, n, lorem, curly in zip(texts, *scores.get_columns()[:3], strict=True):
        if lorem or curly:
            continue
        assert C4QualityFilter(min_num_sentences=n).filter(Document(text=text, id="1")) is True
        assert C4QualityFilter(min_num_sentences=n + 1).filter(Document(text=text, id="1")) is not True


@BOTH
def test_mc4_paragraphs(corpus: Any) -> None:
    texts = corpus()
    none = pl.Series("sentences", [[]] * len(texts), dtype=pl.List(pl.String))
    frame = pl.DataFrame({"text": texts, "sentences": none})
    filter_ = C4ParagraphFilter()
    for text, length in zip(
        texts, c4_quality.measure(frame, c4_quality.Params(), None)["long_paragraphs"], strict=True
    ):
        for limit in {1, length, length + 1, 200} - {0}:
            filter_.min_paragraph_len = limit
            assert (length >= limit) is filter_.paragraph_filter(text), (text, length)


# --- FineWeb --------------------------------------------------------------------------------------------------------

OFF = {"line_punct_thr": -1.0, "short_line_thr": 2.0, "char_duplicates_ratio": 2.0, "new_line_ratio": 1e9}
FIGURES = {  # column -> datatrove's parameter, and on which side of the limit a document stays
    "line_punctuation": ("line_punct_thr", 1),
    "short_lines": ("short_line_thr", -1),
    "duplicate_characters": ("char_duplicates_ratio", -1),
    "new_line_ratio": ("new_line_ratio", -1),
}
REASONS = {
    "line_punct_ratio": "few_line_ends_punctuated", "short_line_ratio": "too_many_short_lines",
    "char_dup_ratio": "duplicate_characters", "list_ratio": "list_like", "empty": "unmeasured",
}  # fmt: skip


def measured(texts: list[str], **params: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
    frame = _segments.add(pl.DataFrame({"text": pl.Series(texts, dtype=pl.String)}), ["words"])
    frame = frame.with_columns(source=pl.lit("web"), language=pl.lit("eng_Latn"))
    return frame, fineweb_quality.measure(frame, fineweb_quality.Params(**params), None)


@BOTH
@pytest.mark.parametrize("figure", FIGURES)
def test_fineweb_figures(corpus: Any, figure: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """datatrove tells no figures: they lie where it changes its mind."""
    frame, scores = measured(corpus())
    name, side = FIGURES[figure]
    words: list[str] = []
    monkeypatch.setattr(fineweb_quality_filter, "split_into_words", lambda *_: words)
    for text, words, score in zip(frame["text"], frame["words"].to_list(), scores[figure], strict=True):
        if score is None:
            assert not text.strip() or not words
            continue
        document = Document(text=text, id="1")
        words = words or ["none"]
        for shift, stays in ((-side * CLOSE, True), (side * CLOSE, False)):
            result = FineWebQualityFilter(**{**OFF, name: score + shift}).filter(document)
            assert (result is True) is stays, (text, score, result)


@BOTH
@pytest.mark.parametrize("exclude_zero", [False, True])
def test_fineweb_verdicts(corpus: Any, exclude_zero: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    frame, scores = measured(corpus(), line_punctuation_exclude_zero=exclude_zero)
    params = fineweb_quality.Params(line_punctuation_exclude_zero=exclude_zero)
    steps = [Step(fineweb_quality.STAGE, params)]
    verdicts = judge.reasons(pl.concat([frame, scores], how="horizontal"), steps).to_list()
    filter_ = FineWebQualityFilter(line_punct_exclude_zero=exclude_zero)
    words: list[str] = []
    monkeypatch.setattr(fineweb_quality_filter, "split_into_words", lambda *_: words)
    kept = 0
    for text, words, found in zip(frame["text"], frame["words"].to_list(), verdicts, strict=True):
        if text.strip() and not words:
            assert "unmeasured" in found  # datatrove divides by zero
            continue
        result = filter_.filter(Document(text=text, id="1"))
        kept += result is True
        assert found == [] if result is True else REASONS[result[1]] in found, (text, result, found)
    assert kept > 50
