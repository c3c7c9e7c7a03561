"""From shared keys to links: stars where a key proves enough, pairs of candidates where they are compared truly."""

from __future__ import annotations

import polars as pl

LINKS = pl.Schema({"node": pl.UInt64, "root": pl.UInt64, "similarity": pl.Float64})
CANDIDATES = pl.Schema([*LINKS.items(), ("home", pl.UInt64)])

# Every two of so many different texts under one key are compared; of more, every one with so many of them. A template
# that a million pages fill would have 500,000,000,000 pairs.
_ALL_PAIRS = 200
_HUBS = 100


def links(keys: pl.DataFrame, alike: float | None = None) -> pl.DataFrame:
    """A star for each key that several nodes share: every other node linked to the least.

    Args:
        keys: `key` and `node`; all rows of a key must be there.
        alike: the similarity that a shared key proves; null for unknown.

    Returns:
        `LINKS`, unique, node > root.
    """
    roots = keys.with_columns(pl.col("node").min().over("key").alias("root"))
    found = roots.filter(pl.col("node") != pl.col("root")).select("node", "root").unique().sort("node", "root")
    return found.with_columns(pl.lit(alike, pl.Float64).alias("similarity"))


def candidates(keys: pl.DataFrame) -> pl.DataFrame:
    """What is to be compared: for each key one node of each content with those of other contents.

    Which pairs there are follows from contents alone, never from the order of nodes, as far as nodes of the same
    content stand for each other.

    Args:
        keys: `key`, `node` and `content`; all rows of a key must be there.

    Returns:
        `CANDIDATES`, unique, node > root. Nodes of the same content have similarity 1 and no `home`. All others have
        no similarity yet; `home` is a node near which they are compared: pairs of a small cluster have few homes.
    """
    keys = keys.select("key", "node", "content").unique()
    first = keys.with_columns(pl.col("node").min().over("key", "content").alias("root"))
    same = first.filter(pl.col("node") != pl.col("root")).select("node", "root").unique()
    different = first.filter(pl.col("node") == pl.col("root")).drop("root")
    different = different.with_columns(pl.len().over("key").alias("many")).filter(pl.col("many") > 1)
    # A cluster of near copies shares several keys: each set of contents once.
    few = different.filter(pl.col("many") <= _ALL_PAIRS)
    many = different.filter(pl.col("many") > _ALL_PAIRS)
    few = few.with_columns(pl.col("node").min().over("key").alias("home")).select("key", "node", "home")
    pairs = few.join(few.select("key", root="node"), on="key").filter(pl.col("node") > pl.col("root"))
    hubs = many.filter(pl.col("content").rank("ordinal").over("key") <= _HUBS).select("key", root="node")
    spokes = many.join(hubs, on="key").filter(pl.col("node") != pl.col("root"))
    spokes = spokes.select(
        pl.max_horizontal("node", "root").alias("node"), pl.min_horizontal("node", "root").alias("root"), home="node"
    )
    parts = [
        same.with_columns(pl.lit(1.0).alias("similarity"), pl.lit(None, pl.UInt64).alias("home")),
        *(
            part.group_by("node", "root")
            .agg(pl.col("home").min())
            .select("node", "root", pl.lit(None, pl.Float64).alias("similarity"), "home")
            for part in (pl.concat([pairs.select("node", "root", "home"), spokes]),)
        ),
    ]
    return pl.concat(parts).sort("node", "root")
