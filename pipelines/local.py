"""A plan on a frame in memory: for notebooks, for trying a recipe on some documents, and for parity tests.

Everything up to deduplication; no Beam, no files (but for models that a stage trains).
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from filters import _segments
from pipelines import clusters, judge, measure
from pipelines.plan import Plan
from pipelines.readers.contract import READ
from schemas.columns import conform


@dataclass(frozen=True)
class Judged:
    """What came of a frame.

    Args:
        documents: every living document with its text as edited, its scores and the columns `VERDICT`;
            `reasons` is empty for those that a release would hold.
        dead: documents that a stage failed on.
    """

    documents: pl.DataFrame
    dead: pl.DataFrame

    @property
    def released(self) -> pl.DataFrame:
        """The documents that break no rule and are nobody's duplicate."""
        return self.documents.filter(pl.col("reasons").list.len() == 0)

    @property
    def rejected(self) -> pl.DataFrame:
        """The others, with their reasons."""
        return self.documents.filter(pl.col("reasons").list.len() > 0)


def run(frame: pl.DataFrame, plan: Plan) -> Judged:
    """Measure, judge and deduplicate a frame.

    Args:
        frame: at least `id` and `text`; `source` is taken as the recipe's first source where it is missing.
        plan: the plan; its Derive steps are left out.
    """
    first = next(iter(plan.recipe.all_sources()))
    frame = conform(frame, READ).with_columns(pl.col("source").fill_null(first))
    with tempfile.TemporaryDirectory() as folder:
        ready = plan.prepared(Path(folder))
        documents, dead = measure.measure(frame, ready, measure.open_resources(ready))
    steps = ready.measures
    cuts = judge.cuts(judge.histogram(documents, steps), steps)
    documents = documents.with_columns(judge.reasons(documents, steps, cuts)).with_row_index("node")
    documents = documents.with_columns(pl.col("node").cast(pl.UInt64))
    passing = documents.filter(pl.col("reasons").list.len() == 0)
    linked = []
    for step in ready.group_steps:
        seen = _segments.add(passing, step.stage.reads)
        keys = clusters.keys(step, seen, step.stage.open(step.params))
        linked.append(clusters.links(keys.with_columns(passing["node"].gather(keys["row"]).alias("node"))))
    involved = (
        pl.concat([pl.concat([x["node"], x["root"]]) for x in linked]).unique()
        if linked
        else pl.Series([], dtype=pl.UInt64)
    )
    verdicts = clusters.resolve(ready.group_steps, linked, passing.filter(pl.col("node").is_in(involved.implode())))
    documents = documents.join(verdicts, on="node", how="left", maintain_order="left").with_columns(
        pl.when(pl.col("reason").is_not_null()).then(pl.concat_list("reason")).otherwise("reasons").alias("reasons"),
        pl.col("cluster_size").fill_null(1),
    )
    return Judged(documents.drop("node", "reason"), dead)
