"""What the way back gave, by pair, and its points for a scatter plot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from data_cards.report.labels import pair, shown
from schemas import languages

_PAIRS = 100  # rows of the table
_POINTS = 3_000
_LIMITS = ("low_bleu", "low_chrf")


@dataclass(frozen=True)
class Way:
    """Round trips of one stage and pair; medians are null without an accepted row that has the score."""

    stage: str
    pair: str
    accepted: int
    quarantined: int
    bleu: float | None
    chrf: float | None


@dataclass(frozen=True)
class Ways:
    """All of them.

    Args:
        ways: by stage and pair, those with most rows first.
        left_out: stages and pairs that are not among them.
        points: for the page's script.
    """

    ways: tuple[Way, ...]
    left_out: int
    points: dict[str, Any]


def ways(table: pl.DataFrame, gates: pl.DataFrame | None) -> Ways:
    """What the table says.

    Args:
        table: round trips.
        gates: scores of derived rows with the limit of each pair.
    """
    accepted = pl.col("kind") == "derived"
    rows = table.with_columns((pl.col("source_language") + languages.TO + pl.col("language")).alias("pair"))
    sums = (
        rows.group_by("stage", "pair")
        .agg(
            accepted.sum().alias("accepted"),
            (~accepted).sum().alias("quarantined"),
            *(pl.col(name).filter(accepted).median() for name in ("bleu", "chrf")),
        )
        .sort(pl.col("accepted") + pl.col("quarantined"), "stage", "pair", descending=[True, False, False])
    )
    found = tuple(Way(*row) for row in sums.head(_PAIRS).iter_rows())
    keys = [(way.stage, way.pair) for way in found]
    return Ways(found, sums.height - len(found), _points(rows, keys, _limits(gates)))


def _points(
    rows: pl.DataFrame, keys: list[tuple[str, str]], limits: Mapping[tuple[str, str, str], float]
) -> dict[str, Any]:
    """`pairs`: stage, pair, limits of BLEU and chrF; `rows`: number of the pair, accepted, BLEU, chrF."""
    places = {key: place for place, key in enumerate(keys)}
    there = rows.drop_nulls(["bleu", "chrf"]).sort("draw", "id").head(_POINTS)
    points = [
        [places[stage, both], int(kind == "derived"), round(bleu, 1), round(chrf, 1)]
        for stage, both, kind, bleu, chrf in there.select("stage", "pair", "kind", "bleu", "chrf").iter_rows()
        if (stage, both) in places
    ]
    described = [[shown(s), pair(p), *(limits.get((s, p, name)) for name in _LIMITS)] for s, p in keys]
    return {"pairs": described, "rows": points}


def _limits(gates: pl.DataFrame | None) -> dict[tuple[str, str, str], float]:
    if gates is None:
        return {}
    rows = gates.filter(pl.col("reason").is_in(_LIMITS) & pl.col("threshold").is_not_null())
    limits = rows.group_by("stage", "language", "reason").agg(pl.col("threshold").min())
    return {(stage, both, reason): limit for stage, both, reason, limit in limits.iter_rows()}
