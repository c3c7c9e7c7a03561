"""What must not be learnt: benchmark items among the positives, and texts that stand on both sides."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from filters import decontamination
from filters._classifier.kinds import KINDS
from pipelines.training.spec import Spec

_SHOWN = 10


class Cleaned(NamedTuple):
    """Rows without what must not be learnt.

    Args:
        rows: those that are left.
        removed: benchmark -> how many positives held its items; and examples (item, stretch of text, language, source).
    """

    rows: pl.DataFrame
    removed: dict[str, Any]


def decontaminated(rows: pl.DataFrame, spec: Spec) -> Cleaned:
    """Take the positives out that hold items of the benchmarks.

    Args:
        rows: the columns `gather.SCHEMA`.
    """
    if not spec.decontaminate:
        return Cleaned(rows, {})
    params = decontamination.Params(benchmarks=tuple(spec.decontaminate))
    positive = pl.col("label") == KINDS[spec.kind].positive
    looked = rows.filter(positive)
    with tempfile.TemporaryDirectory() as folder:
        ready = decontamination.STAGE.prepare(params, Path(folder))
        resource = decontamination.STAGE.open(ready)
        parts = [decontamination.measure(part, ready, resource) for part in looked.iter_slices(20_000)]
    found = pl.concat([looked, pl.concat(parts)], how="horizontal") if parts else looked.with_columns(
        pl.lit(0).alias("contaminated_ngrams")
    )  # fmt: skip
    hit = found.filter(pl.col("contaminated_ngrams") > 0)
    names = [benchmark.name for benchmark in spec.decontaminate]
    removed: dict[str, Any] = {"benchmarks": dict.fromkeys(names, 0), "rows": hit.height, "examples": []}
    if hit.height:
        for item in hit["contaminated_item"]:
            owner = max((name for name in names if str(item).startswith(name)), key=len)
            removed["benchmarks"][owner] += 1
        removed["examples"] = hit.head(_SHOWN).select(
            "language", "source", "contaminated_item", "contaminated_text"
        ).to_dicts()  # fmt: skip
    clean = pl.concat([found.filter(pl.col("contaminated_ngrams") == 0).select(rows.columns), rows.filter(~positive)])
    return Cleaned(clean.sort("label", "language", "content", "text"), removed)


def of_one_side(rows: pl.DataFrame, clusters: pl.Series) -> tuple[pl.DataFrame, pl.Series, int]:
    """Without clusters of near-copies that stand on both sides: nobody knows what they are.

    Args:
        rows: n rows.
        clusters: cluster of each, shape (n,).

    Returns:
        The rows that are left, their clusters, and how many went.
    """
    frame = rows.with_columns(clusters.alias("_cluster"))
    kept = frame.filter(pl.col("label").n_unique().over("_cluster") == 1)
    return kept.drop("_cluster"), kept["_cluster"], rows.height - kept.height
