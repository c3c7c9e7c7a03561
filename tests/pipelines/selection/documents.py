"""Measured documents as selection sees them, and its rounds over several frames."""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from pipelines import selection
from pipelines.plan import Step
from pipelines.selection import Selection
from tests import toy_quality

SCHEMA = {
    "id": pl.String, "source": pl.String, "language": pl.String, "url": pl.String, "text": pl.String,
    "metadata": pl.String, "declared_language": pl.String, "toy_quality": pl.Float64,
    "toy_parts": pl.List(pl.Float64), "toy_length": pl.Int64,
}  # fmt: skip


def steps(**params: Any) -> list[Step[Any]]:
    return [Step(toy_quality.STAGE, toy_quality.Params(**{"fewest": 0, "fewest_in_stratum": 1, **params}))]


def row(id_: str, score: Any = 0.5, **more: Any) -> dict[str, Any]:
    given = {
        "source": "web", "language": "tha_Thai", "kind": None, "toy_parts": None, "toy_length": 50, "url": None, **more
    }  # fmt: skip
    return {"id": id_, "toy_quality": score, "declared_language": None, "text": "x", **given}


def frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    made = [{**one, "metadata": json.dumps({"kind": one["kind"]}, ensure_ascii=False)} for one in rows]
    return pl.DataFrame(made, schema=SCHEMA, orient="row")


def drive(parts: list[pl.DataFrame], some: list[Step[Any]]) -> tuple[Selection, list[pl.DataFrame], int]:
    """Rounds over several frames, one after the other; the frames as they are read, and how many rounds it took."""
    found, rounds = selection.begun(some), 0
    told = [part.hstack(selection.described(part, found.dimensions).drop("text_bytes").get_columns()) for part in parts]
    while not found.done:
        found, rounds = found.next(selection.added(found.count(one) for one in told)), rounds + 1
        assert rounds < 20, "it does not end"
    return found, told, rounds
