"""From shared keys to verdicts: links, connected components, who stays, and each document's twin.

A node is a document's address as one number: shard index x 2^32 + row. Group stages run one after the other: the later
works on those that the earlier left, so a document's twin is always one that is released.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import xxhash

from pipelines.plan import Step
from schemas.stage import Group

LINKS = pl.Schema({"node": pl.UInt64, "root": pl.UInt64})
VERDICTS = pl.Schema(
    {"node": pl.UInt64, "reason": pl.String, "twin_id": pl.String, "cluster_id": pl.String, "cluster_size": pl.Int64}
)


def keys(step: Step[Group], frame: pl.DataFrame, resource: Any) -> pl.DataFrame:
    """The keys of a frame (`schemas.stage.KEYS`). Documents that the step's `within` sets apart share none."""
    found = step.stage.key(frame, step.params, resource)
    apart = step.stage.within(step.params)
    if not apart or found.is_empty():
        return found
    values = frame.select(pl.concat_str([pl.col(c).cast(pl.String).fill_null("") for c in apart], separator="\0"))
    said = values.to_series().gather(found["row"])
    salts = {value: xxhash.xxh3_128_digest(value.encode()) for value in said.unique()}
    salt = np.frombuffer(b"".join(salts[value] for value in said), np.uint8)
    mixed = np.frombuffer(b"".join(found["key"]), np.uint8) ^ salt
    salted = pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), len(found), [None, pa.py_buffer(mixed)])
    return found.with_columns(pl.Series("key", pl.from_arrow(salted.cast(pa.large_binary()))))


def links(keys: pl.DataFrame) -> pl.DataFrame:
    """A star for each key that several nodes share: every other node linked to the least.

    Args:
        keys: `key` and `node`; all rows of a key must be there.

    Returns:
        `node` and `root`, unique, node > root.
    """
    roots = keys.with_columns(pl.col("node").min().over("key").alias("root"))
    return roots.filter(pl.col("node") != pl.col("root")).select("node", "root").unique().sort("node", "root")


def large_star(links: pl.DataFrame) -> pl.DataFrame:
    """Link each node's larger neighbours to its least one (Kiveris et al. 2014, Connected Components in MapReduce).

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


def components(a: npt.NDArray[np.int64], b: npt.NDArray[np.int64], n: int) -> npt.NDArray[np.int64]:
    """The least member of each node's connected component.

    Hooking and pointer jumping (Shiloach and Vishkin 1982), over whole arrays at a time.

    Args:
        a, b: ends of each edge, as numbers below n.
        n: number of nodes.

    Returns:
        Shape (n,).
    """
    label = np.arange(n, dtype=np.int64)
    while True:
        low = np.minimum(label[a], label[b])
        before = label.copy()
        # Hook the roots of both ends, so that whole trees move and long chains close in few rounds.
        np.minimum.at(label, before[a], low)
        np.minimum.at(label, before[b], low)
        while True:
            jumped = label[label]
            if np.array_equal(jumped, label):
                break
            label = jumped
        if np.array_equal(label, before):
            return label


def resolve(steps: Sequence[Step[Group]], linked: Sequence[pl.DataFrame], members: pl.DataFrame) -> pl.DataFrame:
    """Verdicts over all documents that share a key with another.

    Args:
        steps: the Group steps in order.
        linked: the links of each step (`LINKS`).
        members: every node of those links once: `node`, `id`, and the score columns that steps prefer by.

    Returns:
        One row for each member of a cluster (`VERDICTS`), sorted by node. The one that stays has no reason and no twin.
    """
    if members.is_empty():
        return pl.DataFrame(schema=VERDICTS)
    members = members.sort("node")
    nodes = members["node"].to_numpy()
    n = len(nodes)
    stays = np.arange(n, dtype=np.int64)  # for each node the one that stays in its place
    reason: list[str | None] = [None] * n
    for step, edges in zip(steps, linked, strict=True):
        a = stays[np.searchsorted(nodes, edges["node"].to_numpy())]
        b = stays[np.searchsorted(nodes, edges["root"].to_numpy())]
        group = components(a, b, n)
        alive = np.flatnonzero(stays == np.arange(n))
        ordered = step.stage.choose(
            members[alive].with_columns(pl.Series("group", group[alive]), pl.Series("index", alive, dtype=pl.Int64)),
            step.params,
        )
        first = ordered.group_by("group", maintain_order=True).agg(pl.col("index").first().alias("stays"))
        winner = dict(first.iter_rows())
        for index in alive:
            chosen = winner[group[index]]
            if chosen != index:
                stays[index] = chosen
                reason[index] = step.stage.reason
        stays = stays[stays]  # the twin of an earlier stage's duplicate may have found its own
    ids = members["id"]
    out = pl.DataFrame({"node": nodes, "stays": stays, "id": ids, "reason": pl.Series(reason, dtype=pl.String)})
    sizes = out.group_by("stays").agg(
        pl.len().cast(pl.Int64).alias("cluster_size"), pl.col("id").min().alias("cluster_id")
    )
    out = out.join(sizes, on="stays", how="left", maintain_order="left").filter(pl.col("cluster_size") > 1)
    return out.select(
        pl.col("node").cast(pl.UInt64),
        "reason",
        pl.when(pl.col("reason").is_not_null()).then(ids.gather(out["stays"])).alias("twin_id"),
        "cluster_id",
        "cluster_size",
    )
