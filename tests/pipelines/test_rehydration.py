"""Sampling weights: as the definition has them on paper, the same in memory and through the phases."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import local, rehydration
from pipelines.beam import exchange
from pipelines.beam.phases import dedup
from pipelines.readers import files, read
from schemas.errors import RecipeError
from schemas.recipe import Rehydration
from tests import running


def counted(rows: list[tuple[str, int, int, int]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=rehydration.COUNTS, orient="row")


def test_weights_on_paper() -> None:
    """Of 1,000 documents 400 are rejected; sizes 2 and 3 less than that, 3 least of all."""
    counts = counted([("aaa", 1, 500, 250), ("aaa", 2, 200, 60), ("aaa", 3, 200, 20), ("aaa", 9, 100, 70)])
    found = rehydration.table(counts, Rehydration(most=7, smooth=1, fewest=1))
    assert found["removal_rate"].to_list() == pytest.approx([0.5, 0.3, 0.1, 0.7])
    assert found["sampling_weight"].to_list() == pytest.approx([1, 1 + 6 * 0.1 / 0.3, 7, 1])
    smooth = rehydration.table(counts, Rehydration(most=7, smooth=3, fewest=1))
    assert smooth["removal_rate"].to_list() == pytest.approx([310 / 700, 330 / 900, 150 / 500, 90 / 300])


def test_sizes_that_few_documents_have_are_taken_together() -> None:
    counts = counted([("aaa", 1, 90, 9), ("aaa", 2, 4, 1), ("aaa", 4, 8, 1), ("aaa", 5, 5, 5), ("bbb", 1, 3, 0)])
    found = rehydration.table(counts, Rehydration(smooth=1, fewest=10))
    assert found.select("language", "least_copies", "most_copies", "documents").rows() == [
        ("aaa", 1, 1, 90),
        ("aaa", 2, 5, 17),
        ("bbb", 1, 1, 3),
    ]
    documents = pl.DataFrame({"language": ["bbb", "aaa", "aaa", "aaa"], "copies": [1, 4, 1, 2]})
    weights = dict(found.select("language", "sampling_weight").rows()[::2])
    assert rehydration.weights(documents, found).to_list() == [
        weights["bbb"],
        found["sampling_weight"][1],
        found["sampling_weight"][0],
        found["sampling_weight"][1],
    ]


@given(
    st.lists(
        st.tuples(st.sampled_from(["aaa", "bbb", ""]), st.integers(1, 40), st.integers(1, 50), st.integers(0, 50)),
        min_size=1, max_size=40, unique_by=lambda row: row[:2],
    ),
    st.integers(1, 60),
    st.sampled_from([1, 3, 5]),
)  # fmt: skip
def test_properties(rows: list[tuple[str, int, int, int]], fewest: int, smooth: int) -> None:
    rows = [(language, size, n, min(gone, n)) for language, size, n, gone in rows]
    found = rehydration.table(counted(rows), Rehydration(most=4, smooth=smooth, fewest=fewest))
    assert found["documents"].sum() == sum(row[2] for row in rows)
    assert found["sampling_weight"].is_between(1, 4).all()
    for (language,), part in found.group_by("language"):
        whole = part["rejected"].sum() / part["documents"].sum()
        for row in part.iter_rows(named=True):
            assert (row["sampling_weight"] == 1) == (row["removal_rate"] >= whole - 1e-12), language
        least = part.filter(pl.col("removal_rate") == part["removal_rate"].min())
        assert (least["sampling_weight"] == 4).all() or least["removal_rate"][0] >= whole - 1e-12
    documents = pl.DataFrame({"language": [row[0] for row in rows], "copies": [row[1] for row in rows]})
    assert rehydration.weights(documents, found).null_count() == 0


def test_an_even_number_of_neighbours_is_refused() -> None:
    with pytest.raises(ValueError, match="give an odd number, not 4"):
        Rehydration(smooth=4)


@pytest.mark.parametrize(
    ("stages", "stage", "message"),
    [(["exact_dedup"], "minhash", "exact_dedup"), (["normalise"], "minhash", "Add minhash to the stages")],
)
def test_copies_need_a_stage(tmp_path: Path, stages: list[str], stage: str, message: str) -> None:
    content = {**running.recipe("x.jsonl", stages), "rehydration": {"stage": stage}}
    with pytest.raises(RecipeError, match=message):
        running.context(content, tmp_path)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Texts with one to five near copies; what stands once is mostly too short for the rules."""
    folder = tmp_path_factory.mktemp("copied")
    draw = random.Random(3)
    texts = [one["text"] for one in running.sample_documents() if one.get("expected") == "keep"]
    rows = []
    for number, text in enumerate(texts[:40]):
        copies = 1 + number % 5
        short = text[: len(text) // 6] if copies == 1 and number % 2 else text
        rows += [{"id": f"{number}-{copy}", "text": short[: -3 * copy or None]} for copy in range(copies)]
    draw.shuffle(rows)
    for part in range(6):
        running.jsonl(folder / f"{part}.jsonl", rows[part::6])
    return folder


def recipe(source: Path) -> dict[str, Any]:
    stages = {**dict.fromkeys(running.RULES), "minhash": {"verify": 0.8}}
    return {**running.recipe(f"{source}/*.jsonl", stages), "rehydration": {"fewest": 10, "smooth": 1, "most": 5}}


@pytest.mark.parametrize("way", ["in one process", "bucket by bucket"])
def test_a_release_with_weights(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    if way == "bucket by bucket":
        monkeypatch.setattr(dedup.phase, "_AT_ONCE", 0)
        monkeypatch.setattr(exchange, "buckets_for", lambda rows, context: 4)
    content = recipe(source)
    done = running.run(content, tmp_path)
    assert done is not None
    released = running.released(tmp_path / "out").sort("id")
    copies = {row["id"]: row["copies"] for row in released.to_dicts()}
    assert all(copies[id_] == 1 + int(id_.split("-")[0]) % 5 for id_ in copies), "copies that went are counted too"
    assert released["sampling_weight"].min() == 1 < released["sampling_weight"].max()
    table = pl.read_parquet(tmp_path / "out" / rehydration.NAME)
    assert table["documents"].sum() == done.counts.input
    assert rehydration.NAME in {file.path for file in done.files}
    assert "`sampling_weight` follows" in (tmp_path / "out" / "README.md").read_text()
    assert running.run(content, tmp_path) == done
    plan = running.context(content, tmp_path).plan
    rows = [
        batch.rows
        for name, one in plan.recipe.all_sources().items()
        for unit in files.units(name, one)
        for batch in read(unit, one, 1 << 20)
    ]
    assert local.run(pl.concat(rows), plan).released.sort("id").select(released.columns).equals(released)
