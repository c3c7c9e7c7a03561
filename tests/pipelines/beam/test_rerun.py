"""What is there is not done again; what changed is, and no more than that."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.beam import run as beam_run
from pipelines.beam.phases import dedup, judge, measure, release
from schemas.errors import OutputError, StopError
from tests import running

STAGES: dict[str, Any] = {**dict.fromkeys(running.RULES), "gopher_quality": {"min_words": 20}, "minhash": {}}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("done")
    running.corpus(folder / "in", 3, 15)
    running.run(_recipe(folder), folder)
    return folder


@pytest.fixture
def again(done: Path) -> Path:
    """A finished run, put back afterwards: paths are part of what is signed, so it cannot be copied elsewhere."""
    kept = done.with_name(done.name + "-kept")
    shutil.copytree(done, kept, copy_function=shutil.copy2)
    yield done  # type: ignore[misc]
    shutil.rmtree(done)
    kept.rename(done)


def _recipe(folder: Path, **more: Any) -> dict[str, Any]:
    return running.recipe(f"{folder}/in/*.jsonl", more.pop("stages", STAGES), **more)


def _changed(before: dict[str, int], after: dict[str, int]) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def _phases(changed: set[str]) -> set[str]:
    return {name.split("/")[2] for name in changed if name.count("/") > 2}


def test_nothing_is_done_twice(again: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = running.times(again)
    for phase in (measure._Measure, judge._Judge, dedup.keys.Made, release._Scatter, release._Gather):
        monkeypatch.setattr(phase, "run", _forbidden)
    monkeypatch.setattr(measure, "read", _forbidden)
    running.run(_recipe(again), again)
    assert _changed(before, running.times(again)) == set()


def _forbidden(*_: Any, **__: Any) -> Any:
    raise AssertionError("this was done before")


def test_a_changed_threshold_measures_nothing_and_makes_no_keys(again: Path) -> None:
    before = running.times(again)
    first = running.released(again / "out")
    stages = {**STAGES, "gopher_quality": {"min_words": 150}}
    running.run(_recipe(again, stages=stages), again)
    changed = _changed(before, running.times(again))
    assert "judge" in _phases(changed) and "dedup" in _phases(changed)
    assert not _phases(changed) & {"measure", "keys", "ids"}, changed
    second = running.released(again / "out")
    assert set(second["id"]) < set(first["id"])
    running.run(_recipe(again, stages=stages), again / "fresh")
    assert running.hashes(again / "out") == running.hashes(again / "fresh" / "out")


def test_another_way_to_choose_who_stays_makes_no_keys(again: Path) -> None:
    before = running.times(again)
    running.run(_recipe(again, stages={**STAGES, "exact_dedup": {"prefer": ["word_count"]}}), again)
    assert not _phases(_changed(before, running.times(again))) & {"measure", "keys", "ids", "judge"}


def test_a_changed_parameter_of_measuring_measures_again(again: Path) -> None:
    before = running.times(again)
    running.run(_recipe(again, stages={**STAGES, "normalise": {"mojibake": False}}), again)
    assert "measure" in _phases(_changed(before, running.times(again)))


def test_a_card_with_another_title_and_back_again(again: Path) -> None:
    """All shards have the same bytes under both recipes: card and manifest must still be those of the last run."""
    first = running.hashes(again / "out")
    titled = _recipe(again, release={"title": "Another title"})
    running.run(titled, again)
    assert "Another title" in (again / "out" / "README.md").read_text()
    running.run(_recipe(again), again)
    assert running.hashes(again / "out") == first


def test_another_recipe_in_the_same_folder_and_back_again(again: Path) -> None:
    first = running.hashes(again / "out")
    running.run(_recipe(again, stages={"normalise": None}), again)
    assert running.hashes(again / "out") != first
    running.run(_recipe(again), again)
    assert running.hashes(again / "out") == first


@pytest.mark.parametrize(
    "damage", ["removed", "cut", "same size", "readme", "manifest", "all data", "more", "manifest cut"]
)
def test_a_released_folder_that_was_damaged_is_written_again(again: Path, damage: str) -> None:
    out = again / "out"
    first = running.hashes(out)
    shard = sorted((out / "data").rglob("*.parquet"))[0]
    content = shard.read_bytes()
    match damage:
        case "removed":
            shard.unlink()
        case "cut":
            shard.write_bytes(content[:-10])
        case "same size":
            shard.write_bytes(content[:100] + bytes([content[100] ^ 1]) + content[101:])
        case "readme":
            (out / "README.md").unlink()
        case "manifest":
            (out / "manifest.json").unlink()
        case "all data":
            shutil.rmtree(out)
        case "more":
            shutil.copy(shard, shard.with_name("train-00001-of-00002.parquet"))
        case "manifest cut":
            (out / "manifest.json").write_bytes((out / "manifest.json").read_bytes()[:-50])
    assert running.hashes(out) != first
    states = beam_run.status(running.context(_recipe(again), again, only=[]))
    assert states[-1].phase == "release" and states[-1].state == "missing"
    running.run(_recipe(again), again)
    assert running.hashes(out) == first


def test_another_release_took_the_folder_while_this_one_was_half_written(
    again: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Marks say that shards are written which the other release has cleared away."""
    stages = {**STAGES, "gopher_quality": {"min_words": 150}}
    real = release._Gather.run

    def stops(self: Any, unit: Any, *more: Any) -> Any:
        if unit.config == "rejected":
            raise OutputError("planted")
        return real(self, unit, *more)

    with monkeypatch.context() as patch:
        patch.setattr(release._Gather, "run", stops)
        with pytest.raises(OutputError, match="planted"):
            running.run(_recipe(again, stages=stages), again)
    assert list((again / "out" / "data").rglob("*.parquet"))
    running.run(_recipe(again), again)
    running.run(_recipe(again, stages=stages), again)
    running.run(_recipe(again, stages=stages), again / "fresh")
    assert running.hashes(again / "out") == running.hashes(again / "fresh" / "out")


def test_a_touched_shard_is_not_written_again(again: Path) -> None:
    shard = sorted((again / "out" / "data").rglob("*.parquet"))[0]
    shard.touch()
    before = running.times(again / "out")
    running.run(_recipe(again), again)
    assert running.times(again / "out") == before


def test_files_of_somebody_else_in_the_release_stay(again: Path) -> None:
    (again / "out" / "NOTES.txt").write_text("mine")
    running.run(_recipe(again, stages={"normalise": None}), again)
    assert (again / "out" / "NOTES.txt").read_text() == "mine"


def test_a_folder_that_is_not_ours_is_refused_and_left_alone(done: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mine.parquet").write_bytes(b"mine")
    before = running.times(tmp_path)
    with pytest.raises(OutputError, match=r"is not empty and holds no release of Glotmill.*--out"):
        running.run(_recipe(done), done, out=tmp_path)
    assert running.times(tmp_path) == before


def test_looking_changes_nothing(again: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the last run was stopped between scattering and gathering: the older release must stay."""
    stages = {**STAGES, "gopher_quality": {"min_words": 150}}
    with monkeypatch.context() as patch:
        patch.setattr(release, "_make_room", _forbidden)
        with pytest.raises(AssertionError):
            running.run(_recipe(again, stages=stages), again)
    before = running.times(again)
    for content in (_recipe(again, stages=stages), _recipe(again), _recipe(again, stages={"normalise": None})):
        beam_run.status(running.context(content, again, only=[]))
    assert _changed(before, running.times(again)) == set()


def test_phases_one_by_one_equal_all_at_once(done: Path, tmp_path: Path) -> None:
    content = _recipe(done)
    for phase in ("measure", "judge", "dedup", "derive"):
        assert running.run(content, tmp_path, only=[phase]) is None
        assert not (tmp_path / "out").exists()
    running.run(content, tmp_path, only=["release"])
    assert running.hashes(tmp_path / "out") == running.hashes(done / "out")


@pytest.mark.parametrize(("phase", "missing"), [("judge", "measure"), ("dedup", "measure"), ("release", "measure")])
def test_a_phase_needs_those_before_it(done: Path, tmp_path: Path, phase: str, missing: str) -> None:
    with pytest.raises(StopError, match=rf"phase {missing} is not complete: 0 of 3 .* --phase {missing}"):
        running.run(_recipe(done), tmp_path, only=[phase])
    running.run(_recipe(done), tmp_path, only=["measure"])
    if phase != "judge":
        with pytest.raises(StopError, match="phase judge is not complete"):
            running.run(_recipe(done), tmp_path, only=[phase])


def test_status_says_what_is_there(done: Path, tmp_path: Path) -> None:
    content = _recipe(done)

    def states() -> list[tuple[str, str]]:
        return [(s.phase, s.state) for s in beam_run.status(running.context(content, tmp_path, only=[]))]

    rest = [("dedup", "unknown"), ("derive", "unknown"), ("release", "unknown")]
    assert states() == [("measure", "missing"), ("judge", "unknown"), *rest]
    running.run(content, tmp_path, only=["measure"])
    assert states() == [("measure", "done"), ("judge", "missing"), *rest]
    running.run(content, tmp_path)
    assert [state for _, state in states()] == ["done"] * 5


def test_the_manifest_counts_what_the_files_hold(done: Path) -> None:
    manifest = json.loads((done / "out" / "manifest.json").read_text())
    counts = manifest["counts"]
    rows = {part: running.released(done / "out", part) for part in ("data", "rejected")}
    assert counts["input"] == 45 == rows["data"].height + rows["rejected"].height
    for language, of in counts["by_language"].items():
        assert of["released_sources"] == rows["data"].filter(pl.col("language") == language).height
        assert of["rejected"] == rows["rejected"].filter(pl.col("language") == language).height
    broken = dict(rows["rejected"]["reasons"].explode().value_counts().iter_rows())
    assert counts["rejected_by_reason"] == broken
    assert sum(n for by in counts["rejected_by_stage"].values() for n in by.values()) == rows["rejected"].height
    hashes = running.hashes(done / "out")
    assert {file["path"]: file["sha256"] for file in manifest["files"]} == {
        path: digest for path, digest in hashes.items() if path != "manifest.json"
    }
    assert all((done / "out" / file["path"]).stat().st_size == file["bytes"] for file in manifest["files"])


def test_a_finished_run_does_not_load_beam(again: Path) -> None:
    """It takes seconds to load."""
    recipe = running.write(_recipe(again), again / "recipe.yaml")
    arguments = ["run", str(recipe), "--work", str(again / "work"), "--out", str(again / "out")]
    program = (
        "import sys\n"
        f"sys.argv = ['glotmill', *{arguments!r}]\n"
        "from pipelines import cli\n"
        "try:\n    cli.main()\n"
        "finally:\n    print('loaded:', [n for n in ('apache_beam', 'numba') if n in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=running.ROOT
    )
    assert done.stdout.splitlines()[-1] == "loaded: []", done.stdout + done.stderr
