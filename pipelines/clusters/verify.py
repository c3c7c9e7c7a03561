"""Candidates compared truly: the links that remain are those of documents that are as alike as the recipe asks."""

from __future__ import annotations

import math

import polars as pl

from pipelines.clusters.links import LINKS
from pipelines.plan import Step
from schemas.stage import Group

_AT_ONCE = 50_000  # pairs, whose features are laid out side by side
_BELOW_ONE = math.nextafter(1.0, 0.0)  # 1 is for documents that are alike in everything


def verified(step: Step[Group], pairs: pl.DataFrame, features: pl.DataFrame) -> pl.DataFrame:
    """The pairs that are as similar as the step asks.

    Args:
        step: a step that verifies.
        pairs: `node` and `root`, of different content.
        features: `node` and `features` of every one of them, once.

    Returns:
        `LINKS`, in the order of the pairs.
    """
    least = step.stage.least(step.params)
    assert step.stage.verify is not None and least is not None
    features = features.sort("node")
    found = [pl.DataFrame(schema=LINKS)]
    for part in pairs.iter_slices(_AT_ONCE):
        ends = (features["features"].gather(features["node"].search_sorted(part[name])) for name in ("node", "root"))
        similarity = step.stage.verify.similarity(*ends).clip(upper_bound=_BELOW_ONE)
        compared = part.select("node", "root").with_columns(similarity.alias("similarity").cast(pl.Float64))
        found.append(compared.filter(pl.col("similarity") >= least))
    return pl.concat(found)
