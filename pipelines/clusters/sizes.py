"""How many members each component of a graph has."""

from __future__ import annotations

import numpy as np
import polars as pl

from pipelines.clusters.components import components

SIZES = pl.Schema({"node": pl.UInt64, "copies": pl.Int64})


def labels(links: pl.DataFrame) -> pl.DataFrame:
    """The component of each linked node, in memory.

    Args:
        links: `node` and `root`.

    Returns:
        `node` and `root`: every node but the least of its component once, with that as its root.
    """
    nodes = pl.concat([links["node"], links["root"]]).unique().sort().to_numpy()
    a, b = (np.searchsorted(nodes, links[name].to_numpy()) for name in ("node", "root"))
    root = nodes[components(a, b, len(nodes))]
    found = pl.DataFrame({"node": nodes, "root": root}, schema={"node": pl.UInt64, "root": pl.UInt64})
    return found.filter(pl.col("node") != pl.col("root"))


def sizes(labels: pl.DataFrame) -> pl.DataFrame:
    """The size of the component of each of its members (`SIZES`).

    Args:
        labels: `node` and `root`: every member but the least with the least; all members of a component must be there.
    """
    labels = labels.select("node", "root").unique()
    every = pl.concat([labels, labels.select(node="root", root="root").unique()])
    return every.select("node", pl.len().over("root").cast(pl.Int64).alias("copies"))
