"""Measures of rewrites against values that can be counted by hand, and the limits that make a warning."""

from __future__ import annotations

import json
import math
from typing import Any

import polars as pl
import pytest

from pipelines import rewrites


def row(
    number: int, before: str, after: str | None, operator: str = "naturalness+difficulty", **more: Any
) -> dict[str, Any]:
    return {
        "id": f"{number:03}",
        "stage": "rewriting",
        "operator": operator,
        "language": "eng_Latn",
        "parent_text": before,
        "text": after,
        "scores": "{}",
        "reasons": None,
        **more,
    }


def test_lengths_and_distances_are_medians_of_all_rewrites_that_came() -> None:
    rows = [
        row(1, "abcd", "abcdabcd"),
        row(2, "ab", "abababab", reasons=["difficulty_too_wordy"]),
        row(3, "abc", "abcabc"),
        row(4, "abc", None, reasons=["timed_out"]),
        row(5, "abc", "x", stage="translation"),
    ]
    (one,) = rewrites.measures(rows)
    assert (one.operator, one.language, one.rows, one.accepted) == ("naturalness+difficulty", "eng_Latn", 3, 2)
    assert (one.length_before, one.length_after, one.length_ratio) == (3, 8, 2.0)
    assert one.edit_distance == 0.5
    assert one.language_loss == 0 and one.perplexity_before is None and one.rated == 0 and one.quality_after is None


def test_variety_is_measured_in_samples_of_one_size() -> None:
    before = "name one two three bird"
    after = "name one two three bird and name one two three bird again"
    (one,) = rewrites.measures([row(number, before, after) for number in range(5)])
    assert one.distinct_sample == 10  # 5 prompts of 5 words have 10 stretches of four
    assert len(one.distinct_before) == len(one.distinct_after) == 4
    (same,) = rewrites.measures([row(number, before, before) for number in range(5)])
    assert same.distinct_before == same.distinct_after
    (less,) = rewrites.measures([row(number, f"{before} {number}", "a a a a a a") for number in range(5)])
    assert less.distinct_after[0] is not None and less.distinct_before[0] is not None
    assert less.distinct_after[0] < less.distinct_before[0]
    (short,) = rewrites.measures([row(1, "one", "two")])
    assert short.distinct_sample == 0 and short.distinct_before == (None,) * 4


def test_ratings_are_of_rows_with_all_four() -> None:
    whole = {"quality_before": 2, "quality_after": 4, "difficulty_before": 1, "difficulty_after": 5}
    rows = [
        row(1, "a b", "c d", scores=json.dumps(whole)),
        row(2, "a b", "c d", scores=json.dumps({**whole, "quality_after": None})),
        row(3, "a b", "c d", scores={**whole, "quality_after": 3}),
        row(4, "a b", "c d", scores=None),
    ]
    (one,) = rewrites.measures(rows)
    assert (one.rated, one.quality_before, one.quality_after, one.difficulty_after) == (2, 2.0, 3.5, 5.0)


def test_perplexity_where_a_model_gives_it() -> None:
    def likely(before: float | None, after: float | None) -> str:
        return json.dumps({"log_likelihood_before": before, "log_likelihood_after": after})

    rows = [
        row(1, "ab", "a", scores=likely(-2, -2)),
        row(2, "abcd", "ab", scores=likely(-4, -1)),
        row(3, "abc", "ab", scores=likely(-3, None)),  # both sides are of the same rows
        row(4, "x" * 9, "y", scores=likely(-9, -9), reasons=["copy"]),
        row(5, "abc", "abd", scores=None),
    ]
    (one,) = rewrites.measures(rows)
    assert one.perplexity_before == pytest.approx((math.e**2 + math.e**4) / 2)
    assert one.perplexity_after == pytest.approx((math.e**2 + math.e**1) / 2)
    (beyond,) = rewrites.measures([row(1, "ab", "a", scores=likely(-1e4, -1))])
    assert beyond.perplexity_before is None and beyond.perplexity_after == pytest.approx(math.e)


def test_groups_come_in_order_from_a_frame_or_rows_in_any_order() -> None:
    rows = [
        row(1, "abc", "abcd", "naturalness"),
        row(2, "นก", "นกน้อย", "naturalness", language="tha_Thai"),
        row(3, "abc def", "abcd efg", "culture"),
        row(4, "abc", "xyz", "naturalness"),
    ]
    found = rewrites.measures(rows)
    assert [(one.operator, one.language) for one in found] == [
        ("culture", "eng_Latn"),
        ("naturalness", "eng_Latn"),
        ("naturalness", "tha_Thai"),
    ]
    frame = pl.DataFrame([{**one, "reasons": []} for one in reversed(rows)])
    assert rewrites.measures(frame) == found
    assert json.loads(json.dumps(found[0].as_dict()))["rows"] == 1
    assert rewrites.measures([]) == []


def test_what_was_refused_for_its_length_still_counts_as_a_problem() -> None:
    rows = [row(number, "abcd", "abcd" * 6, reasons=["difficulty_too_wordy"]) for number in range(3)]
    (line,) = rewrites.problems(rewrites.measures(rows))
    assert "naturalness+difficulty in eng_Latn" in line and "6.0 times" in line and "5 times" in line
    assert rewrites.problems(rewrites.measures([row(1, "abcd", "abcd" * 5)])) == []
    assert rewrites.problems(rewrites.measures([row(1, "abcd", "abcd" * 6, "culture")])) == []


@pytest.mark.parametrize(("lost", "lines"), [(1, 0), (2, 1)])
def test_more_than_five_in_a_hundred_in_another_language_is_a_problem(lost: int, lines: int) -> None:
    rows = [
        row(number, "abcd", "bcda", "culture", reasons=["wrong_language"] * (number < lost)) for number in range(20)
    ]
    found = rewrites.problems(rewrites.measures(rows))
    assert len(found) == lines
    assert not lines or ("10.0% of 20" in found[0] and "5%" in found[0])
