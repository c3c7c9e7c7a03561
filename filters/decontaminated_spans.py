"""Benchmark items taken out of documents, with the sentences that they touch. The rest of the document stays.

What is found is what `decontamination` finds. A cut text is looked through again until nothing is left: sentences that
now follow each other may be an item. Evidence is kept: which item, and the longest stretch that went.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl
from pydantic import Field

from filters._decontamination import cuts, matches, ready, runs
from filters._decontamination.index import Index
from filters._decontamination.params import BenchmarkParams
from filters._decontamination.runs import I64
from schemas.columns import Column
from schemas.stage import Edit


class Params(BenchmarkParams):
    """The benchmarks, and what goes with a match."""

    unit: cuts.Unit = Field(
        "sentence",
        description="What goes as a whole where a match touches it: sentence, line, or paragraph (between blank "
        "lines); in Thai and Lao, which end no sentence with a sign, a sentence is a line",
    )
    min_ngrams: int = Field(
        1, ge=1, description="Matches that a stretch needs to be cut", json_schema_extra={"unit": "matches"}
    )


def edit(frame: pl.DataFrame, params: Params, resource: Index) -> pl.DataFrame:
    """Cut benchmark items out of `text`.

    Args:
        frame: with `text`.
        resource: from `ready.open_index`.

    Returns:
        `text` and the columns in `STAGE.adds`. A null text stays null, with nulls; where nothing is left the text is
        empty.
    """
    now = frame["text"].clone()
    shown, changed, texts, made = _once(now, params, resource)
    counts = np.zeros(frame.height, np.int64)
    rows = np.arange(frame.height)
    while len(changed):
        rows = rows[changed]
        counts[rows] += made
        now = now.scatter(rows, texts)
        _, changed, texts, made = _once(texts, params, resource)
    length = frame["text"].str.len_chars().cast(pl.Int64)
    return pl.DataFrame({"text": now}).with_columns(
        pl.when(frame["text"].is_not_null()).then(pl.Series(counts)).alias("decontaminated_spans"),
        (length - now.str.len_chars().cast(pl.Int64)).alias("decontaminated_characters"),
        shown["item"].alias("decontaminated_item"),
        shown["stretch"].alias("decontaminated_text"),
    )


def _once(text: pl.Series, params: Params, index: Index) -> tuple[pl.DataFrame, I64, pl.Series, I64]:
    """Evidence for each text, rows that are cut, their new texts, and how many stretches went from each."""
    sizes = runs.sizes(params)
    weighed = runs.weigh(text, sizes)
    found, parts = matches.at_least(matches.find(weighed, index, sizes), params.min_ngrams)
    shown = matches.evidence(text, weighed, found, parts, index)
    begins, ends = matches.spans(text, weighed, parts)
    changed, first = np.unique(parts.rows, return_index=True)
    made, texts = np.zeros(len(changed), np.int64), []
    of_row = pairwise([*first.tolist(), len(parts.rows)])
    for number, (row, (a, b)) in enumerate(zip(changed.tolist(), of_row, strict=True)):
        spans = zip(begins[a:b].tolist(), ends[a:b].tolist(), strict=True)
        shorter, made[number] = cuts.cut(text[row], spans, params.unit)
        texts.append(shorter)
    return shown, changed, pl.Series(texts, dtype=pl.String), made


STAGE = Edit(
    name="decontaminated_spans",
    version=1,
    summary="Cuts benchmark items out of documents, with the sentences, lines or paragraphs that they touch",
    params=Params,
    reads=("text",),
    adds=(
        Column("decontaminated_spans", pl.Int64, "Stretches cut out because they match benchmark items"),
        Column("decontaminated_characters", pl.Int64, "Characters removed with them"),
        Column("decontaminated_item", pl.String, "Benchmark and id of the item with most matches; null without one"),
        Column("decontaminated_text", pl.String, "Longest matching stretch that went, cut at 500 characters"),
    ),
    open=ready.open_index,
    fingerprint=ready.fingerprint,
    prepare=ready.prepare,
    edit=edit,
)
