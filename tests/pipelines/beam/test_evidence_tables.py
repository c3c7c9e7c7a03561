"""The tables of evidence say what can be counted of the released files, by polars alone."""

from __future__ import annotations

import json
import math
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from schemas.manifest import Manifest
from tests import running
from tests.pipelines.beam.test_derive import Translator, _recipe


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    running.run(running.quickstart(), folder)
    return folder / "out"


@pytest.fixture(scope="module")
def derived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("derived")
    server = Translator()
    server.garbage = lambda text: "a" in text[:20] and len(text) % 2 == 0
    try:
        running.run(_recipe(folder, server), folder)
    finally:
        server.close()
    return folder / "out"


def _table(out: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(out / "evidence" / f"{name}.parquet")


def _rows(out: Path, kind: str) -> pl.DataFrame:
    if kind in ("documents", "derived"):
        files = [f for f in sorted((out / "data").rglob("*.parquet")) if ("-" in f.parent.name) == (kind == "derived")]
    else:
        files = sorted((out / {"rejected": "rejected", "quarantine": "dead/quarantine"}[kind]).glob("*.parquet"))
    return pl.concat([pl.read_parquet(file) for file in files], how="diagonal") if files else pl.DataFrame()


def test_languages(documents: Path) -> None:
    table = _table(documents, "languages")
    for kind in ("documents", "rejected"):
        wanted = (
            _rows(documents, kind)
            .with_columns(pl.col("language").fill_null("und_Zyyy"))
            .group_by("language")
            .agg(
                pl.len().alias("documents"),
                pl.col("text").str.len_chars().sum().alias("characters"),
                pl.col("word_count").sum().alias("words"),
                pl.col("text").str.len_bytes().sum().alias("bytes"),
            )
            .sort("language")
        )
        found = table.filter(kind=kind).select(wanted.columns).sort("language")
        assert found.rows() == wanted.rows()


def test_reasons(documents: Path) -> None:
    rejected = _rows(documents, "rejected").select(pl.col("language").fill_null("und_Zyyy"), "reasons")
    wanted: dict[tuple[str, str], list[int]] = {}
    for language, reasons in rejected.iter_rows():
        for reason in reasons:
            held = wanted.setdefault((language, reason), [0, 0, 0])
            held[0] += 1
            held[1] += reason == reasons[0]
            held[2] += len(reasons) == 1
    found = {(row[0], row[1]): list(row[2:]) for row in _table(documents, "reasons").iter_rows()}
    assert found == wanted and len(found) > 5


def test_a_quantile_of_the_bins_is_the_quantile_of_the_scores_rounded_down(documents: Path) -> None:
    bins, rows = _table(documents, "scores"), _rows(documents, "documents")
    scores = bins["score"].unique().to_list()
    assert {"language_confidence", "word_count", "quality"} <= set(scores)
    for score in scores:
        for language in ("eng_Latn", "tha_Thai", "arb_Arab", "amh_Ethi"):
            values = sorted(v for v in rows.filter(language=language)[score].to_list() if v is not None)
            held = bins.filter(kind="documents", language=language, score=score).sort("value")
            assert held["documents"].sum() == len(values)
            if not values:
                continue
            binned = [v for v, n in held.select("value", "documents").iter_rows() for _ in range(n)]
            median, told = values[(len(values) - 1) // 2], binned[(len(values) - 1) // 2]
            step = max(10.0 ** (math.floor(math.log10(abs(median))) - 2), 1e-4) if median else 1e-4
            assert told <= median + 1e-12 and median - told < step * 1.001


def test_clusters_stand_for_the_input(documents: Path) -> None:
    rows = _rows(documents, "documents")
    table = _table(documents, "clusters")
    assert table["clusters"].sum() == rows.height
    assert (table["clusters"] * table["size"]).sum() == rows["cluster_size"].sum() > rows.height


def test_gates_and_round_trips(derived: Path) -> None:
    gates = _table(derived, "gates")
    for kind in ("derived", "quarantine"):
        for gate in ("min_finished", "bleu", "chrf"):
            rows = _rows(derived, kind)
            wanted = sum(
                json.loads(text).get(gate) is not None
                for text in rows.filter(stage="translation")["scores"]
                if text is not None
            )
            there = gates.filter(pl.col("value").is_not_null(), kind=kind, stage="translation", score=gate)
            assert there["rows"].sum() == wanted
    assert set(gates["language"]) >= {"eng_Latn>fra_Latn", "eng_Latn>spa_Latn"}
    chrf = gates.filter(stage="translation", score="chrf")
    assert set(chrf["reason"]) == {"low_chrf"} and chrf["threshold"].is_not_null().all()
    trips = _table(derived, "round_trips")
    ways_back = pl.concat([_rows(derived, kind).select("id", "back_text") for kind in ("derived", "quarantine")])
    assert set(trips["id"]) == set(ways_back.drop_nulls("back_text")["id"])


def test_samples_are_of_every_reason_and_language(documents: Path, derived: Path) -> None:
    samples = _table(documents, "samples")
    rejected = _rows(documents, "rejected")
    carried = rejected["reasons"].explode().value_counts()
    for reason, rows in carried.iter_rows():
        own = samples.filter(kind="rejected", reason=reason)
        assert own.height == min(20, rows) and own["id"].is_unique().all()
    stayed = samples.filter(kind="documents")
    assert set(stayed["language"]) == set(_rows(documents, "documents")["language"])
    texts = dict(_rows(documents, "documents").select("id", "text").iter_rows())
    for id_, text, characters in stayed.select("id", "text", "characters").iter_rows():
        assert text == texts[id_][:1000] and characters == len(texts[id_])
    broken = samples.filter(reason="too_few_words").drop_nulls("value")
    assert broken.height and set(broken["score"]) == {"word_count"}
    words = dict(rejected.select("id", "word_count").iter_rows())
    assert all(words[id_] == value for id_, value in broken.select("id", "value").iter_rows())
    quarantined = _table(derived, "samples").filter(kind="quarantine")
    assert quarantined.height and quarantined["parent_text"].is_not_null().all()


def test_tables_do_not_depend_on_shards_or_order(documents: Path, tmp_path: Path) -> None:
    content = running.quickstart()
    running.run({**content, "release": {**content["release"], "shard_bytes": 3_000}}, tmp_path, frame_bytes=4_096)
    for name in ("languages", "reasons", "scores", "clusters", "confusion"):
        assert _table(tmp_path / "out", name).equals(_table(documents, name)), name
    kept = pl.col("kind") == "documents"  # those of a reason are spread over languages file by file
    assert _table(tmp_path / "out", "samples").filter(kept).equals(_table(documents, "samples").filter(kept))


def test_every_column_is_described_and_every_file_listed(documents: Path) -> None:
    listed = {file.path for file in Manifest.model_validate_json((documents / "manifest.json").read_text()).files}
    for file in (documents / "evidence").iterdir():
        assert f"evidence/{file.name}" in listed
        assert all(field.metadata and field.metadata[b"description"] for field in pq.read_schema(file))
