"""dedup: keys for each shard (kept: a changed threshold does not make them again), then links, clusters and twins.

What is shuffled is a key and an address; text stays where it is. Links are found in parallel. Clusters are resolved in
the launching process while their links are few, else bucket by bucket (`resolve`); the result is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from filters import _segments
from pipelines import clusters, plan, storage
from pipelines.beam import exchange, shards, units
from pipelines.beam.context import Context, Pending
from pipelines.beam.phases import resolve
from pipelines.beam.phases.judge import Judged
from pipelines.beam.phases.measure import Measured, Shard
from pipelines.plan import Plan
from schemas.columns import SHARED, polars_schema
from schemas.stage import KEYS

PHASE = "dedup"
_DONE = "done.json"
_AT_ONCE = 400_000_000  # bytes of links, 24 for each, that are resolved in one process
_LINKS = pl.Schema([("step", pl.Int64), *clusters.LINKS.items()])


@dataclass(frozen=True)
class Deduplicated:
    """The phase's result: tables of the documents that have duplicates (`clusters.VERDICTS`).

    With n files, number i has those of the documents in shards i, i + n, …
    """

    files: tuple[str, ...]
    signature: str

    def file_of(self, index: int) -> str:
        """The file that has the duplicates of a shard."""
        return self.files[index % len(self.files)]


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
    folder = context.folder(PHASE, signature)
    found = _result(folder, signature)
    if not steps:
        return found or _write(folder, signature, [pl.DataFrame(schema=clusters.VERDICTS)])
    numbered = measured.node_shards()
    kept_keys = plan.signature([measured.signature, [{**k, "params": _of_keys(k["params"])} for k in measured_keys]])
    keys = _Keys(context.folder("keys", kept_keys), context.plan)
    marks = units.run(context, PHASE, keys, numbered, seconds=measured.text_bytes / 17_000_000)
    if found is not None:
        return found
    if not context.may_run(PHASE):
        raise Pending(PHASE, 0, 1)
    total = sum(mark["keys"] for mark in marks)
    buckets = exchange.buckets_for(total, context)
    shuffle = _Links(context.folder("links", signature), keys.folder, buckets)
    pieces = [(index, shard, verdicts) for (index, shard), verdicts in zip(numbered, judged.verdicts, strict=True)]
    linked = exchange.files(context, PHASE, shuffle, pieces)
    prefer = _prefer(context.plan)
    members = [resolve.Members(index, shard, verdicts, prefer) for index, shard, verdicts in pieces]
    if sum(map(storage.size, linked)) <= _AT_ONCE:
        return _write(folder, signature, [_resolved(context.plan, linked, members)])
    shuffled = context.folder("clusters", signature)
    found = _write(folder, signature, resolve.run(context, PHASE, shuffled, linked, members, buckets))
    storage.remove(shuffled)
    return found


def _write(folder: str, signature: str, tables: Iterable[pl.DataFrame]) -> Deduplicated:
    """Write the tables, and last of all how many they are."""
    storage.remove(folder)  # at most what a killed run was just writing
    number = 0
    for table in tables:
        shards.write(_file(folder, number), table)
        number += 1
    storage.write_json(f"{folder}/{_DONE}", {"files": number})
    return Deduplicated(tuple(_file(folder, each) for each in range(number)), signature)


def _result(folder: str, signature: str) -> Deduplicated | None:
    """What an earlier run wrote, if it is whole."""
    if not storage.exists(f"{folder}/{_DONE}"):
        return None
    number = storage.read_json(f"{folder}/{_DONE}")["files"]
    files = tuple(_file(folder, each) for each in range(number))
    return Deduplicated(files, signature) if all(map(storage.exists, files)) else None


def _file(folder: str, number: int) -> str:
    return f"{folder}/clusters-{number:05d}.parquet"


def _of_keys(params: dict[str, Any]) -> dict[str, Any]:
    """Parameters that change the keys: who stays in a group is not one of them."""
    return {name: value for name, value in params.items() if name != "prefer"}


def _prefer(of: Plan) -> tuple[str, ...]:
    """The scores that decide who stays, and that the recipe's stages add."""
    added = {column.name for column in of.added()}
    return tuple(sorted({name for step in of.group_steps for name in step.stage.prefers(step.params)} & added))


def _resolved(of: Plan, linked: Sequence[str], members: Sequence[resolve.Members]) -> pl.DataFrame:
    """The verdicts, found in this process."""
    links = pl.concat([pl.DataFrame(schema=_LINKS), *map(exchange.read, linked)]).sort(pl.all())
    wanted = pl.concat([links["node"], links["root"]]).unique().sort()
    found = pl.concat([one.of(wanted) for one in members], how="diagonal")
    by_step = [links.filter(pl.col("step") == number).drop("step") for number in range(len(of.group_steps))]
    return clusters.resolve(of.group_steps, by_step, found)
