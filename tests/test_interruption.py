"""Whatever stops a run, the same command goes on from there and releases the same bytes."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from pipelines import catalogue, storage
from pipelines.beam import exchange, shards
from pipelines.beam.phases import dedup, judge, release
from schemas.errors import OutputError, SourceError
from tests import running, toy_quality

FILES, ROWS = 24, 4
_ONLY_MEASURE = 0.018  # seconds of work: below it are all phases but measure, with so little text


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return running.corpus(tmp_path_factory.mktemp("corpus"), FILES, ROWS)


@pytest.fixture(scope="module")
def content(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A recipe that compares candidates truly, and with an earlier release that has some of the texts."""
    folder = tmp_path_factory.mktemp("earlier")
    texts = [json.loads(line)["text"] for line in (corpus / "0000.jsonl").read_text().splitlines()[:5]]
    running.jsonl(folder / "in.jsonl", [{"id": f"old{number}", "text": text} for number, text in enumerate(texts)])
    stages = {**dict.fromkeys(running.RULES), "minhash": {"verify": 0.7}}
    running.run({**running.recipe(folder / "in.jsonl", stages), "name": "earlier"}, folder)
    return {**running.recipe(f"{corpus}/*.jsonl", stages), "against": str(folder / "out")}


@pytest.fixture(scope="module")
def undisturbed(content: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("undisturbed")
    running.run(content, folder)
    return running.hashes(folder / "out")


@pytest.fixture(scope="module")
def before_release(content: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work folder with everything but the release."""
    folder = tmp_path_factory.mktemp("before")
    running.run(content, folder, only=["measure", "judge", "dedup", "derive"])
    return folder / "work"


def _arguments(folder: Path, content: dict[str, Any], *more: str) -> list[str]:
    recipe = running.write(content, folder / "recipe.yaml")
    return ["run", str(recipe), "--work", str(folder / "work"), "--out", str(folder / "out"), *more]


def _marks(folder: Path, phase: str) -> Callable[[], list[Path]]:
    return lambda: list((folder / "work" / "small").glob(f"{phase}/*/*.json"))


def _temporary(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if storage.is_temporary(str(path))]


@pytest.mark.end_to_end
def test_killed_in_every_phase_one_after_the_other(
    content: dict[str, Any], undisturbed: dict[str, str], tmp_path: Path
) -> None:
    arguments = _arguments(tmp_path, content, "--workers", "1")
    for phase in ("measure", "judge", "keys", "release"):
        with running.started(*arguments, cwd=tmp_path) as process:
            running.wait_for(lambda phase=phase: _marks(tmp_path, phase)() or process.poll() is not None)
            os.kill(process.pid, signal.SIGKILL)
            assert process.wait() == -signal.SIGKILL, f"it had ended before the kill in {phase}"
        assert not (tmp_path / "out" / "manifest.json").exists()
        assert len(_marks(tmp_path, phase)()) < FILES, f"the kill came too late for {phase}"
    running.run(content, tmp_path)
    assert running.hashes(tmp_path / "out") == undisturbed
    assert not _temporary(tmp_path / "out")


@pytest.mark.end_to_end
def test_killed_with_two_workers_leaves_no_process_and_goes_on(
    content: dict[str, Any], undisturbed: dict[str, str], tmp_path: Path
) -> None:
    arguments = _arguments(tmp_path, content, "--workers", "2")
    with running.started(*arguments, cwd=tmp_path, worth=_ONLY_MEASURE) as process:
        running.wait_for(_marks(tmp_path, "measure"))
        assert len(running.workers_of(process.pid)) == 2
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        running.wait_for(lambda: not running.workers_of(process.pid), seconds=20)
    done = {mark: mark.stat().st_mtime_ns for mark in _marks(tmp_path, "measure")()}
    assert 0 < len(done) < FILES
    again = running.command(*arguments, cwd=tmp_path, worth=_ONLY_MEASURE)
    assert again.returncode == 0, again.stderr
    assert running.hashes(tmp_path / "out") == undisturbed
    assert {mark: mark.stat().st_mtime_ns for mark in done} == done, "what was finished was done again"


@pytest.mark.end_to_end
@pytest.mark.parametrize("workers", ["1", "2"])
def test_interrupted_by_ctrl_c(
    content: dict[str, Any], undisturbed: dict[str, str], tmp_path: Path, workers: str
) -> None:
    arguments = _arguments(tmp_path, content, "--workers", workers)
    with running.started(*arguments, cwd=tmp_path, worth=_ONLY_MEASURE) as process:
        running.wait_for(_marks(tmp_path, "measure"))
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to all of its processes
        _, said = process.communicate(timeout=30)
        assert process.returncode == 130, said
        assert said.strip() == "interrupted; run the same command again to go on from here"
        running.wait_for(lambda: not running.workers_of(process.pid), seconds=20)
    running.run(content, tmp_path)
    assert running.hashes(tmp_path / "out") == undisturbed


@pytest.mark.end_to_end
def test_a_worker_that_the_system_kills_is_told_and_can_be_tried_again(
    content: dict[str, Any], undisturbed: dict[str, str], tmp_path: Path
) -> None:
    arguments = _arguments(tmp_path, content, "--workers", "2")
    with running.started(*arguments, cwd=tmp_path, worth=_ONLY_MEASURE) as process:
        running.wait_for(_marks(tmp_path, "measure"))
        os.kill(running.workers_of(process.pid)[0], signal.SIGKILL)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 75
        assert "the system ended a worker process (signal 9)" in said and "memory" in said and "--workers" in said
        assert "Traceback" not in said
        running.wait_for(lambda: not running.workers_of(process.pid), seconds=20)
    running.run(content, tmp_path)
    assert running.hashes(tmp_path / "out") == undisturbed


def test_what_a_killed_run_leaves_behind_does_no_harm(
    content: dict[str, Any], undisturbed: dict[str, str], tmp_path: Path
) -> None:
    running.run(content, tmp_path, only=["measure"])
    measure = _marks(tmp_path, "measure")()[0].parent
    mark = sorted(measure.glob("*.json"))[0]
    mark.unlink()
    (measure / (mark.stem + ".beat")).write_text("")
    (measure / (mark.stem + ".error.json")).write_text('{"class": "StopError", "message": "of an older run"}')
    (measure / f".{mark.stem}.parquet.tmp-1-abcd").write_bytes(b"half a shard")
    running.run(content, tmp_path)
    assert running.hashes(tmp_path / "out") == undisturbed
    assert not _temporary(tmp_path / "work")


def test_stopped_between_the_last_shard_and_the_manifest(
    content: dict[str, Any],
    undisturbed: dict[str, str],
    before_release: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pipelines.beam import manifest

    shutil.copytree(before_release, tmp_path / "work")
    with monkeypatch.context() as patch:
        patch.setattr(manifest, "write", _killed)
        with pytest.raises(_Killed):
            running.run(content, tmp_path)
    assert not (tmp_path / "out" / "manifest.json").exists()
    (tmp_path / "out" / "data" / ".train.parquet.tmp-1-abcd").write_bytes(b"half a shard")
    running.run(content, tmp_path)
    assert running.hashes(tmp_path / "out") == undisturbed


def test_a_shard_that_vanished_before_the_run_went_on(
    content: dict[str, Any],
    undisturbed: dict[str, str],
    before_release: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its mark says that it is written, and it is not there."""
    shutil.copytree(before_release, tmp_path / "work")
    real = release._Gather.run

    def stops(self: Any, unit: Any, *more: Any) -> Any:
        if unit.config == "rejected":
            raise OutputError("planted")
        return real(self, unit, *more)

    with monkeypatch.context() as patch:
        patch.setattr(release._Gather, "run", stops)
        with pytest.raises(OutputError, match="planted"):
            running.run(content, tmp_path)
    shards = sorted((tmp_path / "out" / "data").rglob("*.parquet"))
    shards[0].unlink()
    running.run(content, tmp_path)
    assert running.hashes(tmp_path / "out") == undisturbed


class _Killed(BaseException):
    """Stands for the end of the process: nothing of ours catches it."""


def _killed(*_: Any, **__: Any) -> Any:
    raise _Killed


@pytest.mark.parametrize("at", [0, 1, 5, 6, 7])
def test_stopped_anywhere_in_clearing_an_older_release(
    content: dict[str, Any],
    undisturbed: dict[str, str],
    before_release: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    at: int,
) -> None:
    """The older release is gone by halves; the folder is still known as ours, and nothing of it stays."""
    out = tmp_path / "out"
    (out / "data" / "zzz_Zzzz").mkdir(parents=True)
    (out / "data" / "zzz_Zzzz" / "train-00000-of-00001.parquet").write_bytes(b"of another release")
    (out / "rejected").mkdir()
    (out / "rejected" / "part-00000-of-00007.parquet").write_bytes(b"of another release")
    (out / "README.md").write_text("of another release")
    (out / "manifest.json").write_text("{}")
    shutil.copytree(before_release, tmp_path / "work")
    steps = 0
    remove, write_json = storage.remove, storage.write_json

    def counted(real: Callable[..., None]) -> Callable[..., None]:
        def step(path: str, *more: Any) -> None:
            nonlocal steps
            if str(out) in path:
                if steps == at:
                    raise _Killed
                steps += 1
            real(path, *more)

        return step

    with monkeypatch.context() as patch:
        patch.setattr(storage, "remove", counted(remove))
        patch.setattr(storage, "write_json", counted(write_json))
        with pytest.raises(_Killed):
            release.run(*_at_release(content, tmp_path))
    running.run(content, tmp_path)
    assert running.hashes(out) == undisturbed


def _at_release(content: dict[str, Any], folder: Path) -> tuple[Any, Any]:
    from pipelines.beam.phases import dedup, derive, judge, measure, verdicts

    context = running.context(content, folder)
    measured = measure.run(context)
    judged = judge.run(context, measured)
    final = verdicts.Verdicts(measured, judged, dedup.run(context, measured, judged))
    return context, release.Sources(final, derive.run(context, final))


def test_an_exchange_that_was_cut_off_is_done_again_from_the_start(
    content: dict[str, Any], undisturbed: dict[str, str], before_release: Path, tmp_path: Path
) -> None:
    shutil.copytree(before_release, tmp_path / "work")
    for phase in ("ids", "links"):
        for mark in (tmp_path / "work" / "small").glob(f"{phase}/*/{exchange._DONE}"):
            mark.unlink()
            (mark.parent / "000099.arrow").write_bytes(b"of a run with more buckets")
        for path in (tmp_path / "work" / "small").glob("ids/*/renamed.parquet"):
            path.unlink()
    for path in (tmp_path / "work" / "small").glob("dedup/*/clusters-*.parquet"):
        path.unlink()
    running.run(content, tmp_path)
    assert running.hashes(tmp_path / "out") == undisturbed


@pytest.mark.parametrize("combine", [None, "min"])
def test_rounds_of_selection_go_on_from_the_last_sum(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, combine: str | None
) -> None:
    """Stopped in every round, once in its middle and once before its sum: no shard is counted twice."""
    real = catalogue.stages()
    monkeypatch.setattr(catalogue, "stages", lambda: toy_quality.stages(real))
    toy_quality.corpus(tmp_path / "in", files=6, rows=40)
    params = {"share": 0.3, "fewest": 0, "strata": ["metadata.kind"], "fewest_in_stratum": 9, "combine": combine}
    content = running.recipe(f"{tmp_path}/in/*.jsonl", {"toy": params}, source={"metadata": ["kind"]})
    running.run(content, tmp_path / "undisturbed")
    counted: list[tuple[str, str]] = []
    count, write = judge._Round.run, shards.write
    stops: set[str] = set()

    def counting(self: Any, unit: Any, *more: Any) -> Any:
        where = f"{self.folder[-2:]} {len(counted)}"
        if sum(one[0] == self.folder for one in counted) == 3 and self.folder not in stops:
            stops.add(self.folder)
            raise OutputError(f"planted in round {where}")
        counted.append((self.folder, self.name(unit)))
        return count(self, unit, *more)

    def writing(path: str, frame: Any) -> None:
        if path.endswith(judge._SUM) and path not in stops:
            stops.add(path)
            raise OutputError("planted before a sum")
        write(path, frame)

    monkeypatch.setattr(judge._Round, "run", counting)
    monkeypatch.setattr(shards, "write", writing)
    for _ in range(20):
        with suppress(OutputError):
            running.run(content, tmp_path / "disturbed")
            break
    rounds = {folder for folder, _ in counted}
    assert len(rounds) >= 3 and len(stops) == 2 * len(rounds)
    assert len(counted) == len(set(counted)) == 6 * len(rounds)
    assert running.hashes(tmp_path / "disturbed" / "out") == running.hashes(tmp_path / "undisturbed" / "out")


def test_marks_that_are_damaged_are_named(content: dict[str, Any], tmp_path: Path) -> None:
    running.run(content, tmp_path, only=["measure"])
    mark = sorted(_marks(tmp_path, "measure")())[0]
    mark.write_text('{"rows": ')
    with pytest.raises(SourceError, match=f"{mark.name} is not JSON.*Remove it and run the same command again"):
        running.run(content, tmp_path, only=["judge"])
    mark.unlink()
    running.run(content, tmp_path, only=["measure"])
    assert mark.exists()


def test_clusters_resolved_bucket_by_bucket_go_on_from_the_last_exchange(
    content: dict[str, Any],
    undisturbed: dict[str, str],
    before_release: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copytree(before_release, tmp_path / "work")
    shutil.rmtree(tmp_path / "work" / "small" / "dedup")
    monkeypatch.setattr(dedup.phase, "_AT_ONCE", 0)
    monkeypatch.setattr(exchange, "buckets_for", lambda rows, context: 3)
    real = exchange.files
    for stop in ("verify/wanted", "compared", "00-small", "edges", "resolved", "verdicts"):

        def files(context: Any, phase: str, one: Any, units: Any, stop: str = stop) -> list[str]:
            if one.folder.endswith(stop):
                raise OutputError("no space left, says the test")
            return real(context, phase, one, units)

        monkeypatch.setattr(exchange, "files", files)
        with pytest.raises(OutputError, match="says the test"):
            running.run(content, tmp_path)
    monkeypatch.setattr(exchange, "files", real)
    first = sorted((tmp_path / "work" / "small").glob(f"clusters/*/components/00-large/{exchange._DONE}"))
    before = [mark.stat().st_mtime_ns for mark in first]
    folders = {mark.parents[2] for mark in first}
    assert len(folders) == 1
    monkeypatch.setattr(storage, "remove", _keeping(storage.remove, folders))
    running.run(content, tmp_path)
    assert running.hashes(tmp_path / "out") == undisturbed
    assert [mark.stat().st_mtime_ns for mark in first] == before, "what was exchanged was exchanged again"


def _keeping(remove: Callable[[str], None], folders: set[Path]) -> Callable[[str], None]:
    return lambda path: None if Path(path) in folders else remove(path)
