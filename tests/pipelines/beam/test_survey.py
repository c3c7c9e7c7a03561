"""Counting before measuring: the same lines go as in memory, however the work is cut, and no unit is done in vain."""

from __future__ import annotations

import os
import random
import shutil
import signal
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines import counts, local, storage
from pipelines.beam import exchange, shards, units
from pipelines.beam import run as beam_run
from pipelines.beam.context import Runner
from pipelines.beam.phases import measure, survey
from pipelines.readers import files, read
from schemas.errors import OutputError, SourceError, StopError
from tests import running

# Site -> what stands on each of its pages, and what a page says. The last one has no address.
SITES = {
    "https://www.eng.example/a/": (["Home", "Timetable of boats", "Fares", "Contact us"], "Ferry number {n} sails."),
    "http://tha.example/p?n=": (["หน้าแรก", "ตารางเวลาเรือ", "ค่าโดยสารเรือข้ามฟาก", "ติดต่อเรา"], "เรือลำที่ {n} ออกเดินทางแล้ว"),
    "https://hin.example/": (["मुख्य पृष्ठ", "नावों की समय सारणी", "किराया", "संपर्क करें"], "नाव संख्या {n} निकल चुकी है।"),
    "https://arb.example/": (["الرئيسية", "مواعيد العبّارات اليوم", "الأسعار", "اتصل بنا"], "أبحرت العبّارة رقم {n}."),
    "https://jpn.example/": (["ホーム", "渡し船の時刻表", "料金のご案内", "お問い合わせ"], "{n}番の船が出た。"),
    "": (["Selo", "Rozpis přívozů na dnešek", "Ceník", "Napište nám"], "Přívoz číslo {n} odplul."),
}  # fmt: skip
STAGES: dict[str, Any] = {
    "normalise": None,
    "repeated_lines": {"min_documents": 4, "min_share": 0.3},
    "private_data": None,
    "markup": None,
    "exact_dedup": None,
}


def page(site: str, number: int) -> dict[str, Any]:
    menu, says = SITES[site]
    own = [says.format(n=number * 10 + line) for line in range(3)]
    text = "\n".join([*menu, "", *own, "", f"© 2026 {menu[1]} {menu[2]} {menu[3]}"])
    return {"id": f"{list(SITES).index(site)}-{number:03d}", "text": text, "url": f"{site}{number}" if site else None}


def pages(numbers: range = range(9)) -> list[dict[str, Any]]:
    return [page(site, number) for number in numbers for site in SITES]


def write(folder: Path, rows: list[dict[str, Any]], cuts: int, prefix: str = "") -> list[Path]:
    size = -(-len(rows) // cuts)
    return [running.jsonl(folder / f"{prefix}{n}.jsonl", rows[n * size : (n + 1) * size]) for n in range(cuts)]


def recipe(paths: Any, **more: Any) -> dict[str, Any]:
    return running.recipe(paths, {**STAGES, **more})


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write(tmp_path_factory.mktemp("corpus"), pages(), 5)


def measured(content: dict[str, Any], folder: Path, **more: Any) -> pl.DataFrame:
    """What the measure phase makes of all documents, by id; but for where they stood."""
    found = measure.run(running.context(content, folder, **more)).shards
    documents = pl.concat([shards.read(shard.documents) for shard in found])
    return documents.drop("file", "position").sort("id")


@pytest.fixture(scope="module")
def plain(corpus: list[Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[pl.DataFrame, Path]:
    """What comes of a run in the plainest way, and its folder."""
    folder = tmp_path_factory.mktemp("plain")
    return measured(recipe(corpus), folder), folder


Plain = tuple[pl.DataFrame, Path]


def in_memory(content: dict[str, Any], folder: Path) -> local.Judged:
    checked = running.context(content, folder).plan
    rows = [
        batch.rows
        for name, source in checked.recipe.all_sources().items()
        for unit in files.units(name, source)
        for batch in read(unit, source, 1 << 20)
    ]
    return local.run(pl.concat(rows), checked)


def test_what_each_page_of_a_site_has_goes_and_nothing_else(plain: Plain) -> None:
    found = dict(plain[0].select("id", "text").iter_rows())
    assert len(found) == 9 * len(SITES)
    for number in range(9):
        for index, (_, says) in enumerate(SITES.values()):
            own = "\n".join(says.format(n=number * 10 + line) for line in range(3))
            assert found[f"{index}-{number:03d}"] == own


def test_parity_with_memory(corpus: list[Path], plain: Plain, tmp_path: Path) -> None:
    documents, _ = plain
    there = in_memory(recipe(corpus), tmp_path).documents.sort("id").select(documents.columns)
    assert there.equals(documents, null_equal=True)
    assert documents["repeated_lines"].to_list() == [5] * documents.height
    assert documents["repeated_lines_emptied"].sum() == 0


def test_workers_order_and_frames(
    corpus: list[Path], plain: Plain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(units, "_WORTH_PROCESSES", 0.0)
    seen: list[int] = []
    from pipelines.beam import runner

    real = runner._local_runner
    monkeypatch.setattr(runner, "_local_runner", lambda workers: (seen.append(workers), real(workers))[1])
    documents = measured(recipe(corpus[::-1]), tmp_path, runner=Runner(workers=2), frame_bytes=300)
    assert seen.count(2) == 2, "survey and measure have worker processes, or nothing was tested"
    assert documents.equals(plain[0])


def test_another_engine(corpus: list[Path], plain: Plain, tmp_path: Path) -> None:
    assert measured(recipe(corpus), tmp_path, runner=Runner("BundleBasedDirectRunner")).equals(plain[0])


def test_however_counts_are_cut(
    corpus: list[Path], plain: Plain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several writes, row groups, pieces, buckets and rounds where one of each would do."""
    for name, value in (("_HELD", 20), ("_IN_A_GROUP", 7), ("_IN_A_PIECE", 15), ("_IN_A_ROUND", 100)):
        monkeypatch.setattr(survey, name, value)
    monkeypatch.setattr(exchange, "_ROWS_IN_A_BUCKET", 30)
    rounds: list[tuple[int, int]] = []
    kept: list[int] = []
    real = exchange.files

    def watch(context: Any, phase: str, one: Any, parts: Any) -> list[str]:
        found = real(context, phase, one, parts)
        if isinstance(one, survey._ByKey):
            rounds.append((one.first, one.last))
            kept.append(len(found))
        return found

    monkeypatch.setattr(exchange, "files", watch)
    documents = measured(recipe(corpus), tmp_path, frame_bytes=200)
    assert len(rounds) > 2 and rounds[0][0] == 0
    assert all(after[0] == before[1] + 1 for before, after in pairwise(rounds))
    assert sum(kept) > len(rounds), "several buckets in a round"
    assert documents.equals(plain[0])
    assert not list((tmp_path / "work" / "small" / "common").glob("*/round-*")), "what is done with is removed"


def test_however_rows_are_spread_over_files(plain: Plain, tmp_path: Path) -> None:
    rows = pages()
    random.Random(4).shuffle(rows)
    assert measured(recipe(write(tmp_path / "in", rows, 1)), tmp_path).equals(plain[0])


def _measured(folder: Path) -> dict[str, int]:
    found = running.times(folder / "work" / "small" / "measure")
    return {name: at for name, at in found.items() if name.endswith(".parquet")}


def _surveyed(folder: Path) -> dict[str, int]:
    found = running.times(folder / "work" / "small" / "survey")
    return {name: at for name, at in found.items() if not name.endswith(".beat")}


def test_a_file_of_another_site_measures_only_itself(corpus: list[Path], tmp_path: Path) -> None:
    measured(recipe(corpus), tmp_path)
    before, surveyed = _measured(tmp_path), _surveyed(tmp_path)
    other = running.jsonl(tmp_path / "other.jsonl", [{"id": "x", "text": "Home\nA page.", "url": "http://x.example/"}])
    measured(recipe([*corpus, other]), tmp_path)
    assert before.items() <= _measured(tmp_path).items()
    assert len(_measured(tmp_path)) == len(before) + 2, "its documents and its dead rows"
    assert surveyed.items() <= _surveyed(tmp_path).items()


def test_only_files_whose_common_lines_changed_are_measured_again(tmp_path: Path) -> None:
    """A line becomes common: what has it is measured again, and the rest is not even looked at."""
    notice = "This page moves to another address by the end of the year."
    english, thai = list(SITES)[:2]
    rows = {name: [page(english, n) for n in numbers] for name, numbers in (("a", range(4)), ("b", range(4, 8)))}
    rows["a"][0]["text"] += f"\n{notice}"
    rows["c"] = [page(thai, n) for n in range(4)]
    paths = [running.jsonl(tmp_path / f"{name}.jsonl", rows[name]) for name in sorted(rows)]
    first = measured(recipe(paths), tmp_path)
    assert notice in first["text"][0], "one page has it, so it stays"
    before, surveyed = _measured(tmp_path), _surveyed(tmp_path)

    more = [page(english, n) for n in range(8, 14)]
    for row in more:
        row["text"] += f"\n{notice}"
    paths.append(running.jsonl(tmp_path / "d.jsonl", more))
    second = measured(recipe(paths), tmp_path)
    assert second["id"][0] == first["id"][0] and notice not in second["text"][0]
    assert surveyed.items() <= _surveyed(tmp_path).items()
    after = _measured(tmp_path)
    assert before.items() <= after.items()
    assert len(after) - len(before) == 4, "a again and d, each with its dead rows; b and c as they were"
    assert measured(recipe(paths), tmp_path / "fresh").equals(second)


def test_nothing_is_done_twice(corpus: list[Path], plain: Plain, monkeypatch: pytest.MonkeyPatch) -> None:
    before = running.times(plain[1])

    def forbidden(*_: Any) -> Any:
        raise AssertionError("nothing was to be done")

    for one in (survey._Survey, survey._ByKey, survey._ByUnit, measure._Measure):
        monkeypatch.setattr(one, "run" if hasattr(one, "run") else "pieces", forbidden)
    assert measured(recipe(corpus), plain[1]).equals(plain[0])
    assert running.times(plain[1]) == before


@pytest.mark.parametrize(
    "changed",
    [{"normalise": {"mojibake": False}}, {"repeated_lines": {**STAGES["repeated_lines"], "min_share": 0.9}}],
)
def test_other_parameters_survey_again(corpus: list[Path], plain: Plain, tmp_path: Path, changed: Any) -> None:
    shutil.copytree(plain[1] / "work", tmp_path / "work")
    before = _surveyed(tmp_path)
    measured(recipe(corpus, **changed), tmp_path)
    assert len(_surveyed(tmp_path)) == 2 * len(before)


def test_what_comes_behind_the_counting_stage_surveys_nothing(
    corpus: list[Path], plain: Plain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(plain[1] / "work", tmp_path / "work")
    monkeypatch.setattr(survey._Survey, "run", None)
    before = _measured(tmp_path)
    assert measured(recipe(corpus, private_data={"action": "flag"}), tmp_path).height == plain[0].height
    assert len(_measured(tmp_path)) == 2 * len(before)


def test_a_limit_counts_what_it_reads(corpus: list[Path], tmp_path: Path) -> None:
    """Of each site only the first three pages: too few for anything to be common."""
    few = measured(recipe(corpus), tmp_path, limit=3 * len(SITES))
    assert few.height == 3 * len(SITES) and few["repeated_lines"].sum() == 0
    more = measured(recipe(corpus), tmp_path, limit=4 * len(SITES))
    assert more["repeated_lines"].to_list() == [5] * 4 * len(SITES)


def test_looking_does_nothing_and_says_what_is_missing(corpus: list[Path], tmp_path: Path) -> None:
    def state() -> Any:
        return beam_run.status(running.context(recipe(corpus), tmp_path, only=[]))[0]

    first = state()
    assert (first.phase, first.state, first.done, first.total) == ("measure", "missing", 0, 5)
    running.run(recipe(corpus), tmp_path, only=["measure"])
    assert state().state == "done"
    shutil.rmtree(tmp_path / "work" / "small" / "common")
    before = running.times(tmp_path)
    again = state()
    assert (again.phase, again.state, again.done, again.total) == ("measure", "missing", 0, 5)
    assert running.times(tmp_path) == before
    with pytest.raises(StopError, match=r"phase measure is not complete: 0 of 5 .* --phase measure"):
        running.run(recipe(corpus), tmp_path, only=["judge"])


@pytest.mark.parametrize("stop", ["round-0000", "round-0001", "keys", survey._DONE])
def test_stopped_between_the_exchanges(
    corpus: list[Path], plain: Plain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: str
) -> None:
    monkeypatch.setattr(survey, "_IN_A_ROUND", 200)
    monkeypatch.setattr(exchange, "_ROWS_IN_A_BUCKET", 50)
    files_of, write_of = exchange.files, survey._write

    def at_exchange(context: Any, phase: str, one: Any, parts: Any) -> list[str]:
        if one.folder.endswith(stop):
            raise OutputError("no space left, says the test")
        return files_of(context, phase, one, parts)

    def at_write(*arguments: Any) -> Any:
        if stop == survey._DONE:
            raise OutputError("no space left, says the test")
        return write_of(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(exchange, "files", at_exchange)
        patch.setattr(survey, "_write", at_write)
        with pytest.raises(OutputError, match="says the test"):
            measured(recipe(corpus), tmp_path)
    done = {str(path.parent) for path in tmp_path.rglob(exchange._DONE)}
    assert len(done) == {"round-0000": 0, "round-0001": 1}.get(stop, len(done)) and (
        stop[:5] == "round" or len(done) > 2
    )
    monkeypatch.setattr(survey._Survey, "run", None)  # what was surveyed is not surveyed again
    made: list[str] = []
    real = storage.make_folder
    monkeypatch.setattr(storage, "make_folder", lambda path: (made.append(path), real(path))[1])
    assert measured(recipe(corpus), tmp_path).equals(plain[0])
    assert made and not set(made) & done, "what was exchanged was exchanged again"


def test_keys_that_vanished_are_found_again(corpus: list[Path], plain: Plain, tmp_path: Path) -> None:
    shutil.copytree(plain[1] / "work", tmp_path / "work")
    for path in sorted((tmp_path / "work" / "small" / "common").glob("*/keys/*.arrow"))[:2]:
        path.unlink()
    for path in (tmp_path / "work" / "small" / "measure").glob("*/*"):
        path.unlink()
    assert measured(recipe(corpus), tmp_path).equals(plain[0])


@pytest.mark.end_to_end
def test_killed_while_it_counts(tmp_path: Path) -> None:
    paths = write(tmp_path / "in", pages(range(40)), 24)
    content = recipe(f"{tmp_path}/in/*.jsonl")
    arguments = ["run", str(running.write(content, tmp_path / "recipe.yaml")), "--work", str(tmp_path / "work"),
                 "--out", str(tmp_path / "out"), "--workers", "1"]  # fmt: skip

    def marks() -> list[Path]:
        return list((tmp_path / "work" / "small").glob("survey/*/*.json"))

    with running.started(*arguments, cwd=tmp_path) as process:
        running.wait_for(lambda: marks() or process.poll() is not None)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
    done = {mark: mark.stat().st_mtime_ns for mark in marks()}
    assert 0 < len(done) < len(paths), "the kill came too late"
    again = running.command(*arguments, cwd=tmp_path)
    assert again.returncode == 0, again.stderr
    assert {mark: mark.stat().st_mtime_ns for mark in done} == done, "what was finished was done again"
    running.run(content, tmp_path / "fresh")
    assert running.hashes(tmp_path / "out" / "data") == running.hashes(tmp_path / "fresh" / "out" / "data") != {}


def test_an_input_that_cannot_be_read_is_told_as_ever(tmp_path: Path) -> None:
    (tmp_path / "wrong.csv").write_text("a,b\n1,2\n")
    plainly = {name: params for name, params in STAGES.items() if name != "repeated_lines"}
    told = []
    for stages in (plainly, STAGES):
        with pytest.raises(SourceError) as raised:
            measured(running.recipe(tmp_path / "wrong.csv", stages), tmp_path / str(len(stages)))
        told.append(str(raised.value))
    assert told[0] == told[1]


def test_a_document_that_a_stage_fails_on_is_dead_and_not_counted(
    corpus: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three pages of a site and one that fails: nothing is common, here and in memory."""
    english = next(iter(SITES))
    rows = [page(english, n) for n in range(4)]
    rows[2]["text"] += "\nfail here"
    path = running.jsonl(tmp_path / "in.jsonl", rows)
    loaded = running.context(recipe([path]), tmp_path)
    step = loaded.plan.counting
    assert step is not None

    def fails(frame: pl.DataFrame, *_: Any) -> None:
        if frame["text"].str.contains("fail here").any():
            raise ValueError("planted")

    keys, edit = step.stage.counted.keys, step.stage.edit  # type: ignore[union-attr]
    object.__setattr__(step.stage.counted, "keys", lambda frame, params: (fails(frame), keys(frame, params))[1])
    object.__setattr__(step.stage, "edit", lambda *given: (fails(given[0]), edit(*given))[1])
    try:
        judged = in_memory(recipe([path]), tmp_path)
        documents = measured(recipe([path]), tmp_path)
    finally:
        object.__setattr__(step.stage.counted, "keys", keys)
        object.__setattr__(step.stage, "edit", edit)
    assert documents.height == 3 and judged.dead.height == 1
    assert documents["repeated_lines"].sum() == 0
    assert judged.documents.sort("id").select(documents.columns).equals(documents)
    whole = measured(recipe([path]), tmp_path / "whole")
    assert whole["repeated_lines"].to_list() == [5] * 4, "it was that document that was missing"


def test_counts_are_numbers_of_documents_not_of_files(corpus: list[Path], plain: Plain) -> None:
    """The files of the survey hold what the module says."""
    tables = [pl.read_parquet(path) for path in (plain[1] / "work" / "small" / "survey").glob("*/*.parquet")]
    assert len(tables) == 5 and all(table.schema == counts.COUNTS for table in tables)
    step = running.context(recipe(corpus), plain[1]).plan.counting
    assert step is not None
    found = counts.repeated(counts.add(pl.concat(tables), step), step)
    assert sorted(found.filter(pl.col("key") == pl.col("group"))["documents"]) == [9.0] * len(SITES)
    assert set(found["documents"]) == {9.0}


def test_the_release_counts_what_went(corpus: list[Path], tmp_path: Path) -> None:
    done = running.run(recipe(corpus), tmp_path)
    assert done is not None
    lines, characters, emptied = (done.counts.edits[f"repeated_lines{end}"] for end in ("", "_characters", "_emptied"))
    assert (lines, emptied) == (5 * 9 * len(SITES), 0)
    were = sum(len(row["text"]) for row in pages())
    assert characters == were - running.released(tmp_path / "out")["text"].str.len_chars().sum()
