"""Rows that a model made: their story, and their gates judged again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.comparison import release as releases
from pipelines.inspection import change, story, thresholds
from pipelines.inspection.rows import Question, Rows
from pipelines.inspection.thresholds import Part
from tests import running
from tests.pipelines.beam import test_derive


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release with translations, of which the Spanish ones break a gate."""
    where = tmp_path_factory.mktemp("translated")
    server = test_derive.Translator()
    try:
        content = test_derive._recipe(where, server, min_chrf={"default": 60.0, "es": 101.0})
        assert running.run(content, where) is not None
    finally:
        server.close()
    return where


@pytest.fixture(scope="module")
def rows(folder: Path) -> Iterator[Rows]:
    found = Rows(releases.read(str(folder / "out")))
    yield found
    found.close()


def test_gates_are_judged_again_by_pair(rows: Rows, folder: Path) -> None:
    bench = thresholds.load(rows)
    told = {one["name"]: one for one in bench.overview()["populations"]}
    assert told["translation"]["disagree"] == told["rewriting"]["disagree"] == 0
    totals = bench.judge("translation", [], Part())["totals"]
    accepted = test_derive._derived(folder / "out").filter(stage="translation").height
    assert totals["before"] == totals["after"] == accepted == test_derive.TEXTS
    moved = [change.Change("translation", "min_chrf", "language", "spa_Latn", 60.0)]
    after = bench.judge("translation", moved, Part())
    assert after["totals"]["come"] == test_derive.TEXTS and after["totals"]["go"] == 0
    by_pair = {one["label"]: one["after"] for one in after["languages"]}
    assert by_pair == {"eng_Latn>fra_Latn": test_derive.TEXTS, "eng_Latn>spa_Latn": test_derive.TEXTS}
    shown = bench.examples("translation", moved, Part(), ("translation", "low_chrf"))["come"]
    assert {one["values"]["language"] for one in shown} == {"spa_Latn"}
    assert all(one["broke"] == ["low_chrf"] and one["score"] > 60 for one in shown)


def test_a_translation_stands_beside_its_source_and_the_way_back(rows: Rows) -> None:
    ran = thresholds.load(rows).stages
    found = rows.find(Question(kind="quarantine"))
    told = story.of(rows, ran, found.addresses(0, 1)[0])
    assert told["outcome"] == "quarantined" and [one["reason"] for one in told["reasons"]] == ["low_chrf"]
    assert told["reasons"][0]["stage"] == "translation" and told["reasons"][0]["why"]
    source, made, back = (told["parts"][name]["pieces"][0][0] for name in ("source", "made", "back"))
    assert made == f"voici {source} voilà" and back == source
    assert told["parts"]["made"]["lang"] == "es" and told["parts"]["back"]["lang"] == "en"
    first = told["rules"][0]
    assert (first["reason"], first["threshold"], first["broken"]) == ("low_chrf", 101.0, True)
    assert [one["step"] for one in told["exchanges"]] == ["translate", "back"]
    assert told["exchanges"][0]["model_returned"] == "rule-1" and told["exchanges"][0]["answer"]["length"] > 0
    document = told["document"]
    assert document["outcome"] == "released"
    of_document = story.of(rows, ran, (document["file"], document["row"]))
    derived = [one["values"]["id"] for one in of_document["derived"]]
    assert told["id"] in derived and len(derived) >= 2


def test_a_rewrite_leads_to_its_translation(rows: Rows) -> None:
    ran = thresholds.load(rows).stages
    found = rows.find(Question(kind="derived", search="/rewriting/", how="text"))
    assert not len(found), "ids are no text"
    stories = [story.of(rows, ran, place) for place in rows.where("stage", "rewriting", ["derived"], 5)]
    assert stories
    for told in stories:
        assert told["parent"]["values"]["id"].count("/translation/") == 1 and told["document"] is not None
