"""What all kinds of deduplication share: among which documents to look, and who stays in a group."""

from __future__ import annotations

from typing import Literal

import polars as pl
from pydantic import Field

from schemas.stage import StageParams


class GroupParams(StageParams):
    """Among which documents, and who stays."""

    within: tuple[Literal["language", "source", "script"], ...] = Field(
        (),
        description="What duplicates have in common: two documents are compared only where these columns are the same. "
        "Empty: all documents are compared",
    )

    prefer: tuple[str, ...] = Field(
        ("quality", "word_count"),
        description="Score columns that decide who stays, the highest first; one that no stage adds is passed over. "
        "Ties go by id",
    )


def within(params: GroupParams) -> tuple[str, ...]:
    """The columns in which the members of a group agree."""
    return params.within


def prefers(params: GroupParams) -> tuple[str, ...]:
    """The score columns that `choose` wants to see."""
    return params.prefer


def choose(members: pl.DataFrame, params: GroupParams) -> pl.DataFrame:
    """Order the members of each group, the one that stays first.

    Args:
        members: `group`, `id`, and those columns of `params.prefer` that the recipe's stages add.
        params: which columns those are.

    Returns:
        The same rows, sorted by group, then by preference (highest first, null last), then by id.
    """
    by = [name for name in params.prefer if name in members.columns]
    return members.sort(
        ["group", *by, "id"], descending=[False, *(True for _ in by), False], nulls_last=True, maintain_order=True
    )
