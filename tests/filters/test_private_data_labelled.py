"""Recall and precision on the labelled set: 25 languages, all kinds, and many values that only look private."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest
from private_data_cases import Case, cases

from filters._private_data.find import KINDS, find
from filters._private_data.kinds import Options
from filters.private_data import STAGE, Params

Label = tuple[int, int, int, str]


@pytest.fixture(scope="module")
def labelled() -> list[Case]:
    return cases()


@pytest.fixture(scope="module")
def frame(labelled: list[Case]) -> pl.DataFrame:
    return pl.DataFrame({"text": [c.text for c in labelled], "declared_language": [c.language for c in labelled]})


@pytest.fixture(scope="module")
def truth(labelled: list[Case]) -> set[Label]:
    return {(i, *span) for i, case in enumerate(labelled) for span in case.spans}


@pytest.fixture(scope="module")
def got(frame: pl.DataFrame) -> set[Label]:
    def characters(row: int, byte: int) -> int:
        return len(frame["text"][row].encode()[:byte].decode())

    spans = find(frame["text"], frame["declared_language"], {kind.name for kind in KINDS}, Options())
    return {(s.row, characters(s.row, s.start), characters(s.row, s.end), s.kind) for s in spans}


def test_the_set_is_large_and_the_same_every_time(labelled: list[Case], truth: set[Label]) -> None:
    assert cases() == labelled
    assert len(truth) >= 600 and sum(case.looks for case in labelled) >= 400
    assert {span[3] for span in truth} == {kind.name for kind in KINDS}
    assert min(Counter(span[3] for span in truth).values()) >= 50
    assert len({labelled[span[0]].language for span in truth}) >= 20


def test_recall_and_precision(truth: set[Label], got: set[Label]) -> None:
    missed, wrong = sorted(truth - got), sorted(got - truth)
    assert len(truth & got) >= 0.98 * len(truth), missed
    assert len(truth & got) >= 0.98 * len(got), wrong


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS])
def test_no_kind_falls_behind(kind: str, truth: set[Label], got: set[Label]) -> None:
    of_kind = [{span for span in spans if span[3] == kind} for spans in (truth & got, truth, got)]
    assert len(of_kind[0]) >= 0.95 * len(of_kind[1]) and len(of_kind[0]) >= 0.95 * len(of_kind[2])


def test_no_language_falls_behind(labelled: list[Case], truth: set[Label], got: set[Label]) -> None:
    right, wanted, found = (Counter(labelled[s[0]].language for s in spans) for spans in (truth & got, truth, got))
    for language in wanted:
        assert right[language] >= 0.95 * max(wanted[language], found[language]), language


@pytest.mark.parametrize("action", ["redact", "generalise"])
def test_a_second_pass_finds_nothing(action: str, frame: pl.DataFrame) -> None:
    params = Params.model_validate({"action": action})
    once = STAGE.edit(frame, params, None)
    again = STAGE.edit(frame.with_columns(once["text"]), params, None)
    assert again["text"].equals(once["text"])
    assert again.drop("text").sum().row(0) == (0,) * len(STAGE.adds)


def test_columns_count_what_was_found(frame: pl.DataFrame, got: set[Label]) -> None:
    out = STAGE.edit(frame, Params(action="flag"), None)
    assert out["text"].equals(frame["text"])
    counts = Counter(span[3] for span in got)
    assert out.drop("text").sum().row(0, named=True) == {f"private_data_{k}": n for k, n in counts.items()}


def test_the_card_quotes_the_set_as_it_is(labelled: list[Case], truth: set[Label], got: set[Label]) -> None:
    said = STAGE.proven[0]
    languages, kinds = {case.language for case in labelled if case.language}, {span[3] for span in truth}
    assert f"On {len(truth):,} made-up values of {len(kinds)} kinds" in said
    assert f"in {len(labelled):,} sentences of {len(languages)} languages" in said
    assert truth == got and "recall and precision are 1.000" in said
