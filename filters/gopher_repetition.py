"""Repetition rules of Gopher (Rae et al. 2021, arXiv:2112.11446, table A1): repeated lines, one phrase again and again.

Lengths are in characters (code points). Word n-grams run over the words of `filters._words`, so they exist in every
script; the characters of an n-gram are those of its words, without what stands between.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from schemas.columns import Column
from schemas.stage import Measure, Rule, StageParams, Threshold, threshold

_GOPHER = "Gopher, arXiv:2112.11446, table A1"
_TOP_NGRAMS = (2, 3, 4)
U64 = npt.NDArray[np.uint64]


class Params(StageParams):
    """Limits of the rules."""

    max_duplicate_lines: Threshold = threshold(
        0.3, "Share of lines that repeat an earlier one", unit="0 to 1", source=_GOPHER
    )
    max_duplicate_line_characters: Threshold = threshold(
        0.2, "Share of characters in lines that repeat an earlier one", unit="0 to 1", source=_GOPHER
    )
    max_top_2gram: Threshold = threshold(
        0.2, "Share of characters in the most frequent two-word phrase", unit="0 to 1", source=_GOPHER
    )
    max_top_3gram: Threshold = threshold(
        0.18, "Share of characters in the most frequent three-word phrase", unit="0 to 1", source=_GOPHER
    )
    max_top_4gram: Threshold = threshold(
        0.16, "Share of characters in the most frequent four-word phrase", unit="0 to 1", source=_GOPHER
    )


def measure(frame: pl.DataFrame, params: Params, resource: None) -> pl.DataFrame:
    """Score each document.

    Args:
        frame: with `text` and `words`.

    Returns:
        The columns in `STAGE.adds`. Shares of a text without lines or words are 0; a null text has null scores.
    """
    rows = frame.select(pl.col("text").is_null().alias("null")).with_row_index("row")
    scores = rows.join(_lines(frame), on="row", how="left", maintain_order="left")
    scores = scores.join(_ngrams(frame), on="row", how="left", maintain_order="left")
    return scores.select(
        pl.when(~pl.col("null")).then(pl.col(column.name).fill_null(0.0)).alias(column.name) for column in STAGE.adds
    )


def _lines(frame: pl.DataFrame) -> pl.DataFrame:
    lines = (
        frame.select(pl.col("text").str.split("\n").alias("line"))
        .with_row_index("row")
        .explode("line")
        .with_columns(pl.col("line").str.strip_chars())
        .filter(pl.col("line") != "")
    )
    # Group by the hash of a line: the strings themselves are long, and equality inside one frame is all it serves.
    lines = lines.select("row", pl.col("line").hash().alias("hash"), pl.col("line").str.len_chars().alias("chars"))
    counted = lines.group_by("row", "hash").agg(pl.len().alias("n"), pl.col("chars").first())
    repeats, total = pl.col("n") - 1, pl.col("n").sum()
    return counted.group_by("row").agg(
        (repeats.sum() / total).alias("duplicate_lines"),
        ((repeats * pl.col("chars")).sum() / (pl.col("n") * pl.col("chars")).sum()).alias("duplicate_line_characters"),
    )


def _ngrams(frame: pl.DataFrame) -> pl.DataFrame:
    flat = frame.select("words").with_row_index("row").explode("words", empty_as_null=False).drop_nulls("words")
    row = flat["row"].to_numpy()
    word = flat["words"].hash().to_numpy()
    ends = np.concatenate(([0], np.cumsum(flat["words"].str.len_chars().to_numpy(), dtype=np.int64)))
    out = flat.group_by("row").agg(pl.col("words").str.len_chars().sum().alias("total"))
    # The document goes into the hash: then one column tells phrases of all documents apart.
    start = np.arange(len(row), dtype=np.int64)
    gram = _mix(row.astype(np.uint64), word)
    for n in range(2, max(_TOP_NGRAMS) + 1):
        # A phrase occurs twice only if its beginning does: each length looks at what the one before left over.
        inside = start + n <= len(row)
        start, gram = start[inside], gram[inside]
        inside = row[start] == row[start + n - 1]
        start, gram = start[inside], gram[inside]
        gram = _mix(gram, word[start + n - 1])
        repeated = pl.Series(gram).is_duplicated().to_numpy()
        start, gram = start[repeated], gram[repeated]
        if n in _TOP_NGRAMS:
            out = _add_top(out, n, row[start], gram, ends[start + n] - ends[start])
    return out.drop("total")


def _mix(state: U64, value: U64) -> U64:
    """Hash of a sequence, one value longer."""
    mixed = (state ^ value) * np.uint64(0x9E3779B97F4A7C15)
    return mixed ^ (mixed >> np.uint64(32))


def _add_top(
    out: pl.DataFrame, n: int, row: npt.NDArray[np.uint32], gram: U64, chars: npt.NDArray[np.int64]
) -> pl.DataFrame:
    """Add the share of each document's most frequent phrase; among equally frequent ones the longest counts."""
    counted = (
        pl.DataFrame({"row": row, "gram": gram, "chars": chars})
        .group_by("gram")
        .agg(pl.len().alias("n"), pl.col("row").first(), pl.col("chars").first())
    )
    top = counted.group_by("row").agg(
        (pl.col("chars").filter(pl.col("n") == pl.col("n").max()).max() * pl.col("n").max()).alias("covered")
    )
    share = (pl.col("covered") / pl.col("total")).clip(upper_bound=1.0).fill_null(0.0)
    return out.join(top, on="row", how="left").with_columns(share.alias(f"top_{n}gram")).drop("covered")


STAGE = Measure(
    name="gopher_repetition",
    version=1,
    summary="Repeated lines and the share of the most frequent two- to four-word phrases, by Gopher's rules",
    params=Params,
    reads=("text", "words"),
    adds=(
        Column("duplicate_lines", pl.Float64, "Share of lines that repeat an earlier one"),
        Column("duplicate_line_characters", pl.Float64, "Share of characters in such lines"),
        *(Column(f"top_{n}gram", pl.Float64, f"Share of word characters in the most frequent {n}-word phrase")
          for n in _TOP_NGRAMS),
    ),
    measure=measure,
    rules=(
        Rule("duplicate_lines", "duplicate_lines", "max_duplicate_lines", "at_most", "The same lines again and again"),
        Rule("duplicate_line_characters", "duplicate_line_characters", "max_duplicate_line_characters", "at_most",
             "Much of the text is a repeated line"),
        *(Rule(f"top_{n}gram", f"top_{n}gram", f"max_top_{n}gram", "at_most",
               "One phrase again and again: keyword spam")
          for n in _TOP_NGRAMS),
    ),
)  # fmt: skip
