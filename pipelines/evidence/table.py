"""What a table of evidence is, and what it is told about the recipe."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from pipelines.plan import Plan, Step
from schemas.columns import Column, conform, empty, polars_schema
from schemas.stage import Derive, Rule

FOLDER = "evidence"
Kind = Literal["documents", "derived", "rejected", "dead", "quarantine"]
"""What a released row is: the kind of its config."""


@dataclass(frozen=True)
class Asked:
    """What the tables need to know of the recipe.

    Args:
        scores: numeric columns that stages add to documents.
        rules: reason -> its stage and rule, for reasons that come from a score.
        derive: the Derive steps by name.
    """

    scores: tuple[str, ...]
    rules: Mapping[str, tuple[str, Rule]]
    derive: Mapping[str, Step[Derive]]


def asked(plan: Plan) -> Asked:
    """What a plan's recipe says."""
    scores = tuple(name for name, kind in polars_schema(plan.added()).items() if kind.is_numeric())
    rules = {rule.reason: (step.name, rule) for step in plan.measures for rule in step.stage.rules}
    return Asked(scores, rules, {step.name: step for step in plan.derive_steps})


@dataclass(frozen=True)
class Table:
    """A table of evidence.

    Args:
        name: of its file, without the ending.
        columns: what it holds.
        of_rows: counts the rows of one released file, all of one kind; None where it says nothing of them.
        merged: puts the parts of all files together, sorted; the parts come in the order of the files' paths.
    """

    name: str
    columns: tuple[Column, ...]
    of_rows: Callable[[pl.DataFrame, Kind, Asked], pl.DataFrame | None]
    merged: Callable[[pl.DataFrame], pl.DataFrame]

    @property
    def path(self) -> str:
        """Path inside the release."""
        return f"{FOLDER}/{self.name}.parquet"

    def part(self, rows: pl.DataFrame, kind: Kind, asked: Asked) -> pl.DataFrame:
        """The part of one file; empty where the table says nothing of its rows."""
        found = self.of_rows(rows, kind, asked) if rows.height else None
        return empty(self.columns) if found is None else conform(found, self.columns)

    def whole(self, parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
        """The table of the release."""
        return conform(self.merged(pl.concat([empty(self.columns), *parts])), self.columns)


def summed(by: Sequence[str], *counts: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Merging for tables of counts: the counts of equal keys are added up. A count that is null everywhere stays so."""

    def merged(parts: pl.DataFrame) -> pl.DataFrame:
        sums = [pl.when(pl.col(n).is_not_null().any()).then(pl.col(n).sum()).alias(n) for n in counts]
        return parts.group_by(by).agg(sums).sort(by, nulls_last=True)

    return merged
