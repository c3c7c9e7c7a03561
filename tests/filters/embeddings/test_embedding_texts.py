"""The texts that a model is learnt from: the same ones whatever the order of files, and what is wrong with a file."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from filters._embeddings import texts
from filters._embeddings.digest import sha256
from schemas.errors import SourceError


def write(path: Path, *given: str | None) -> str:
    path.write_text("".join(json.dumps({"id": "x", "text": text}) + "\n" for text in given), encoding="utf-8")
    return str(path)


def test_different_texts_in_order(tmp_path: Path) -> None:
    one, two = write(tmp_path / "1.jsonl", "b", "字", None), write(tmp_path / "2.jsonl", "a", "b")
    found = texts.read([one, two], "here")
    assert found.to_list() == ["a", "b", "字"]
    assert texts.read([two, one], "here").equals(found) and texts.read([str(tmp_path / "*.jsonl")], "here").equals(
        found
    )


def test_the_digest_changes_with_the_texts() -> None:
    given = [["a", "b"], ["ab"], ["a"], ["a", "b", "c"], []]
    assert len({texts.digest(pl.Series(one, dtype=pl.String)) for one in given}) == len(given)


def test_the_sample_has_texts_in_24_languages() -> None:
    found = texts.read(["sample://quality/*.jsonl"], "here")
    assert len(found) > 300


def test_nothing_is_asked_for() -> None:
    assert texts.read([], "here").to_list() == []


def test_files_without_texts(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"embedding\.reference: no file matches .*none\.jsonl"):
        texts.read([str(tmp_path / "none.jsonl")], "embedding.reference")
    (tmp_path / "other.jsonl").write_text('{"content": "a"}\n', encoding="utf-8")
    (tmp_path / "broken.jsonl").write_text("not json\n", encoding="utf-8")
    for name in ("other", "broken"):
        with pytest.raises(SourceError, match=rf"here: cannot read texts from .*{name}\.jsonl: .* field `text`"):
            texts.read([str(tmp_path / f"{name}.jsonl")], "here")
    with pytest.raises(SourceError, match="there is no text in"):
        texts.read([write(tmp_path / "null.jsonl", None)], "here")


def test_the_digest_of_a_file_that_changes(tmp_path: Path) -> None:
    file = tmp_path / "model"
    file.write_bytes(b"a")
    first = sha256(file)
    file.write_bytes(b"ab")
    assert sha256(file) != first and len(first) == 64
    with pytest.raises(SourceError, match="not found while reading the model file"):
        sha256(tmp_path / "none")
