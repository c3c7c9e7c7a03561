"""From links to verdicts: who stays, and each other document's twin, cluster and similarity.

Group stages run one after the other: the later works on those that the earlier left, so a document's twin is always one
that is released, now or earlier.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.clusters.components import components
from pipelines.plan import Step
from schemas.stage import Group

VERDICTS = pl.Schema(
    {
        "node": pl.UInt64,
        "reason": pl.String,
        "twin_id": pl.String,
        "twin_release": pl.String,
        "twin_similarity": pl.Float64,
        "cluster_id": pl.String,
        "cluster_size": pl.Int64,
    }
)
I64 = npt.NDArray[np.int64]


def resolve(steps: Sequence[Step[Group]], linked: Sequence[pl.DataFrame], members: pl.DataFrame) -> pl.DataFrame:
    """Verdicts over all documents that are linked to another.

    Args:
        steps: the Group steps in order.
        linked: the links of each step (`links.LINKS`); of a step that verifies, only what is as similar as it asks.
        members: every node of those links once: `node`, `id`, the columns that steps prefer by, and `release`, the
            earlier release that has the document, null for one of this run. The column may be missing.

    Returns:
        One row for each member of a cluster that is of this run (`VERDICTS`), sorted by node. The one that stays has
        no reason and no twin. A document of an earlier release always stays, and before those of this run.
    """
    if members.is_empty():
        return pl.DataFrame(schema=VERDICTS)
    if "release" not in members.columns:
        members = members.with_columns(pl.lit(None, pl.String).alias("release"))
    members = members.sort("node").with_columns(pl.int_range(pl.len()).alias("index"))
    state = _State(members)
    for step, edges in zip(steps, linked, strict=True):
        similarity = edges["similarity"].to_numpy()
        a, b = (np.searchsorted(state.nodes, edges[name].to_numpy()) for name in ("node", "root"))
        if step.stage.least(step.params) is None:
            state.merge(step, a, b, step.stage.alike)
        else:
            same = similarity == 1.0
            state.merge(step, a[same], b[same], 1.0)
            state.take(step, a[~same], b[~same], similarity[~same])
    return state.verdicts()


class _State:
    """For each member (by index) the one that stays in its place so far, why it goes, and how alike the two are."""

    def __init__(self, members: pl.DataFrame) -> None:
        self.members = members
        self.nodes = members["node"].to_numpy()
        self.earlier = members["release"].is_not_null().to_numpy()
        self.stays: I64 = np.arange(members.height, dtype=np.int64)
        self.similarity = np.full(members.height, np.nan)
        self.reasons: list[str] = []
        self.reason = np.full(members.height, -1, np.int64)  # index into reasons

    def merge(self, step: Step[Group], a: I64, b: I64, alike: float | None) -> None:
        """Of each component one stays."""
        a, b = self.stays[a], self.stays[b]
        a, b = a[a != b], b[a != b]
        order, group = self._ordered(step, a, b)
        if not len(order):
            return
        starts = np.concatenate(([True], group[1:] != group[:-1]))
        winner = order[starts][np.cumsum(starts) - 1]
        self._goes(step, order, winner, np.full(len(order), np.nan if alike is None else alike))

    def take(self, step: Step[Group], a: I64, b: I64, similarity: npt.NDArray[np.float64]) -> None:
        """Each one goes that is linked to one that stays."""
        from pipelines.clusters.first_come import first_come

        a, b = self.stays[a], self.stays[b]
        kept = (a != b) & ~(self.earlier[a] & self.earlier[b])
        a, b, similarity = a[kept], b[kept], similarity[kept]
        order, _ = self._ordered(step, a, b)
        if not len(order):
            return
        rank = np.empty(len(self.stays), np.int64)
        rank[order] = np.arange(len(order))
        stays, alike = first_come(rank[a], rank[b], similarity, len(order))
        self._goes(step, order, order[stays], alike)

    def verdicts(self) -> pl.DataFrame:
        """`VERDICTS` of this run's documents."""
        gone = self.reason >= 0
        reasons = pl.Series([None, *self.reasons], dtype=pl.String)
        twins = pl.Series(np.where(gone, self.stays, -1)).replace(-1, None)
        return (
            self.members.select("node", "id", "release")
            .with_columns(
                reasons.gather(self.reason + 1).alias("reason"),
                self.members["id"].gather(twins).alias("twin_id"),
                self.members["release"].gather(twins).alias("twin_release"),
                pl.Series("twin_similarity", np.where(gone, self.similarity, np.nan)).fill_nan(None),
                pl.Series("stays", self.stays),
            )
            .with_columns(
                pl.col("id").min().over("stays").alias("cluster_id"),
                pl.len().over("stays").cast(pl.Int64).alias("cluster_size"),
            )
            .filter((pl.col("cluster_size") > 1) & pl.col("release").is_null())
            .select(pl.col(name).cast(kind) for name, kind in VERDICTS.items())
        )

    def _ordered(self, step: Step[Group], a: I64, b: I64) -> tuple[I64, I64]:
        """The linked members, component by component, in the order in which they stay; and the component of each."""
        linked = np.unique(np.concatenate((a, b)))
        group = components(np.searchsorted(linked, a), np.searchsorted(linked, b), len(linked))
        rows = self.members[linked].with_columns(pl.Series("group", group, dtype=pl.Int64))
        ordered = step.stage.choose(rows, step.params)
        ordered = ordered.sort("group", pl.col("release").is_null(), maintain_order=True)
        return ordered["index"].to_numpy(), ordered["group"].to_numpy()

    def _goes(self, step: Step[Group], members: I64, stays: I64, similarity: npt.NDArray[np.float64]) -> None:
        goes = members != stays
        self.stays[members[goes]] = stays[goes]
        self.similarity[members[goes]] = similarity[goes]
        # One of an earlier release stays where it is; others that had it for their twin find the first of its like.
        self.reason[members[goes & ~self.earlier[members]]] = len(self.reasons)
        self.reasons.append(step.stage.reason)
        self._follow()

    def _follow(self) -> None:
        """The twin of an earlier duplicate may have found its own."""
        after = self.stays[self.stays]
        moved = after != self.stays
        # As like the new twin as the old one is, where it is the same text as the old one; else nobody has looked.
        same = self.similarity[moved] == 1.0
        self.similarity[moved] = np.where(same, self.similarity[self.stays[moved]], np.nan)
        self.stays = after
