"""How the scores of each rule are spread, by source and language: what a threshold would drop, before anyone sets it.

Scores are counted in bins of three significant digits (and never finer than 0.0001), rounded to the side on which a
rule lets documents pass: up for `at_most`, down for `at_least`. So what a threshold that has no more digits than that
would drop is an exact count, whole numbers below 1,000 are their own bins, and counts of shards add up.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from pipelines import judge
from pipelines.plan import Step
from schemas import languages
from schemas.columns import Column, empty, polars_schema
from schemas.stage import Keep

NAME = "distributions.parquet"
_DIGITS, _FINEST = 3, 4  # significant digits; decimals at most
_SHARES = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5)
_ROWS_HELD = 1_000_000  # of several shards, before they are added up
QUANTILES = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)

_KEY = (
    Column("stage", pl.String, "Stage that measured the score"),
    Column("reason", pl.String, "Reason that the rule gives"),
    Column("score", pl.String, "Column of the score"),
    Column("keep", pl.String, "Which documents pass: at_least, at_most, or top_share"),
    Column("source", pl.String, "Name of the source in the recipe"),
    Column("language", pl.String, "Language of the documents"),
)
COUNTED = (
    *_KEY,
    Column("value", pl.Float64, "Score, rounded to three significant digits to the side that passes; null: unmeasured"),
    Column("documents", pl.Int64, "Documents with that score"),
)
COLUMNS = (
    *COUNTED,
    Column(
        "threshold",
        pl.Float64,
        "Threshold of the rule for that source and language; null: the rule is off, or keeps a share without one cut",
    ),
)


Cut = Callable[[str, str, float], float | None]
"""Reason, language and share -> the least score that stays; null where there is none or several."""


def rounded(values: np.ndarray[Any, Any], keep: Keep) -> np.ndarray[Any, Any]:
    """Values on the grid of bins, moved to the side that passes.

    >>> rounded(np.array([0.12001, 0.3, 12345.0, 7.0]), "at_most").tolist()
    [0.121, 0.3, 12400.0, 7.0]
    >>> rounded(np.array([0.12999, 0.3, 12345.0, 7.0]), "at_least").tolist()
    [0.129, 0.3, 12300.0, 7.0]
    """
    if keep != "at_most":
        return 0.0 - rounded(-values, "at_most")
    out = values.astype(np.float64)
    fine = np.isfinite(out) & (out != 0)
    x = out[fine]
    # Exponent of the grid: the value is a whole number of 10^-decimals. Its parts below and above 1 are kept as whole
    # powers of ten, which floats hold exactly: every grid point is then the float that its decimal spelling gives.
    decimals = np.minimum(_DIGITS - 1 - np.floor(np.log10(np.abs(x))), _FINEST).astype(np.int64)
    below, above = 10.0 ** np.maximum(decimals, 0), 10.0 ** np.maximum(-decimals, 0)
    steps = np.ceil(x * below / above)
    # The product may round across a grid point: of the three around it the least that is not below the value.
    near = [(steps + move) * above / below for move in (-1, 0, 1)]
    out[fine] = np.where(near[0] >= x, near[0], np.where(near[1] >= x, near[1], near[2]))
    return out + 0.0  # no minus zero


def counted(frame: pl.DataFrame, steps: Sequence[Step[Any]]) -> pl.DataFrame:
    """How many documents of a frame have each score.

    Args:
        frame: `source`, `language` and the score columns.
        steps: Measure steps.

    Returns:
        The columns in `COUNTED`, in no order; nothing for rules that know no more and less (`among`), nor for documents
        to which a rule does not apply.
    """
    rules = [(stage, rule) for stage, rule in judge.rules(steps) if rule.keep != "among"]
    if frame.is_empty() or not rules:
        return empty(COUNTED)
    pairs = frame.select(pl.col("source").fill_null(""), pl.col("language").fill_null(""))
    known = pairs.unique().with_row_index("pair")
    of = pairs.join(known, on=["source", "language"], how="left", maintain_order="left")["pair"]
    parts = []
    for stage, rule in rules:
        scores = frame[rule.score].cast(pl.Float64).fill_nan(None).to_numpy()
        value = pl.Series("value", rounded(scores, rule.keep), dtype=pl.Float64, nan_to_null=True)
        spoken_of = frame.select("source", judge.applies(rule).alias("applies"))["applies"]
        held = pl.DataFrame([of, value]).filter(spoken_of)
        counts = held.group_by("pair", "value").agg(pl.len().cast(pl.Int64).alias("documents"))
        parts.append(
            counts.select(
                pl.lit(stage).alias("stage"),
                pl.lit(rule.reason).alias("reason"),
                pl.lit(rule.score).alias("score"),
                pl.lit(str(rule.keep)).alias("keep"),
                "pair",
                "value",
                "documents",
            )
        )
    return pl.concat(parts).join(known, on="pair").select(column.name for column in COUNTED)


def added(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The sum of several counts, in one fixed order whatever their order was."""
    keys = [column.name for column in COUNTED[:-1]]
    held, height = [empty(COUNTED)], 0
    for part in parts:
        held.append(part)
        height += part.height
        if height > _ROWS_HELD + 2 * held[0].height:
            held, height = [pl.concat(held).group_by(keys).agg(pl.col("documents").sum())], 0
    total = pl.concat(held).group_by(keys).agg(pl.col("documents").sum())
    return total.sort(keys, nulls_last=True)


def with_thresholds(counts: pl.DataFrame, steps: Sequence[Step[Any]], cut: Cut) -> pl.DataFrame:
    """Counts with the limit that each was judged by.

    Args:
        counts: from `added`.
        steps: the steps.
        cut: the least score that stays, for `top_share` rules.

    Returns:
        The columns in `COLUMNS`.
    """
    bound = {(step.name, rule.reason): (step, rule) for step in steps for rule in step.stage.rules}
    names = ["stage", "reason", "source", "language"]
    keys = counts.select(names).unique(maintain_order=True)
    limits: list[float | None] = []
    for stage, reason, source, language in keys.iter_rows():
        step, rule = bound[stage, reason]
        limit = judge.limit(step, rule, source, language)
        if rule.keep == "top_share" and limit is not None:
            limit = cut(reason, language or languages.UNDETERMINED, limit)
        limits.append(limit)
    table = keys.with_columns(pl.Series("threshold", limits, dtype=pl.Float64))
    return counts.join(table, on=names, how="left", maintain_order="left").select(polars_schema(COLUMNS).names())


@dataclass(frozen=True)
class Spread:
    """The scores of one rule over some documents.

    Args:
        keep: which documents pass.
        values: bins, ascending.
        documents: how many documents each holds.
        unmeasured: documents without a score.
    """

    keep: str
    values: np.ndarray[Any, Any]
    documents: np.ndarray[Any, Any]
    unmeasured: int

    @property
    def measured(self) -> int:
        """Documents with a score."""
        return int(self.documents.sum())

    def drops(self, threshold: float) -> int:
        """How many measured documents a threshold would drop."""
        gone = self.values > threshold if self.keep == "at_most" else self.values < threshold
        return int(self.documents[gone].sum())

    def quantile(self, share: float) -> float | None:
        """The least bin at or below which that share of the documents is; None without any."""
        if not len(self.values):
            return None
        reached = np.cumsum(self.documents) >= share * self.measured - 1e-9
        return float(self.values[np.argmax(reached)])

    def choices(self) -> list[float]:
        """Thresholds to look at: those that drop about 1 to 50 % of the documents; ten at most, the mildest first."""
        wanted = [self.quantile(1 - share if self.keep == "at_most" else share) for share in _SHARES]
        return list(dict.fromkeys(value for value in wanted if value is not None))


def spread(rows: pl.DataFrame) -> Spread:
    """The spread of some rows of `COUNTED`, all of one rule."""
    held = rows.filter(pl.col("value").is_not_null()).group_by("value").agg(pl.col("documents").sum()).sort("value")
    unmeasured = int(rows.filter(pl.col("value").is_null())["documents"].sum())
    keep = str(rows["keep"][0]) if rows.height else "at_least"
    return Spread(keep, held["value"].to_numpy(), held["documents"].to_numpy(), unmeasured)


def dropped(rows: pl.DataFrame) -> int:
    """How many documents of some rows of `COLUMNS`, all of one rule, their own thresholds drop, unmeasured ones too."""
    on = pl.col("threshold").is_not_null()
    beyond = (
        pl.when(pl.col("keep") == "at_most")
        .then(pl.col("value") > pl.col("threshold"))
        .otherwise(pl.col("value") < pl.col("threshold"))
    )
    return int(rows.filter(on & (pl.col("value").is_null() | beyond))["documents"].sum())


def lenient(value: float, keep: Keep) -> float:
    """A threshold with as many digits as bins have, on the side that lets more documents pass."""
    return float(rounded(np.array([value]), keep)[0]) if math.isfinite(value) else value
