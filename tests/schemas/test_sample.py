"""`sample://` paths."""

from __future__ import annotations

from pathlib import Path

from schemas import sample


def test_resolve() -> None:
    assert sample.resolve("data/*.jsonl") == "data/*.jsonl"
    assert sample.resolve("hf://datasets/x") == "hf://datasets/x"
    place = Path(sample.resolve("sample://documents/fra_Latn.jsonl"))
    assert place.is_file() and place.parent.parent == sample.folder()
