"""Counting over the corpus: sums that depend on no order, copies that count once, and what a plan may ask."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters import normalise, repeated_lines
from pipelines import catalogue, counts, plan
from pipelines.plan import Step
from schemas import recipe as recipes
from schemas.errors import RecipeError, StageError
from schemas.stage import COUNTED, Edit


def step_of(**params: Any) -> Step[Edit]:
    return Step(repeated_lines.STAGE, repeated_lines.Params.model_validate(params))


def rows(*given: tuple[int, int, int]) -> pl.DataFrame:
    return pl.DataFrame(list(given), schema=counts.COUNTS, orient="row")


_ROWS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4), st.integers(0, 30)), max_size=80)


@settings(max_examples=100, deadline=None)
@given(_ROWS, st.randoms(use_true_random=False), st.integers(1, 5), st.integers(2, 6))
def test_sums_do_not_depend_on_how_rows_are_spread(
    given: list[tuple[int, int, int]], order: random.Random, parts: int, kept: int
) -> None:
    step = step_of(min_documents=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counts, "KEPT", kept)
        whole = counts.add(rows(*given), step)
        order.shuffle(given)
        pieces = [counts.add(rows(*given[n::parts]), step) for n in range(parts)]
        order.shuffle(pieces)
        assert counts.add(pl.concat(pieces), step).equals(whole)
    by_key: dict[tuple[int, int], set[int]] = {}
    for group, key, document in given:
        by_key.setdefault((key, group), set()).add(document)
    wanted = [(group, key, d) for (key, group), all_ in sorted(by_key.items()) for d in sorted(all_)[:kept]]
    assert whole.rows() == wanted


def test_few_documents_are_counted_and_many_are_estimated() -> None:
    step = step_of()
    draw = np.random.default_rng(1)
    for true in (counts.KEPT - 1, 5_000, 100_000):
        documents = np.unique(draw.integers(0, 2**64, true, np.uint64))
        table = pl.DataFrame({"group": [7] * true, "key": [8] * true, "document": documents}, schema=counts.COUNTS)
        (found,) = counts.repeated(counts.add(table, step), step)["documents"]
        assert found == true if true < counts.KEPT else abs(found / true - 1) < 0.1


def test_more_documents_may_be_asked_for_than_are_kept() -> None:
    """A limit of 3,000 different documents is held exactly."""
    documents = [(7, 8, n) for n in range(3_000)]
    assert counts.repeated(
        counts.add(rows(*documents), step_of(min_documents=3_000)), step_of(min_documents=3_000)
    ).height
    step = step_of(min_documents=3_001)
    assert counts.repeated(counts.add(rows(*documents), step), step).is_empty()


def test_a_key_is_common_in_its_group_alone() -> None:
    step = step_of(min_documents=2, min_share=0.5)
    of_group = [(group, group, n) for group in (1, 2) for n in range(4)]
    found = counts.repeated(counts.add(rows(*of_group, (1, 10, 0), (1, 10, 1), (2, 20, 0), (1, 30, 3)), step), step)
    assert counts.common(found, step).tolist() == [10], "two of four; one of four is too few"
    assert counts.common(found, step_of(min_documents=2, min_share=0.51)).tolist() == []


def test_a_document_has_one_fingerprint_whatever_the_order_of_its_lines() -> None:
    step = step_of(by="all")
    texts = ["a\nb\nc", "c\nb\na\na", "a\nb", "", None]
    frame = pl.DataFrame({"text": texts, **dict.fromkeys(("url", "source", "declared_language"))}).cast(pl.String)
    found = counts.count(frame, step)
    assert found.height == 3 + 3 + 2 + 3, "lines, and three documents with any"
    own = found.filter(pl.col("key") == pl.col("group"))
    assert own["document"].n_unique() == 2
    two = step_of(min_documents=2)
    assert counts.repeated(counts.add(found, two), two)["documents"].to_list() == [2.0, 2.0, 2.0]


def test_no_rows() -> None:
    step = step_of()
    frame = pl.DataFrame(schema=dict.fromkeys(("text", "url", "source", "declared_language"), pl.String))
    for height in (0, 2):
        blank = pl.concat([frame, pl.DataFrame({"text": [" \n"] * height}, schema={"text": pl.String})], how="diagonal")
        found = counts.add(counts.count(blank, step), step)
        assert found.is_empty() and found.schema == counts.COUNTS
        repeated = counts.repeated(found, step)
        assert repeated.is_empty() and counts.common(repeated, step).tolist() == []


def test_a_stage_that_counts_other_columns_is_told() -> None:
    counted = replace(counts.asked(step_of()), keys=lambda frame, params: frame.select("text"))
    step = Step(replace(repeated_lines.STAGE, counted=counted), repeated_lines.Params())
    with pytest.raises(StageError, match=r"'repeated_lines' must return.*row, group, key; it returned text"):
        counts.count(pl.DataFrame({"text": ["a"]}), step)
    assert [column.name for column in COUNTED] == ["row", "group", "key"]


# --- what a plan may ask --------------------------------------------------------------------------------------------


def plan_of(*stages: str) -> plan.Plan:
    content = f"name: x\nsource: {{paths: x.jsonl}}\nstages: [{', '.join(stages)}]\n"
    return plan.plan(*recipes.read(content))


def test_the_plan_knows_what_to_count_and_what_comes_before() -> None:
    found = plan_of("language", "normalise", "gopher_quality", "repeated_lines", "private_data", "minhash")
    assert found.counting is not None and found.counting.name == "repeated_lines"
    before = found.before_counting()
    assert [step.name for step in before.frame_steps] == ["normalise"], "measuring is left out"
    assert before.group_steps == before.derive_steps == ()
    assert plan_of("normalise").counting is None


def test_two_stages_that_count_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    another = replace(repeated_lines.STAGE, name="repeated_titles", adds=())
    found = {**catalogue.stages(), "repeated_titles": another}
    monkeypatch.setattr(catalogue, "stages", lambda: found)
    with pytest.raises(
        RecipeError, match=r"recipe:3: .*repeated_titles.*only one stage .*'repeated_lines' does already"
    ):
        plan_of("repeated_lines", "repeated_titles")


@pytest.mark.parametrize("name", ["normalise", "repeated_lines"])
def test_an_edit_that_waits_for_a_score_before_counting_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    changed = replace(catalogue.get(name), reads=("text", "language"))
    found = {**catalogue.stages(), name: changed}
    monkeypatch.setattr(catalogue, "stages", lambda: found)
    message = r"reads the column 'language', which 'language' measures; but what 'repeated_lines' counts"
    with pytest.raises(RecipeError, match=message) as raised:
        plan_of("language", "normalise", "repeated_lines")
    told = "Put it behind 'repeated_lines'" if name == "normalise" else "It cannot run in this recipe"
    assert told in str(raised.value)
    if name == "normalise":
        assert plan_of("language", "repeated_lines", "normalise").counting is not None
    assert normalise.STAGE.reads == ("text",)
