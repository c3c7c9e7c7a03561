"""Splits and shards of a release: shares, duplicates and derived rows together, the same rows whatever the shards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from schemas.manifest import Manifest
from tests import running
from tests.pipelines.beam.test_derive import Translator

STAGES: dict[str, Any] = {"normalise": None, "language": {"min_confidence": 0.0}, "exact_dedup": None}
SPLITS = {"train": 0.6, "validation": 0.2, "test": 0.2}


def _run(folder: Path, source: Path, **release: Any) -> Manifest:
    content = running.recipe(f"{source}/*.jsonl", STAGES, release=release)
    done = running.run(content, folder)
    assert done is not None
    return done


def _by_split(out: Path) -> dict[str, pl.DataFrame]:
    found: dict[str, list[pl.DataFrame]] = {}
    for file in sorted((out / "data").rglob("*.parquet")):
        found.setdefault(file.name.partition("-")[0], []).append(pl.read_parquet(file))
    return {split: pl.concat(parts, how="diagonal") for split, parts in found.items()}


def test_rows_are_the_same_and_each_is_in_one_split(tmp_path: Path) -> None:
    source = running.corpus(tmp_path / "in", 3, 80, texts=100)
    whole = _run(tmp_path / "whole", source)
    parted = _run(tmp_path / "parted", source, splits=SPLITS)
    assert parted.counts == whole.counts
    found = _by_split(tmp_path / "parted" / "out")
    assert set(found) == set(SPLITS)
    everything = pl.concat(found.values()).sort("id")
    assert everything.equals(running.released(tmp_path / "whole" / "out").sort("id"))
    keys = [set(rows.select(pl.coalesce("cluster_id", "id")).to_series()) for rows in found.values()]
    assert sum(map(len, keys)) == len(set.union(*keys))
    told = {(file.config, file.split) for file in parted.files if file.config not in (None, "rejected", "dead")}
    there = {(p.parent.name, p.name.partition("-")[0]) for p in (tmp_path / "parted/out/data").rglob("*.parquet")}
    assert told == there


def test_a_new_survivor_of_a_cluster_is_in_the_split_of_the_old_one(tmp_path: Path) -> None:
    texts = [row["text"] for row in running.sample_documents()[:40]]
    for name, letters in (("first", "ab"), ("second", "ba")):
        rows = [
            {"id": f"{number:03d}-{letter}", "text": f"{text} {word}", "n": word}
            for number, text in enumerate(texts)
            for letter, word in zip(letters, ("one", "one one one"), strict=True)
        ]
        running.jsonl(tmp_path / name / "in" / "a.jsonl", rows)
    splits = {}
    stages = {name: STAGES[name] for name in ("normalise", "language")}
    for name in ("first", "second"):
        content = running.recipe(
            f"{tmp_path / name}/in/*.jsonl",
            {**stages, "gopher_quality": {"min_words": 0}, "exact_dedup": None, "minhash": {"prefer": ["word_count"]}},
            release={"splits": SPLITS},
        )
        running.run(content, tmp_path / name)
        rows = _by_split(tmp_path / name / "out")
        splits[name] = {
            (row["cluster_id"], row["id"]): split
            for split, frame in rows.items()
            for row in frame.drop_nulls("cluster_id").iter_rows(named=True)
        }
    first, second = ({cluster: split for (cluster, _), split in splits[name].items()} for name in ("first", "second"))
    both = first.keys() & second.keys()
    survivors = [{id_ for _, id_ in splits[name]} for name in ("first", "second")]
    assert len(both) >= 10 and survivors[0] != survivors[1]
    assert {cluster: first[cluster] for cluster in both} == {cluster: second[cluster] for cluster in both}


def test_derived_rows_are_in_the_split_of_their_document(tmp_path: Path) -> None:
    server = Translator()
    try:
        rows = [
            {"id": f"i{n}", "text": f"Write a short letter to neighbour number {n} about the garden."}
            for n in range(30)
        ]
        running.jsonl(tmp_path / "in" / "a.jsonl", [*rows, *({**row, "id": f"a{row['id']}"} for row in rows[:15])])
        content = running.recipe(
            f"{tmp_path}/in/*.jsonl",
            {
                **STAGES,
                "translation": {"targets": ["fr"], **running.open_gates("translation", "min_finished")},
                "rewriting": {"culture_share": 0.5, **running.open_gates("rewriting", "min_finished")},
            },
            client={"base_url": server.base_url, "model": "rule", "attempts": 1},
            release={"splits": SPLITS},
        )
        running.run(content, tmp_path)
    finally:
        server.close()
    split_of: dict[str, str] = {}
    derived = []
    for file in sorted((tmp_path / "out" / "data").rglob("*.parquet")):
        split, rows_of = file.name.partition("-")[0], pl.read_parquet(file)
        if "-" in file.parent.name:
            derived += [(row, split, file.parent.name) for row in rows_of["document_id"]]
        else:
            split_of |= dict.fromkeys(rows_of["id"], split)
    assert {config for *_, config in derived} == {"fra_Latn-translation", "fra_Latn-rewriting"}
    assert set(split_of.values()) == set(SPLITS)
    assert all(split_of[document] == split for document, split, _ in derived)


def test_many_shards_hold_the_same_rows(tmp_path: Path) -> None:
    source = running.corpus(tmp_path / "in", 3, 80, texts=100)
    _run(tmp_path / "one", source)
    many = _run(tmp_path / "many", source, shard_bytes=2_000, row_group_bytes=8_000, splits=SPLITS)
    rows = running.released(tmp_path / "many" / "out").sort("id")
    assert rows.equals(running.released(tmp_path / "one" / "out").sort("id"))
    files = [file for file in many.files if file.config not in (None, "rejected", "dead")]
    assert all(file.rows for file in files)  # no empty shard
    assert max(sum(f.config == file.config and f.split == file.split for f in files) for file in files) > 1
