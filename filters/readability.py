"""How hard a text is to read, by length of its sentences and words, with no list of any language.

LIX (Björnsson 1968, Läsbarhet) is words a sentence plus the percentage of words longer than six letters. It was made
for European languages and is null where most letters are of a script without spaces, whose dictionary words have one
to three. Letters are counted without combining marks.
"""

from __future__ import annotations

import polars as pl

from schemas.columns import Column
from schemas.stage import Measure, Rule, StageParams, Threshold, threshold

_OFF = "our choice; off, because genres differ: look at the distribution first"


class Params(StageParams):
    """Limits of the rules; only that of the mean sentence is on."""

    min_sentence_words: Threshold = threshold(None, "Mean words of a sentence at least", unit="words", source=_OFF)
    max_sentence_words: Threshold = threshold(
        {"default": 150, "Thai": None, "Laoo": None},
        "Mean words of a sentence at most; Thai and Lao write no full stop", unit="words",
        source="measured on 26,940 pages of manuals and 531 declarations; see docs/rules.md",
    )  # fmt: skip
    max_longest_sentence: Threshold = threshold(
        None, "Words of the longest sentence at most; off, because one table is no reason to drop a long page",
        unit="words", source="our choice",
    )  # fmt: skip
    min_lix: Threshold = threshold(None, "LIX at least", unit="LIX", source=_OFF)
    max_lix: Threshold = threshold(None, "LIX at most", unit="LIX", source=_OFF)


def measure(frame: pl.DataFrame, params: Params, resource: None) -> pl.DataFrame:
    """Score each document.

    Args:
        frame: with `text`, `words` and `sentences`.

    Returns:
        The columns in `STAGE.adds`; 0 for a text without words, null for a null text. `lix` is null too where most
        letters are of a script without spaces.
    """
    from filters._kernels.lines import lines
    from filters._kernels.readability import classes, scan
    from filters._kernels.utf8 import lists

    words, length, long, unspaced = scan(*lists(frame["words"]), classes())
    # The longest by the estimate of the line table: words and sentences are cut apart and need not nest.
    flat = frame.select("sentences").with_row_index("row").explode("sentences", empty_as_null=False, keep_nulls=False)
    table, _ = lines(flat["sentences"])
    parts = pl.DataFrame({"sentence": table.row, "words": table.words}).group_by("sentence").agg(pl.col("words").sum())
    sizes = flat.with_row_index("sentence").select("row", pl.col("sentence").cast(pl.Int64))
    sizes = sizes.join(parts, on="sentence").filter(pl.col("words") > 0)
    longest = sizes.group_by("row").agg(pl.len().alias("n"), pl.col("words").max().alias("longest"))
    out = frame.select("text").with_row_index("row").join(longest, on="row", how="left", maintain_order="left")
    n_words = pl.Series(words).cast(pl.Float64)
    mean = n_words / pl.max_horizontal(pl.col("n").fill_null(1), 1)
    scores = out.with_columns(
        mean.alias("sentence_words"),
        pl.col("longest").fill_null(0.0).alias("longest_sentence"),
        pl.Series(length).alias("word_letters"),
        pl.Series(long).alias("long_words"),
        pl.when(pl.Series(unspaced) <= 0.5).then(mean + 100 * pl.Series(long)).alias("lix"),
    )
    return scores.select(pl.when(pl.col("text").is_not_null()).then(pl.col(c.name)).alias(c.name) for c in STAGE.adds)


STAGE = Measure(
    name="readability",
    version=1,
    summary="Length of sentences and words, share of long words, and LIX where words have spaces",
    params=Params,
    reads=("text", "words", "sentences"),
    adds=(
        Column("sentence_words", pl.Float64, "Mean words of a sentence"),
        Column("longest_sentence", pl.Float64, "Words of the longest sentence; a script without spaces: estimated"),
        Column("word_letters", pl.Float64, "Mean letters of a word, combining marks left out"),
        Column("long_words", pl.Float64, "Share of words of more than six letters"),
        Column("lix", pl.Float64, "LIX; null where most letters are of a script without spaces"),
    ),
    measure=measure,
    rules=(
        Rule("sentences_too_short", "sentence_words", "min_sentence_words", "at_least", "Fragments, not sentences"),
        Rule("sentences_too_long", "sentence_words", "max_sentence_words", "at_most",
             "No ends of sentences: a list, a table or a log"),
        Rule("sentence_without_end", "longest_sentence", "max_longest_sentence", "at_most",
             "A list, a table or a log inside"),
        Rule("too_easy", "lix", "min_lix", "at_least", "Easier to read than wanted"),
        Rule("too_hard", "lix", "max_lix", "at_most", "Harder to read than wanted"),
    ),
)  # fmt: skip
