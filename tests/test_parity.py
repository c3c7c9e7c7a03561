"""One recipe on a frame in memory and through the phases of Beam: the same rows, reasons, twins and clusters."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from pipelines import catalogue, local, plan
from pipelines.beam import exchange
from pipelines.beam.phases import dedup, judge, measure, verdicts
from pipelines.readers import files, read
from schemas import recipe as recipes
from tests import running, toy_quality

_VERDICT = ["id", "source", "language", "reasons", "cluster_id", "cluster_size", "twin_id", "twin_similarity"]


def _in_memory(content: dict[str, Any], folder: Path) -> tuple[local.Judged, pl.DataFrame]:
    """Judged by `pipelines.local`, and the rows that the readers could not use."""
    checked = running.context(content, folder).plan
    rows, dead = [], []
    for name, source in checked.recipe.all_sources().items():
        for unit in files.units(name, source):
            for batch in read(unit, source, 1 << 20):
                rows.append(batch.rows)
                dead.append(batch.dead)
    return local.run(pl.concat(rows), checked), pl.concat(dead)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[local.Judged, pl.DataFrame, Path]:
    folder = tmp_path_factory.mktemp("parity")
    content = running.quickstart()
    running.run(content, folder)
    return *_in_memory(content, folder), folder / "out"


def test_the_same_rows_are_released_with_the_same_scores(
    sample: tuple[local.Judged, pl.DataFrame, Path],
) -> None:
    judged, _, out = sample
    released = running.released(out).sort("id")
    assert released.height > 200
    there = judged.released.sort("id").select(released.columns)
    assert there.equals(released, null_equal=True)


def test_the_same_rows_are_rejected_for_the_same_reasons_with_the_same_twins(
    sample: tuple[local.Judged, pl.DataFrame, Path],
) -> None:
    judged, _, out = sample
    rejected = running.released(out, "rejected").sort("id")
    there = judged.rejected.sort("id")
    assert there.select(rejected.columns).equals(rejected, null_equal=True)
    duplicates = rejected.filter(pl.col("twin_id").is_not_null())
    assert duplicates.height >= 12, "the sample has duplicates, or this test says nothing"
    staying = running.released(out).filter(pl.col("cluster_size") > 1)
    assert set(duplicates["twin_id"]) <= set(staying["id"]), "a twin is a row that was released"
    whole = pl.concat([duplicates.select("cluster_id", "id"), staying.select("cluster_id", "id")])
    assert (
        whole.group_by("cluster_id").agg(pl.col("id").min()).select((pl.col("id") == pl.col("cluster_id")).all())[0, 0]
    ), "a cluster is called after its least id"


def test_the_same_rows_are_dead(sample: tuple[local.Judged, pl.DataFrame, Path]) -> None:
    judged, unread, out = sample
    dead = running.released(out, "dead")
    both = pl.concat([unread, judged.dead]).select(dead.columns)
    order = ["file", "position"]
    assert both.sort(order).equals(dead.sort(order), null_equal=True)
    assert dead.height > 0


def test_planted_verdicts_come_out_as_written(sample: tuple[local.Judged, pl.DataFrame, Path]) -> None:
    """But for a few: of texts that tie where a share ends, some go."""
    judged, _, _ = sample
    rows = judged.documents.drop_nulls("expected")
    differing = []
    for row in rows.iter_rows(named=True):
        wanted, _, reasons = row["expected"].partition(":")
        # `top_ngram` stands for the top 2-, 3- and 4-gram, as in the golden test.
        got = {re.sub(r"^top_\dgram$", "top_ngram", reason) for reason in row["reasons"]}
        if bool(got) if wanted == "keep" else not set(reasons.split("|")) & got:
            differing.append((row["id"], row["expected"], got))
    assert len(differing) <= 0.05 * rows.height, differing


@pytest.mark.parametrize("way", ["in one process", "bucket by bucket"])
@pytest.mark.parametrize("verify", [None, 0.6])
def test_parity_of_clusters_over_many_shards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, verify: float | None
) -> None:
    """Clusters reach over files here: every text comes about six times, cut off here and there, in small files."""
    if way == "bucket by bucket":
        monkeypatch.setattr(dedup.phase, "_AT_ONCE", 0)
        monkeypatch.setattr(exchange, "buckets_for", lambda rows, context: 5)
    source = running.corpus(tmp_path / "in", 25, 3, seed=5, texts=12)
    for number, file in enumerate(sorted(source.glob("*.jsonl"))):
        rows = [json.loads(line) for line in file.read_text().splitlines()]
        rows = [{**row, "text": row["text"][: -5 * (number % 7) or None]} for row in rows]
        running.jsonl(file, rows)
    stages = {**dict.fromkeys(running.RULES), "exact_dedup": {}, "minhash": {"verify": verify}}
    content = running.recipe(f"{source}/*.jsonl", stages)
    judged, _ = _in_memory(content, tmp_path)
    context = running.context(content, tmp_path)
    measured = measure.run(context)
    reasons = judge.run(context, measured)
    final = verdicts.Verdicts(measured, reasons, dedup.run(context, measured, reasons))
    assert len(final.deduplicated.files) == (5 if way == "bucket by bucket" else 1)
    ours = pl.concat(one.final() for one in final.shards()).select(_VERDICT).sort("id")
    assert ours.filter(pl.col("cluster_size") > 1).height > 20
    if verify is not None:
        assert ours.filter(pl.col("twin_similarity").is_between(verify, 1, closed="left")).height > 5
    assert ours.equals(judged.documents.select(_VERDICT).sort("id"), null_equal=True)


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"strata": ["metadata.kind", "length"], "length_bands": [20]},
        {"combine": "mean"},
        {"combine": "max", "strata": ["domain"]},
        {"fewest": 60},
    ],
    ids=["plain", "strata", "ranks", "ranks in strata", "few"],
)
def test_the_same_shares_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, params: dict[str, Any]) -> None:
    real = catalogue.stages()
    monkeypatch.setattr(catalogue, "stages", lambda: toy_quality.stages(real))
    toy_quality.corpus(tmp_path / "in", files=5, rows=60)
    stages = {"toy": {"share": 0.4, "fewest": 0, "fewest_in_stratum": 5, **params}, "exact_dedup": None}
    content = running.recipe(f"{tmp_path}/in/*.jsonl", stages, source={"metadata": ["kind"]})
    done = running.run(content, tmp_path)
    judged, _ = _in_memory(content, tmp_path)
    for part, ours in (("data", judged.released), ("rejected", judged.rejected)):
        there = running.released(tmp_path / "out", part).sort("id")
        assert there.equals(ours.select(there.columns).sort("id"), null_equal=True)
    assert judged.strata is not None and done is not None
    assert pl.read_parquet(tmp_path / "out/selection.parquet").equals(judged.strata, null_equal=True)
    assert done.selection == list(judged.selection)
    for one in done.selection[0].by_language.values():
        few = one.competed < params.get("fewest", 0)
        assert one.competed > 20 and one.kept == (one.competed if few else -(-one.competed * 4 // 10))


def test_made_ids_and_a_recipe_without_an_identifier(tmp_path: Path) -> None:
    """Without the language stage the declared language counts; ids come from content."""
    rows = [{"text": one["text"], "declared_language": "fr"} for one in running.sample_documents()[:6]]
    running.jsonl(tmp_path / "in.jsonl", [*rows, {"text": "no word about its language"}])
    content = running.recipe(tmp_path / "in.jsonl", ["normalise", "exact_dedup"])
    loaded, lines = recipes.read(str(content))
    assert plan.plan(loaded, lines).measures == ()
    judged, _ = _in_memory(content, tmp_path)
    running.run(content, tmp_path)
    released = running.released(tmp_path / "out").sort("id")
    assert released.equals(judged.released.select(released.columns).sort("id"), null_equal=True)
    assert dict(released.group_by("language").len().iter_rows()) == {"fra_Latn": 6, "und_Zyyy": 1}


def test_duplicates_inside_a_source(tmp_path: Path) -> None:
    """The same text in two sources stays in both where duplicates are looked for inside a source."""
    texts = ["The same text in both sources, word for word, from its beginning to its end.", "A text of the first one."]
    running.jsonl(tmp_path / "a.jsonl", [{"id": f"a{n}", "text": text} for n, text in enumerate([*texts, texts[0]])])
    running.jsonl(tmp_path / "b.jsonl", [{"id": "b0", "text": texts[0]}])
    sources = {name: {"paths": str(tmp_path / f"{name}.jsonl")} for name in "ab"}
    kept = {}
    for within in ([], ["source"]):
        content = {"name": "small", "sources": sources, "stages": {
            "exact_dedup": {"within": within}, "minhash": {"within": within},
        }}  # fmt: skip
        folder = tmp_path / ("apart" if within else "together")
        running.run(content, folder)
        judged, _ = _in_memory(content, folder)
        kept[folder.name] = sorted(running.released(folder / "out")["id"])
        assert kept[folder.name] == sorted(judged.released["id"])
    assert kept == {"together": ["a0", "a1"], "apart": ["a0", "a1", "b0"]}


def test_a_model_that_a_group_stage_trains(tmp_path: Path) -> None:
    """Exact and near copies are left to the embeddings."""
    content = yaml.safe_load((running.ROOT / "pipelines/recipes/semantic.yaml").read_text(encoding="utf-8"))
    for name in ("exact_dedup", "minhash"):
        content["stages"].pop(name, None)
    running.run(content, tmp_path)
    judged, _ = _in_memory(content, tmp_path)
    released = running.released(tmp_path / "out").sort("id")
    assert released.equals(judged.released.select(released.columns).sort("id"), null_equal=True)
    rejected = running.released(tmp_path / "out", "rejected").sort("id")
    assert rejected.equals(judged.rejected.select(rejected.columns).sort("id"), null_equal=True)
    similar = rejected.filter(pl.col("reasons").list.contains("semantic_duplicate"))["twin_similarity"]
    assert len(similar) > 10 and similar.min() >= 0.95


def test_benchmark_items_are_found_and_cut_out(tmp_path: Path) -> None:
    content = yaml.safe_load((running.ROOT / "pipelines/recipes/decontamination.yaml").read_text(encoding="utf-8"))
    done = running.run(content, tmp_path)
    assert done is not None and done.counts.rejected_by_reason["too_much_contaminated"] == 3
    judged, _ = _in_memory(content, tmp_path)
    for part, ours in (("data", judged.released), ("rejected", judged.rejected)):
        there = running.released(tmp_path / "out", part).sort("id")
        assert there.equals(ours.select(there.columns).sort("id"), null_equal=True)
