"""Texts that are made of several fields of a record."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines import readers
from pipelines.readers.contract import Batch, Unit
from schemas.recipe import Fields, Source
from tests import running

ROWS: list[dict[str, Any]] = [
    {"id": "a", "question": "Quel fleuve ?", "table": {"rows": [["Loire", "1006"], ["Seine", "775"]]}},
    {"id": "b", "question": "कौन सी नदी?", "table": {"rows": [["गंगा", "2525"]]}},
    {"id": "c", "question": "?", "table": None},
    {"id": "d", "other": 1},
]
FIELDS = Fields(texts=["question", "table.rows[][]"])


def _read(path: Path) -> Batch:
    source = Source(paths=[str(path)], fields=FIELDS, metadata=["table"])
    (batch,) = readers.read(Unit("s", str(path), path.suffix[1:], "", path.stat().st_size), source, 1 << 20)
    return batch


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_fields_are_put_together_for_people(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"in.{kind}"
    if kind == "jsonl":
        running.jsonl(path, ROWS)
    else:
        pl.DataFrame(
            [{"id": row["id"], "question": row.get("question"), "table": row.get("table")} for row in ROWS]
        ).write_parquet(path)
    batch = _read(path)
    texts = dict(batch.rows.select("id", "text").iter_rows())
    assert texts["a"] == "Quel fleuve ?\n\nLoire | 1006\nSeine | 775"
    assert texts["b"] == "कौन सी नदी?\n\nगंगा | 2525"
    assert texts["c"] == "?"
    assert json.loads(batch.rows["metadata"][0]) == {"table": ROWS[0]["table"]}
    if kind == "jsonl":  # a column has its key in every row
        assert batch.dead["error"].to_list() == ["missing_text"]
        assert "'question'" in batch.dead["message"][0]
