"""Gates of derived rows: how many each refused, by pair."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from data_cards.report.digits import rounded

_ROWS = 200
_KEYS = ["stage", "reason", "language"]


@dataclass(frozen=True)
class Gate:
    """One gate for one pair.

    Args:
        stage: Derive stage.
        reason: reason that the gate gives.
        pair: label of the pair.
        keep: which rows pass: at_least or at_most.
        threshold: its limit; null where it is off.
        rows: rows that it has judged.
        refused: of these, rows beyond the limit.
        unmeasured: of these, rows without a score.
    """

    stage: str
    reason: str
    pair: str
    keep: str
    threshold: float | None
    rows: int
    refused: int
    unmeasured: int


def gates(table: pl.DataFrame) -> tuple[list[Gate], int]:
    """The gates that refused most, and how many more there are."""
    on, rows = pl.col("threshold").is_not_null(), pl.col("rows")
    limits = [
        {"keep": keep, "threshold": limit, "grid": rounded(limit, keep == "at_most")}
        for keep, limit in table.select("keep", "threshold").drop_nulls().unique().iter_rows()
    ]
    schema = {"keep": pl.String, "threshold": pl.Float64, "grid": pl.Float64}
    table = table.join(pl.DataFrame(limits, schema=schema), on=["keep", "threshold"], how="left")
    beyond = (
        pl.when(pl.col("keep") == "at_most")
        .then(pl.col("value") > pl.col("grid"))
        .otherwise(pl.col("value") < pl.col("grid"))
    )
    sums = (
        table.group_by(_KEYS)
        .agg(
            pl.col("keep").first(),
            pl.col("threshold").max(),
            rows.sum(),
            rows.filter(on & beyond).sum().alias("refused"),
            rows.filter(pl.col("value").is_null()).sum().alias("unmeasured"),
        )
        .sort("refused", "unmeasured", *_KEYS, descending=[True, True, False, False, False])
    )
    columns = sums.select(*_KEYS, "keep", "threshold", "rows", "refused", "unmeasured")
    return [Gate(*row) for row in columns.head(_ROWS).iter_rows()], max(0, sums.height - _ROWS)
