"""Exactly the asked share stays: in every language and stratum, with ties, in any split and order."""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import judge, selection
from pipelines.plan import Step
from pipelines.selection import report
from schemas.errors import StageError
from tests import toy_quality
from tests.pipelines.selection import sorted_lists
from tests.pipelines.selection.documents import drive, frame, row, steps

LANGUAGES = ("tha_Thai", "hin_Deva", "arb_Arab", "jpn_Jpan", "amh_Ethi", "yor_Latn")


def kept(rows: list[dict[str, Any]], **params: Any) -> dict[str, bool | None]:
    """Id -> whether the rule keeps it."""
    found, told = selection.whole(frame(rows), steps(**params))
    masks = found.kept(told)["toy_low"]["kept"] if found.rules else [True] * len(rows)
    return dict(zip((one["id"] for one in rows), masks, strict=True))


def stays(rows: list[dict[str, Any]], **params: Any) -> set[str]:
    return {id_ for id_, mask in kept(rows, **params).items() if mask}


# --- against sorted lists --------------------------------------------------------------------------------------------

_scores = st.one_of(
    st.integers(0, 4).map(lambda n: n / 4),
    st.floats(-3, 3, allow_subnormal=False),
    st.sampled_from([None, math.nan, math.inf, -math.inf, 0.0, -0.0, 1.0, 1e-300, 1e300]),
)
_parts = st.one_of(
    st.lists(st.integers(0, 3).map(lambda n: n / 3), min_size=2, max_size=2),
    st.sampled_from([None, [0.5, None], [math.nan, 0.1], [math.inf, 0.1]]),
)
_rows = st.lists(
    st.fixed_dictionaries(
        {
            "source": st.sampled_from(["web", "forum", "off"]),
            "language": st.sampled_from(["tha_Thai", "yor_Latn"]),
            "kind": st.sampled_from([None, "poem", "forum", "ወግ"]),
            "score": _scores,
            "toy_parts": _parts,
            "toy_length": st.sampled_from([50, 50, 50, 1]),
        }
    ),
    max_size=40,
)
_shares = st.one_of(st.integers(0, 100).map(lambda n: n / 100), st.floats(0, 1))
_params = st.fixed_dictionaries(
    {
        "fewest": st.sampled_from([0, 0, 5]),
        "fewest_in_stratum": st.sampled_from([1, 3]),
        "strata": st.sampled_from([(), ("metadata.kind",), ("source", "metadata.kind")]),
        "combine": st.sampled_from([None, None, "mean", "min", "max"]),
    }
)


@given(_rows, _params, _shares, st.randoms(use_true_random=False))
def test_as_with_sorted_lists_in_any_split_and_order(
    drawn: list[dict[str, Any]], params: dict[str, Any], share: float, draw: random.Random
) -> None:
    rows = [row(f"d{n}", one.pop("score"), **one) for n, one in enumerate(map(dict, drawn))]
    shares = {"default": share, "sources": {"forum": {"default": share, "yor_Latn": 0.25}, "off": None}}
    some = steps(share=shares, min_length=10, **params)
    wanted = sorted_lists.kept(
        rows,
        some[0].params,
        lambda one: some[0].params.share.for_row(one["source"], one["language"]),
        lambda one: one["toy_length"] >= 10,
    )
    draw.shuffle(rows)
    cuts = sorted(draw.randrange(len(rows) + 1) for _ in range(draw.randrange(4)))
    parts = [frame(rows[a:b]) for a, b in zip([0, *cuts], [*cuts, len(rows)], strict=True)]
    found, told, _ = drive(parts, some)
    masks = [mask for one in told for mask in found.kept(one)["toy_low"]["kept"]]
    assert dict(zip((one["id"] for one in rows), masks, strict=True)) == wanted


@pytest.mark.parametrize("combine", [None, "mean", "min", "max"])
@pytest.mark.parametrize("scores", ["all the same", "few", "many"])
def test_the_exact_share_of_every_language(combine: str | None, scores: str) -> None:
    draw = random.Random(3)
    drawn = {"all the same": lambda: 1.0, "few": lambda: draw.randrange(3) / 2, "many": draw.random}[scores]
    rows = [
        row(f"{language}-{n}", drawn(), language=language, toy_parts=[drawn(), drawn(), drawn()])
        for number, language in enumerate(LANGUAGES)
        for n in range(100 + 37 * number)
    ]
    for share in (0.1, 0.5, 0.87, 0.9, 1.0):
        by_language = Counter(id_.rpartition("-")[0] for id_ in stays(rows, share=share, combine=combine))
        wanted = {
            language: math.ceil(Fraction(repr(share)) * (100 + 37 * number))
            for number, language in enumerate(LANGUAGES)
        }
        assert by_language == wanted, share


def test_shares_that_are_whole_stay_whole() -> None:
    for hundredths in range(1, 101):
        rows = [row(f"d{n}", n / 100) for n in range(100)]
        assert len(stays(rows, share=hundredths / 100)) == hundredths


def test_the_best_stay_however_close_they_are() -> None:
    """Scores that differ in their last bit, far below a millionth or far above."""
    for unit in (5e-324, 1e-12, 1.0, 1e280):
        rows = [row(f"d{n}", n * unit) for n in range(64)]
        assert stays(rows, share=0.25) == {f"d{n}" for n in range(48, 64)}, unit
    close = [row("a", 0.3), row("b", 0.1 + 0.2), row("c", math.nextafter(0.3, 0))]
    assert stays(close, share=0.3) == {"b"} and stays(close, share=0.5) == {"a", "b"}


def test_ties_go_by_the_hash_of_the_id_and_not_by_anything_else() -> None:
    rows = [row(f"d{n}", 1.0) for n in range(3_000)]
    first = stays(rows, share=0.1)
    assert len(first) == 300
    mixed = rows.copy()
    random.Random(1).shuffle(mixed)
    assert stays([{**one, "url": "http://b.example", "toy_length": 99} for one in mixed], share=0.1) == first
    assert first < stays(rows, share=0.2), "a larger share adds documents and takes none away"
    numbers = sorted(int(id_[1:]) for id_ in first)
    assert 1_000 < sum(numbers) / 300 < 2_000, "and not by the first letters of ids"


def test_saturated_scores_take_few_rounds() -> None:
    rows = [row(f"d{n}", 1.0 if n % 3 else n / 3_000) for n in range(3_000)]
    found, _, rounds = drive([frame(rows)], steps(share=0.5))
    assert rounds <= 3
    assert found.threshold("toy_low", "tha_Thai", 0.5) == 1.0


# --- pools -----------------------------------------------------------------------------------------------------------


def test_all_sources_of_a_language_compete() -> None:
    rows = [row(f"good{n}", 0.9 + n / 100, source="web") for n in range(5)]
    rows += [row(f"bad{n}", 0.1 + n / 100, source="forum") for n in range(5)]
    assert stays(rows, share=0.5) == {f"good{n}" for n in range(5)}
    assert stays(rows, share={"default": 0.5, "sources": {"forum": 0.5}}) == {f"good{n}" for n in range(5)}


def test_sources_with_another_share_compete_apart() -> None:
    rows = [row(f"good{n}", 0.9 + n / 100, source="web") for n in range(5)]
    rows += [row(f"bad{n}", 0.1 + n / 100, source="forum") for n in range(5)]
    assert stays(rows, share={"default": 0.6, "sources": {"forum": 0.4}}) == {"good2", "good3", "good4", "bad3", "bad4"}


def test_sources_where_the_rule_is_off_do_not_compete() -> None:
    rows = [row(f"d{n}", n / 10, source="web") for n in range(4)] + [row(f"o{n}", 9, source="off") for n in range(4)]
    assert stays(rows, share={"default": 0.5, "sources": {"off": None}}) == {"d2", "d3", "o0", "o1", "o2", "o3"}
    found, _ = selection.whole(frame(rows), steps(share=None))
    assert found.rules == () and found.done


def test_documents_to_which_the_rule_does_not_apply_do_not_compete() -> None:
    stage = toy_quality.STAGE
    some = [Step(replace(stage, rules=(replace(stage.rules[0], applies="spoken_of"),)), steps(share=0.5)[0].params)]
    rows = frame([row(f"d{n}", n / 10) for n in range(6)] + [row("x", None)])
    rows = rows.with_columns(pl.Series("spoken_of", [True, True, True, None, False, False, False]))
    found, told = selection.whole(rows, some)
    reasons, counts = report.judged(told, found)
    assert reasons.to_list() == [["toy_low"], ["toy_low"], [], [], [], [], []]
    whole = report.table(counts).filter(pl.col("dimension") == "language")
    assert whole.select("documents", "competed", "kept", "passed").row(0) == (7, 4, 2, 5)


def test_those_that_break_another_rule_do_not_compete_and_are_held_against_the_cut() -> None:
    rows = [row(f"d{n}", n / 10, toy_length=1 if n >= 6 or n == 0 else 50) for n in range(10)]
    some = steps(share=0.6, min_length=10)
    found, told = selection.whole(frame(rows), some)
    reasons, _ = report.judged(told, found)
    assert reasons.to_list() == [
        ["toy_low", "toy_short"], ["toy_low"], ["toy_low"], [], [], [], *[["toy_short"]] * 4
    ]  # fmt: skip


def test_where_nobody_competes_nothing_is_worse() -> None:
    rows = [row("a", 0.1, toy_length=1), row("b", 0.2, toy_length=1), row("c", 0.3, language="yor_Latn")]
    assert stays(rows, share=0.5, min_length=10) == {"a", "b", "c"}
    assert kept([row("a", None), row("b", math.nan), row("c", math.inf)]) == {"a": None, "b": None, "c": True}
    assert kept([]) == {}


# --- few documents ---------------------------------------------------------------------------------------------------


def test_where_few_compete_all_stay() -> None:
    rows = [row(f"t{n}", n / 200) for n in range(100)]
    rows += [row(f"y{n}", n / 200, language="yor_Latn") for n in range(99)]
    found = stays(rows, share=0.5, fewest=100)
    assert found == {f"t{n}" for n in range(50, 100)} | {f"y{n}" for n in range(99)}
    assert len(stays(rows[:99], share=0, fewest=100)) == 0, "a share of nothing needs no rank"
    default = toy_quality.Params()
    assert default.fewest == 100 and default.fewest_in_stratum == 100


def test_few_that_break_another_rule_stay_for_this_one() -> None:
    rows = [row("a", 0.1, toy_length=1), row("b", 0.9), row("c", 0.8)]
    assert stays(rows, share=0.5, min_length=10, fewest=100) == {"a", "b", "c"}


# --- strata ----------------------------------------------------------------------------------------------------------


def test_a_share_in_every_stratum() -> None:
    rows = [row(f"{kind}{n}", base + n / 1_000, kind=kind) for kind, base in (("poem", 0), ("news", 5), ("ወግ", 9))
            for n in range(30)]  # fmt: skip
    assert Counter(id_.rstrip("0123456789") for id_ in stays(rows, share=0.5)) == {"ወግ": 30, "news": 15}
    found = stays(rows, share=0.5, strata=["metadata.kind"])
    assert Counter(id_.rstrip("0123456789") for id_ in found) == {"poem": 15, "news": 15, "ወግ": 15}
    assert found == {f"{kind}{n}" for kind in ("poem", "news", "ወግ") for n in range(15, 30)}


def test_rounding_is_not_added_up_over_strata() -> None:
    """Of 3 strata of 7, ceil(0.5 x 7) each would be 12: the language keeps 11."""
    rows = [row(f"{kind}{n}", n / 10, kind=kind) for kind in "abc" for n in range(7)]
    assert Counter(id_[0] for id_ in stays(rows, share=0.5, strata=["metadata.kind"])) == {"a": 4, "b": 3, "c": 4}
    many = [row(f"{n:04d}", 0.5, kind=str(n % 97)) for n in range(1_000)]
    for share in (0.01, 0.1, 0.333, 0.9):
        assert len(stays(many, share=share, strata=["metadata.kind"])) == math.ceil(Fraction(repr(share)) * 1_000)


def test_small_strata_are_one() -> None:
    rows = [row(f"a{n}", 0.1 + n / 1_000, kind="a") for n in range(20)]
    rows += [row(f"b{n}", 0.5 + n / 1_000, kind=f"b{n}") for n in range(10)]
    rows += [row(f"c{n}", 0.4 + n / 1_000, kind=None) for n in range(10)]
    found = stays(rows, share=0.5, strata=["metadata.kind"], fewest_in_stratum=11)
    assert found == {f"a{n}" for n in range(10, 20)} | {f"b{n}" for n in range(10)}
    found = stays(rows, share=0.5, strata=["metadata.kind"], fewest_in_stratum=10)
    assert found == {f"a{n}" for n in range(10, 20)} | {f"c{n}" for n in range(5, 10)} | {f"b{n}" for n in range(5, 10)}


def test_a_document_without_a_value_is_in_a_stratum_of_its_own() -> None:
    rows = [row(f"n{n}", n / 10, kind=None) for n in range(4)] + [row(f"s{n}", 5.0, kind="null") for n in range(4)]
    found = stays(rows, share=0.5, strata=["metadata.kind"])
    assert {"n2", "n3"} < found and len(found) == 4


def test_strata_of_length_domain_and_source() -> None:
    rows = [
        row(f"{source}{length}{host}{n}", n / 10, source=source, text="ก" * length, url=f"https://{host}.example/{n}")
        for source in ("web", "forum")
        for length in (499, 500)
        for host in ("a", "www.a", "b")
        for n in range(2)
    ]
    assert len(stays(rows, share=0.5, strata=["source", "length", "domain"])) == 12
    found, _ = selection.whole(frame(rows), steps(share=0.5, strata=["source", "length", "domain"]))
    names = {json.loads(name)["domain"] for name in found.rules[0].closed["stratum"]}
    assert names == {"a.example", "b.example"} and found.rules[0].closed.height == 8
    assert found.threshold("toy_low", "tha_Thai", 0.5) is None, "several cuts"


# --- several models --------------------------------------------------------------------------------------------------


def test_ranks_are_combined() -> None:
    """The first model knows only good and bad, on another scale than the second."""
    rows = [row("a", toy_parts=[0.9, 10]), row("b", toy_parts=[0.9, 40]), row("c", toy_parts=[0.1, 30]),
            row("d", toy_parts=[0.1, 20])]  # fmt: skip
    assert stays(rows, share=0.25, combine="mean") == {"b"}
    found, told = selection.whole(frame(rows), steps(share=0.5, combine="mean"))
    assert found.kept(told)["toy_low"]["score"].to_list() == [0.4375, 0.8125, 0.4375, 0.3125]
    found, told = selection.whole(frame(rows), steps(share=0.5, combine="min"))
    assert found.kept(told)["toy_low"]["score"].to_list() == [0.125, 0.75, 0.25, 0.25]
    found, told = selection.whole(frame(rows), steps(share=0.5, combine="max"))
    assert found.kept(told)["toy_low"]["score"].to_list() == [0.75, 0.875, 0.625, 0.375]
    assert found.rules[0].threshold("tha_Thai", 0.5) == 0.75
    assert found.threshold("toy_low", "tha_Thai", 0.5) is None, "a rank is no threshold of the score"


def test_ranks_are_those_of_the_language_and_not_of_the_stratum() -> None:
    rows = [row(f"t{n}", toy_parts=[n / 10, 0.0]) for n in range(10)]
    rows += [row(f"y{n}", toy_parts=[n / 1_000, 0.0], language="yor_Latn") for n in range(10)]
    assert stays(rows, share=0.3, combine="mean") == {f"{c}{n}" for c in "ty" for n in (7, 8, 9)}


def test_one_score_alone_decides_without_combine() -> None:
    rows = [row("a", 0.1, toy_parts=[0.9, 0.9]), row("b", 0.2, toy_parts=[None, 0.1])]
    assert stays(rows, share=0.5) == {"b"}


@pytest.mark.parametrize("parts", [None, [], [None, 0.5], [0.5, math.nan], [math.inf, 0.5]])
def test_what_one_model_could_not_measure_is_unmeasured(parts: Any) -> None:
    rows = [row("a", toy_parts=[0.1, 0.2]), row("b", toy_parts=[0.3, 0.4]), row("x", 0.9, toy_parts=parts)]
    assert kept(rows, share=0.5, combine="mean") == {"a": False, "b": True, "x": None}
    found, told = selection.whole(frame(rows), steps(share=0.5, combine="mean"))
    assert report.judged(told, found)[0].to_list()[2] == ["unmeasured"]


def test_lists_of_different_lengths_are_a_bug_of_the_stage() -> None:
    rows = [row("a", toy_parts=[0.1, 0.2]), row("b", toy_parts=[0.3])]
    with pytest.raises(StageError, match="some documents 1 scores and others 2"):
        selection.whole(frame(rows), steps(combine="mean"))
    with pytest.raises(StageError, match="some documents 1 scores and others 2"):
        drive([frame(rows[:1]), frame(rows[1:])], steps(combine="mean"))


def test_a_stage_without_these_parameters_is_a_bug() -> None:
    from schemas.stage import Measure, Rule, StageParams, Threshold, threshold

    class Plain(StageParams):
        share: Threshold = threshold(0.5, "x", unit="x", source="x")

    stage = Measure(name="plain", version=1, summary="x", params=Plain, measure=lambda *_: None,
                    rules=(Rule("low", "toy_quality", "share", "top_share", "x"),))  # fmt: skip
    with pytest.raises(StageError, match="'plain' has a rule that keeps a top share"):
        selection.whole(frame([row("a")]), [Step(stage, Plain())])


# --- counts ----------------------------------------------------------------------------------------------------------


def test_counts_stay_small_however_many_scores_there_are() -> None:
    draw = random.Random(5)
    rows = [row(f"d{n}", draw.random()) for n in range(20_000)]
    found = selection.begun(steps(share=0.5))
    told = frame(rows).hstack(selection.described(frame(rows), found.dimensions).drop("text_bytes").get_columns())
    first = found.count(told)
    assert first.height < 20_000 / 4 and first["n"].sum() == 20_000
    second = found.next(first).count(told)
    assert second.height < 500


@pytest.mark.parametrize("held", [0, 1_000_000])
def test_counts_add_up_in_any_order(held: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection.selection, "_ROWS_HELD", held)
    draw = random.Random(5)
    rows = [row(f"d{n}", draw.randrange(50) / 7, kind=draw.choice("ab")) for n in range(500)]
    found = selection.begun(steps(share=0.5, strata=["metadata.kind"]))
    told = frame(rows).hstack(selection.described(frame(rows), found.dimensions).drop("text_bytes").get_columns())
    while not found.done:
        whole = selection.added([found.count(told)])
        parts = [found.count(told.slice(start, 70)) for start in range(0, 500, 70)]
        draw.shuffle(parts)
        assert selection.added(parts).equals(whole)
        found = found.next(whole)


def test_judge_leaves_shares_out_until_it_knows_who_stays() -> None:
    rows = frame([row("a", None), row("b", 0.1)])
    assert judge.reasons(rows, steps()).to_list() == [[], []]
    masks = {"toy_low": pl.Series([None, False], dtype=pl.Boolean)}
    assert judge.reasons(rows, steps(), masks).to_list() == [["unmeasured"], ["toy_low"]]
