"""Judged again: the same as the release says, as `glotmill distribution` tells, and as a run with the recipe gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.comparison import release as releases
from pipelines.inspection import change, recipe_file, thresholds
from pipelines.inspection.operators import QuestionError
from pipelines.inspection.rows import Rows
from pipelines.inspection.thresholds import Part, Thresholds
from tests import running
from tests.pipelines.inspection import small

DUPLICATES = {"exact_duplicate", "near_duplicate"}


@pytest.fixture(scope="module")
def bench(rows: Rows) -> Thresholds:
    return thresholds.load(rows)


def moved(stage: str, parameter: str, scope: str, value: float | None, of: str = "") -> change.Change:
    given = {"stage": stage, "parameter": parameter, "scope": scope, "of": of, "value": value}
    return change.parse(given)


def judged(out: Path) -> pl.DataFrame:
    """Documents of a release with whether they pass the rules: before deduplication."""
    parts = [running.released(out), running.released(out, "rejected")]
    documents = pl.concat(parts, how="diagonal_relaxed")
    reasons = pl.col("reasons").fill_null([])
    rules = reasons.list.eval(pl.element().is_in(list(DUPLICATES))).list.all()
    return documents.select("id", "source", "language", rules.alias("passing"), reasons)


def test_nothing_moved_is_what_the_release_says(bench: Thresholds, made: small.Small) -> None:
    told = bench.overview()
    assert told["problems"] == []
    (documents,) = told["populations"]
    expected = judged(made.out)
    assert documents["disagree"] == 0 and documents["rows"] == expected.height
    totals = bench.judge("documents", [], Part())["totals"]
    assert totals["before"] == totals["after"] == expected["passing"].sum()
    assert totals["released"] == running.released(made.out).height
    counted = expected.explode("reasons")["reasons"].drop_nulls().value_counts()
    by_reason = dict(counted.iter_rows())
    assert by_reason["low_quality"] > 0 and by_reason["too_few_words"] > 0
    rules = {rule["reason"]: rule for rule in documents["rules"]}
    assert rules["too_few_words"]["drops"] == by_reason["too_few_words"]
    assert rules["low_quality"]["drops"] == by_reason["low_quality"], "what keeps a share is exact too"
    assert rules["language_not_wanted"]["fixed"] is not None


def test_counts_are_those_of_the_command(bench: Thresholds, made: small.Small, glotmill: Any) -> None:
    for reason, stage, parameter in (
        ("too_few_words", "gopher_quality", "min_words"),
        ("words_too_long", "gopher_quality", "max_mean_word_length"),
        ("top_2gram", "gopher_repetition", "max_top_2gram"),
    ):
        said = glotmill("distribution", reason, "--json", "--work", made.work).json
        now = {one["label"]: one for one in bench.judge("documents", [], Part())["languages"]}
        assert {one["language"] for one in said["languages"]} == set(now)
        for language in ("tha_Thai", "eng_Latn", "arb_Arab"):
            one = glotmill("distribution", reason, "--language", language, "--json", "--work", made.work).json
            (told,) = one["languages"]
            assert len(told["choices"]) > 2
            for choice in told["choices"]:
                moves = [moved(stage, parameter, "everywhere", choice["threshold"])]
                (rule,) = bench.judge("documents", moves, Part(language=language))["rules"]
                assert rule["reason"] == reason and rule["before"] == told["drops"]
                assert rule["after"] == choice["drops"] + told["unmeasured"]


@pytest.mark.parametrize(
    "moves",
    [
        [moved("gopher_quality", "min_words", "everywhere", 85)],
        [moved("gopher_quality", "min_words", "default", 90), moved("quality", "share", "default", 0.5)],
        [moved("gopher_quality", "min_words", "source", None, "forum"), moved("quality", "share", "default", None)],
        [
            moved("quality", "share", "language", 0.25, "tha_Thai"),
            moved("gopher_repetition", "max_top_2gram", "everywhere", 0.03),
            moved("quality", "min_quality", "default", 0.9),
        ],
    ],
)
def test_counts_are_those_of_a_run_with_the_written_recipe(
    bench: Thresholds, made: small.Small, tmp_path: Path, glotmill: Any, moves: list[change.Change]
) -> None:
    told = bench.judge("documents", moves, Part())
    assert told["totals"]["come"] + told["totals"]["go"] > 0
    target = recipe_file.Target(str(tmp_path / "changed.yaml"), str(tmp_path / "changed"), str(made.work))
    recipe = bench.rows.release.manifest.recipe
    recipe_file.write(target, recipe, *bench.steps(moves), moves, replace=False)
    checked = glotmill("check", target.path, "--no-card", "--work", tmp_path / "work")
    assert checked.code == 0, checked.err
    ended = glotmill("run", target.path, "--out", target.out, "--work", tmp_path / "work")
    assert ended.code == 0, ended.err
    after = judged(Path(target.out))
    before = judged(made.out)
    assert told["totals"]["after"] == after["passing"].sum()
    expected = after.group_by("language").agg(pl.col("passing").sum())
    assert {one["label"]: one["after"] for one in told["languages"]} == dict(expected.iter_rows())
    both = before.join(after, on="id", suffix="_after")
    come = set(both.filter(~pl.col("passing") & pl.col("passing_after"))["id"])
    go = set(both.filter(pl.col("passing") & ~pl.col("passing_after"))["id"])
    assert (told["totals"]["come"], told["totals"]["go"]) == (len(come), len(go))
    shown = bench.examples("documents", moves, Part())
    for name, ids in (("come", come), ("go", go)):
        assert {one["values"]["id"] for one in shown[name]} <= {small.visible_id(one) for one in ids}
        assert len(shown[name]) == min(12, len(ids))
    for one in told["rules"]:
        counted = after.filter(pl.col("reasons").list.contains(one["reason"])).height
        assert one["after"] == counted, one["reason"]


def test_one_source_and_one_language(bench: Thresholds, made: small.Small) -> None:
    documents = judged(made.out)
    moves = [moved("gopher_quality", "min_words", "everywhere", None)]
    for part, mask in (
        (Part(source="forum"), pl.col("source") == "forum"),
        (Part(language="jpn_Jpan"), pl.col("language") == "jpn_Jpan"),
    ):
        totals = bench.judge("documents", moves, part)["totals"]
        here = documents.filter(mask)
        assert (totals["rows"], totals["before"]) == (here.height, here["passing"].sum())
    with pytest.raises(QuestionError, match="unknown source 'nowhere'"):
        bench.judge("documents", moves, Part(source="nowhere"))
    with pytest.raises(QuestionError, match="unknown stage 'nothing'"):
        bench.judge("documents", [moved("nothing", "x", "default", 1)], Part())


def test_a_picture_counts_every_row_once(bench: Thresholds, frame: pl.DataFrame) -> None:
    moves = [moved("gopher_quality", "min_words", "everywhere", 55)]
    told = bench.rule("gopher_quality", "too_few_words", Part(), moves)
    assert told["now"] == [30.0, 40.0] and told["then"] == [55.0]
    spread = told["spread"]
    assert sum(spread["documents"]) == spread["measured"] == frame["word_count"].count()
    assert sum(spread["kept"]) == bench.judge("documents", moves, Part())["totals"]["after"]
    assert spread["low"] <= 30 and spread["high"] >= 55 and spread["whole"]
    json.dumps(told, allow_nan=False)
    one = bench.rule("quality", "low_quality", Part(language="tha_Thai"), [])
    assert one["spread"]["measured"] == frame.filter(language="tha_Thai", quality_applies=True)["quality"].count()


@pytest.mark.parametrize("with_texts", [True, False])
def test_shares_inside_bands_of_length(made: small.Small, tmp_path: Path, with_texts: bool) -> None:
    quality = {**small.STAGES["quality"], "share": 0.5, "strata": ["length", "source"], "fewest_in_stratum": 2}
    content = {
        **made.content,
        "stages": {**small.STAGES, "quality": quality},
        "release": {"rejected_text": with_texts},
    }
    assert running.run(content, tmp_path) is not None
    rows = Rows(releases.read(str(tmp_path / "out")))
    try:
        told = thresholds.load(rows).overview()["populations"][0]
        share = next(rule for rule in told["rules"] if rule["reason"] == "low_quality")
        assert told["disagree"] == 0
        if with_texts:
            assert share["fixed"] is None and share["drops"] > 0
        else:
            assert "length of texts" in share["fixed"] and share["drops"] is None
    finally:
        rows.close()
