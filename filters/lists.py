"""List, menu and index pages: pages of short lines without a sentence among them, in any script.

A list line is short, does not end as a sentence or a clause does, and is no row of a table. Single list lines are
headings or verses; what marks a page as a list is a long run of them that holds most of its words. Words are
estimated by line (`filters._kernels.lines`), so scripts without spaces are measured alike. Thai and Lao write no full
stop: there the length of the line decides alone.
"""

from __future__ import annotations

import polars as pl
from pydantic import Field

from schemas.columns import Column
from schemas.stage import Measure, Rule, StageParams, Threshold, threshold

_MEASURED = "measured on 26,940 pages of manuals in 35 languages, read by eye around the limit; see docs/rules.md"
_FEWEST_PAIRS = 20  # neighbouring list lines from which an order can be told from chance


class Params(StageParams):
    """What a list is, and limits of the rules."""

    line_words: float = Field(
        8, gt=0, description="Words up to which a line is short", json_schema_extra={"unit": "words"}
    )
    run_length: int = Field(
        20, ge=2, description="List lines in a row that make a list", json_schema_extra={"unit": "lines"}
    )
    max_list_words: Threshold = threshold(
        0.55, "Share of the words in long runs of list lines", unit="0 to 1", source=_MEASURED
    )
    max_link_words: Threshold = threshold(0.5, "Share of the words in lines of links", unit="0 to 1", source=_MEASURED)
    max_sorted_lines: Threshold = threshold(
        0.4, "How far the lines stand in alphabetical order", unit="0 to 1", source=_MEASURED
    )
    max_number_lines: Threshold = threshold(
        None, "Share of lines that end in a number; off by default, because tables do so too", unit="0 to 1",
        source="our choice",
    )  # fmt: skip


def measure(frame: pl.DataFrame, params: Params, resource: None) -> pl.DataFrame:
    """Score each document.

    Args:
        frame: with `text`.

    Returns:
        The columns in `STAGE.adds`; 0 for a text without lines, null for a null text.
    """
    from filters._kernels.lines import lines
    from filters._kernels.list_pages import figures

    table, data = lines(frame["text"])
    scores = figures(
        data, table.begin, table.end, table.of, table.words, table.letters, table.separators, table.last, table.key,
        params.line_words, params.run_length, _FEWEST_PAIRS,
    )  # fmt: skip
    there = frame["text"].is_not_null()
    out = pl.DataFrame({column.name: values for column, values in zip(STAGE.adds, scores, strict=True)})
    return out.select(pl.when(there).then(pl.col(c.name)).alias(c.name) for c in STAGE.adds)


STAGE = Measure(
    name="lists",
    version=1,
    summary="List, menu, index and archive pages: long runs of short lines, bars of links, lines in alphabetical order",
    params=Params,
    reads=("text",),
    adds=(
        Column("list_lines", pl.Float64, "Share of lines that are short and end neither a sentence nor a clause"),
        Column("list_words", pl.Float64, "Share of the words that stand in long runs of such lines"),
        Column("link_words", pl.Float64, "Share of the words in lines of links: two or more signs such as | or »"),
        Column("number_lines", pl.Float64, "Share of lines that end in a number"),
        Column("sorted_lines", pl.Float64, "Pairs of list lines in alphabetical order less pairs out of it, by lines"),
    ),
    measure=measure,
    rules=(
        Rule("list_page", "list_words", "max_list_words", "at_most", "A list of names or titles, not running text"),
        Rule("menu_page", "link_words", "max_link_words", "at_most", "Bars of links, not running text"),
        Rule("index_page", "sorted_lines", "max_sorted_lines", "at_most", "An index: entries in alphabetical order"),
        Rule("archive_page", "number_lines", "max_number_lines", "at_most", "Entries with dates, counts or pages"),
    ),
)  # fmt: skip
