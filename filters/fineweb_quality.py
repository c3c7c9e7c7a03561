"""FineWeb's rules for documents (Penedo et al. 2024, arXiv:2406.17557, section 3.6), with limits for every script."""

from __future__ import annotations

from typing import Optional

import numpy as np
import numpy.typing as npt
import polars as pl
from pydantic import Field

from filters import _unicode
from filters._kernels.c4_tables import MORE_ENDS
from schemas.columns import Column
from schemas.per_language import ByLanguage, PerLanguage
from schemas.stage import Measure, Rule, StageParams, Threshold, threshold

_FINEWEB = "FineWeb, arXiv:2406.17557, section 3.6"
# 30 code points of English say as much as these of other scripts, by the paragraphs of the Universal Declaration of
# Human Rights; scripts that differ from Latin by less than a quarter, or need more, have 30 too.
_SHORT_LINES = {"default": 30, "Hans": 13, "Hant": 16, "Hani": 13, "Jpan": 16, "Hang": 17, "Yiii": 12, "Ethi": 20,
                "Hebr": 22}  # fmt: skip
# Pickle finds a class by its name in a module, which pydantic gives to those that are made at its top.
_OfSource = ByLanguage[Optional[int]]  # noqa: UP045 (as pydantic spells it)
_Length = PerLanguage[int]


class Params(StageParams):
    """What is counted, and the limits of the rules."""

    short_line_length: _Length = Field(
        _Length.model_validate(_SHORT_LINES),
        description="Length up to which a line is short",
        json_schema_extra={"unit": "code points"},
    )  # fmt: skip
    line_punctuation_exclude_zero: bool = Field(
        False, description="Give a document none of whose lines ends with a stop the share 1, so that it passes"
    )
    min_line_punctuation: Threshold = threshold(
        {"default": 0.12, "Thai": None, "Laoo": None, "Lana": None}, "Share of lines that end with a stop, at least",
        unit="0 to 1", source=f"{_FINEWEB}; off where the script has no stop",
    )  # fmt: skip
    max_short_lines: Threshold = threshold(0.67, "Share of short lines, at most", unit="0 to 1", source=_FINEWEB)
    max_duplicate_characters: Threshold = threshold(
        0.01, "Share of characters in lines that stood before, at most", unit="0 to 1", source=_FINEWEB
    )
    max_new_line_ratio: Threshold = threshold(0.3, "Line ends for each word, at most", unit="ratio", source=_FINEWEB)


def measure(frame: pl.DataFrame, params: Params, resource: None) -> pl.DataFrame:
    """Score each document.

    Args:
        frame: with `text`, `words`, `language` and `source`, height n.

    Returns:
        The columns in `STAGE.adds`, height n. A text without lines that show something has no shares: they are null,
        as `new_line_ratio` is without words, and as all are for a null text.
    """
    from filters._kernels import fineweb as kernels
    from filters._kernels.memory import masks, padded
    from filters._kernels.utf8 import strings

    text, starts = strings(frame["text"])
    data = padded(text)
    room = 1 << int(2 * kernels.longest(data, starts)).bit_length()
    out = np.zeros((frame.height, 6), np.int64)
    space, stops = _tables()
    kernels.count(
        data, starts, space, stops, _short(frame, params.short_line_length),
        np.zeros(room, np.int64), np.empty(room, np.uint64), np.empty((room, 2), np.int64), masks(), out,
    )  # fmt: skip
    counts = pl.DataFrame(out, schema=["lines", "ended", "short", "repeated", "points", "feeds"], orient="row")
    lines, words = pl.col("lines"), frame["words"].list.len()
    shown = lines > 0
    punctuation = pl.col("ended") / lines
    if params.line_punctuation_exclude_zero:
        punctuation = pl.when(pl.col("ended") > 0).then(punctuation).otherwise(1.0)
    return counts.select(
        pl.when(shown).then(punctuation).alias("line_punctuation"),
        pl.when(shown).then(pl.col("short") / lines).alias("short_lines"),
        pl.when(shown).then(pl.col("repeated") / pl.col("points")).alias("duplicate_characters"),
        pl.when(shown & (words > 0)).then(pl.col("feeds") / words).alias("new_line_ratio"),
    )


def _tables() -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Which code points are white space, and which end a line."""
    flags = _unicode.flags()
    stops = (flags & _unicode.TERMINAL) > 0
    stops[[ord(c) for c in MORE_ENDS]] = True
    return (flags & _unicode.SPACE) > 0, stops


def _short(frame: pl.DataFrame, lengths: PerLanguage[int]) -> npt.NDArray[np.int64]:
    """The length of a short line for each row, shape (n,)."""
    rows = frame.select(pl.col("source").fill_null(""), pl.col("language").fill_null(""))
    pairs = rows.unique(maintain_order=True)
    values = [lengths.for_row(*pair) for pair in pairs.iter_rows()]
    table = pairs.with_columns(pl.Series("short", values, dtype=pl.Int64))
    return rows.join(table, on=["source", "language"], how="left", maintain_order="left")["short"].to_numpy()


STAGE = Measure(
    name="fineweb_quality",
    version=1,
    summary="Punctuated, short and repeated lines, and line ends for each word, by FineWeb's rules",
    params=Params,
    reads=("text", "words", "language", "source"),
    adds=(
        Column("line_punctuation", pl.Float64, "Share of lines, blank ones aside, that end with a stop"),
        Column("short_lines", pl.Float64, "Share of lines, blank ones aside, that are short"),
        Column("duplicate_characters", pl.Float64, "Share of characters that are in lines which stood before"),
        Column("new_line_ratio", pl.Float64, "Line ends for each word"),
    ),
    measure=measure,
    rules=(
        Rule("few_line_ends_punctuated", "line_punctuation", "min_line_punctuation", "at_least",
             "Menus, headings and lists end without a stop"),
        Rule("too_many_short_lines", "short_lines", "max_short_lines", "at_most", "Menus and lists have short lines"),
        Rule("duplicate_characters", "duplicate_characters", "max_duplicate_characters", "at_most",
             "Lines that come again are boilerplate"),
        Rule("list_like", "new_line_ratio", "max_new_line_ratio", "at_most", "A list has a word or two a line"),
    ),
)  # fmt: skip
