"""The books of Derive stages, from the rows that were written: what was to be made and was, and what it cost."""

from __future__ import annotations

import json
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from pipelines.plan import Step
from schemas.manifest import DerivedCounts, DerivedGroup, Usage
from schemas.stage import Derive

MADE = ("stage", "language", "operator", "accepted", "reasons", "scores", "attempts")
"""Columns of derived rows that are counted; `accepted` is Boolean, `reasons` null in accepted rows."""


def derived(step: Step[Derive], rows: Iterable[dict[str, Any]], made: pl.DataFrame) -> DerivedCounts:
    """What a stage made of its rows.

    Args:
        step: the stage.
        rows: the rows that it works on (`id`, `language`, `source`).
        made: the columns `MADE` of all derived rows.

    Raises:
        AccountingError: a row is missing.
    """
    worked_on = skipped = wanted = 0
    for row in rows:
        variants = step.stage.variants(row, step.params)
        worked_on += 1
        skipped += not variants
        wanted += len(variants)
    own = made.filter(pl.col("stage") == step.name)
    accepted = int(own["accepted"].sum())
    parts = own.partition_by("language", "operator", as_dict=True, include_key=False)
    counts = DerivedCounts(
        stage=step.name,
        rows=worked_on,
        skipped=skipped,
        wanted=wanted,
        accepted=accepted,
        quarantined=own.height - accepted,
        groups=[
            _group(str(language), str(operator), parts[language, operator]) for language, operator in sorted(parts)
        ],
    )
    counts.check()
    return counts


def _group(language: str, operator: str, rows: pl.DataFrame) -> DerivedGroup:
    good, bad = rows.filter("accepted"), rows.filter(~pl.col("accepted"))
    reasons = Counter(bad["reasons"].explode().drop_nulls().to_list())
    scores: dict[str, list[float]] = defaultdict(list)
    for text in good["scores"].drop_nulls():
        for name, value in json.loads(text).items():
            if isinstance(value, int | float):
                scores[name].append(float(value))
    return DerivedGroup(
        language=language,
        operator=operator,
        accepted=good.height,
        quarantined=bad.height,
        by_reason=dict(sorted(reasons.items())),
        medians={name: round(statistics.median(values), 4) for name, values in sorted(scores.items())},
        repaired=good.filter(pl.col("attempts") > 1).height,
    )


def usage(rows: Sequence[pl.DataFrame]) -> list[Usage]:
    """What the answers cost that derived rows rest on, by stage, role and model. Each request counts once.

    Args:
        rows: frames with `stage` and `exchanges`.
    """
    parts = [
        frame.select("stage", pl.col("exchanges").alias("one"))
        .explode("one")
        .filter(pl.col("one").is_not_null())
        .select(
            "stage",
            *(
                pl.col("one").struct.field(name)
                for name in ("role", "model", "key", "prompt_tokens", "completion_tokens", "dollars")
            ),
        )
        for frame in rows
        if frame.height
    ]
    if not parts:
        return []
    groups = ["stage", "role", "model"]
    table = (
        pl.concat(parts)
        .unique(["stage", "role", "model", "key"], maintain_order=True)
        .sort(*groups, "key")
        .group_by(groups, maintain_order=True)
        .agg(
            pl.len().alias("requests"),
            pl.col("prompt_tokens").sum(),
            pl.col("completion_tokens").sum(),
            pl.when(pl.col("dollars").is_null().any()).then(None).otherwise(pl.col("dollars").sum()).alias("dollars"),
        )
    )
    return [
        Usage(**{**row, "dollars": None if row["dollars"] is None else round(row["dollars"], 9)})
        for row in table.iter_rows(named=True)
    ]
