"""Benchmark items inside documents: overlap by n-grams, and by the whole item where that is short. The document goes.

Two texts are compared by their terms (`filters._terms`): words, or graphemes where a script has no spaces, in one form,
so that case, width, normal form, digits, punctuation, spacing and markup around do not matter. An n-gram is 13 words,
21 graphemes of Chinese or Japanese, 36 of Thai and its like, or the like of these together; measured, see
docs/decontamination.md. Evidence is kept: which item, and which stretch of the document.
"""

from __future__ import annotations

import polars as pl

from filters._decontamination import matches, ready, runs
from filters._decontamination.index import Index
from filters._decontamination.params import BenchmarkParams
from schemas.columns import Column
from schemas.stage import Measure, Rule, Threshold, threshold


class Params(BenchmarkParams):
    """The benchmarks, and how much of them a document may hold."""

    max_ngrams: Threshold = threshold(
        0, "Matches with benchmark items (n-grams, and short items as a whole) that a document may hold",
        unit="matches", source="none, as GPT-3, arXiv:2005.14165, and datatrove",
    )  # fmt: skip
    max_share: Threshold = threshold(
        None, "Share of a document's words and graphemes that may lie in such matches; off by default",
        unit="0 to 1", source="our choice: instead of max_ngrams, where spans are cut out afterwards",
    )  # fmt: skip


def measure(frame: pl.DataFrame, params: Params, resource: Index) -> pl.DataFrame:
    """Look for benchmark items.

    Args:
        frame: with `text`.
        resource: from `ready.open_index`.

    Returns:
        The columns in `STAGE.adds`. A null text has null scores.
    """
    sizes = runs.sizes(params)
    weighed = runs.weigh(frame["text"], sizes)
    found = matches.find(weighed, resource, sizes)
    shown = matches.evidence(frame["text"], weighed, found, matches.stretches(found), resource)
    return shown.rename(dict(zip(shown.columns, (c.name for c in STAGE.adds), strict=True)))


STAGE = Measure(
    name="decontamination",
    version=1,
    summary="Finds benchmark items in documents: overlap by 13-grams of words or by graphemes, short items as a whole",
    params=Params,
    reads=("text",),
    adds=(
        Column("contaminated_ngrams", pl.Int64, "N-grams of benchmark items in the document, and whole short items"),
        Column("contaminated_share", pl.Float64, "Share of the document's words and graphemes that lie in them"),
        Column("contaminated_item", pl.String, "Benchmark and id of the item with most matches; null without one"),
        Column("contaminated_text", pl.String, "Longest matching stretch of the document, cut at 500 characters"),
    ),
    open=ready.open_index,
    fingerprint=ready.fingerprint,
    prepare=ready.prepare,
    measure=measure,
    rules=(
        Rule("contaminated", "contaminated_ngrams", "max_ngrams", "at_most", "Benchmark items stand in the text"),
        Rule("too_much_contaminated", "contaminated_share", "max_share", "at_most",
             "Much of the text is benchmark items"),
    ),
)  # fmt: skip
