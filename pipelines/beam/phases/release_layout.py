"""Which columns each kind of released file has, which split a row is in, and how many shards each of them gets."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pipelines import splits
from pipelines.plan import Plan
from schemas.columns import ADDRESS, DEAD, DERIVED, DOCUMENT, REHYDRATION, VERDICT, Column, conform, polars_schema

REJECTED, DEAD_PLACE, QUARANTINE = "rejected", "dead", "quarantine"
_KIND = {REJECTED: "rejected", DEAD_PLACE: "dead", QUARANTINE: "quarantined"}


@dataclass(frozen=True)
class Layout:
    """Columns by kind of file (document, rejected, dead, derived, quarantined), bytes by config, shares of splits."""

    by_kind: Mapping[str, tuple[Column, ...]]
    sizes: Mapping[str, int]
    splits: Mapping[str, float]
    shard_bytes: int
    row_group_bytes: int
    derive_stages: tuple[str, ...]

    def shards(self, config: str, split: str) -> int:
        """How many shards a split of a config gets."""
        share = 1.0 if config in _KIND else self.splits[split]
        return max(1, math.ceil(self.sizes[config] * share / self.shard_bytes))

    def split_of(self, frame: pl.DataFrame, id: str = "id") -> pl.Series:
        """The split of each row, named `split`: by its `cluster_id`, or by the column `id` where it has none."""
        if len(self.splits) == 1:
            return splits.assign(frame[id], self.splits)
        return splits.assign(frame.select(pl.coalesce("cluster_id", id)).to_series(), self.splits)

    def columns(self, kind: str) -> tuple[Column, ...]:
        """The columns of a kind of file."""
        return self.by_kind[kind]

    def polars_schema(self, kind: str) -> pl.Schema:
        """The same as a polars schema."""
        return polars_schema(self.by_kind[kind])

    def conform(self, kind: str, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with exactly the columns of its kind."""
        return conform(frame, self.by_kind[kind])

    def kind_of_frame(self, frame: pl.DataFrame) -> str:
        """The kind whose columns a frame has."""
        names = [name for name in frame.columns if not name.startswith("_")]
        return next(kind for kind, columns in self.by_kind.items() if [c.name for c in columns] == names)

    def kind_of_config(self, config: str) -> str:
        """The kind of file that a config holds."""
        if config in _KIND:
            return _KIND[config]
        return "derived" if config.rpartition("-")[2] in self.derive_stages else "document"


def layout_of(plan: Plan, sizes: Mapping[str, int]) -> Layout:
    """The layout of a recipe's release.

    Args:
        plan: the plan.
        sizes: bytes of text for each config.
    """
    added = tuple(plan.added())
    language = (
        () if any(c.name == "language" for c in added) else (Column("language", pl.String, "Language, as declared"),)
    )
    planted = any(source.fields.expected is not None for source in plan.recipe.all_sources().values())
    document = tuple(c for c in DOCUMENT if planted or c.name != "expected")
    rejected = (*document, *ADDRESS, *language, *added, *VERDICT)
    cluster = tuple(c for c in VERDICT if c.name in ("cluster_id", "cluster_size"))
    if not plan.recipe.release.rejected_text:
        rejected = tuple(c for c in rejected if c.name != "text")
    if plan.copies is not None:
        cluster = (*cluster, *REHYDRATION)
    derived = tuple(c for c in DERIVED if c.name not in ("reasons", "raw", "replay"))
    return Layout(
        {
            "document": (*document, *language, *added, *cluster),
            "rejected": rejected,
            "dead": tuple(c for c in DEAD if planted or c.name != "expected"),
            "derived": derived,
            "quarantined": DERIVED,
        },
        sizes,
        plan.recipe.release.splits,
        plan.recipe.release.shard_bytes,
        plan.recipe.release.row_group_bytes,
        tuple(step.name for step in plan.derive_steps),
    )
