"""Gopher's figures and verdicts beside datatrove's, on real documents and the same words.

datatrove stops at the first broken rule and gives no figures: figures are computed by its own functions and, where the
rule stands inside `filter`, by its expressions; verdicts by its filters with one rule on at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import polars as pl
import pytest
from conformance import Given, declarations, documents
from datatrove.pipeline.filters import gopher_quality_filter as quality
from datatrove.pipeline.filters import gopher_repetition_filter as repetition
from datatrove.utils.text import PUNCTUATION_SET

from filters import _segments, gopher_quality, gopher_repetition

THEIR_BULLETS = "•-"
OTHER_BULLETS = str.maketrans(dict.fromkeys(set(gopher_quality._BULLETS) - set(THEIR_BULLETS), "x"))


def cut(how: str, text: pl.Series) -> pl.Series:
    """Words of each text: ours; those between white space; what datatrove's default English tokenizer cuts."""
    if how == "ours":
        return _segments.cut_words(text)
    if how == "white space":
        return pl.Series("words", [one.split() for one in text], dtype=pl.List(pl.String))
    pytest.importorskip("spacy", reason="datatrove's default tokenizer is not installed")
    from datatrove.utils.text import split_into_words

    return pl.Series("words", [split_into_words(one, "eng") for one in text], dtype=pl.List(pl.String))


_HALVES = ("ours", "white space")  # each sees half of the documents: it is their side that takes the time


@cache
def _frame(which: str) -> pl.DataFrame:
    chosen = (declarations() if which == "declarations" else documents()).select("text")
    if which in _HALVES:
        chosen = chosen.gather_every(2, _HALVES.index(which))
    chosen = chosen.with_columns(pl.Series("text", [one.translate(OTHER_BULLETS) for one in chosen["text"]]))
    how = "ours" if which == "declarations" else which
    return chosen.with_columns(
        cut(how, chosen["text"]).alias("words"), pl.lit("eng_Latn").alias("language"), pl.lit("web").alias("source")
    )


@pytest.fixture(params=["ours", "white space", "theirs", "declarations"])
def frame(request: pytest.FixtureRequest) -> pl.DataFrame:
    """Real documents with words. Bullets that only we know are taken out: the tests of our side have them."""
    return _frame(request.param)


def rows(frame: pl.DataFrame) -> Iterator[tuple[str, list[str]]]:
    yield from frame.select("text", "words").iter_rows()


def their_quality(text: str, words: list[str]) -> dict[str, float]:
    """The expressions in datatrove's filter; 0 where it would divide by nothing."""
    named = [w for w in words if any(ch not in PUNCTUATION_SET for ch in w)]
    lines = text.splitlines()
    n_words, n_lines = len(words) or 1, len(lines) or 1
    return {
        "word_count": len(named),
        "mean_word_length": float(np.mean([len(w) for w in named])) if named else 0.0,
        "hash_ratio": text.count("#") / n_words,
        "ellipsis_ratio": (text.count("...") + text.count("…")) / n_words,
        "bullet_lines": sum(s.lstrip().startswith(("•", "-")) for s in lines) / n_lines,
        "ellipsis_lines": sum(s.rstrip().endswith(("...", "…")) for s in lines) / n_lines,
        "alphabetic_words": sum(any(c.isalpha() for c in w) for w in words) / n_words,
        "stop_words": len(set(quality.STOP_WORDS) & {w.lower() for w in words}),  # they compare case
    }


def their_repetition(text: str, words: list[str]) -> dict[str, float]:
    bare = repetition.GopherRepetitionFilter()
    lines, paragraphs = bare._line_splitter.split(text), bare.paragraph_exp.split(text.strip())
    (n_lines, c_lines), (n_paragraphs, c_paragraphs) = map(repetition.find_duplicates, (lines, paragraphs))
    out = {
        "duplicate_lines": n_lines / len(lines),
        "duplicate_line_characters": c_lines / len(text),
        "duplicate_paragraphs": n_paragraphs / len(paragraphs),
        "duplicate_paragraph_characters": c_paragraphs / len(text),
    }
    for n in (2, 3, 4):
        grams = repetition.get_n_grams(words, n)
        out[f"top_{n}gram"] = repetition.find_top_duplicate(grams) / len(text) if grams else 0.0
    for n in range(5, 11):
        out[f"duplicate_{n}grams"] = repetition.find_all_duplicate(words, n) / len(text)
    return out


def ours(frame: pl.DataFrame) -> pl.DataFrame:
    params = gopher_quality.Params(stop_words={"eng": quality.STOP_WORDS})
    scores = [
        gopher_quality.measure(frame, params, None),
        gopher_repetition.measure(frame, gopher_repetition.Params(), None),
    ]
    return pl.concat(scores, how="horizontal")


def test_every_figure(frame: pl.DataFrame) -> None:
    each = [{**their_quality(*row), **their_repetition(*row)} for row in rows(frame)]
    theirs = pl.DataFrame(each, infer_schema_length=None)
    mine = ours(frame)
    assert set(theirs.columns) == set(mine.columns)
    apart = {name: (theirs[name].cast(pl.Float64) - mine[name].cast(pl.Float64)).abs() for name in theirs.columns}
    for name, differences in apart.items():
        worst = differences.arg_max() or 0
        assert differences.max() <= 1e-9, (name, theirs[name][worst], mine[name][worst], frame["text"][worst][:200])
    most = max(d.max() for d in apart.values())
    print(f"{frame.height} documents, {len(apart)} figures each, apart by at most {most}")


# Column, datatrove's parameter, whether it is a lower limit, and limits: the default, then others that FineWeb2 and
# the documents call for.
QUALITY = (
    ("word_count", "min_doc_words", True, (50, 300)),
    ("word_count", "max_doc_words", False, (100_000, 400)),
    ("mean_word_length", "min_avg_word_length", True, (3, 2, 4.5)),
    ("mean_word_length", "max_avg_word_length", False, (10, 21, 5)),
    ("hash_ratio", "max_symbol_word_ratio", False, (0.1, 0.01)),
    ("ellipsis_ratio", "max_symbol_word_ratio", False, (0.1, 0.01)),
    ("bullet_lines", "max_bullet_lines_ratio", False, (0.9, 0.2)),
    ("ellipsis_lines", "max_ellipsis_lines_ratio", False, (0.3, 0.05)),
    ("alphabetic_words", "max_non_alpha_words_ratio", True, (0.8, 0.837)),
    ("stop_words", "min_stop_words", True, (2, 5)),
)
QUALITY_OFF = dict.fromkeys(parameter for _, parameter, _, _ in QUALITY)
THEIR_REASON = {
    "min_doc_words": "gopher_short_doc", "max_doc_words": "gopher_long_doc",
    "min_avg_word_length": "gopher_below_avg_threshold", "max_avg_word_length": "gopher_above_avg_threshold",
    "hash_ratio": "gopher_too_many_hashes", "ellipsis_ratio": "gopher_too_many_ellipsis",
    "bullet_lines": "gopher_too_many_bullets", "ellipsis_lines": "gopher_too_many_end_ellipsis",
    "alphabetic_words": "gopher_below_alpha_threshold", "stop_words": "gopher_enough_stop_words",
}  # fmt: skip
REPETITION = {
    "duplicate_lines": ("dup_line_frac", (0.3, 0.262)),
    "duplicate_line_characters": ("dup_line_char_frac", (0.2, 0.05)),
    "duplicate_paragraphs": ("dup_para_frac", (0.3, 0.05)),
    "duplicate_paragraph_characters": ("dup_para_char_frac", (0.2, 0.05)),
    "top_2gram": ("top_n_grams", (0.2, 0.077)),
    "top_3gram": ("top_n_grams", (0.18, 0.073)),
    "top_4gram": ("top_n_grams", (0.16, 0.07)),
    **{f"duplicate_{n}grams": ("dup_n_grams", (round(0.2 - n / 100, 2), 0.05)) for n in range(5, 11)},
}  # fmt: skip
REPETITION_OFF = {
    "dup_line_frac": None, "dup_para_frac": None, "dup_line_char_frac": None, "dup_para_char_frac": None,
    "top_n_grams": (), "dup_n_grams": (),
}  # fmt: skip


def test_every_verdict_on_quality(frame: pl.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    given = Given(monkeypatch, quality)
    mine = ours(frame)
    for column, parameter, at_least, limits in QUALITY:
        for limit in limits:
            their_filter = quality.GopherQualityFilter(**{**QUALITY_OFF, parameter: limit})
            broken = mine[column] < limit if at_least else mine[column] > limit
            reason = THEIR_REASON[column if column in THEIR_REASON else parameter]
            expected = [reason if one else None for one in broken]
            if column == "ellipsis_ratio":  # one parameter for both signs there, and hash signs come first
                hashes = mine["hash_ratio"] > limit
                expected = [THEIR_REASON["hash_ratio"] if h else e for h, e in zip(hashes, expected, strict=True)]
            for (text, words), verdict, n_words in zip(rows(frame), expected, mine["word_count"], strict=True):
                if n_words == 0:  # they cannot divide, or do not ask: see `test_gopher_quality`
                    continue
                fed = [w.lower() for w in words] if column == "stop_words" else words  # they compare case
                theirs = given.verdict(their_filter, text, fed)
                if column == "hash_ratio" and theirs == THEIR_REASON["ellipsis_ratio"]:
                    theirs = None
                assert theirs == verdict, (column, limit, text[:200])


def test_every_verdict_on_repetition(frame: pl.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    given = Given(monkeypatch, repetition)
    mine = ours(frame)
    for column, (parameter, limits) in REPETITION.items():
        for limit in limits:
            n = "".join(filter(str.isdigit, column))
            their_filter = repetition.GopherRepetitionFilter(
                **{**REPETITION_OFF, parameter: ((int(n), limit),) if n else limit}
            )
            for (text, words), score in zip(rows(frame), mine[column], strict=True):
                verdict = given.verdict(their_filter, text, words)
                assert (verdict is not None) == (score > limit), (column, limit, verdict, text[:200])


def test_every_rule_was_compared() -> None:
    assert {column for column, *_ in QUALITY} == {c.name for c in gopher_quality.STAGE.adds}
    assert set(REPETITION) == {c.name for c in gopher_repetition.STAGE.adds}
