"""dedup: keys for each shard (kept: a changed threshold does not make them again), then links, clusters and twins.

What is shuffled is a key and an address; text stays where it is. Links are found in parallel; the clusters are then
resolved in the launching process, over the linked documents alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from filters import _segments
from pipelines import clusters, plan, storage
from pipelines.beam import exchange, shards, units
from pipelines.beam.context import Context, Pending
from pipelines.beam.phases.judge import Judged
from pipelines.beam.phases.measure import Measured, Shard
from pipelines.plan import Plan
from schemas.columns import SHARED, polars_schema
from schemas.stage import KEYS

PHASE = "dedup"
_LINKS = pl.Schema([("step", pl.Int64), *clusters.LINKS.items()])


@dataclass(frozen=True)
class Deduplicated:
    """The phase's result: one table of the documents that have duplicates (`clusters.VERDICTS`)."""

    verdicts: str
    signature: str


@dataclass(frozen=True)
class _Keys:
    folder: str
    plan: Plan

    def name(self, unit: tuple[int, Shard]) -> str:
        return unit[1].name

    def open(self) -> dict[str, Any]:
        return {step.name: step.stage.open(step.params) for step in self.plan.group_steps}

    def run(self, unit: tuple[int, Shard], resource: dict[str, Any], beat: units.Beat) -> dict[str, Any]:
        _, shard = unit
        schema = pl.Schema([("step", pl.Int64), *polars_schema(KEYS).items()])
        wanted = {
            name for step in self.plan.group_steps for name in (*step.stage.reads, *step.stage.within(step.params))
        }
        reads = wanted - {column.name for column in SHARED}
        start = 0
        with shards.writing(f"{self.folder}/{shard.name}.parquet", schema) as writer:
            for frame in shards.frames(shard.documents, sorted(reads | {"text"})):
                frame = _segments.add(frame, sorted(wanted))
                for number, step in enumerate(self.plan.group_steps):
                    keys = clusters.keys(step, frame, resource[step.name])
                    writer.write(
                        keys.select(
                            pl.lit(number, dtype=pl.Int64).alias("step"),
                            (pl.col("row") + start).cast(pl.UInt32).alias("row"),
                            "key",
                        )
                    )
                start += frame.height
                beat.add(frame.height)
        return {"keys": writer.rows}


@dataclass(frozen=True)
class _Links:
    """Exchange: the keys of documents that passed, each to the bucket of its first bytes."""

    folder: str
    keys: str
    buckets: int

    def pieces(self, unit: tuple[int, Shard, str]) -> pl.DataFrame:
        index, shard, verdicts = unit
        judged = shards.read(verdicts, ["row", "reasons"])
        passed = judged.filter(pl.col("reasons").list.len() == 0).select("row")
        keys = shards.read(f"{self.keys}/{shard.name}.parquet").join(passed, on="row", how="semi")
        first = keys["key"].bin.slice(0, 4).bin.reinterpret(dtype=pl.UInt32, endianness="big")
        return keys.select(
            "step", "key", shards.nodes(index, pl.col("row")), (first % self.buckets).cast(pl.Int64).alias("bucket")
        )

    def reduce(self, rows: pl.DataFrame) -> pl.DataFrame:
        parts = [
            clusters.links(part.select("key", "node")).select(pl.lit(step).cast(pl.Int64).alias("step"), "node", "root")
            for (step,), part in rows.group_by("step")
        ]
        return pl.concat([pl.DataFrame(schema=_LINKS), *parts])


def run(context: Context, measured: Measured, judged: Judged) -> Deduplicated:
    """Find the duplicates among the documents that passed."""
    steps = context.plan.group_steps
    measured_keys = [step.measured() for step in steps]
    policy = [step.params.model_dump(mode="json") for step in steps]
    signature = plan.signature([judged.signature, measured_keys, policy])
    path = f"{context.folder(PHASE, signature)}/clusters.parquet"
    result = Deduplicated(path, signature)
    if not steps:
        if not storage.exists(path):
            shards.write(path, pl.DataFrame(schema=clusters.VERDICTS))
        return result
    numbered = measured.node_shards()
    kept_keys = plan.signature([measured.signature, [{**k, "params": _of_keys(k["params"])} for k in measured_keys]])
    keys = _Keys(context.folder("keys", kept_keys), context.plan)
    marks = units.run(context, PHASE, keys, numbered, seconds=measured.text_bytes / 10_000_000)
    if storage.exists(path):
        return result
    if not context.may_run(PHASE):
        raise Pending(PHASE, 0, 1)
    storage.remove(context.folder(PHASE, signature))  # at most what a killed run was just writing
    total = sum(mark["keys"] for mark in marks)
    shuffle = _Links(context.folder("links", signature), keys.folder, exchange.buckets_for(total, context))
    pieces = [(index, shard, verdicts) for (index, shard), verdicts in zip(numbered, judged.verdicts, strict=True)]
    linked = exchange.run(context, PHASE, shuffle, pieces, _LINKS)
    members = _members(context.plan, measured, judged, linked)
    by_step = [linked.filter(pl.col("step") == number).drop("step") for number in range(len(steps))]
    shards.write(path, clusters.resolve(steps, by_step, members))
    return result


def _of_keys(params: dict[str, Any]) -> dict[str, Any]:
    """Parameters that change the keys: who stays in a group is not one of them."""
    return {name: value for name, value in params.items() if name != "prefer"}


def _members(of: Plan, measured: Measured, judged: Judged, linked: pl.DataFrame) -> pl.DataFrame:
    """Id and scores of every linked document."""
    wanted = pl.concat([linked["node"], linked["root"]]).unique()
    added = {column.name for column in of.added()}
    prefer = sorted({name for step in of.group_steps for name in step.stage.prefers(step.params)} & added)
    parts = []
    for (index, shard), verdicts in zip(measured.node_shards(), judged.verdicts, strict=True):
        here = wanted.filter(wanted // (1 << shards.NODE_BITS) == index)
        if here.is_empty():
            continue
        rows = (here % (1 << shards.NODE_BITS)).cast(pl.UInt32)
        ids = shards.read(verdicts, ["id"])["id"].gather(rows)
        scores = shards.read(shard.documents, prefer).select(pl.all().gather(rows)) if prefer else pl.DataFrame()
        parts.append(pl.DataFrame({"node": here, "id": ids}).hstack(scores.get_columns()))
    return pl.concat(parts) if parts else pl.DataFrame(schema={"node": pl.UInt64, "id": pl.String})
