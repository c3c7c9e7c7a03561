"""Repetition rules of Gopher (Rae et al. 2021, arXiv:2112.11446, table A1): repeated lines, one phrase again and again.

The figures are defined as datatrove has them (`docs/conformance.md` lists where ours differ). All lengths are in
characters (code points), and all shares of characters are of the whole text. Phrases run over the words of
`filters._segments`, so they exist in every script, and punctuation marks are words.
"""

from __future__ import annotations

import polars as pl

from filters import _unicode
from schemas.columns import Column
from schemas.stage import Measure, Rule, StageParams, Threshold, threshold

_GOPHER = "Gopher, arXiv:2112.11446, table A1"


def _phrase(default: float, n: int, what: str) -> Threshold:
    limit: Threshold = threshold(default, f"Share of characters in {what} of {n} words", unit="0 to 1", source=_GOPHER)
    return limit


class Params(StageParams):
    """Limits of the rules."""

    max_duplicate_lines: Threshold = threshold(
        0.3, "Share of lines that repeat an earlier one", unit="0 to 1", source=_GOPHER
    )
    max_duplicate_line_characters: Threshold = threshold(
        0.2, "Share of characters in lines that repeat an earlier one", unit="0 to 1", source=_GOPHER
    )
    max_duplicate_paragraphs: Threshold = threshold(
        0.3, "Share of paragraphs that repeat an earlier one", unit="0 to 1", source=_GOPHER
    )
    max_duplicate_paragraph_characters: Threshold = threshold(
        0.2, "Share of characters in paragraphs that repeat an earlier one", unit="0 to 1", source=_GOPHER
    )
    max_top_2gram: Threshold = _phrase(0.2, 2, "the most frequent phrase")
    max_top_3gram: Threshold = _phrase(0.18, 3, "the most frequent phrase")
    max_top_4gram: Threshold = _phrase(0.16, 4, "the most frequent phrase")
    max_duplicate_5grams: Threshold = _phrase(0.15, 5, "repeated phrases")
    max_duplicate_6grams: Threshold = _phrase(0.14, 6, "repeated phrases")
    max_duplicate_7grams: Threshold = _phrase(0.13, 7, "repeated phrases")
    max_duplicate_8grams: Threshold = _phrase(0.12, 8, "repeated phrases")
    max_duplicate_9grams: Threshold = _phrase(0.11, 9, "repeated phrases")
    max_duplicate_10grams: Threshold = _phrase(0.1, 10, "repeated phrases")


def measure(frame: pl.DataFrame, params: Params, resource: None) -> pl.DataFrame:
    """Score each document.

    Args:
        frame: with `text` and `words`.

    Returns:
        The columns in `STAGE.adds`. Shares of an empty text, and of one with fewer words than a phrase, are 0; a null
        text has null scores.
    """
    from filters._kernels.gopher_repetition import repetition
    from filters._kernels.utf8 import lists, strings

    out = repetition(strings(frame["text"]), lists(frame["words"]), _unicode.flags())
    scores = pl.DataFrame(out, schema=[column.name for column in STAGE.adds], orient="row")
    known = frame["text"].is_not_null()
    return scores.select(pl.when(known).then(pl.col(column.name)).alias(column.name) for column in STAGE.adds)


_TOP, _DUPLICATE = (2, 3, 4), (5, 6, 7, 8, 9, 10)

# In the order in which the kernel writes them.
_COLUMNS = (
    Column("duplicate_lines", pl.Float64, "Share of lines that repeat an earlier one"),
    Column("duplicate_line_characters", pl.Float64, "Share of characters in such lines"),
    Column("duplicate_paragraphs", pl.Float64, "Share of paragraphs (between empty lines) that repeat an earlier one"),
    Column("duplicate_paragraph_characters", pl.Float64, "Share of characters in such paragraphs"),
    *(Column(f"top_{n}gram", pl.Float64, f"Share of characters in the most frequent phrase of {n} words")
      for n in _TOP),
    *(Column(f"duplicate_{n}grams", pl.Float64, f"Share of characters in phrases of {n} words that occurred before")
      for n in _DUPLICATE),
)  # fmt: skip
_WHY = {
    "duplicate_lines": "The same lines again and again",
    "duplicate_line_characters": "Much of the text is a repeated line",
    "duplicate_paragraphs": "The same paragraphs again and again",
    "duplicate_paragraph_characters": "Much of the text is a repeated paragraph",
    **{f"top_{n}gram": "One phrase again and again: keyword spam" for n in _TOP},
    **{f"duplicate_{n}grams": "Much of the text was said before in the same words: templates" for n in _DUPLICATE},
}

STAGE = Measure(
    name="gopher_repetition",
    version=2,
    summary="Repeated lines, paragraphs and phrases of two to ten words, by Gopher's rules",
    params=Params,
    reads=("text", "words"),
    adds=_COLUMNS,
    measure=measure,
    rules=tuple(Rule(name, name, f"max_{name}", "at_most", why) for name, why in _WHY.items()),
)
