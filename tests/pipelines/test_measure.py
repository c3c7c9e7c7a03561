"""Edit and Measure stages over a frame: a row that a stage cannot take dies alone."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from stories import STORIES

from filters import _segments, normalise
from pipelines import measure
from pipelines.plan import Plan, Step, plan
from pipelines.readers.contract import READ
from schemas.columns import DEAD, Column, conform, polars_schema
from schemas.errors import SourceError, StageError
from schemas.recipe import read
from schemas.stage import Edit, Measure, StageParams

FULL = "name: a\nsource: {paths: x}\nstages: [normalise, private_data, language, gopher_quality, gopher_repetition]\n"


class Params(StageParams):
    """None."""


def frame(*items: str | None) -> pl.DataFrame:
    rows = pl.DataFrame({"text": pl.Series(items, dtype=pl.String)}).with_row_index("position", offset=1)
    rows = rows.with_columns(pl.format("d{}", "position").alias("id"), pl.lit("web").alias("source"))
    return conform(rows.with_columns(pl.lit("in.jsonl").alias("file")), READ)


def plan_of(*stages: Any) -> Plan:
    empty = plan(read("name: a\nsource: {paths: x}\nstages: []\n")[0])
    return replace(empty, frame_steps=tuple(Step(stage, Params()) for stage in stages))


def stage(name: str, function: Any, reads: tuple[str, ...] = ("text",)) -> Measure:
    column = Column(name, pl.Int64, "a number for tests")
    return Measure(name, 1, "x", Params, reads=reads, adds=(column,), measure=function)


def length(given: pl.DataFrame, params: Any, resource: Any) -> pl.DataFrame:
    return given.select(pl.col("text").str.len_chars().cast(pl.Int64).alias("length"))


LENGTH = stage("length", length)


def counter(name: str) -> Measure:
    """A stage that counts words."""
    return stage(name, lambda g, *_: g.select(pl.col("words").list.len().cast(pl.Int64).alias(name)), ("words",))


def picky(given: pl.DataFrame, params: Any, resource: Any) -> pl.DataFrame:
    for text in given["text"]:
        if text and "poison" in text:
            raise ValueError("cannot take this " + "x" * 2_000)
    return pl.DataFrame({"picky": [1] * given.height}, schema={"picky": pl.Int64})


@pytest.mark.parametrize(
    "where", [*itertools.combinations(range(7), 1), *itertools.combinations(range(7), 2), tuple(range(7)), ()]
)
def test_a_poisoned_row_dies_and_the_others_go_on(where: tuple[int, ...]) -> None:
    given = frame(*(f"{'poison' if i in where else 'text'} {i}" for i in range(7)))
    living, dead = measure.measure(given, plan_of(LENGTH, stage("picky", picky)), {})
    assert living["id"].to_list() == [f"d{i + 1}" for i in range(7) if i not in where]
    assert dead["id"].to_list() == [f"d{i + 1}" for i in where]
    assert living.schema == {**polars_schema(READ), "length": pl.Int64, "picky": pl.Int64, "language": pl.String}
    assert dead.schema == polars_schema(DEAD)
    for row in dead.iter_rows(named=True):
        assert row["error"] == measure.FAILED and row["file"] == "in.jsonl" and row["position"] == int(row["id"][1:])
        assert "ValueError: cannot take this xxx" in row["message"] and len(row["message"]) < 800
        assert row["raw"].startswith("poison") and "in.jsonl" in row["replay"]


def test_only_the_beginning_of_a_long_dead_text_is_kept() -> None:
    _, dead = measure.measure(frame("poison" + "字" * 9_999), plan_of(stage("picky", picky)), {})
    assert len(dead["raw"][0]) == 2_000


def test_an_error_of_ours_is_not_the_rows_fault() -> None:
    def stop(*_: Any) -> pl.DataFrame:
        raise SourceError("no model")

    with pytest.raises(SourceError, match="no model"):
        measure.measure(frame("a", "b"), plan_of(stage("stop", stop)), {})


@pytest.mark.parametrize(
    "wrong",
    [
        lambda given, *_: length(given, None, None).head(1),
        lambda given, *_: length(given, None, None).rename({"length": "other"}),
        lambda given, *_: given.with_columns(length(given, None, None).get_columns()),
        lambda given, *_: pl.DataFrame(),
    ],
)
def test_a_stage_that_breaks_its_contract_stops(wrong: Any) -> None:
    with pytest.raises(StageError, match=r"stage 'length' must return 2 rows with the columns length; it returned"):
        measure.measure(frame("a", "b"), plan_of(stage("length", wrong)), {})


def test_words_are_cut_again_after_an_edit() -> None:
    before, after = counter("before"), counter("after")
    cut = Edit("cut", 1, "x", Params, reads=("text",), edit=lambda g, *_: g.select(pl.col("text").str.head(3)))
    living, dead = measure.measure(frame("one two three"), plan_of(before, cut, after), {})
    assert living.select("text", "before", "after").row(0) == ("one", 3, 1)
    assert dead.is_empty() and "words" not in living.columns


def test_words_are_cut_once_a_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    monkeypatch.setitem(_segments._CUT, "words", lambda text: calls.append(1) or _segments.cut_words(text))
    count = [counter(name) for name in ("a", "b", "c")]
    measure.measure(frame("one two"), plan_of(*count), {})
    assert calls == [1]


def test_without_an_identifier_the_source_says_the_language() -> None:
    given = frame("a", "b").with_columns(pl.Series("declared_language", ["fra_Latn", None]))
    living, _ = measure.measure(given, plan_of(LENGTH), {})
    assert living["language"].to_list() == ["fra_Latn", "und_Zyyy"]


def test_resources_are_opened_by_name() -> None:
    seen = []

    def use(given: pl.DataFrame, params: Any, resource: Any) -> pl.DataFrame:
        seen.append(resource)
        return length(given, params, resource)

    opened = replace(stage("length", use), open=lambda params: "the model")
    some = plan_of(opened)
    resources = measure.open_resources(some)
    assert resources == {"length": "the model"}
    measure.measure(frame("a"), some, resources)
    assert seen == ["the model"]


def test_the_empty_frame_has_all_columns() -> None:
    full = plan(*read(FULL))
    resources = measure.open_resources(full)
    living, dead = measure.measure(frame(), full, resources)
    some, _ = measure.measure(frame("a b c"), full, resources)
    assert living.schema == some.schema and living.is_empty() and dead.is_empty()


@pytest.mark.parametrize("size", [1, 5])
def test_the_size_of_a_frame_does_not_matter(size: int) -> None:
    full = plan(*read(FULL))
    resources = measure.open_resources(full)
    given = frame(*(text for _, text in STORIES.values()), None, "", "cafÃ© a@example.org")
    parts = [measure.measure(given.slice(i, size), full, resources)[0] for i in range(0, given.height, size)]
    assert_frame_equal(pl.concat(parts), measure.measure(given, full, resources)[0], check_exact=True)


def test_an_edit_replaces_the_text() -> None:
    some = replace(plan_of(), frame_steps=(Step(normalise.STAGE, normalise.Params()),))
    living, _ = measure.measure(frame("a\u00a0 b", None), some, {})
    assert living["text"].to_list() == ["a b", None] and living["normalise_white_space"].to_list() == [1, None]
