"""What all kinds of deduplication share: among which documents to look, and who stays in a group."""

from __future__ import annotations

from typing import Literal

import polars as pl
from pydantic import Field, field_validator, model_validator

from schemas.stage import StageParams

# Words of `prefer` and the column that each reads.
_WORDS = {"longest": "text_bytes", "earliest": "date", "latest": "date", "source": "source"}
GIVEN = frozenset(_WORDS.values())
"""Columns to prefer by that no stage adds: every document has them."""
_INSTEAD = {"longest": "-text_bytes", "earliest": "latest", "latest": "earliest", "source": "another source_order"}
_BEGINNING = "0000-01-01T00:00:00Z"  # what a less precise date leaves out


class GroupParams(StageParams):
    """Among which documents, and who stays."""

    within: tuple[Literal["language", "source", "script"], ...] = Field(
        (),
        description="What duplicates have in common: two documents are compared only where these columns are the same. "
        "Empty: all documents are compared",
    )

    prefer: tuple[str, ...] = Field(
        ("quality", "word_count"),
        description="Who stays, what decides first standing first: a score column (the highest stays), -column (the "
        "lowest), longest, earliest, latest, or source (the order of source_order). A column that no stage of "
        "the recipe adds is passed over. Ties go by id",
    )
    source_order: tuple[str, ...] = Field(
        (), description="Sources for `source` in prefer, the one that stays first; others come behind them, as equals"
    )

    @field_validator("prefer")
    @classmethod
    def _each_decides_something(cls, prefer: tuple[str, ...]) -> tuple[str, ...]:
        said: dict[str, str] = {}
        for entry in prefer:
            name = entry.removeprefix("-")
            if not name or name.startswith("-"):
                raise ValueError(
                    f"{entry!r} came, but an entry is a column, -column, or one of: {', '.join(sorted(_WORDS))}"
                )
            if name in _INSTEAD and name != entry:
                raise ValueError(f"{entry!r} came, but only columns take a minus. Write {_INSTEAD[name]}")
            if name == "date":
                raise ValueError(
                    f"{entry!r} came, but dates go by words. Write {'earliest' if name != entry else 'latest'}"
                )
            column = _column(entry)
            if column in said:
                both = f"{entry!r} came twice" if said[column] == entry else f"both {said[column]!r} and {entry!r} came"
                raise ValueError(
                    f"{both}: the second never decides, because the first reads {column} too. Leave it out"
                )
            said[column] = entry
        return prefer

    @model_validator(mode="after")
    def _an_order_for_source(self) -> GroupParams:
        if "source" in self.prefer and not self.source_order:
            raise ValueError("prefer has `source`, so source_order must say which: source_order: [best, second]")
        if self.source_order and "source" not in self.prefer:
            raise ValueError("source_order came, but prefer has no `source`: prefer: [source, quality]")
        twice = sorted({name for name in self.source_order if self.source_order.count(name) > 1})
        if twice:
            raise ValueError(f"source_order names {', '.join(map(repr, twice))} twice. Name each source once")
        return self


def within(params: GroupParams) -> tuple[str, ...]:
    """The columns in which the members of a group agree."""
    return params.within


def prefers(params: GroupParams) -> tuple[str, ...]:
    """The columns that `choose` wants to see."""
    return tuple(_column(entry) for entry in params.prefer)


def choose(members: pl.DataFrame, params: GroupParams) -> pl.DataFrame:
    """Order the members of each group, the one that stays first.

    A date that is less precise counts as its beginning: 2024 as the first second of 2024.

    Args:
        members: `group`, `id`, and those of the columns in `prefers` that there are.
        params: what decides.

    Returns:
        The same rows, sorted by group, then by preference (null and NaN last), then by id.
    """
    decides = [entry for entry in params.prefer if _column(entry) in members.columns]
    return members.sort(
        "group",
        *(_worth(entry, members.schema[_column(entry)], params) for entry in decides),
        "id",
        descending=[
            False,
            *(not (entry.startswith("-") or entry in ("earliest", "source")) for entry in decides),
            False,
        ],
        nulls_last=True,
        maintain_order=True,
    )


def _column(entry: str) -> str:
    """The column that an entry of `prefer` reads."""
    return _WORDS.get(entry, entry.removeprefix("-"))


def _worth(entry: str, dtype: pl.DataType, params: GroupParams) -> pl.Expr:
    """What an entry compares: null where there is nothing to compare."""
    column = pl.col(_column(entry))
    if entry == "source":
        ranks = range(len(params.source_order))
        return column.replace_strict(params.source_order, ranks, default=None, return_dtype=pl.UInt32)
    if entry in ("earliest", "latest"):
        written = column.cast(pl.String)
        return written + pl.lit(_BEGINNING).str.slice(written.str.len_bytes())
    return column.fill_nan(None) if dtype.is_float() else column
