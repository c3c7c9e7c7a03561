"""Shares in a run: what is released about them, what runs again, and what does not."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines import catalogue, selection
from pipelines.beam import run as beam_run
from pipelines.beam import shards
from pipelines.beam.context import Pending
from pipelines.beam.phases import judge, measure
from pipelines.selection import report
from schemas.manifest import Manifest
from tests import running, toy_quality


@pytest.fixture(autouse=True)
def _toy(monkeypatch: pytest.MonkeyPatch) -> None:
    real = catalogue.stages()
    monkeypatch.setattr(catalogue, "stages", lambda: toy_quality.stages(real))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_quality.corpus(tmp_path_factory.mktemp("corpus"), files=5, rows=60)


def content(corpus: Path, **params: Any) -> dict[str, Any]:
    stages = {"toy": {"fewest": 0, "fewest_in_stratum": 5, **params}, "exact_dedup": None}
    return running.recipe(sorted(corpus.glob("*.jsonl")), stages, source={"metadata": ["kind"]})


def run(recipe: dict[str, Any], folder: Path, **more: Any) -> Manifest:
    manifest = running.run(recipe, folder, **more)
    assert manifest is not None
    return manifest


def test_what_is_released_about_it(corpus: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    recipe = content(corpus, share=0.1, fewest=60, compare=["metadata.kind"])
    with caplog.at_level(logging.WARNING, "glotmill.selection"):
        manifest = run(recipe, tmp_path)
    (record,) = manifest.selection
    said = [one.getMessage() for one in caplog.records if one.name == "glotmill.selection"]
    assert said == report.told(manifest.selection) and len(said) >= 1
    assert sum(one.notice is not None for one in record.by_language.values()) == 1
    (file,) = [one for one in manifest.files if one.path == report.NAME]
    assert file.config is None and file.rows is None and file.bytes == (tmp_path / "out" / report.NAME).stat().st_size
    written = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert written["selection"][0]["by_language"].keys() == record.by_language.keys()
    latest = json.loads((tmp_path / "work" / "small" / beam_run.LATEST).read_text())["selection"]
    assert shards.read(latest["strata"]).equals(pl.read_parquet(tmp_path / "out" / report.NAME))
    assert json.loads(Path(latest["rules"]).read_text()) == written["selection"]
    caplog.clear()
    before = running.hashes(tmp_path / "out")
    with caplog.at_level(logging.WARNING, "glotmill.selection"):
        run(recipe, tmp_path)
    assert not caplog.records, "a finished run says it once"
    assert running.hashes(tmp_path / "out") == before


def test_the_distribution_has_the_cut_where_there_is_one(corpus: Path, tmp_path: Path) -> None:
    for params, one_cut in (({}, True), ({"strata": ["metadata.kind"]}, False), ({"combine": "mean"}, False)):
        manifest = run(content(corpus, share=0.4, **params), tmp_path / str(len(str(params))))
        rows = pl.read_parquet(tmp_path / str(len(str(params))) / "out" / "distributions.parquet")
        rows = rows.filter(pl.col("reason") == "toy_low")
        found = dict(rows.select("language", "threshold").unique().iter_rows())
        wanted = {code: one.threshold for code, one in manifest.selection[0].by_language.items()}
        assert found == (wanted if one_cut else dict.fromkeys(wanted))


def test_without_a_share_nothing_is_told(corpus: Path, tmp_path: Path) -> None:
    run(content(corpus, share=0.4), tmp_path)
    assert (tmp_path / "out" / report.NAME).exists()
    manifest = run(content(corpus, share=None), tmp_path)
    assert manifest.selection == [] and not (tmp_path / "out" / report.NAME).exists()
    assert report.NAME not in {file.path for file in manifest.files}
    assert json.loads((tmp_path / "work" / "small" / beam_run.LATEST).read_text())["selection"] is None
    run(content(corpus, share=None), tmp_path / "fresh")
    assert running.hashes(tmp_path / "out") == running.hashes(tmp_path / "fresh" / "out")


def test_another_share_measures_nothing_and_reads_no_text_again(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strata = {"strata": ["length", "domain"]}
    run(content(corpus, share=0.4, **strata), tmp_path)
    made = {phase: running.times(tmp_path / "work" / "small" / phase) for phase in ("measure", "described")}
    assert len(made["described"]) == 5
    opened: list[Any] = []
    real = shards.frames

    def watched(path: str, columns: Any = None) -> Any:
        opened.append((path, columns))
        return real(path, columns)

    monkeypatch.setattr(shards, "frames", watched)
    recipe = content(corpus, share=0.7, fewest=3, fewest_in_stratum=9, combine="min", strata=["domain"])
    running.run(recipe, tmp_path, only=["measure", "judge"])
    assert not [one for one in opened if one[1] is None or "text" in one[1]]
    assert {phase: running.times(tmp_path / "work" / "small" / phase) for phase in made} == made
    assert len(list((tmp_path / "work" / "small" / "judge").iterdir())) == 2


def test_whatever_says_how_a_share_is_taken_judges_again(corpus: Path, tmp_path: Path) -> None:
    signatures = set()
    for params in (
        {}, {"fewest": 1}, {"strata": ["source"]}, {"fewest_in_stratum": 6}, {"length_bands": [7]},
        {"compare": ["source"]}, {"combine": "mean"}, {"combine": "max"},
    ):  # fmt: skip
        context = running.context(content(corpus, **params), tmp_path)
        measured = measure.run(context)
        signatures.add(judge.run(context, measured).signature)
    assert len(signatures) == 8
    assert len(list((tmp_path / "work" / "small" / "measure").iterdir())) == 1


def test_who_only_looks_adds_nothing_up(corpus: Path, tmp_path: Path) -> None:
    context = running.context(content(corpus, share=0.4), tmp_path)
    measured = measure.run(context)
    judge.run(context, measured)
    for path in (tmp_path / "work" / "small" / "shares").glob(f"*-00/{judge._SUM}"):
        path.unlink()
    with pytest.raises(Pending, match="judge is not complete"):
        judge.run(context.looking(), measured)
    judge.run(context, measured)
    judge.run(context.looking(), measured)


def test_ids_that_were_made_and_collide_break_ties(tmp_path: Path) -> None:
    """The same text many times over: one made id, numbered. Half of them stay, whichever files they stand in."""
    rows = [{"text": "1 1|the same text", "declared_language": "yor_Latn"}] * 40
    kept = []
    for folder, cuts in (("a", (0, 40)), ("b", (0, 7, 20, 40))):
        for number, (start, end) in enumerate(zip(cuts, cuts[1:], strict=False)):
            running.jsonl(tmp_path / folder / f"{number}.jsonl", rows[start:end])
        recipe = running.recipe(f"{tmp_path}/{folder}/*.jsonl", {"toy": {"fewest": 0, "share": 0.5}})
        run(recipe, tmp_path / folder)
        kept.append(running.released(tmp_path / folder / "out")["id"].sort().to_list())
    assert len(kept[0]) == 20 and kept[0] == kept[1]


def test_no_documents(tmp_path: Path) -> None:
    running.jsonl(tmp_path / "in.jsonl", [{"id": "a", "text": "no number"}])
    manifest = run(content(tmp_path, strata=["metadata.kind"], combine="mean"), tmp_path)
    assert manifest.counts.rejected == 1 and manifest.selection[0].by_language["und_Zyyy"].competed == 0
    (tmp_path / "in.jsonl").write_text("no json\n")
    manifest = run(content(tmp_path, strata=["metadata.kind"], combine="mean"), tmp_path)
    assert manifest.counts.dead == 1 and manifest.selection == []
    assert not (tmp_path / "out" / report.NAME).exists()
    assert selection.begun(()).done
