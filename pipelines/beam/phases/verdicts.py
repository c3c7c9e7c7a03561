"""The final verdict on each measured document: what judge and dedup found, joined by address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from pipelines.beam import shards
from pipelines.beam.phases.dedup import Deduplicated
from pipelines.beam.phases.judge import Judged
from pipelines.beam.phases.measure import Measured, Shard


@dataclass(frozen=True)
class Verdicts:
    """Everything that decides where a document goes."""

    measured: Measured
    judged: Judged
    deduplicated: Deduplicated

    def units(self) -> list[tuple[int, Shard, str, str]]:
        """Shard index, shard, its file of verdicts, and the file that has its duplicates."""
        pairs = zip(self.measured.node_shards(), self.judged.verdicts, strict=True)
        return [(index, shard, verdicts, self.deduplicated.file_of(index)) for (index, shard), verdicts in pairs]


def of_shard(index: int, verdicts: str, clusters: str) -> pl.DataFrame:
    """Final verdicts of one shard, in its order.

    Columns: `row`, `id`, `source`, `language`, `expected`, `text_bytes`, `reasons`, `cluster_id`, `cluster_size`,
    `twin_id`, `twin_release`, `twin_similarity`.
    """
    duplicates = shards.read(clusters)
    first, last = index << shards.NODE_BITS, (index + 1) << shards.NODE_BITS
    here = duplicates.filter(pl.col("node").is_between(first, last, closed="left")).select(
        (pl.col("node") - first).cast(pl.UInt32).alias("row"), pl.exclude("node")
    )
    joined = shards.read(verdicts).join(here, on="row", how="left", maintain_order="left")
    return joined.with_columns(
        pl.when(pl.col("reason").is_not_null()).then(pl.concat_list("reason")).otherwise("reasons").alias("reasons"),
        pl.col("cluster_size").fill_null(1),
    ).drop("reason")


def documents(shard: Shard, final: pl.DataFrame, columns: list[str] | None = None) -> Iterator[pl.DataFrame]:
    """The documents of a shard with their final verdicts, frame by frame. Ids are those of the verdicts."""
    start = 0
    for frame in shards.frames(shard.documents, columns):
        part = final.slice(start, frame.height)
        start += frame.height
        yield frame.drop("id", "source", "language", "expected", strict=False).hstack(part.drop("row").get_columns())
