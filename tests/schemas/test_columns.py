"""Columns: described, named once, and frames brought to them."""

from __future__ import annotations

import polars as pl
import pytest

from schemas import columns
from schemas.columns import (
    ADDRESS,
    DEAD,
    DERIVED,
    DOCUMENT,
    EXCHANGE,
    REHYDRATION,
    SHARED,
    VERDICT,
    Column,
    conform,
    empty,
    polars_schema,
)

GROUPS = {
    "SHARED": SHARED,
    "DOCUMENT": DOCUMENT,
    "ADDRESS": ADDRESS,
    "DEAD": DEAD,
    "VERDICT": VERDICT,
    "REHYDRATION": REHYDRATION,
    "DERIVED": DERIVED,
    "EXCHANGE": EXCHANGE,
}


@pytest.mark.parametrize("name", GROUPS)
def test_columns_are_described_and_named_once(name: str) -> None:
    group = GROUPS[name]
    assert len({c.name for c in group}) == len(group)
    for column in group:
        assert len(column.description) > 10 and column.name.isidentifier() and column.name == column.name.lower()


def test_what_a_release_says_of_a_document_and_in_which_order() -> None:
    # Readers of released files go by these.
    names = ["id", "text", "source", "url", "date", "declared_language", "metadata", "expected"]
    assert [column.name for column in DOCUMENT] == names
    assert {column.dtype for column in DOCUMENT} == {pl.String}


def test_there_is_no_group_without_a_test() -> None:
    held = {k for k, v in vars(columns).items() if isinstance(v, tuple) and all(isinstance(c, Column) for c in v)}
    assert held == set(GROUPS)


def test_conform_orders_casts_fills_and_drops() -> None:
    some = (Column("a", pl.Int64, "x"), Column("b", pl.String, "x"), Column("c", pl.List(pl.String), "x"))
    frame = pl.DataFrame({"z": [1, 2], "b": [None, None], "a": pl.Series([3, 4], dtype=pl.Int8)})
    out = conform(frame, some)
    assert out.schema == polars_schema(some) and out.rows() == [(3, None, None), (4, None, None)]
    assert frame.columns == ["z", "b", "a"]
    assert conform(out, some).equals(out)


def test_conform_refuses_what_cannot_be_cast() -> None:
    with pytest.raises(pl.exceptions.InvalidOperationError):
        conform(pl.DataFrame({"a": ["x"]}), (Column("a", pl.Int64, "x"),))


@pytest.mark.parametrize("name", GROUPS)
def test_empty(name: str) -> None:
    frame = empty(GROUPS[name])
    assert frame.height == 0 and frame.schema == polars_schema(GROUPS[name])
    assert conform(pl.DataFrame(), GROUPS[name]).schema == frame.schema
