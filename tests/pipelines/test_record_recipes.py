"""The recipes `tables` and `labelled` over their samples in five languages: what must stay is checked row by row.

The server translates letter by letter into no language at all, so gates that look for a language are off; those that
look at structure, placeholders, numbers and labelled stretches are on.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from schemas.manifest import Manifest
from tests import running
from tests.fault_server import FaultServer

_ON = ("min_structure_kept", "min_placeholders_kept", "min_spans_kept", "min_finished", "min_chrf", "min_bleu")


def _run(name: str, folder: Path, **faults: float) -> Manifest:
    content = yaml.safe_load((running.ROOT / f"pipelines/recipes/{name}.yaml").read_text(encoding="utf-8"))
    content["stages"]["translation"] |= running.open_gates("translation", *_ON)
    with FaultServer([], faults=faults) as server:
        content["client"] = {"base_url": server.base_url, "model": "m", "form": "chat", "max_tokens": 2000}
        manifest = running.run(content, folder)
    assert manifest is not None
    return manifest


def _rows(folder: Path) -> list[dict[str, Any]]:
    files = sorted((folder / "out" / "data").glob("*-translation/*.parquet"))
    return pl.concat([pl.read_parquet(file) for file in files]).to_dicts()


def _originals(*files: str) -> dict[str, dict[str, Any]]:
    lines = [line for file in files for line in (running.SAMPLE / file).read_text(encoding="utf-8").splitlines()]
    return {row["id"]: row for row in map(json.loads, lines)}


@pytest.mark.end_to_end
def test_tables_have_the_same_rows_columns_and_numbers(tmp_path: Path) -> None:
    manifest = _run("tables", tmp_path)
    originals = _originals("tables/tables.jsonl")
    rows = _rows(tmp_path)
    assert manifest.counts.input == len(originals) == 10
    assert len(rows) == 40, manifest.counts.quarantined_by_reason
    for row in rows:
        before, after = originals[row["parent_id"]], json.loads(row["record"])
        assert set(after) == {"question", "answer", "table"}
        assert list(after["table"]) == ["header", "rows"]
        assert len(after["table"]["header"]) == len(before["table"]["header"])
        for old, new in zip(before["table"]["rows"], after["table"]["rows"], strict=True):
            assert len(old) == len(new)
            for one, other in zip(old, new, strict=True):
                assert type(one) is type(other)
                if isinstance(one, str):
                    digits = [letter for letter in one if letter.isdigit()]
                    assert [letter for letter in other if letter.isdigit()] == digits
                else:
                    assert one == other
        assert after["question"] != before["question"]
    (made,) = manifest.derived
    assert all(group.medians["bleu"] == 100.0 for group in made.groups)


@pytest.mark.end_to_end
def test_labels_stay_and_labelled_stretches_are_found_again(tmp_path: Path) -> None:
    manifest = _run("labelled", tmp_path)
    originals = _originals("labelled/opinions.jsonl", "labelled/inference.jsonl", "labelled/names.jsonl")
    rows = _rows(tmp_path)
    # One sentence is too short for its language to be told.
    assert manifest.counts.released_sources >= len(originals) - 1 == 29
    assert len(rows) == 4 * manifest.counts.released_sources, manifest.counts.quarantined_by_reason
    for row in rows:
        before, after = originals[row["parent_id"]], json.loads(row["record"])
        assert after.get("label") == before.get("label")
        texts = [name for name in ("text", "premise", "hypothesis") if name in before]
        assert all(after[name] and after[name] != before[name] for name in texts)
        assert len(after.get("entities", ())) == len(before.get("entities", ()))
        for old, new in zip(before.get("entities", ()), after.get("entities", ()), strict=True):
            assert old["label"] == new["label"]
            assert after["text"][new["start"] : new["end"]] == new["text"]
            # Letter by letter, so that a stretch has as many letters as before, in the same place among the words.
            assert len(new["text"]) == len(old["text"])


@pytest.mark.end_to_end
def test_a_lost_label_is_not_released(tmp_path: Path) -> None:
    manifest = _run("labelled", tmp_path, lost_placeholder=0.5)
    reasons = manifest.counts.quarantined_by_reason
    assert reasons["spans_lost"] > 0 and manifest.counts.quarantined > 0
    for row in _rows(tmp_path):
        record = json.loads(row["record"])
        for one in record.get("entities", ()):
            assert record["text"][one["start"] : one["end"]] == one["text"]
