"""How many near copies each document has in the whole input, those among them that rules rejected; and the weights
that follow from that (`pipelines.rehydration`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from pipelines import clusters, rehydration, storage
from pipelines.beam import exchange, shards
from pipelines.beam.context import Context
from pipelines.beam.phases.dedup import by_file, components, keys, links
from pipelines.plan import Step
from schemas.stage import Group


@dataclass(frozen=True)
class _Sizes:
    """Exchange: the members of a component to the bucket of its root, which counts them."""

    folder: str
    buckets: int

    def pieces(self, unit: tuple[int, str]) -> pl.DataFrame:
        rows = exchange.read(unit[1], ["node", "root"])
        return rows.with_columns(exchange.bucket_of(pl.col("root"), self.buckets))

    def reduce(self, rows: pl.DataFrame) -> pl.DataFrame:
        return clusters.sizes(rows)


@dataclass(frozen=True)
class _Counts:
    """Exchange: documents of each language and size, counted shard by shard and added up."""

    folder: str
    buckets: int

    def pieces(self, unit: tuple[int, int, str, str]) -> pl.DataFrame:
        _, index, verdicts, copies = unit
        judged = shards.read(verdicts, ["row", "language", "reasons"]).join(
            shards.in_shard(shards.read(copies), index), on="row", how="left", maintain_order="left"
        )
        found = rehydration.counts(judged.with_columns(pl.col("copies").fill_null(1)))
        return found.with_columns(pl.lit(0, pl.Int64).alias("bucket"))

    def reduce(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rehydration.added(rows)


def run(
    context: Context,
    phase: str,
    folder: str,
    keyed: Sequence[keys.Keyed],
    step: Step[Group],
    buckets: int,
    at_once: int,
) -> Iterator[pl.DataFrame]:
    """Count the copies of all documents.

    Args:
        folder: where the exchanges keep their files.
        keyed: the files of this run with their keys.
        step: the step whose keys copies share.
        buckets: how many buckets; the number never changes a result.
        at_once: bytes of links that are worked on in one process.

    Returns:
        Tables of `clusters.SIZES`; of n tables, number i has the documents in shards i, i + n, …
    """
    shuffle = links.Links(f"{folder}/links", buckets, (step,), len(keyed) << shards.NODE_BITS, rejected=True)
    linked = exchange.files(context, phase, shuffle, list(enumerate(keyed)))
    if sum(map(storage.size, linked)) <= at_once:
        few = pl.concat([pl.DataFrame(schema=links.SCHEMA), *map(exchange.read, linked)])
        yield clusters.sizes(clusters.labels(few)).sort("node")
        return
    labels = components.run(context, phase, f"{folder}/components", linked, buckets)
    counted = exchange.files(context, phase, _Sizes(f"{folder}/sizes", buckets), list(enumerate(labels)))
    yield from by_file.run(context, phase, f"{folder}/copies", counted, buckets, clusters.SIZES)


def table(
    context: Context, phase: str, folder: str, keyed: Sequence[keys.Keyed], copies: Sequence[str]
) -> pl.DataFrame:
    """The weights of all languages and sizes.

    Args:
        folder: where the exchange keeps its files.
        keyed: the files of this run.
        copies: what `run` gave, as files.
    """
    assert context.plan.recipe.rehydration is not None
    units = [(n, n, one.table.verdicts, copies[n % len(copies)]) for n, one in enumerate(keyed)]
    paths = exchange.files(context, phase, _Counts(f"{folder}/counts", 1), units)
    counts = pl.concat([pl.DataFrame(schema=rehydration.COUNTS), *map(exchange.read, paths)])
    return rehydration.table(counts, context.plan.recipe.rehydration)
