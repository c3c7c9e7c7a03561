"""Rows that Derive stages made: how they are stored, and how their gates are judged when they are read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from pipelines import judge
from pipelines.plan import Step
from schemas import languages
from schemas.columns import DERIVED, polars_schema
from schemas.stage import Derive

SCHEMA = pl.Schema([*polars_schema(DERIVED).items(), ("source", pl.String)])
"""Columns of a stored derived row: those of a release, and the source that its document came from."""
_NAMES = tuple(polars_schema(DERIVED))
_AS_JSON = ("scores", "signatures", "parameters")


def flat(row: Mapping[str, Any], source: str) -> dict[str, Any]:
    """A derived row as it is stored: mappings as JSON, every column there."""
    stored = {name: row.get(name) for name in _NAMES}
    for name in _AS_JSON:
        if stored[name] is not None and not isinstance(stored[name], str):
            stored[name] = json.dumps(stored[name], ensure_ascii=False, sort_keys=True)
    return {**stored, "source": source}


def judged(rows: pl.DataFrame, step: Step[Derive]) -> pl.DataFrame:
    """Derived rows with their reasons: what failed in the making, then every gate that their scores break.

    A score that a row does not have at all says that its gate had nothing to say of the row; one that is null could not
    be measured.
    """
    if rows.is_empty():
        return rows
    made = pl.col("reasons").fill_null([])
    # A row that could not be made has no scores: its failure is the reason, not that nothing was measured.
    return (
        rows.with_columns(judge.reasons(scores(rows, step), [step]).alias("gates"))
        .with_columns(pl.when(made.list.len() > 0).then(made).otherwise("gates").alias("reasons"))
        .drop("gates")
    )


def scores(rows: pl.DataFrame, step: Step[Derive]) -> pl.DataFrame:
    """What the gates of a step are judged by: `source`, the pair as `language`, each score and whether it applies."""
    names = list(dict.fromkeys(rule.score for rule in step.stage.rules))
    given = [json.loads(text) if text else {} for text in rows["scores"]]
    return rows.select("source", pair().alias("language")).with_columns(
        column
        for name in names
        for column in (
            pl.Series(name, [_number(one.get(name)) for one in given], dtype=pl.Float64),
            pl.Series(f"{name}.applies", [name in one for one in given], dtype=pl.Boolean),
        )
    )


def pair() -> pl.Expr:
    """The language pair of each row, by which its limits are looked up."""
    return pl.format(f"{{}}{languages.TO}{{}}", pl.col("source_language").fill_null(pl.col("language")), "language")


def _number(value: Any) -> float | None:
    return None if value is None else float(value)
