"""Scores against thresholds: the reasons why a document does not stay.

Thresholds are a table with one row for each (source, language) that occurs, joined to the scores: 1,900 languages cost
one join. A rule whose threshold is null there is off. A score that is null where a rule needs it gives the reason
`unmeasured`: what could not be measured is not accepted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines.catalogue import UNMEASURED
from pipelines.plan import Step
from schemas.stage import Derive, Measure, Rule

_GROUP = ["source", "language"]
_RESOLUTION = (
    1_000_000  # scores are ranked by their millionths: a count for each value that occurs, not for each document
)

Cuts = Mapping[str, Mapping[tuple[str, str], float]]
"""Reason -> (source, language) -> least score that stays, for `top_share` rules."""


@dataclass(frozen=True)
class _Bound:
    rule: Rule
    step: Step[Any]
    column: str  # of the threshold in the joined frame


def _bound(steps: Iterable[Step[Measure] | Step[Derive]]) -> list[_Bound]:
    return [
        _Bound(rule, step, f"__{step.name}.{rule.threshold}.{rule.reason}")
        for step in steps
        for rule in step.stage.rules
    ]


def rules(steps: Iterable[Step[Any]]) -> list[tuple[str, Rule]]:
    """Every rule with the name of its stage, in order."""
    return [(b.step.name, b.rule) for b in _bound(steps)]


def reasons(frame: pl.DataFrame, steps: Sequence[Step[Any]], cuts: Cuts | None = None) -> pl.Series:
    """Every rule that each row breaks, in the order of the rules.

    Args:
        frame: `source`, `language` and the score columns; height n.
        steps: Measure (or Derive) steps.
        cuts: for `top_share` rules, from `cuts`; None leaves those rules out (they need all documents first).

    Returns:
        Lists of reasons, length n, named `reasons`; empty for a row that passes.
    """
    bound = [b for b in _bound(steps) if b.rule.keep != "top_share" or cuts is not None]
    if not bound or frame.is_empty():
        return pl.Series("reasons", [[]] * frame.height, dtype=pl.List(pl.String))
    scores = list(dict.fromkeys(b.rule.score for b in bound))
    keyed = frame.select(
        pl.col("source").fill_null(""), pl.col("language").fill_null(""), *(pl.col(s).alias(f"_{s}") for s in scores)
    )
    joined = keyed.join(_thresholds(keyed, bound, cuts or {}), on=_GROUP, how="left", maintain_order="left")
    parts = [_reason(b) for b in bound]
    return joined.select(pl.concat_list(parts).list.drop_nulls().list.unique(maintain_order=True).alias("reasons"))[
        "reasons"
    ]


def _thresholds(keyed: pl.DataFrame, bound: list[_Bound], cuts: Cuts) -> pl.DataFrame:
    """The thresholds of the (source, language) pairs that occur."""
    pairs = keyed.select(_GROUP).unique(maintain_order=True)
    columns = []
    for b in bound:
        if b.rule.keep == "among":
            continue
        values = [
            limit(b.step, b.rule, source, language) if b.rule.keep != "top_share" else _cut(b, cuts, source, language)
            for source, language in pairs.iter_rows()
        ]
        columns.append(pl.Series(b.column, values, dtype=pl.Float64))
    return pairs.with_columns(columns)


def _cut(b: _Bound, cuts: Cuts, source: str, language: str) -> float | None:
    """The least score that stays; null where the rule is off, minus infinity where no document competes."""
    if limit(b.step, b.rule, source, language) is None:
        return None
    return cuts[b.rule.reason].get((source, language), -math.inf)


def limit(step: Step[Any], rule: Rule, source: str, language: str) -> float | None:
    """The threshold of a rule for a row of `source` in `language`; null where the rule is off."""
    value: float | None = getattr(step.params, rule.threshold).for_row(source, language)
    return value


def _reason(b: _Bound) -> pl.Expr:
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


def histogram(frame: pl.DataFrame, steps: Sequence[Step[Any]]) -> pl.DataFrame:
    """For each `top_share` rule: how many documents that break no other rule have each score.

    Histograms of shards add up, so the share is exact over any number of them.

    Returns:
        `reason`, `source`, `language`, `value` (score in millionths) and `n`.
    """
    schema = {"reason": pl.String, "source": pl.String, "language": pl.String, "value": pl.Int64, "n": pl.Int64}
    shares = [b for b in _bound(steps) if b.rule.keep == "top_share"]
    if not shares:
        return pl.DataFrame(schema=schema)
    passing = frame.filter(reasons(frame, steps).list.len() == 0)
    parts = [
        passing.filter(pl.col(b.rule.score).is_finite())  # neither null nor NaN, which are `unmeasured`
        .select(
            pl.lit(b.rule.reason).alias("reason"),
            *(pl.col(c).fill_null("") for c in _GROUP),
            _millionths(b.rule.score).alias("value"),
        )
        .group_by("reason", *_GROUP, "value")
        .agg(pl.len().cast(pl.Int64).alias("n"))
        for b in shares
    ]
    return pl.concat(parts).select(pl.col(name).cast(dtype) for name, dtype in schema.items())


def _millionths(score: str) -> pl.Expr:
    return (pl.col(score) * _RESOLUTION).round().cast(pl.Int64)


def cuts(counts: pl.DataFrame, steps: Sequence[Step[Any]]) -> dict[str, dict[tuple[str, str], float]]:
    """The least score that stays, for each `top_share` rule, source and language.

    Of n documents ceil(share x n) stay; those that tie with the last one stay too.

    Args:
        counts: the sum of all shards' histograms.
        steps: the steps.
    """
    out: dict[str, dict[tuple[str, str], float]] = {}
    for b in _bound(steps):
        if b.rule.keep != "top_share":
            continue
        here = counts.filter(pl.col("reason") == b.rule.reason)
        out[b.rule.reason] = {}
        for (source, language), part in here.group_by(_GROUP):
            share = limit(b.step, b.rule, str(source), str(language))
            if share is None:
                continue
            best_first = part.group_by("value").agg(pl.col("n").sum()).sort("value", descending=True)
            # A tiny allowance keeps 0.9 x 10 at 9: the product is 9.000000000000002 for some shares.
            wanted = math.ceil(share * int(best_first["n"].sum()) - 1e-9)
            reached = best_first.filter(pl.col("n").cum_sum() >= max(wanted, 0))
            stays = best_first["value"][0] + 1 if wanted <= 0 else reached["value"][0]
            out[b.rule.reason][str(source), str(language)] = (int(stays) - 0.5) / _RESOLUTION
    return out
