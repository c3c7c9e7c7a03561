"""Scores against thresholds: the reasons why a document does not stay.

Thresholds are a table with one row for each (source, language) that occurs, joined to the scores: 1,900 languages cost
one join. A rule whose threshold is null there is off; so is one that does not apply to a document, for that document. A
score that is null where a rule needs it gives the reason `unmeasured`: what could not be measured is not accepted.

Which documents a `top_share` rule keeps depends on all documents: `pipelines.selection` says it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines.catalogue import UNMEASURED
from pipelines.plan import Step
from schemas.stage import Derive, Measure, Rule

_GROUP = ["source", "language"]

Kept = Mapping[str, pl.Series]
"""Reason of a `top_share` rule that is on anywhere -> whether it keeps each row: Boolean, null without a score."""


@dataclass(frozen=True)
class _Bound:
    rule: Rule
    step: Step[Any]
    column: str  # of the threshold in the joined frame, or of what the rule keeps


def _bound(steps: Iterable[Step[Measure] | Step[Derive]]) -> list[_Bound]:
    return [
        _Bound(rule, step, f"__{step.name}.{rule.threshold}.{rule.reason}")
        for step in steps
        for rule in step.stage.rules
    ]


def rules(steps: Iterable[Step[Any]]) -> list[tuple[str, Rule]]:
    """Every rule with the name of its stage, in order."""
    return [(b.step.name, b.rule) for b in _bound(steps)]


def reasons(frame: pl.DataFrame, steps: Sequence[Step[Any]], kept: Kept | None = None) -> pl.Series:
    """Every rule that each row breaks, in the order of the rules.

    Args:
        frame: `source`, `language` and the score columns; height n.
        steps: Measure (or Derive) steps.
        kept: what `top_share` rules keep; None leaves those rules out (they need all documents first).

    Returns:
        Lists of reasons, length n, named `reasons`; empty for a row that passes.
    """
    bound = [b for b in _bound(steps) if b.rule.keep != "top_share" or b.rule.reason in (kept or {})]
    if not bound or frame.is_empty():
        return pl.Series("reasons", [[]] * frame.height, dtype=pl.List(pl.String))
    scores = list(dict.fromkeys(b.rule.score for b in bound if b.rule.keep != "top_share"))
    keyed = frame.select(
        pl.col("source").fill_null(""),
        pl.col("language").fill_null(""),
        *(pl.col(s).alias(f"_{s}") for s in scores),
        *(applies(b.rule).alias(f"{b.column}.applies") for b in bound),
    )
    joined = keyed.join(_thresholds(keyed, bound), on=_GROUP, how="left", maintain_order="left")
    joined = joined.with_columns(
        kept[b.rule.reason].alias(b.column) for b in bound if kept is not None and b.rule.keep == "top_share"
    )
    parts = [_reason(b) for b in bound]
    return joined.select(pl.concat_list(parts).list.drop_nulls().list.unique(maintain_order=True).alias("reasons"))[
        "reasons"
    ]


def _thresholds(keyed: pl.DataFrame, bound: list[_Bound]) -> pl.DataFrame:
    """The thresholds of the (source, language) pairs that occur."""
    pairs = keyed.select(_GROUP).unique(maintain_order=True)
    columns = []
    for b in bound:
        if b.rule.keep in ("among", "top_share"):
            continue
        values = [limit(b.step, b.rule, source, language) for source, language in pairs.iter_rows()]
        columns.append(pl.Series(b.column, values, dtype=pl.Float64))
    return pairs.with_columns(columns)


def limit(step: Step[Any], rule: Rule, source: str, language: str) -> float | None:
    """The threshold of a rule for a row of `source` in `language`; null where the rule is off."""
    value: float | None = getattr(step.params, rule.threshold).for_row(source, language)
    return value


def applies(rule: Rule) -> pl.Expr:
    """Whether a rule speaks of each row (Boolean, never null): where that is not known, it does."""
    return pl.lit(True) if rule.applies is None else pl.col(rule.applies).fill_null(True)


def reads(steps: Iterable[Step[Any]]) -> list[str]:
    """The columns that rules read, each once, but for lists of scores."""
    found = [name for _, rule in rules(steps) for name in (rule.score, rule.applies) if name is not None]
    return list(dict.fromkeys(found))


def _reason(b: _Bound) -> pl.Expr:
    told = _held(b)
    return pl.when(pl.col(f"{b.column}.applies")).then(told).otherwise(pl.lit(None, dtype=pl.String))


def _held(b: _Bound) -> pl.Expr:
    if b.rule.keep == "top_share":
        kept = pl.col(b.column)
        broken = pl.when(kept.is_null()).then(pl.lit(UNMEASURED)).when(~kept).then(pl.lit(b.rule.reason))
        return broken.otherwise(pl.lit(None, dtype=pl.String))
    score = pl.col(f"_{b.rule.score}")
    if b.rule.keep == "among":
        allowed = getattr(b.step.params, b.rule.threshold)
        if allowed is None:
            return pl.lit(None, dtype=pl.String)
        held = score.is_in(list(allowed))
        on: pl.Expr = pl.lit(True)
    else:
        threshold = pl.col(b.column)
        held = score <= threshold if b.rule.keep == "at_most" else score >= threshold
        on = threshold.is_not_null()
    missing = score.is_null()
    if b.rule.score not in ("language",):
        missing = missing | (score.is_nan() if b.rule.keep != "among" else pl.lit(False))
    return (
        pl.when(on & missing)
        .then(pl.lit(UNMEASURED))
        .when(on & ~held)
        .then(pl.lit(b.rule.reason))
        .otherwise(pl.lit(None, dtype=pl.String))
    )
