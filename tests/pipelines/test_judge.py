"""Judging: scores against thresholds, by language and source; what could not be measured does not pass."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
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


def whole(given_frame: pl.DataFrame, **params: Any) -> list[list[str]]:
    """Judged with the cuts of the frame itself."""
    some = steps(**params)
    return judge.reasons(given_frame, some, judge.cuts(judge.histogram(given_frame, some), some)).to_list()


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
    assert whole(frame(row(best=None), row(best=0.1)), share=None) == [[], []]


@pytest.mark.parametrize("score", [None, math.nan])
def test_what_could_not_be_measured_does_not_pass(score: float | None) -> None:
    assert reasons(row(score=score)) == [["unmeasured"]]
    assert reasons(row(score=score, size=None)) == [["unmeasured"]], "once"
    assert reasons(row(score=score, size=1)) == [["too_small", "unmeasured"]]
    assert whole(frame(row(best=score), row(best=0.5), row(best=0.6)), share=1) == [["unmeasured"], [], []]


def test_rows_without_source_or_language_are_judged_by_the_default() -> None:
    assert reasons(row(source=None, language=None, size=9), row(source=None, language=None)) == [["too_small"], []]
    frame_ = frame(*(row(source=None, language=None, best=b / 10) for b in range(10)))
    assert [len(r) for r in whole(frame_, share=0.3)] == [1] * 7 + [0] * 3


def test_no_rows_and_no_rules() -> None:
    assert judge.reasons(frame(), steps()).to_list() == []
    assert judge.reasons(frame(row()), []).to_list() == [[]]
    assert judge.reasons(frame(), steps()).dtype == pl.List(pl.String)
    assert judge.histogram(frame(), steps()).height == 0
    assert judge.cuts(judge.histogram(frame(), steps()), steps()) == {"not_best": {}}


def test_rules_are_listed_with_their_stage() -> None:
    assert [(stage, rule.reason) for stage, rule in judge.rules(steps())] == [
        ("toy", "too_small"), ("toy", "too_big"), ("toy", "not_best"), ("toy", "not_wanted"),
    ]  # fmt: skip


def test_1900_languages() -> None:
    codes = [f"{a}{b}{c}_Latn" for a in "abcdefghijklm" for b in "abcdefghijklm" for c in "abcdefghijkl"][:1900]
    assert reasons(*(row(language=code, size=i % 20) for i, code in enumerate(codes))) == [
        ["too_small"] if i % 20 < 10 else [] for i in range(1900)
    ]


# --- top shares -----------------------------------------------------------------------------------------------------

shares = st.one_of(st.integers(0, 100).map(lambda n: n / 100), st.floats(0, 1))


@given(st.lists(st.integers(0, 1_000_000), unique=True, max_size=60), shares, st.randoms())
def test_exactly_the_share_stays_without_ties(millionths: list[int], share: float, random: Any) -> None:
    wanted = share * len(millionths)
    assume(abs(wanted - round(wanted)) > 1e-6 or math.isclose(wanted, round(wanted), abs_tol=1e-12))
    n = round(wanted) if math.isclose(wanted, round(wanted), abs_tol=1e-12) else math.ceil(wanted)
    values = [m / 1_000_000 for m in millionths]
    random.shuffle(values)
    found = whole(frame(*(row(best=v) for v in values)), share=share)
    stayed = [v for v, reason in zip(values, found, strict=True) if not reason]
    assert sorted(stayed) == sorted(values)[len(values) - n :]
    assert {reason for some in found for reason in some} <= {"not_best"}


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40), shares)
def test_those_that_tie_with_the_last_one_stay(tenths: list[int], share: float) -> None:
    found = whole(frame(*(row(best=t / 10) for t in tenths)), share=share)
    stayed = [t for t, reason in zip(tenths, found, strict=True) if not reason]
    wanted = math.ceil(share * len(tenths) - 1e-9)
    if wanted <= 0:
        assert stayed == []
    else:
        least = sorted(tenths, reverse=True)[wanted - 1]
        assert sorted(stayed) == sorted(t for t in tenths if t >= least)


rows_ = st.lists(
    st.builds(
        row,
        source=st.sampled_from(["web", "forum"]),
        language=st.sampled_from([FRA, THA, None]),
        size=st.sampled_from([1, 7, 50, None]),
        best=st.one_of(st.none(), st.just(math.nan), st.integers(0, 8).map(lambda n: n / 8)),
    ),
    max_size=30,
)


@given(rows_, st.lists(st.integers(0, 3), min_size=30, max_size=30), shares)
def test_histograms_add_up_over_any_split(rows: list[tuple[Any, ...]], shard: list[int], share: float) -> None:
    some = steps(share={"default": share, "tha_Thai": 0.25, "sources": {"forum": {"default": 0.75, "fr": None}}})
    all_rows = frame(*rows)
    parts = [frame(*(r for r, s in zip(rows, shard, strict=False) if s == k)) for k in range(4)]
    together = pl.concat([judge.histogram(part, some) for part in parts])
    keys = ["reason", "source", "language", "value"]
    summed = together.group_by(keys).agg(pl.col("n").sum()).sort(keys)
    assert summed.equals(judge.histogram(all_rows, some).sort(keys))
    cuts = judge.cuts(together, some)
    assert cuts == judge.cuts(judge.histogram(all_rows, some), some)
    assert judge.reasons(all_rows, some, cuts).to_list() == whole(
        all_rows, share={"default": share, "tha_Thai": 0.25, "sources": {"forum": {"default": 0.75, "fr": None}}}
    )


@given(rows_, st.randoms())
def test_the_order_of_rows_does_not_matter(rows: list[tuple[Any, ...]], random: Any) -> None:
    order = list(range(len(rows)))
    random.shuffle(order)
    straight, mixed = whole(frame(*rows)), whole(frame(*(rows[i] for i in order)))
    assert mixed == [straight[i] for i in order]


def test_a_share_is_of_those_that_break_no_other_rule() -> None:
    rows = [row(best=b / 10, size=1 if b >= 6 else 50) for b in range(10)]
    found = whole(frame(*rows), share=0.5)
    assert [i for i, reason in enumerate(found) if not reason] == [3, 4, 5], "half of the six that compete"
    assert found[9] == ["too_small"], "better than the cut, so that this rule is not broken"


def test_a_share_is_taken_in_each_language_and_source() -> None:
    languages = ((FRA, 0.0), (THA, 0.05))
    rows = [
        row(source=source, language=language, best=b / 10 + more)
        for source in ("web", "forum")
        for language, more in languages
        for b in range(4)
    ]
    found = whole(frame(*rows), share={"default": 0.5, "th": 0.25, "sources": {"forum": 1}})
    assert [len(r) for r in found] == [1, 1, 0, 0] + [1, 1, 1, 0] + [0] * 8


def test_without_cuts_the_share_waits() -> None:
    assert reasons(row(best=0.0), row(best=None)) == [[], []]
