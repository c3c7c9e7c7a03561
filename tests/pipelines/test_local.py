"""A plan on a frame in memory. (The verdicts on the whole sample are in tests/test_golden.py.)"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from stories import STORIES

from pipelines import local
from pipelines.plan import Plan, Step, plan
from pipelines.readers import read as read_unit
from pipelines.readers.files import units
from schemas import sample
from schemas.columns import DEAD, VERDICT, polars_schema
from schemas.recipe import Source, read


def checked(stages: str, more: str = "source: {paths: x}\n") -> Plan:
    return plan(*read(f"name: small\n{more}stages:\n{stages}"))


SIMPLE = checked(
    "  normalise:\n  language:\n  gopher_quality: {min_words: 5, min_stop_words: null, min_mean_word_length: 1}\n"
    "  exact_dedup: {prefer: [word_count]}\n  minhash: {prefer: [word_count]}\n"
)


def frame(**texts: str | None) -> pl.DataFrame:
    return pl.DataFrame({"id": list(texts), "text": pl.Series(list(texts.values()), dtype=pl.String)})


def fates(judged: local.Judged) -> dict[str, list[str]]:
    return dict(judged.documents.select("id", "reasons").iter_rows())


def test_end_to_end() -> None:
    story = STORIES["Latin"][1]
    judged = local.run(
        frame(
            good=story,
            copy=f"  {story.upper()}\n",
            thai=STORIES["Thai"][1],
            short="Bonjour le monde",
            null=None,
            empty="",
            damaged="L’été était chaud et les élèves ont quitté l’école".encode().decode("cp1252"),
        ),
        SIMPLE,
    )
    assert fates(judged) == {
        "good": ["exact_duplicate"],  # `copy` has the lesser id, and ties go by id
        "copy": [],
        "thai": [],
        "short": ["too_few_words"],
        "null": ["unmeasured"],
        "empty": ["language_uncertain", "mixed_languages", "too_few_words", "words_too_short",
                  "too_few_alphabetic_words"],
        "damaged": [],
    }  # fmt: skip
    assert judged.dead.schema == polars_schema(DEAD) and judged.dead.is_empty()
    rows = {row["id"]: row for row in judged.documents.iter_rows(named=True)}
    assert rows["damaged"]["text"] == "L’été était chaud et les élèves ont quitté l’école"
    assert rows["good"]["twin_id"] == "copy" and rows["good"]["cluster_id"] == "copy"
    assert rows["good"]["cluster_size"] == rows["copy"]["cluster_size"] == 2
    assert rows["copy"]["twin_id"] is None and rows["thai"]["cluster_size"] == 1 and rows["thai"]["cluster_id"] is None
    assert {row["source"] for row in rows.values()} == {"small"}
    assert set(judged.released["id"]) == {"copy", "thai", "damaged"}
    assert set(judged.released["id"]) | set(judged.rejected["id"]) == set(rows)
    for column in VERDICT:
        assert judged.documents.schema[column.name] == column.dtype


def test_a_rejected_document_is_nobodys_twin() -> None:
    text = STORIES["Cyrillic"][1]
    strict = checked("  language:\n  gopher_quality: {min_words: 5, max_words: 5}\n  exact_dedup:\n")
    judged = local.run(frame(a=text, b=text), strict)
    assert judged.released.is_empty() and judged.documents["twin_id"].null_count() == 2
    assert judged.documents["cluster_size"].to_list() == [1, 1]


@pytest.mark.parametrize(
    "stages", ["  normalise:\n", "  exact_dedup:\n", "  minhash:\n", "  language:\n", "  normalise:\n  exact_dedup:\n"]
)
def test_plans_with_few_stages(stages: str) -> None:
    some = frame(a="the same text here", b="the same text here", c="another text there")
    judged = local.run(some, checked(stages))
    dedups = "dedup" in stages or "minhash" in stages
    assert judged.documents.height == 3
    assert judged.documents["twin_id"].to_list() == ([None, "a", None] if dedups else [None] * 3)
    empty = local.run(some.clear(), checked(stages))
    assert empty.documents.is_empty() and empty.documents.schema == judged.documents.schema


def test_no_stages_release_everything() -> None:
    judged = local.run(frame(a="x", b=None), plan(read("name: a\nsource: {paths: x}\nstages: []\n")[0]))
    assert judged.released.height == 2


def test_sources_have_their_own_thresholds() -> None:
    two = checked(
        "  language: {min_confidence: 0, min_share: 0}\n"
        "  gopher_quality: {min_words: {default: 20, sources: {forum: 3}}, min_stop_words: null}\n",
        "sources: {web: {paths: x}, forum: {paths: y}}\n",
    )
    given = frame(a=STORIES["Latin"][1], b=STORIES["Latin"][1]).with_columns(pl.Series("source", ["web", "forum"]))
    assert fates(local.run(given, two)) == {"a": ["too_few_words"], "b": []}


@pytest.fixture(scope="module")
def corpus() -> pl.DataFrame:
    source = Source(paths="sample://documents/*.jsonl")  # type: ignore[arg-type]
    frames = [b.rows for unit in units("small", source) for b in read_unit(unit, source, 8 << 20)]
    return pl.concat(frames)


@pytest.fixture(scope="module")
def full() -> Plan:
    quality = sorted(Path(sample.folder() / "quality").glob("*.jsonl"))
    paths = ", ".join(str(path) for path in quality)
    return checked(
        "  normalise:\n  private_data:\n  language:\n  gopher_quality:\n  gopher_repetition:\n"
        f"  quality: {{train_on: [{paths}], share: 0.8, fewest: 0, training: {{epochs: 3, dimension: 4}}}}\n"
        "  exact_dedup:\n  minhash:\n"
    )


@given(seed=st.integers(0, 10_000))
@settings(max_examples=4)
def test_the_order_of_the_sample_does_not_matter(seed: int, corpus: pl.DataFrame, full: Plan) -> None:
    straight = local.run(corpus, full).documents.sort("id")
    mixed = local.run(corpus.sample(fraction=1, shuffle=True, seed=seed), full).documents.sort("id")
    assert straight.height == corpus.height and straight["reasons"].list.len().sum() > 50
    assert_frame_equal(mixed, straight, check_exact=True)


def test_the_share_of_each_language_stays(corpus: pl.DataFrame, full: Plan) -> None:
    judged = local.run(corpus, full)
    other = {"low_quality", "exact_duplicate", "near_duplicate"}
    competing = judged.documents.filter(pl.col("reasons").list.set_difference(list(other)).list.len() == 0)
    groups = 0
    for _, part in competing.group_by("language"):
        stays = part.height - part["reasons"].list.contains("low_quality").sum()
        assert stays == -(-part.height * 8 // 10)
        groups += 1
    assert groups >= 24
    assert judged.strata is not None and judged.selection[0].by_language["fra_Latn"].share == 0.8


def test_where_few_documents_compete_all_stay(corpus: pl.DataFrame, full: Plan) -> None:
    steps = tuple(
        Step(step.stage, step.params.model_copy(update={"fewest": 100})) if step.name == "quality" else step
        for step in full.frame_steps
    )
    judged = local.run(corpus, replace(full, frame_steps=steps))
    assert not judged.documents["reasons"].explode().is_in(["low_quality"]).any()
    told = judged.selection[0].by_language
    assert all(one.few == (one.competed > 0) for one in told.values())
    assert all(one.not_judged == one.documents for label, one in told.items() if label == "und_Zyyy")
