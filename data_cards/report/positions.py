"""Where the score of a dropped document lies among those of its language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl


@dataclass(frozen=True)
class Position:
    """Where a score lies.

    Args:
        keep: which documents pass: at_least, at_most or top_share.
        threshold: of the rule for that source and language; null where there is no one cut.
        beyond: share of the language's measured documents that lie on the better side of the score, 0 to 1.
    """

    keep: str
    threshold: float | None
    beyond: float


class Positions:
    """Looks positions up.

    Args:
        distributions: of the release.
        samples: rows with reason and language; others cannot be asked for.
    """

    def __init__(self, distributions: pl.DataFrame, samples: pl.DataFrame) -> None:
        keys = ["reason", "language"]
        asked = distributions.join(samples.select(keys).unique(), on=keys, how="semi")
        self._parts: dict[tuple[Any, ...], tuple[str, np.ndarray[Any, Any], np.ndarray[Any, Any]]] = {}
        for key, part in asked.filter(pl.col("value").is_finite()).partition_by(*keys, as_dict=True).items():
            counts = part.group_by("value").agg(pl.col("documents").sum()).sort("value")
            self._parts[key] = part["keep"][0], counts["value"].to_numpy(), counts["documents"].to_numpy()
        limits = asked.select(*keys, "source", "threshold").unique().drop_nulls("threshold").sort("threshold")
        self._limits = {tuple(row[:3]): row[3] for row in limits.iter_rows()}

    def of(self, reason: str, language: str, source: str | None, value: float) -> Position | None:
        """Where a score lies; nothing where the release does not count scores of that rule and language."""
        if (reason, language) not in self._parts:
            return None
        keep, values, documents = self._parts[reason, language]
        better = values < value if keep == "at_most" else values > value
        beyond = float(documents[better].sum() / documents.sum())
        return Position(keep, self._limits.get((reason, language, source or "")), beyond)
