"""C4's rules for documents (Raffel et al. 2020, JMLR 21/140), and mC4's for paragraphs, on the text as it then is.

C4 removes lines first: put `c4_lines` before this stage to have what C4 has.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from schemas.columns import Column
from schemas.stage import Measure, Rule, StageParams, Threshold, threshold

_LOREM_IPSUM = "(?i-u:lorem ipsum)"  # ASCII letters only, as both peers have it
_C4 = "C4, Raffel et al. 2020, JMLR 21/140, section 2.2"


class Params(StageParams):
    """Limits of the rules."""

    # Thai and Lao end a sentence with a space, as they end a phrase, and the Tibetan shad ends both: what is cut there
    # is lines. An ordinary article has one or two of them (sample corpus), and Gopher's `min_words` sees to its length.
    min_sentences: Threshold = threshold(
        {"default": 5, "Thai": None, "Laoo": None, "Lana": None, "Tibt": None}, "Sentences that a document needs",
        unit="sentences", source=f"{_C4}; off where the script has no sign for the end of a sentence",
    )  # fmt: skip
    max_lorem_ipsum: Threshold = threshold(0, "Lines of filler text (lorem ipsum) allowed", unit="lines", source=_C4)
    max_curly_brackets: Threshold = threshold(
        0, "Opening curly brackets allowed; null for corpora that want code", unit="brackets", source=_C4
    )
    min_long_paragraph: Threshold = threshold(
        None, "Length that the third longest line needs; off by default", unit="code points",
        source="mC4, Xue et al. 2021, arXiv:2010.11934, section 3.1: 200",
    )  # fmt: skip


def measure(frame: pl.DataFrame, params: Params, resource: None) -> pl.DataFrame:
    """Score each document.

    Args:
        frame: with `text` and `sentences`, height n.

    Returns:
        The columns in `STAGE.adds`, height n; a null text has null scores.
    """
    from filters._kernels import c4 as kernels
    from filters._kernels.memory import padded
    from filters._kernels.utf8 import strings

    data, starts = strings(frame["text"])
    third = np.zeros(frame.height, np.int64)
    kernels.third_longest(padded(data), starts, third)
    counts = {
        "lorem_ipsum": _lines_with(frame["text"], _LOREM_IPSUM),
        "curly_brackets": frame["text"].str.count_matches("{", literal=True).cast(pl.Int64),
        "long_paragraphs": pl.Series(third),
    }
    there = pl.col("text").is_not_null()
    return frame.select(
        pl.when(there).then(pl.col("sentences").list.len().cast(pl.Int64)).alias("sentence_count"),
        *(pl.when(there).then(values).alias(name) for name, values in counts.items()),
    )


def _lines_with(text: pl.Series, pattern: str) -> pl.Series:
    """How many lines of each text hold a pattern: shape (n,). Most texts do not hold it, and are not cut."""
    count = pl.element().str.contains(pattern).sum()
    holds = pl.col("text").str.contains(pattern)
    lines = pl.when(holds).then(pl.col("text")).str.split("\n").list.eval(count).list.first()
    return text.alias("text").to_frame().select(lines.fill_null(0).cast(pl.Int64))["text"]


STAGE = Measure(
    name="c4_quality",
    version=1,
    summary="Sentences, filler text, curly brackets and long paragraphs, by the rules of C4 and mC4",
    params=Params,
    reads=("text", "sentences"),
    adds=(
        Column("sentence_count", pl.Int64, "Sentences"),
        Column("lorem_ipsum", pl.Int64, "Lines with lorem ipsum"),
        Column("curly_brackets", pl.Int64, "Opening curly brackets"),
        Column("long_paragraphs", pl.Int64, "Code points of the third longest line; 0 where there are fewer lines"),
    ),
    measure=measure,
    rules=(
        Rule("too_few_sentences", "sentence_count", "min_sentences", "at_least", "Too little text to be a document"),
        Rule("lorem_ipsum", "lorem_ipsum", "max_lorem_ipsum", "at_most", "A page that was never filled"),
        Rule("curly_bracket", "curly_brackets", "max_curly_brackets", "at_most", "Code, not prose"),
        Rule("too_few_long_paragraphs", "long_paragraphs", "min_long_paragraph", "at_least", "Snippets, not prose"),
    ),
)
