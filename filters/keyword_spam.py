"""Keyword stuffing: a few content words again and again, runs of keywords between commas, rows of hashtags.

All figures are over the shared words, punctuation left out of the counts, so they exist in every script. Words that
are short (fewer than four letters, or two in Chinese, Korean and katakana) are taken for function words and do not
count as keywords. The diversity is the moving-average type-token ratio (Covington & McFall 2010,
doi:10.1080/09296171003643098), which does not depend on the length of the text; a text shorter than the window is one
window. Keywords are looked for in texts of 30 words or more: a sentence may well name one thing three times.
"""

from __future__ import annotations

import polars as pl
from pydantic import Field

from schemas.columns import Column
from schemas.stage import Measure, Rule, StageParams, Threshold, threshold

_MEASURED = (
    "measured on the Universal Declaration of Human Rights in 448 languages and 26,940 pages of manuals in 35; "
    "see docs/rules.md"
)


class Params(StageParams):
    """The window, and limits of the rules."""

    window: int = Field(
        50, ge=10, le=10_000, description="Words over which the diversity is taken",
        json_schema_extra={"unit": "words"},
    )  # fmt: skip
    max_keyword_share: Threshold = threshold(
        0.3, "Share of the words that repeat one of the three most frequent content words", unit="0 to 1",
        source=_MEASURED,
    )  # fmt: skip
    min_lexical_diversity: Threshold = threshold(
        0.4, "Different words in a window, by its words", unit="0 to 1", source=_MEASURED
    )
    max_keyword_runs: Threshold = threshold(
        0.5, "Share of the words in runs of eight or more items of up to three words", unit="0 to 1", source=_MEASURED
    )
    max_hashtags: Threshold = threshold(
        0.2, "Share of the words that are hashtags", unit="0 to 1", source="our choice: more is no sentence"
    )


def measure(frame: pl.DataFrame, params: Params, resource: None) -> pl.DataFrame:
    """Score each document.

    Args:
        frame: with `text` and `words`.

    Returns:
        The columns in `STAGE.adds`; a text without words repeats nothing (diversity 1), a null text has null scores.
    """
    from filters._kernels.keyword_spam import scan, separators, tables
    from filters._kernels.utf8 import lists

    words = lists(frame["words"])
    scores = scan(words.data, words.starts, words.lists, *tables(), separators(), params.window)
    out = pl.DataFrame({column.name: values for column, values in zip(STAGE.adds, scores, strict=True)})
    there = frame["text"].is_not_null()
    return out.select(pl.when(there).then(pl.col(c.name)).alias(c.name) for c in STAGE.adds)


STAGE = Measure(
    name="keyword_spam",
    version=1,
    summary="Keyword stuffing: frequent content words, little lexical diversity, runs of keywords, rows of hashtags",
    params=Params,
    reads=("text", "words"),
    adds=(
        Column("keyword_share", pl.Float64, "Repeats of the three most frequent content words, by all words"),
        Column("lexical_diversity", pl.Float64, "Moving-average type-token ratio"),
        Column("keyword_runs", pl.Float64, "Share of the words in long runs of short items between commas or bars"),
        Column("hashtags", pl.Float64, "Share of the words that are hashtags"),
    ),
    measure=measure,
    rules=(
        Rule("keyword_spam", "keyword_share", "max_keyword_share", "at_most", "A few keywords again and again"),
        Rule("low_lexical_diversity", "lexical_diversity", "min_lexical_diversity", "at_least",
             "The same words again and again"),
        Rule("keyword_list", "keyword_runs", "max_keyword_runs", "at_most", "Keywords in a row, not sentences"),
        Rule("too_many_hashtags", "hashtags", "max_hashtags", "at_most", "Hashtags, not sentences"),
    ),
)  # fmt: skip
