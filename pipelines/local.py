"""A plan on a frame in memory: for notebooks, for trying a recipe on some documents, and for parity tests.

Everything up to deduplication; no Beam, no files (but for models that a stage trains).
"""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines import clusters, measure, rehydration, selection, storage
from pipelines.plan import Plan
from pipelines.readers import dates
from pipelines.readers.contract import READ
from pipelines.selection import report
from schemas.columns import conform
from schemas.manifest import SelectionRecord


@dataclass(frozen=True)
class Judged:
    """What came of a frame.

    Args:
        documents: every living document with its text as edited, its scores and the columns `VERDICT`;
            `reasons` is empty for those that a release would hold.
        dead: documents that a stage failed on.
        strata: what stays along dimensions (`selection.report.COLUMNS`), where a rule keeps a share.
        selection: what the manifest of a release says of it.
    """

    documents: pl.DataFrame
    dead: pl.DataFrame
    strata: pl.DataFrame | None = None
    selection: tuple[SelectionRecord, ...] = ()

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
    frame = frame.with_columns(dates.canonical(frame["date"]).alias("date"))
    with tempfile.TemporaryDirectory() as folder:  # models that stages train are there until the end
        return _run(frame, plan.prepared(Path(folder)))


def _run(frame: pl.DataFrame, ready: Plan) -> Judged:
    documents, dead = measure.whole(frame, ready)
    steps = ready.measures
    chosen, told = selection.whole(documents, steps)
    reasons, counts = report.judged(told, chosen)
    strata = report.table(counts) if chosen.rules else None
    documents = documents.with_columns(reasons).with_row_index("node")
    documents = documents.with_columns(pl.col("node").cast(pl.UInt64))
    passing = documents.filter(pl.col("reasons").list.len() == 0).with_columns(
        pl.col("text").str.len_bytes().cast(pl.Int64).alias("text_bytes"), pl.lit(None, pl.String).alias("release")
    )
    verdicts = clusters.whole(ready.group_steps, pl.concat([passing, *_earlier(ready)], how="diagonal_relaxed"))
    if ready.copies is not None and ready.recipe.rehydration is not None:
        documents = documents.with_columns(clusters.copies(ready.copies, documents).alias("copies"))
        table = rehydration.table(rehydration.counts(documents), ready.recipe.rehydration)
        documents = documents.with_columns(rehydration.weights(documents, table))
    documents = documents.join(verdicts, on="node", how="left", maintain_order="left").with_columns(
        pl.when(pl.col("reason").is_not_null()).then(pl.concat_list("reason")).otherwise("reasons").alias("reasons"),
        pl.col("cluster_size").fill_null(1),
    )
    records = [] if strata is None else report.records(strata, chosen)
    return Judged(documents.drop("node", "reason"), dead, strata, tuple(records))


def _earlier(plan: Plan) -> list[pl.DataFrame]:
    """The documents of earlier releases, with addresses beyond those of any frame."""
    found: list[pl.DataFrame] = []
    for release in plan.against:
        for file in release.files:
            rows = pl.read_parquet(io.BytesIO(storage.read_bytes(file.path))).with_row_index("node")
            node = (pl.col("node").cast(pl.UInt64) + ((len(found) + 1) << 32)).alias("node")
            found.append(rows.with_columns(node, pl.lit(release.name).alias("release")))
    return found
