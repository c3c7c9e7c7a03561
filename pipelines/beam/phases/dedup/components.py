"""Connected components of any number of links: rounds of exchanges, in which no worker holds more than its buckets.

Large-star and small-star in turn (Kiveris et al. 2014, Connected Components in MapReduce and Beyond). Each round reads
the files that the one before wrote; a killed run goes on with the round that it was in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from pipelines import clusters
from pipelines.beam import exchange
from pipelines.beam.context import Context
from schemas.errors import ClustersError


@dataclass(frozen=True)
class _Star:
    folder: str
    buckets: int
    large: bool

    def pieces(self, unit: tuple[int, str]) -> pl.DataFrame:
        links = exchange.read(unit[1], ["node", "root"]).rename({"root": "other"}).unique()
        if self.large:
            links = pl.concat([links, links.select(pl.col("other").alias("node"), pl.col("node").alias("other"))])
        return links.with_columns(exchange.bucket_of(pl.col("node"), self.buckets))

    def reduce(self, rows: pl.DataFrame) -> pl.DataFrame:
        return clusters.large_star(rows) if self.large else clusters.small_star(rows)


def run(context: Context, phase: str, folder: str, links: list[str], buckets: int) -> list[str]:
    """The component of each linked node.

    Args:
        folder: where the rounds keep their files.
        links: files with `node` and `root`, node > root.
        buckets: how many buckets; the number never changes a result.

    Returns:
        Files with `node` and `root`: every node but the least of its component once, with that as its root.

    Raises:
        ClustersError: it did not settle.
    """
    files = links
    rounds = _rounds(sum(exchange.read(path, ["node"]).height for path in links))
    for number in range(rounds):
        changed = False
        for large in (True, False):
            star = _Star(f"{folder}/{number:02d}-{'large' if large else 'small'}", buckets, large)
            files = exchange.files(context, phase, star, list(enumerate(files)))
            changed |= any(exchange.read(path, ["changed"])["changed"].any() for path in files)
        if not changed:
            return files
    raise ClustersError(
        f"the clusters of duplicates did not settle in {rounds} rounds, which is more than any graph of their size "
        f"needs. This is a bug in Glotmill: please report it, with the folder {folder}."
    )


def _rounds(links: int) -> int:
    """More than are needed: a chain of n links settles in about log2(n) rounds, anything else in fewer."""
    return 8 + 2 * math.ceil(math.log2(links + 2))
