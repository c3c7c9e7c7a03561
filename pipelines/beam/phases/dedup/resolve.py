"""From links to verdicts, when links are too many for one process: whole clusters go to a bucket that resolves them.

Clusters here are those of all Group stages together, so that a bucket has everything that `pipelines.clusters.resolve`
asks for. What is exchanged are addresses, ids and scores; the verdicts come back to the shards of their documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from pipelines import clusters
from pipelines.beam import exchange
from pipelines.beam.context import Context
from pipelines.beam.phases.dedup import by_file, components
from pipelines.beam.phases.dedup.tables import Table
from pipelines.plan import Step
from schemas.stage import Group

_ROWS = pl.Schema([("step", pl.UInt8), *clusters.LINKS.items(), ("whole", pl.UInt64)])
_EDGES = ("step", "node", "root", "similarity", "whole")


@dataclass(frozen=True)
class _OfEdges:
    """Which whole cluster each link belongs to."""

    folder: str
    buckets: int

    def pieces(self, unit: tuple[int, str, bool]) -> pl.DataFrame:
        _, path, is_label = unit
        if is_label:
            rows = exchange.read(path, ["node", "root"]).rename({"root": "whole"})
        else:
            rows = exchange.read(path, ["step", "node", "root", "similarity"])
        return rows.with_columns(exchange.bucket_of(pl.col("node"), self.buckets))

    def reduce(self, rows: pl.DataFrame) -> pl.DataFrame:
        rows = pl.concat([pl.DataFrame(schema=_ROWS), rows], how="diagonal")
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
        return pl.concat([labels, roots]).with_columns(exchange.bucket_of_file(pl.col("node"), self.buckets))

    def reduce(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.unique().select("node", whole="root")  # a root is in several files of labels


@dataclass(frozen=True)
class _Resolve:
    """Links and members of a whole cluster to one bucket, which resolves it."""

    folder: str
    buckets: int
    steps: tuple[Step[Group], ...]
    prefer: tuple[str, ...]

    def pieces(self, unit: tuple[int, str, Table | None]) -> pl.DataFrame:
        _, path, table = unit
        if table is None:
            rows = exchange.read(path).select(_EDGES)
        else:
            wanted = exchange.read(path, ["node", "whole"])
            rows = table.members(wanted["node"], self.prefer).join(wanted, on="node", how="left", validate="1:1")
        return rows.with_columns(exchange.bucket_of(pl.col("whole"), self.buckets))

    def reduce(self, rows: pl.DataFrame) -> pl.DataFrame:
        edges = rows.filter(pl.col("step").is_not_null())
        linked = [
            edges.filter(pl.col("step") == n).select("node", "root", "similarity") for n in range(len(self.steps))
        ]
        members = rows.filter(pl.col("step").is_null()).drop("step", "root", "similarity", "whole")
        return clusters.resolve(self.steps, linked, members)


def run(
    context: Context,
    phase: str,
    folder: str,
    links: list[str],
    tables: Sequence[Table],
    prefer: tuple[str, ...],
    buckets: int,
) -> Iterator[pl.DataFrame]:
    """Resolve all clusters.

    Args:
        folder: where the exchanges keep their files.
        links: files with `step`, `node`, `root` and `similarity`.
        tables: all files of documents.
        prefer: columns that decide who stays.
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
    wanted = exchange.files(context, phase, of_shards, list(enumerate(labels)))
    whole: list[tuple[str, Table | None]] = [(path, None) for path in edges]
    whole += by_file.of_tables(of_shards, wanted, buckets, tables)
    resolve = _Resolve(f"{folder}/resolved", buckets, context.plan.group_steps, prefer)
    resolved = exchange.files(context, phase, resolve, [(n, *unit) for n, unit in enumerate(whole)])
    yield from by_file.run(context, phase, f"{folder}/verdicts", resolved, buckets, clusters.VERDICTS)
