"""One step of finding connected components in rounds (Kiveris et al. 2014, Connected Components in MapReduce)."""

from __future__ import annotations

import polars as pl


def large_star(links: pl.DataFrame) -> pl.DataFrame:
    """Link each node's larger neighbours to its least one.

    Args:
        links: `node` and `other`, every link in both directions; all rows of a node must be there.

    Returns:
        `node`, `root` (node > root), and whether that is `changed`.
    """
    least = pl.min_horizontal(pl.col("other").min().over("node"), "node")
    rows = links.unique().with_columns(least.alias("root")).filter(pl.col("other") > pl.col("node"))
    return rows.select(pl.col("other").alias("node"), "root", (pl.col("root") != pl.col("node")).alias("changed"))


def small_star(links: pl.DataFrame) -> pl.DataFrame:
    """Link each node and its smaller neighbours to the least of them.

    Args:
        links: `node` and `other`, node > other; all rows of a node must be there.

    Returns:
        As `large_star`. When neither changes anything, each node has one link, to the least of its component.
    """
    rows = links.unique().with_columns(pl.col("other").min().over("node").alias("root"))
    further = rows.filter(pl.col("other") != pl.col("root"))
    return pl.concat(
        [
            rows.select("node", "root", pl.lit(False).alias("changed")).unique(),
            further.select(pl.col("other").alias("node"), "root", pl.lit(True).alias("changed")),
        ]
    )
