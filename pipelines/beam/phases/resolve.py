"""From links to verdicts, when links are too many for one process: whole clusters go to a bucket that resolves them.

Clusters here are those of all Group stages together, so that a bucket has everything that `pipelines.clusters.resolve`
asks for. What is exchanged are addresses, ids and scores; the verdicts come back to the shards of their documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from pipelines import clusters
from pipelines.beam import exchange, shards
from pipelines.beam.context import Context
from pipelines.beam.phases import components
from pipelines.beam.phases.measure import Shard
from pipelines.plan import Step
from schemas.stage import Group

_EDGES = ("step", "node", "root", "whole")


@dataclass(frozen=True)
class _OfEdges:
    """Which whole cluster each link belongs to."""

    folder: str
    buckets: int

    def pieces(self, unit: tuple[int, str, bool]) -> pl.DataFrame:
        _, path, is_label = unit
        if is_label:
            rows = exchange.read(path, ["node", "root"]).select(
                pl.lit(None, pl.Int64).alias("step"), "node", pl.lit(None, pl.UInt64).alias("root"), whole="root"
            )
        else:
            rows = exchange.read(path).select("step", "node", "root", pl.lit(None, pl.UInt64).alias("whole"))
        return rows.with_columns(exchange.bucket_of(pl.col("node"), self.buckets))

    def reduce(self, rows: pl.DataFrame) -> pl.DataFrame:
        labels = rows.filter(pl.col("step").is_null()).select("node", "whole")
        edges = rows.filter(pl.col("step").is_not_null()).drop("whole")
        return edges.join(labels, on="node", how="inner", validate="m:1").select(_EDGES)


@dataclass(frozen=True)
class _OfShards:
    """Which documents of each shard are in a cluster: by shard, so that a shard is read once."""

    folder: str
    buckets: int

    def pieces(self, unit: tuple[int, str]) -> pl.DataFrame:
        labels = exchange.read(unit[1], ["node", "root"])
        roots = labels.select("root").unique().select(node="root", root="root")
        return pl.concat([labels, roots]).with_columns(_bucket_of_shard(pl.col("node"), self.buckets))

    def reduce(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.unique().select("node", whole="root")  # a root is in several files of labels


@dataclass(frozen=True)
class Members:
    """A shard, and where to find which of its documents are wanted."""

    index: int
    shard: Shard
    verdicts: str
    prefer: tuple[str, ...]

    def of(self, nodes: pl.Series) -> pl.DataFrame:
        """`node`, `id` and the preferred scores of those addresses that are in the shard, in their order.

        Nothing but `node` and `id` where there are none.
        """
        here = nodes.filter(nodes // (1 << shards.NODE_BITS) == self.index)
        if here.is_empty():
            return pl.DataFrame(schema={"node": pl.UInt64, "id": pl.String})
        rows = (here % (1 << shards.NODE_BITS)).cast(pl.UInt32)
        found = pl.DataFrame({"node": here, "id": shards.read(self.verdicts, ["id"])["id"].gather(rows)})
        if not self.prefer:
            return found
        return found.hstack(shards.read(self.shard.documents, self.prefer).select(pl.all().gather(rows)).get_columns())


@dataclass(frozen=True)
class _Resolve:
    """Links and members of a whole cluster to one bucket, which resolves it."""

    folder: str
    buckets: int
    steps: tuple[Step[Group], ...]

    def pieces(self, unit: tuple[int, str, Members | None]) -> pl.DataFrame:
        _, path, members = unit
        if members is None:
            rows = exchange.read(path).select(_EDGES)
        else:
            wanted = exchange.read(path, ["node", "whole"])
            rows = members.of(wanted["node"]).join(wanted, on="node", how="left", validate="1:1")
        return rows.with_columns(exchange.bucket_of(pl.col("whole"), self.buckets))

    def reduce(self, rows: pl.DataFrame) -> pl.DataFrame:
        edges = rows.filter(pl.col("step").is_not_null())
        linked = [edges.filter(pl.col("step") == n).select("node", "root") for n in range(len(self.steps))]
        members = rows.filter(pl.col("step").is_null()).drop("step", "root", "whole")
        return clusters.resolve(self.steps, linked, members)


@dataclass(frozen=True)
class _ToShards:
    """The verdicts, by the shard of their document."""

    folder: str
    buckets: int

    def pieces(self, unit: tuple[int, str]) -> pl.DataFrame:
        return exchange.read(unit[1]).with_columns(_bucket_of_shard(pl.col("node"), self.buckets))

    def reduce(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.sort("node")


def run(
    context: Context, phase: str, folder: str, links: list[str], members: Sequence[Members], buckets: int
) -> Iterator[pl.DataFrame]:
    """Resolve all clusters.

    Args:
        folder: where the exchanges keep their files.
        links: files with `step`, `node` and `root`.
        members: one for each shard.
        buckets: how many buckets; the number never changes a result.

    Returns:
        `buckets` tables of verdicts (`clusters.VERDICTS`, sorted by node), one after the other: number i has those of
        the documents in shards i, i + buckets, …

    Raises:
        ClustersError: see `components.run`.
    """
    labels = components.run(context, phase, f"{folder}/components", links, buckets)
    units = [(path, False) for path in links] + [(path, True) for path in labels]
    of_edges = _OfEdges(f"{folder}/edges", buckets)
    edges = exchange.files(context, phase, of_edges, [(n, *unit) for n, unit in enumerate(units)])
    of_shards = _OfShards(f"{folder}/wanted", buckets)
    wanted = set(exchange.files(context, phase, of_shards, list(enumerate(labels))))
    whole: list[tuple[str, Members | None]] = [(path, None) for path in edges]
    for one in members:
        path = exchange.file_of(of_shards, one.index % buckets)
        if path in wanted:
            whole.append((path, one))
    resolve = _Resolve(f"{folder}/resolved", buckets, context.plan.group_steps)
    resolved = exchange.files(context, phase, resolve, [(n, *unit) for n, unit in enumerate(whole)])
    to_shards = _ToShards(f"{folder}/verdicts", buckets)
    found = set(exchange.files(context, phase, to_shards, list(enumerate(resolved))))
    for bucket in range(buckets):
        path = exchange.file_of(to_shards, bucket)
        yield exchange.read(path) if path in found else pl.DataFrame(schema=clusters.VERDICTS)


def _bucket_of_shard(node: pl.Expr, buckets: int) -> pl.Expr:
    return ((node // (1 << shards.NODE_BITS)) % buckets).cast(pl.Int64).alias("bucket")
