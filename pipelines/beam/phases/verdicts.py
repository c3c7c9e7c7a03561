"""The final verdict on each measured document: what judge and dedup found, joined by address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from pipelines import rehydration
from pipelines.beam import shards
from pipelines.beam.phases.dedup import Deduplicated
from pipelines.beam.phases.judge import Judged
from pipelines.beam.phases.measure import Measured, Shard


@dataclass(frozen=True)
class JudgedShard:
    """A measured shard, and the files that say what becomes of its documents.

    Args:
        index: its number, half of its documents' addresses.
        shard: the measured shard.
        verdicts: what judge found.
        clusters: a file that has its duplicates.
        copies: a file that has how many copies there are of its documents, where the recipe rehydrates.
        weights: the table of sampling weights, where the recipe rehydrates.
    """

    index: int
    shard: Shard
    verdicts: str
    clusters: str
    copies: str | None = None
    weights: str | None = None

    def final(self) -> pl.DataFrame:
        """Final verdicts, in the order of the shard: see `of_shard`; `copies` and `sampling_weight` where they are."""
        found = of_shard(self.index, self.verdicts, self.clusters)
        if self.copies is None or self.weights is None:
            return found
        there = shards.in_shard(shards.read(self.copies), self.index)
        found = found.join(there, on="row", how="left", maintain_order="left").with_columns(
            pl.col("copies").fill_null(1)
        )
        return found.with_columns(rehydration.weights(found, shards.read(self.weights)))

    def documents(self, columns: list[str] | None = None) -> Iterator[pl.DataFrame]:
        """The documents with their final verdicts, frame by frame. Ids are those of the verdicts."""
        final = self.final()
        start = 0
        for frame in shards.frames(self.shard.documents, columns):
            part = final.slice(start, frame.height)
            start += frame.height
            given = frame.drop("id", "source", "language", "expected", strict=False)
            yield given.hstack(part.drop("row").get_columns())


@dataclass(frozen=True)
class Verdicts:
    """Everything that decides where a document goes."""

    measured: Measured
    judged: Judged
    deduplicated: Deduplicated

    def shards(self) -> list[JudgedShard]:
        """All measured shards."""
        pairs = zip(self.measured.node_shards(), self.judged.verdicts, strict=True)
        of = self.deduplicated
        return [
            JudgedShard(index, shard, verdicts, of.file_of(index), of.copies_of(index), of.weights)
            for (index, shard), verdicts in pairs
        ]


def of_shard(index: int, verdicts: str, clusters: str) -> pl.DataFrame:
    """Final verdicts of one shard, in its order.

    Columns: `row`, `id`, `source`, `language`, `expected`, `text_bytes`, `reasons`, `cluster_id`, `cluster_size`,
    `twin_id`, `twin_release`, `twin_similarity`.
    """
    here = shards.in_shard(shards.read(clusters), index)
    joined = shards.read(verdicts).join(here, on="row", how="left", maintain_order="left")
    return joined.with_columns(
        pl.when(pl.col("reason").is_not_null()).then(pl.concat_list("reason")).otherwise("reasons").alias("reasons"),
        pl.col("cluster_size").fill_null(1),
    ).drop("reason")
