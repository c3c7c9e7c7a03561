"""A release against earlier ones: what they have is left out and named, their keys are not made again, nothing else
changes what comes out.
"""

from __future__ import annotations

import json
import random
import re
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import fsspec
import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines.beam import exchange, units
from pipelines.beam.context import Runner
from pipelines.beam.phases import dedup
from schemas.errors import RecipeError
from tests import running

STAGES: dict[str, Any] = {"normalise": {}, "language": {}, "exact_dedup": {}, "minhash": {"verify": 0.7}}
TEXTS = [one["text"] for one in running.sample_documents() if one.get("expected") == "keep" and len(one["text"]) > 300]


def changed(text: str) -> str:
    """A near copy: the last letters go."""
    return text[:-4]


def documents(prefix: str, texts: list[str]) -> list[dict[str, Any]]:
    return [{"id": f"{prefix}{number}", "text": text} for number, text in enumerate(texts)]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of twenty texts."""
    folder = tmp_path_factory.mktemp("first")
    running.jsonl(folder / "in.jsonl", documents("old", TEXTS[:20]))
    running.run({**running.recipe(folder / "in.jsonl", STAGES), "name": "first"}, folder)
    return folder / "out"


@pytest.fixture
def second(tmp_path: Path) -> Path:
    """Five texts of the first release, five near copies of others, and ten new ones."""
    texts = [*TEXTS[:5], *map(changed, TEXTS[5:10]), *TEXTS[20:30]]
    running.jsonl(tmp_path / "a.jsonl", documents("a", texts[::2]))
    running.jsonl(tmp_path / "b.jsonl", documents("b", texts[1::2]))
    return tmp_path


def recipe(folder: Path, against: Any, stages: Any = STAGES, **more: Any) -> dict[str, Any]:
    return {**running.recipe(f"{folder}/*.jsonl", stages), "against": against, **more}


def test_what_an_earlier_release_has_is_left_out_and_named(first: Path, second: Path) -> None:
    done = running.run(recipe(second, str(first)), second)
    assert done is not None
    (release,) = done.against
    assert release.name.startswith("first@") and release.removed == 10
    assert f"| `{release.name}` | 10 |" in (second / "out" / "README.md").read_text()
    rejected = running.released(second / "out", "rejected").sort("id")
    assert set(rejected["twin_release"]) == {release.name}
    by_text = {text: f"old{number}" for number, text in enumerate(TEXTS[:20])}
    for row in rejected.iter_rows(named=True):
        exact = row["text"] in by_text
        assert row["reasons"] == (["exact_duplicate"] if exact else ["near_duplicate"])
        twin = next(id_ for text, id_ in by_text.items() if text.startswith(row["text"][:200]))
        assert row["twin_id"] == twin
        assert row["twin_similarity"] == 1.0 if exact else 0.7 <= row["twin_similarity"] < 1.0
    released = running.released(second / "out")
    assert released.height == 10 and released["cluster_size"].unique().to_list() == [1]


def test_by_its_manifest_or_by_its_folder(first: Path, second: Path) -> None:
    running.run(recipe(second, [f"{first}/manifest.json"]), second)
    running.run(recipe(second, f"{first}/"), second / "again")
    assert running.hashes(second / "out") == running.hashes(second / "again" / "out")


@pytest.mark.end_to_end
def test_the_command_says_what_it_left_out(first: Path, second: Path) -> None:
    content = running.write(recipe(second, str(first)), second / "recipe.yaml")
    done = running.command("run", str(content), "--work", "work", "--out", "out", cwd=second)
    assert done.returncode == 0, done.stderr
    assert re.search(r"left out because first@[0-9a-f]{12} has them: 10 documents", done.stdout + done.stderr)
    rejected = running.released(second / "out", "rejected").sort("id")
    told = running.command("explain", rejected["id"][0], "--work", "work", cwd=second)
    assert f"twin that stayed: {rejected['twin_id'][0]} in first@" in told.stdout


def test_a_release_in_another_store(first: Path, second: Path) -> None:
    """On the Hub, say: whatever fsspec reaches."""
    store = fsspec.filesystem("memory")
    store.put(str(first), "/releases/first", recursive=True)
    running.run(recipe(second, "memory://releases/first"), second)
    running.run(recipe(second, str(first)), second / "again")
    assert running.hashes(second / "out") == running.hashes(second / "again" / "out")


def test_signatures_are_used_and_texts_of_candidates_alone_are_read(
    first: Path, second: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    real = dedup.keys.Made.run
    monkeypatch.setattr(
        dedup.keys.Made, "run", lambda self, unit, *rest: (made.append(unit.name), real(self, unit, *rest))[1]
    )
    running.run(recipe(second, str(first)), second)
    assert len(made) == 2, "only the two files of this run"
    # Without signatures the same comes out, from the texts.
    bare = second / "bare"
    shutil.copytree(first, bare)
    shutil.rmtree(bare / "signatures")
    manifest = json.loads((bare / "manifest.json").read_text())
    manifest["files"] = [file for file in manifest["files"] if not file["path"].startswith("signatures/")]
    (bare / "manifest.json").write_text(json.dumps(manifest))
    made.clear()
    running.run(recipe(second, str(bare)), second / "again")
    files = len(list((first / "data").rglob("*.parquet")))
    assert len(made) == 2 + files
    assert running.released(second / "out").equals(running.released(second / "again" / "out"))
    gone = [running.released(second / where / "out", "rejected").drop("twin_release") for where in (".", "again")]
    assert gone[0].equals(gone[1])


def test_keys_of_other_parameters_are_made_from_the_texts(first: Path, second: Path) -> None:
    """The first release's exact keys serve, its MinHash keys do not."""
    stages = {**STAGES, "minhash": {"bands": 20, "rows": 5, "verify": 0.7}}
    done = running.run(recipe(second, str(first), stages), second)
    assert done is not None and done.against[0].removed == 10


def test_signatures_say_what_the_release_holds(first: Path) -> None:
    for data in sorted((first / "data").rglob("*.parquet")):
        keys = pl.read_parquet(str(data).replace("/data/", "/signatures/"))
        rows = pl.read_parquet(data)
        assert keys.columns == ["stage", "row", "key", "content"]
        count = keys.group_by("stage", "row").len().sort("stage", "row")
        found = {stage: part["len"].to_list() for (stage,), part in count.group_by("stage")}
        assert found == {"exact_dedup": [1] * rows.height, "minhash": [14] * rows.height}


def test_a_release_without_signatures(second: Path) -> None:
    content = {**running.recipe(f"{second}/*.jsonl", STAGES), "release": {"signatures": False}}
    done = running.run(content, second)
    assert done is not None and done.made_by == {}
    assert not (second / "out" / "signatures").exists()


def test_damaged_signatures_are_written_again(second: Path) -> None:
    content = running.recipe(f"{second}/*.jsonl", STAGES)
    running.run(content, second)
    before = running.hashes(second / "out")
    path = next((second / "out" / "signatures").rglob("*.parquet"))
    path.write_bytes(b"no longer")
    running.run(content, second)
    assert running.hashes(second / "out") == before


@pytest.mark.parametrize("way", ["one process", "bucket by bucket"])
def test_nothing_else_changes_what_comes_out(
    first: Path, second: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    running.run(recipe(second, str(first)), second)
    before = running.hashes(second / "out")
    if way == "bucket by bucket":
        monkeypatch.setattr(dedup.phase, "_AT_ONCE", 0)
        monkeypatch.setattr(exchange, "buckets_for", lambda rows, context: 5)
        runner = Runner()
    else:
        monkeypatch.setattr(units, "_WORTH_PROCESSES", 0.01)
        runner = Runner(workers=2)
    content = recipe(second, str(first))
    content["source"]["paths"] = [str(second / "b.jsonl"), str(second / "a.jsonl")]
    running.run(content, second / "again", runner=runner, frame_bytes=500)
    told = {"README.md", "manifest.json"}  # the paths as the recipe names them
    after = running.hashes(second / "again" / "out")
    assert {k: v for k, v in after.items() if k not in told} == {k: v for k, v in before.items() if k not in told}


FEW = settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


@FEW
@given(
    old=st.lists(st.sampled_from(range(12)), min_size=1, max_size=10),
    new=st.lists(st.tuples(st.sampled_from(range(12)), st.booleans()), min_size=1, max_size=16),
    cuts=st.lists(st.integers(0, 16), max_size=2),
    order=st.randoms(use_true_random=False),
    buckets=st.sampled_from([1, 4]),
)
def test_any_two_releases(
    old: list[int], new: list[tuple[int, bool]], cuts: list[int], order: random.Random, buckets: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:  # fmt: skip
    """Nothing that the first has is in the second, whatever the files, their order and the buckets."""
    folder = tmp_path_factory.mktemp("two")
    running.jsonl(folder / "old.jsonl", documents("old", [TEXTS[n] for n in old]))
    running.run({**running.recipe(folder / "old.jsonl", STAGES), "name": "old"}, folder / "old")
    texts = [changed(TEXTS[n]) if near else TEXTS[n] for n, near in new]
    rows = documents("new", texts)
    out = []
    for number, where in enumerate(("a", "b")):
        if number:
            order.shuffle(rows)
        bounds = sorted({0, len(rows), *(min(cut + number, len(rows)) for cut in cuts)})
        for part, (start, end) in enumerate(pairwise(bounds)):
            running.jsonl(folder / where / f"{part}.jsonl", rows[start:end])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                exchange, "buckets_for", lambda rows, context: buckets if context.out.endswith("b/out") else 2
            )
            running.run(recipe(folder / where, str(folder / "old" / "out")), folder / where)
        out.append(folder / where / "out")
    one, two = (sorted(running.released(each).to_dicts(), key=lambda row: row["id"]) for each in out)
    assert one == two
    kept = {row["text"] for row in one}
    assert kept.isdisjoint({TEXTS[n] for n in old} | {changed(TEXTS[n]) for n in old})
    assert {text[:40] for text in kept} == {TEXTS[n][:40] for n, _ in new} - {TEXTS[n][:40] for n in old}


def test_another_shard_leaves_old_keys_as_they_are(second: Path) -> None:
    running.run(running.recipe(second / "a.jsonl", STAGES), second)
    keys = second / "work" / "small" / "keys"
    before = {name: at for name, at in running.times(keys).items() if not name.endswith(".beat")}
    assert before
    running.run(running.recipe(f"{second}/*.jsonl", STAGES), second)
    after = running.times(keys)
    assert {name: after[name] for name in before} == before and len(after) > len(before)


@pytest.mark.parametrize(
    ("against", "message"),
    [
        ("nowhere", "there is no manifest.json in nowhere. Give the folder of a release"),
        (["{first}", "{first}/manifest.json"], "which is named twice"),
        ("{bad}", "is no manifest that Glotmill can read"),
    ],
)
def test_what_is_no_release(first: Path, second: Path, against: Any, message: str) -> None:
    bad = second / "bad"
    bad.mkdir()
    (bad / "manifest.json").write_text('{"name": 3}')
    given_paths = [against] if isinstance(against, str) else against
    with pytest.raises(RecipeError, match="against") as error:
        running.run(recipe(second, [one.format(first=first, bad=bad) for one in given_paths]), second)
    assert message in str(error.value)


def test_against_without_a_stage_that_compares(first: Path, second: Path) -> None:
    with pytest.raises(RecipeError, match="no stage looks for duplicates"):
        running.run(recipe(second, str(first), ["normalise"]), second)


def test_a_release_is_not_put_over_the_one_it_is_compared_with(first: Path, second: Path) -> None:
    with pytest.raises(RecipeError, match="which would replace it"):
        running.run(recipe(second, str(first)), second, out=str(first))
