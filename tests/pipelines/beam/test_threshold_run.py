"""A run with threshold files: what the release says about them, its distributions, and what runs again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines import distribution, progress
from pipelines.beam.context import Runner
from pipelines.plan import plan
from schemas.manifest import Manifest
from schemas.recipe import Recipe
from tests import running

STAGES = {"normalise": None, "language": None, "gopher_quality": {"min_words": 20}, "exact_dedup": None}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return running.corpus(tmp_path_factory.mktemp("corpus"), 3, 25)


def thresholds(folder: Path, least: int = 60) -> Path:
    folder.mkdir(parents=True)
    for label in ("fra_Latn", "Cyrl"):
        text = f"language: {label}\nstages: {{gopher_quality: {{max_mean_word_length: {least / 10}}}}}\n"
        (folder / f"{label}.yaml").write_text(text)
    return folder


def recipe(corpus: Path, thresholds_: Path | None = None) -> dict[str, Any]:
    more = {} if thresholds_ is None else {"thresholds": str(thresholds_)}
    return running.recipe(sorted(corpus.glob("*.jsonl")), STAGES, **more)


def run(content: dict[str, Any], folder: Path, **more: Any) -> Manifest:
    manifest = running.run(content, folder, **more)
    assert manifest is not None
    return manifest


def test_the_manifest_says_which_file_serves_which_language(corpus: Path, tmp_path: Path) -> None:
    manifest = run(recipe(corpus, thresholds(tmp_path / "t")), tmp_path)
    assert set(manifest.thresholds) == {code for code, c in manifest.counts.by_language.items() if c.input}
    assert manifest.thresholds["fra_Latn"].file == "language"
    assert manifest.thresholds["rus_Cyrl"].file == "script"
    assert manifest.thresholds["tha_Thai"].file is None
    assert manifest.recipe["thresholds"] == [str(tmp_path / "t")]
    told = progress.thresholds(manifest)
    assert told is not None and told.startswith("thresholds: 1 languages have their own file, ")
    assert " their script's (" in told and " what stages ship (" in told
    plain = run(recipe(corpus), tmp_path / "plain")
    assert progress.thresholds(plain) is None


def test_the_release_holds_the_distributions(corpus: Path, tmp_path: Path) -> None:
    manifest = run(recipe(corpus), tmp_path)
    file = tmp_path / "out" / distribution.NAME
    recorded = next(one for one in manifest.files if one.path == distribution.NAME)
    assert recorded.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    total = pl.read_parquet(file)
    assert total.columns == [column.name for column in distribution.COLUMNS]
    for (reason,), rows in total.group_by("reason"):
        assert rows["documents"].sum() == manifest.counts.input - manifest.counts.dead, reason
    rejected = manifest.counts.rejected_by_reason
    assert distribution.dropped(total.filter(pl.col("reason") == "too_few_words")) == rejected["too_few_words"] > 0


def test_distributions_do_not_depend_on_workers_or_frames(corpus: Path, tmp_path: Path) -> None:
    run(recipe(corpus), tmp_path / "one")
    run(recipe(corpus), tmp_path / "two", frame_bytes=2_000, runner=Runner(workers=2))
    assert running.hashes(tmp_path / "one" / "out") == running.hashes(tmp_path / "two" / "out")


def test_a_changed_value_judges_again_and_a_moved_folder_does_not(corpus: Path, tmp_path: Path) -> None:
    one = run(recipe(corpus, thresholds(tmp_path / "t")), tmp_path)
    measured = running.times(tmp_path / "work" / "small" / "measure")
    out = running.times(tmp_path / "out")
    same = run(recipe(corpus, thresholds(tmp_path / "moved")), tmp_path)
    assert same == one and running.times(tmp_path / "out") == out, "nothing was written"
    other = run(recipe(corpus, thresholds(tmp_path / "other", 20)), tmp_path)
    assert running.times(tmp_path / "work" / "small" / "measure") == measured, "nothing was measured again"
    assert other.counts.rejected > one.counts.rejected
    assert other.recipe_sha256 != one.recipe_sha256


def test_a_value_that_changes_no_verdict_is_in_the_manifest_all_the_same(corpus: Path, tmp_path: Path) -> None:
    run(recipe(corpus, thresholds(tmp_path / "t", 900)), tmp_path)
    other = run(recipe(corpus, thresholds(tmp_path / "other", 901)), tmp_path)
    stage = next(stage for stage in other.stages if stage.name == "gopher_quality")
    assert stage.parameters["max_mean_word_length"]["languages"]["fra_Latn"] == 90.1
    fresh = run(recipe(corpus, tmp_path / "other"), tmp_path / "fresh")
    assert fresh == other


def test_explain_and_distribution_need_no_threshold_files(corpus: Path, tmp_path: Path, glotmill: Any) -> None:
    here = thresholds(tmp_path / "t", 20)
    run(recipe(corpus, here), tmp_path)
    for file in here.iterdir():
        file.unlink()
    latest = json.loads((tmp_path / "work" / "small" / "latest.json").read_text())
    settled = plan(Recipe.model_validate(latest["recipe"]))
    assert settled.measures[1].params.max_mean_word_length.for_row("small", "fra_Latn") == 2

    one = glotmill("distribution", "words_too_long", "--json")
    french = next(row for row in one.json["languages"] if row["language"] == "fra_Latn")
    assert french["thresholds"] == [2.0] and french["drops"] == french["documents"]
    detail = glotmill("distribution", "words_too_long", "--language", "fr", "--json").json["languages"][0]
    assert detail["choices"] and all(0 <= choice["share"] <= 1 for choice in detail["choices"])
    printed = glotmill("distribution", "words_too_long", "--language", "fr")
    assert "other thresholds" in " ".join(printed.out.split())  # a title is folded to the width of its table
    assert "languages" not in glotmill("distribution", "words_too_long").err
    wrong = glotmill("distribution", "words_to_long")
    assert wrong.code == 78 and "did you mean 'words_too_long'" in wrong.err
    assert glotmill("distribution", "words_too_long", "--language", "zz").code == 78
    assert glotmill("distribution", "words_too_long", "--source", "x").code == 78
    assert glotmill("distribution", "words_too_long", "--work", "nowhere").code == 66
