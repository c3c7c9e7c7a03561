"""The phase: keys, links, candidates compared, clusters resolved.

Clusters are resolved in the launching process while their links are few, else bucket by bucket; the result is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from filters._group import GIVEN
from pipelines import clusters, plan, rehydration, storage
from pipelines.beam import exchange, shards
from pipelines.beam.context import Context, Pending
from pipelines.beam.phases.dedup import copies, keys, links, resolve, tables, verify
from pipelines.beam.phases.judge import Judged
from pipelines.beam.phases.measure import Measured
from pipelines.plan import Plan
from schemas.errors import RecipeError

PHASE = "dedup"
_DONE = "done.json"
_AT_ONCE = 400_000_000  # bytes of links that are resolved in one process


@dataclass(frozen=True)
class Deduplicated:
    """The phase's result: tables of the documents that have duplicates (`clusters.VERDICTS`).

    Args:
        files: of n files, number i has the documents in shards i, i + n, …
        copies: the same for how many copies there are of each document (`clusters.SIZES`); none without rehydration.
        weights: the table of sampling weights (`rehydration.COLUMNS`), if the recipe asks for it.
        signature: changes when any of it may.
    """

    files: tuple[str, ...]
    copies: tuple[str, ...]
    weights: str | None
    signature: str

    def file_of(self, index: int) -> str:
        """The file that has the duplicates of a shard."""
        return self.files[index % len(self.files)]

    def copies_of(self, index: int) -> str | None:
        """The file that has the copies of a shard's documents."""
        return self.copies[index % len(self.copies)] if self.copies else None


def run(context: Context, measured: Measured, judged: Judged) -> Deduplicated:
    """Find the duplicates among the documents that passed, and of documents of earlier releases."""
    steps, against = context.plan.group_steps, context.plan.against
    policy = [[step.measured(), step.params.model_dump(mode="json")] for step in steps]
    rehydrate = context.plan.recipe.rehydration
    asked = None if rehydrate is None else rehydrate.model_dump(mode="json")
    signature = plan.signature([judged.signature, policy, [release.sha256 for release in against], asked])
    folder = context.folder(PHASE, signature)
    found = _result(folder, signature)
    if not steps:
        if found is None:
            storage.remove(folder)
            _write(folder, "clusters", [pl.DataFrame(schema=clusters.VERDICTS)])
            found = _whole(folder, signature, 1, 0)
        return found
    for release in against:
        if storage.same_place(release.folder, context.out):
            raise RecipeError(
                f"against: {release.folder} is where this run puts its release, which would replace it. Choose another "
                "folder with --out."
            )
    every = tables.tables(measured.shards, judged.verdicts, against)
    keyed, total = keys.run(context, PHASE, measured, every, against)
    if found is not None:
        return found
    if not context.may_run(PHASE):
        raise Pending(PHASE, 0, 1)
    buckets = exchange.buckets_for(total, context)
    theirs = len(measured.shards) << shards.NODE_BITS
    shuffle = links.Links(context.folder("links", signature), buckets, steps, theirs)
    linked = exchange.files(context, PHASE, shuffle, list(enumerate(keyed)))
    shuffled = context.folder("clusters", signature)
    if any(step.stage.least(step.params) is not None for step in steps):
        linked = verify.run(context, PHASE, f"{shuffled}/verify", linked, every, buckets)
    prefer = _prefer(context.plan)
    few = sum(map(storage.size, linked)) <= _AT_ONCE
    storage.remove(folder)  # at most what a killed run was just writing
    number = _write(
        folder,
        "clusters",
        [_resolved(context.plan, linked, every, prefer)]
        if few
        else resolve.run(context, PHASE, shuffled, linked, every, prefer, buckets),
    )
    copied = 0
    if (step := context.plan.copies) is not None:
        ours = keyed[: len(measured.shards)]
        shuffle_copies = f"{shuffled}/copies"
        copied = _write(folder, "copies", copies.run(context, PHASE, shuffle_copies, ours, step, buckets, _AT_ONCE))
        paths = [_file(folder, "copies", each) for each in range(copied)]
        shards.write(f"{folder}/{rehydration.NAME}", copies.table(context, PHASE, shuffle_copies, ours, paths))
    found = _whole(folder, signature, number, copied)
    storage.remove(shuffled)
    return found


def _write(folder: str, name: str, parts: Iterable[pl.DataFrame]) -> int:
    """Write tables, and say how many there are."""
    number = 0
    for part in parts:
        shards.write(_file(folder, name, number), part)
        number += 1
    return number


def _whole(folder: str, signature: str, files: int, copied: int) -> Deduplicated:
    """Note that everything is written."""
    storage.write_json(f"{folder}/{_DONE}", {"files": files, "copies": copied})
    found = _result(folder, signature)
    assert found is not None
    return found


def _result(folder: str, signature: str) -> Deduplicated | None:
    """What an earlier run wrote, if it is whole."""
    if not storage.exists(f"{folder}/{_DONE}"):
        return None
    done = storage.read_json(f"{folder}/{_DONE}")
    files = tuple(_file(folder, "clusters", each) for each in range(done["files"]))
    copied = tuple(_file(folder, "copies", each) for each in range(done["copies"]))
    weights = f"{folder}/{rehydration.NAME}" if copied else None
    there = all(map(storage.exists, (*files, *copied, *([] if weights is None else [weights]))))
    return Deduplicated(files, copied, weights, signature) if there else None


def _file(folder: str, name: str, number: int) -> str:
    return f"{folder}/{name}-{number:05d}.parquet"


def _prefer(of: Plan) -> tuple[str, ...]:
    """The columns that decide who stays: what the recipe's stages add, and what every document has."""
    there = {column.name for column in of.added()} | GIVEN
    return tuple(sorted({name for step in of.group_steps for name in step.stage.prefers(step.params)} & there))


def _resolved(of: Plan, linked: Sequence[str], every: Sequence[tables.Table], prefer: tuple[str, ...]) -> pl.DataFrame:
    """The verdicts, found in this process."""
    found = pl.concat([pl.DataFrame(schema=links.SCHEMA), *map(exchange.read, linked)]).sort(pl.all())
    wanted = pl.concat([found["node"], found["root"]]).unique().sort()
    members = pl.concat([table.members(wanted, prefer) for table in every], how="diagonal")
    by_step = [found.filter(pl.col("step") == number) for number in range(len(of.group_steps))]
    return clusters.resolve(of.group_steps, by_step, members)
