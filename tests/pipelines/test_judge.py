"""Judging: scores against thresholds, by language and source; what could not be measured does not pass."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from pydantic import Field

from pipelines import judge
from pipelines.plan import Step
from schemas.columns import Column
from schemas.stage import Measure, Rule, StageParams, Threshold, threshold


class Params(StageParams):
    """One limit of each kind."""

    low: Threshold = threshold({"default": 10, "tha_Thai": 5}, "least", unit="x", source="here")
    high: Threshold = threshold(100, "most", unit="x", source="here")
    share: Threshold = threshold(0.5, "share", unit="0 to 1", source="here")
    wanted: list[str] | None = Field(None, description="languages that stay")


STAGE = Measure(
    name="toy",
    version=1,
    summary="A stage with one rule of each kind",
    params=Params,
    adds=(Column("size", pl.Int64, "x"), Column("score", pl.Float64, "x"), Column("best", pl.Float64, "x")),
    measure=lambda frame, params, resource: frame,
    rules=(
        Rule("too_small", "size", "low", "at_least", "x"),
        Rule("too_big", "score", "high", "at_most", "x"),
        Rule("not_best", "best", "share", "top_share", "x"),
        Rule("not_wanted", "language", "wanted", "among", "x"),
    ),
)
SCHEMA = {"source": pl.String, "language": pl.String, "size": pl.Int64, "score": pl.Float64, "best": pl.Float64}
FRA, THA = "fra_Latn", "tha_Thai"


def steps(**params: Any) -> list[Step[Any]]:
    return [Step(STAGE, Params(**params))]


def frame(*rows: tuple[Any, ...]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def row(
    source: str | None = "web", language: str | None = FRA, size: Any = 50, score: Any = 50.0, best: Any = 0.5
) -> tuple[Any, ...]:
    return (source, language, size, score, best)


def reasons(*rows: tuple[Any, ...], **params: Any) -> list[list[str]]:
    return judge.reasons(frame(*rows), steps(**params)).to_list()


@pytest.mark.parametrize(("size", "passes"), [(9, False), (10, True), (11, True), (-1, False)])
def test_at_least(size: int, passes: bool) -> None:
    assert reasons(row(size=size)) == [[] if passes else ["too_small"]]


@pytest.mark.parametrize(
    ("score", "passes"), [(99.9, True), (100.0, True), (100.1, False), (math.inf, False), (-math.inf, True)]
)
def test_at_most(score: float, passes: bool) -> None:
    assert reasons(row(score=score)) == [[] if passes else ["too_big"]]


def test_among() -> None:
    rows = row(language=FRA), row(language=THA), row(language=None)
    assert reasons(*rows) == [[], [], []], "null: all are welcome, also a text whose language nobody measured"
    assert reasons(*rows, wanted=[FRA]) == [[], ["not_wanted"], ["unmeasured"]]
    assert reasons(*rows, wanted=[]) == [["not_wanted"], ["not_wanted"], ["unmeasured"]]


def test_every_broken_rule_is_named_in_the_order_of_the_rules() -> None:
    assert reasons(row(size=1, score=101.0, language=THA), wanted=[FRA]) == [["too_small", "too_big", "not_wanted"]]


def test_thresholds_by_language_and_source() -> None:
    rows = [
        row(source=source, language=language, size=7) for source in ("web", "forum", "news") for language in (FRA, THA)
    ]
    given_low = {"sources": {"forum": 8, "news": {"default": 3, "th": 9}}}
    assert reasons(*rows, low=given_low) == [["too_small"], [], ["too_small"], ["too_small"], [], ["too_small"]]


def test_a_null_threshold_turns_the_rule_off_also_for_a_null_score() -> None:
    rows = row(size=None), row(size=1)
    assert reasons(*rows, low=None) == [[], []]
    assert reasons(*rows, low={"default": 10, "fr": None}) == [[], []]
    assert reasons(*rows, low={"sources": {"web": None}}) == [[], []]


@pytest.mark.parametrize("score", [None, math.nan])
def test_what_could_not_be_measured_does_not_pass(score: float | None) -> None:
    assert reasons(row(score=score)) == [["unmeasured"]]
    assert reasons(row(score=score, size=None)) == [["unmeasured"]], "once"
    assert reasons(row(score=score, size=1)) == [["too_small", "unmeasured"]]


def test_rows_without_source_or_language_are_judged_by_the_default() -> None:
    assert reasons(row(source=None, language=None, size=9), row(source=None, language=None)) == [["too_small"], []]


def test_no_rows_and_no_rules() -> None:
    assert judge.reasons(frame(), steps()).to_list() == []
    assert judge.reasons(frame(row()), []).to_list() == [[]]
    assert judge.reasons(frame(), steps()).dtype == pl.List(pl.String)


def test_rules_are_listed_with_their_stage() -> None:
    assert [(stage, rule.reason) for stage, rule in judge.rules(steps())] == [
        ("toy", "too_small"), ("toy", "too_big"), ("toy", "not_best"), ("toy", "not_wanted"),
    ]  # fmt: skip


def test_1900_languages() -> None:
    codes = [f"{a}{b}{c}_Latn" for a in "abcdefghijklm" for b in "abcdefghijklm" for c in "abcdefghijkl"][:1900]
    assert reasons(*(row(language=code, size=i % 20) for i, code in enumerate(codes))) == [
        ["too_small"] if i % 20 < 10 else [] for i in range(1900)
    ]


# --- top shares (who stays is in tests/pipelines/selection) ----------------------------------------------------------


def test_what_a_share_keeps_is_known_from_elsewhere() -> None:
    rows = row(best=0.9), row(best=0.1), row(best=None), row(best=0.1, size=1)
    kept = {"not_best": pl.Series([True, False, None, False], dtype=pl.Boolean)}
    found = judge.reasons(frame(*rows), steps(), kept).to_list()
    assert found == [[], ["not_best"], ["unmeasured"], ["too_small", "not_best"]]
    assert reasons(*rows) == [[], [], [], ["too_small"]], "before it is known the rule waits"
    assert judge.reasons(frame(*rows), steps(), {}).to_list() == reasons(*rows), "and where it is off nothing is known"


def test_a_rule_that_keeps_a_share_needs_no_score_of_its_own() -> None:
    """Its score may be a list, or a column that only selection reads."""
    rows = frame(row(), row()).drop("best")
    kept = {"not_best": pl.Series([True, False])}
    assert judge.reasons(rows, steps(), kept).to_list() == [[], ["not_best"]]


def test_a_rule_that_does_not_apply_is_off_for_the_document() -> None:
    rule = Rule("too_big", "score", "high", "at_most", "x", applies="spoken_of")
    step = Step(replace(STAGE, rules=(rule,)), Params())
    rows = frame(row(score=101.0), row(score=101.0), row(score=None), row(score=None), row(score=101.0), row(score=1.0))
    rows = rows.with_columns(pl.Series("spoken_of", [True, False, True, False, None, None]))
    found = judge.reasons(rows, [step]).to_list()
    assert found == [["too_big"], [], ["unmeasured"], [], ["too_big"], []], "where it is not known, it does"
    assert judge.reads([step]) == ["score", "spoken_of"]
