"""A release that names the last one says what changed since then, and writes no shard for what only the card says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from schemas.errors import RecipeError
from tests import running

STAGES: dict[str, Any] = {**dict.fromkeys(running.RULES), "gopher_quality": {"min_words": 20}}


def _recipe(folder: Path, **release: Any) -> dict[str, Any]:
    return running.recipe(f"{folder}/in/*.jsonl", STAGES, release=release)


def test_what_changed_stands_in_manifest_and_card(tmp_path: Path) -> None:
    rows = [{"id": row["id"], "text": row["text"]} for row in running.sample_documents()[:60]]
    for name, chosen in (("old", rows[:50]), ("new", [{**rows[0], "text": f"{rows[0]['text']} And more."}, *rows[5:]])):
        running.jsonl(tmp_path / name / "in" / "a.jsonl", chosen)
    running.run(_recipe(tmp_path / "old"), tmp_path / "old")
    old, new = (tmp_path / name / "out" for name in ("old", "new"))
    done = running.run(_recipe(tmp_path / "new", previous=str(old)), tmp_path / "new")
    assert done is not None and done.changes is not None
    texts = [dict(running.released(out).select("id", "text").iter_rows()) for out in (old, new)]
    moved = done.changes.documents
    assert moved.added == len(texts[1].keys() - texts[0].keys()) > 0
    assert moved.removed == len(texts[0].keys() - texts[1].keys()) > 0
    assert moved.text == sum(texts[0][id_] != text for id_, text in texts[1].items() if id_ in texts[0]) == 1
    readme = (new / "README.md").read_text(encoding="utf-8")
    assert "## Changes since small@" in readme and done.changes.earlier_sha256 in readme
    assert str(old) not in readme and str(old) not in (new / "manifest.json").read_text(encoding="utf-8")


def test_a_card_text_writes_the_card_anew_and_no_shard(tmp_path: Path) -> None:
    running.corpus(tmp_path / "in", 2, 20)
    running.run(_recipe(tmp_path), tmp_path)
    before = running.times(tmp_path)
    running.run(_recipe(tmp_path, **running.WRITTEN), tmp_path)
    after = running.times(tmp_path)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    assert "out/README.md" in changed and "Open an issue." in (tmp_path / "out/README.md").read_text(encoding="utf-8")
    assert not {name for name in changed if name.startswith(("out/data", "out/rejected", "out/signatures"))}


def test_a_release_that_is_not_there_is_told_before_anything_is_read(tmp_path: Path) -> None:
    running.corpus(tmp_path / "in", 1, 3)
    with pytest.raises(RecipeError, match=r"release.previous: .*there is no manifest.json"):
        running.run(_recipe(tmp_path, previous=str(tmp_path / "nowhere")), tmp_path)
