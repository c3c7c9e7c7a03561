"""What must not change a released byte: workers, engine, order of the input, frame sizes, shards of other configs."""

from __future__ import annotations

import json
import random
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest
import xxhash
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines import catalogue
from pipelines.beam import exchange, units
from pipelines.beam.context import Runner
from tests import running, toy_quality

FEW = settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return running.corpus(tmp_path_factory.mktemp("corpus"), 5, 20)


@pytest.fixture(scope="module")
def plain(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the corpus in the plainest way: one worker, files in order."""
    folder = tmp_path_factory.mktemp("plain")
    running.run(running.recipe(sorted(corpus.glob("*.jsonl"))), folder)
    return folder / "out"


def test_the_sample_with_one_and_with_two_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The quickstart with a trained model and shares: really two processes, and the files in another order."""
    content = running.quickstart()
    content["stages"]["quality"] |= {"strata": ["metadata.kind"], "fewest_in_stratum": 2}
    running.run(content, tmp_path / "one")
    paths = [f"sample://documents/{file.name}" for file in sorted((running.SAMPLE / "documents").glob("*.jsonl"))]
    random.Random(3).shuffle(paths)
    monkeypatch.setattr(units, "_WORTH_PROCESSES", 0.04)  # measure and keys; the rest is too small even for this
    seen: list[int] = []
    from pipelines.beam import runner

    real = runner._local_runner
    monkeypatch.setattr(runner, "_local_runner", lambda workers: (seen.append(workers), real(workers))[1])
    other = {**content, "sources": {**content["sources"]}}
    other["sources"]["documents"] = {**content["sources"]["documents"], "paths": paths}
    running.run(other, tmp_path / "two", runner=Runner(workers=2), frame_bytes=20_000)
    assert 2 in seen, "no worker process was started: nothing was tested"
    one, two = running.hashes(tmp_path / "one" / "out"), running.hashes(tmp_path / "two" / "out")
    # The manifest and the card name the paths as the recipe does, and nothing else differs.
    told = {"README.md", "manifest.json"}
    assert {k: v for k, v in one.items() if k not in told} == {k: v for k, v in two.items() if k not in told}
    first, second = (json.loads((tmp_path / name / "out/manifest.json").read_text()) for name in ("one", "two"))
    for one_manifest in (first, second):
        one_manifest["recipe"]["sources"]["documents"].pop("paths")
        one_manifest.pop("recipe_sha256")
        one_manifest["files"] = [file for file in one_manifest["files"] if file["path"] != "README.md"]
    assert first == second


def test_order_of_files_in_the_recipe(corpus: Path, plain: Path, tmp_path: Path) -> None:
    paths = sorted(corpus.glob("*.jsonl"), reverse=True)
    paths = [paths[2], *paths[:2], *paths[3:]]
    running.run(running.recipe(paths), tmp_path)
    assert running.hashes(tmp_path / "out") == running.hashes(plain)


def test_order_of_keys_and_of_sources_in_the_recipe(corpus: Path, tmp_path: Path) -> None:
    one, two = (str(path) for path in sorted(corpus.glob("*.jsonl"))[:2])
    stages = {"normalise": {}, "language": {}, "gopher_quality": {"min_words": 5, "max_words": 900}, "exact_dedup": {}}
    running.run(
        {"name": "small", "sources": {"a": {"paths": one}, "b": {"paths": two}}, "stages": {**stages}}, tmp_path / "x"
    )
    stages["gopher_quality"] = {"max_words": 900, "min_words": 5}
    running.run(
        {"stages": stages, "sources": {"b": {"paths": two}, "a": {"paths": one}}, "name": "small"}, tmp_path / "y"
    )
    assert running.hashes(tmp_path / "x" / "out") == running.hashes(tmp_path / "y" / "out")


def test_another_engine(corpus: Path, plain: Path, tmp_path: Path) -> None:
    running.run(running.recipe(sorted(corpus.glob("*.jsonl"))), tmp_path, runner=Runner("BundleBasedDirectRunner"))
    assert running.hashes(tmp_path / "out") == running.hashes(plain)


def test_number_of_buckets(corpus: Path, plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "_ROWS_IN_A_BUCKET", 7)
    running.run(running.recipe(sorted(corpus.glob("*.jsonl"))), tmp_path)
    assert len(list((tmp_path / "work" / "small").glob("links/*/*.arrow"))) > 3
    assert running.hashes(tmp_path / "out") == running.hashes(plain)


def test_how_rows_are_spread_over_files_changes_no_row(corpus: Path, plain: Path, tmp_path: Path) -> None:
    """The same rows in one file instead of five: everything but file and position is the same."""
    rows = [line for file in sorted(corpus.glob("*.jsonl")) for line in file.read_text().strip().split("\n")]
    random.Random(7).shuffle(rows)
    (tmp_path / "all.jsonl").write_text("\n".join(rows))
    running.run(running.recipe(tmp_path / "all.jsonl"), tmp_path)
    assert running.released(tmp_path / "out").equals(running.released(plain))
    address = ["file", "position"]
    rejected = running.released(tmp_path / "out", "rejected").drop(address)
    assert rejected.equals(running.released(plain, "rejected").drop(address))


_TEXTS = st.sampled_from([one["text"] for one in running.sample_documents()[::9]])
_ODD = st.sampled_from(["", " ", "\n", "a", "一", "\u0000", "😀" * 50, "word " * 60, "é", "e\u0301"])


@FEW
@given(
    rows=st.lists(st.one_of(_TEXTS, _ODD, st.text(max_size=30)), min_size=1, max_size=25),
    cuts=st.lists(st.integers(0, 25), max_size=3),
    order=st.randoms(use_true_random=False),
    frame_bytes=st.sampled_from([1, 300, 4_000]),
)
def test_random_corpora(
    rows: list[str], cuts: list[int], order: random.Random, frame_bytes: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Texts without ids, alike ones among them: ids are made, and numbered where they collide."""
    folder = tmp_path_factory.mktemp("random")
    bounds = sorted({0, len(rows), *(min(cut, len(rows)) for cut in cuts)})
    paths = [
        running.jsonl(folder / f"{number}.jsonl", [{"text": _clean(text)} for text in rows[start:end]])
        for number, (start, end) in enumerate(pairwise(bounds))
    ]
    content = running.recipe([*paths], ["normalise", "language", "gopher_quality", "exact_dedup"])
    first = running.run(content, folder / "a")
    order.shuffle(paths)
    running.run(running.recipe([*paths], content["stages"]), folder / "b", frame_bytes=frame_bytes)
    assert running.hashes(folder / "a" / "out") == running.hashes(folder / "b" / "out")
    assert first is not None
    assert first.counts.input == len(rows) == first.counts.released_sources + first.counts.rejected + first.counts.dead
    ids = pl.concat([running.released(folder / "a/out", part).select("id") for part in ("data", "rejected") if
                     (folder / "a/out" / part).exists()])["id"]  # fmt: skip
    assert ids.n_unique() == len(ids) == first.counts.released_sources + first.counts.rejected
    shutil.rmtree(folder)


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


@pytest.mark.parametrize(
    "params",
    [{"strata": ["metadata.kind", "domain"], "fewest_in_stratum": 8}, {"combine": "mean", "strata": ["length"]}],
    ids=["strata", "ranks"],
)
def test_shares_of_a_corpus_in_any_files_frames_and_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, params: dict[str, Any]
) -> None:
    """Scores that tie, so that every cut goes through documents with the same score."""
    real = catalogue.stages()
    monkeypatch.setattr(catalogue, "stages", lambda: toy_quality.stages(real))
    stages = {"toy": {"share": 0.37, "fewest": 0, "length_bands": [20], **params}}
    more = {"source": {"metadata": ["kind"]}}
    paths = sorted(toy_quality.corpus(tmp_path / "in", files=4, rows=70).glob("*.jsonl"))
    first = running.run(running.recipe(paths, stages, **more), tmp_path / "a")
    assert first is not None and first.counts.by_language["tha_Thai"].released_sources > 10
    running.run(
        running.recipe(paths[::-1], stages, **more), tmp_path / "b", frame_bytes=300,
        runner=Runner("BundleBasedDirectRunner"),
    )  # fmt: skip
    assert running.hashes(tmp_path / "a" / "out") == running.hashes(tmp_path / "b" / "out")
    lines = [line for file in paths for line in file.read_text().splitlines(keepends=True)]
    for seed in (1, 2):
        draw = random.Random(seed)
        draw.shuffle(lines)
        folder = tmp_path / str(seed)
        folder.mkdir()
        bounds = [0, *sorted(draw.sample(range(1, len(lines)), 6 * seed)), len(lines)]
        for number, (start, end) in enumerate(pairwise(bounds)):
            (folder / f"{number}.jsonl").write_text("".join(lines[start:end]))
        again = running.run(running.recipe(f"{folder}/*.jsonl", stages, **more), folder)
        assert again is not None and again.selection == first.selection
        assert running.released(folder / "out").equals(running.released(tmp_path / "a" / "out"))
        assert (folder / "out/selection.parquet").read_bytes() == (tmp_path / "a/out/selection.parquet").read_bytes()


def test_made_ids_that_collide(tmp_path: Path) -> None:
    """The same text in the first and last row of files: one keeps the id, the others get a number."""
    texts = [["same", "a", "same"], ["same", "b"], ["c", "same"], ["same"]]
    paths = [running.jsonl(tmp_path / f"{n}.jsonl", [{"text": text} for text in one]) for n, one in enumerate(texts)]
    running.run(running.recipe(paths, ["normalise"]), tmp_path)
    rows = running.released(tmp_path / "out")
    assert rows.height == rows["id"].n_unique() == 8
    base = rows.filter(pl.col("text") == "same")["id"].to_list()
    assert sorted(base) == [base[0], *(f"{base[0]}-{n}" for n in (2, 3, 4, 5))]


def test_several_shards(corpus: Path, plain: Path, tmp_path: Path) -> None:
    content = running.recipe(sorted(corpus.glob("*.jsonl")), release={"shard_bytes": 1_000, "row_group_bytes": 2_000})
    done = running.run(content, tmp_path)
    assert done is not None
    out = tmp_path / "out"
    by_config: dict[str, list[str]] = {}
    for file in done.files:
        if file.config is None:
            continue
        by_config.setdefault(file.config, []).append(file.path)
        rows = pl.read_parquet(out / file.path)
        assert rows.height == file.rows != 0, "an empty shard"
        assert rows["id"].is_sorted()
        assert (out / file.path).stat().st_size == file.bytes
    several = {config: paths for config, paths in by_config.items() if len(paths) > 1}
    assert "rejected" in several and len(several) > 2
    for config, paths in by_config.items():
        numbers = [Path(path).stem.split("-")[1:] for path in sorted(paths)]
        assert numbers == [[f"{n:05d}", "of", f"{len(paths):05d}"] for n in range(len(paths))], config
    # The id alone decides: rows whose ids have the same remainder are together, whatever else the config holds.
    for config, paths in several.items():
        shards = {path: set(pl.read_parquet(out / path)["id"]) for path in paths}
        wanted = -(-sum(_text_bytes(out / path) for path in paths) // 1_000)
        places = [{xxhash.xxh3_64_intdigest(i.encode()) % wanted for i in ids} for ids in shards.values()]
        assert all(len(place) == 1 for place in places), config
        assert sorted(next(iter(place)) for place in places) == [next(iter(place)) for place in places]
    # As rows, it is the same release.
    assert running.released(out).sort("id").equals(running.released(plain).sort("id"))
    groups = [pq.ParquetFile(out / path).metadata.num_row_groups for path in by_config["rejected"]]
    assert max(groups) > 1, "row groups are cut by size"
    assert pq.ParquetFile(plain / "rejected/part-00000-of-00001.parquet").metadata.num_row_groups == 1


def _text_bytes(path: Path) -> int:
    return int(pl.read_parquet(path)["text"].str.len_bytes().sum())


def test_another_file_measures_only_itself(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = sorted(corpus.glob("*.jsonl"))
    running.run(running.recipe(paths[:3]), tmp_path)
    before = running.times(tmp_path / "work" / "small" / "measure")
    opened = _watch_reader(monkeypatch)
    running.run(running.recipe(paths), tmp_path)
    assert sorted(opened) == [str(path) for path in paths[3:]]
    after = running.times(tmp_path / "work" / "small" / "measure")
    kept = {name: at for name, at in before.items() if not name.endswith(".beat")}
    assert {name: after[name] for name in kept} == kept
    monkeypatch.undo()
    running.run(running.recipe(paths), tmp_path / "fresh")
    assert running.hashes(tmp_path / "out") == running.hashes(tmp_path / "fresh" / "out")


def test_a_file_taken_away_is_gone_from_the_release(corpus: Path, tmp_path: Path) -> None:
    paths = sorted(corpus.glob("*.jsonl"))
    running.run(running.recipe(paths), tmp_path)
    running.run(running.recipe(paths[1:]), tmp_path)
    running.run(running.recipe(paths[1:]), tmp_path / "fresh")
    assert running.hashes(tmp_path / "out") == running.hashes(tmp_path / "fresh" / "out")


def test_a_file_that_was_changed_is_measured_again(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(corpus, tmp_path / "in")
    content = running.recipe(f"{tmp_path}/in/*.jsonl")
    running.run(content, tmp_path)
    before = running.hashes(tmp_path / "out")
    changed = tmp_path / "in" / "0002.jsonl"
    lines = changed.read_text().strip().split("\n")
    changed.write_text("\n".join(lines[1:]))
    opened = _watch_reader(monkeypatch)
    running.run(content, tmp_path)
    assert opened == [str(changed)]
    assert running.hashes(tmp_path / "out") != before
    changed.write_text("\n".join(lines) + "\n")  # as it was: another time, the same content
    running.run(content, tmp_path)
    assert opened == [str(changed)]
    assert running.hashes(tmp_path / "out") == before


def _watch_reader(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are read from now on (in this process)."""
    from pipelines.beam.phases import measure

    opened: list[str] = []
    real = measure.read

    def read(unit: Any, *more: Any) -> Any:
        opened.append(unit.file)
        return real(unit, *more)

    monkeypatch.setattr(measure, "read", read)
    return opened


def test_limit_takes_the_first_rows_whatever_the_workers(corpus: Path, tmp_path: Path) -> None:
    done = running.run(running.recipe(f"{corpus}/*.jsonl"), tmp_path, limit=27)
    assert done is not None and done.counts.input == 27
    ids = {*running.released(tmp_path / "out")["id"], *running.released(tmp_path / "out", "rejected")["id"]}
    assert ids == {f"0-{n}" for n in range(20)} | {f"1-{n}" for n in range(7)}


def test_more_rows_in_a_frame_than_a_row_group_holds(tmp_path: Path) -> None:
    """Left to itself, pyarrow cuts row groups at 2^20 rows: `scatter` addresses rows by row group."""
    from pipelines.beam import shards

    frame = pl.DataFrame({"n": pl.int_range((1 << 20) + 5, eager=True)})
    shards.write(str(tmp_path / "x.parquet"), frame)
    assert shards.read_groups(str(tmp_path / "x.parquet"), [0]).height == frame.height
