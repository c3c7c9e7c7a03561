"""Gates in the middle of the work say the same as judging the rows afterwards."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipelines import catalogue, derived
from pipelines.plan import Step
from schemas.stage import Derive
from translators.flow import verdict
from translators.gates.gate import Gate, Pair

STAGE = catalogue.get("translation")
assert isinstance(STAGE, Derive)
RULES = STAGE.rules
PARAMS = STAGE.params.model_validate(
    {
        "targets": ["fr", "hi"],
        "min_chrf": {"default": 50, "en>fr": 70, "sources": {"easy": 10}},
        "min_numbers_kept": {"default": 1.0, "Deva": None},
    }
)
_SCORES = st.dictionaries(
    st.sampled_from(sorted({rule.score for rule in RULES})),
    st.none() | st.floats(0, 100) | st.sampled_from([0.0, 1.0, 10.0, 50.0, 70.0]) | st.just(float("nan")),
)


def _row(scores: dict[str, Any], source: str, target: str) -> dict[str, Any]:
    row = {"scores": scores, "reasons": [], "language": target, "source_language": "eng_Latn", "exchanges": []}
    return derived.flat(row, source)


@given(_SCORES, st.sampled_from(["easy", "hard"]), st.sampled_from(["fra_Latn", "hin_Deva"]))
def test_both_say_the_same(scores: dict[str, Any], source: str, target: str) -> None:
    rows = pl.DataFrame([_row(scores, source, target)], schema=derived.SCHEMA, orient="row")
    held = json.loads(rows["scores"][0])
    # A score that must be there and is not counts as not measured when the row is read; in the middle of the work it
    # may be still to come.
    always = [rule for rule in RULES if rule.applies is None and rule.score not in held]
    judged = derived.judged(rows, Step(STAGE, PARAMS))["reasons"][0].to_list()
    here = verdict.broken(scores, RULES, PARAMS, source, f"eng_Latn>{target}")
    missing = {verdict.UNMEASURED} if always else set()
    assert set(judged) - missing == set(here) - missing


def test_the_worst_of_several_pairs_counts_and_not_measured_is_worst() -> None:
    def score(pair: Pair) -> float | None:
        return None if pair.target == "?" else float(pair.target)

    def gate(keep: Any) -> Gate:
        return Gate("x", "bad", keep, 0.5, "share", "test", "why", score, lambda pair: pair.target != "-")

    def pairs(*targets: str) -> list[Pair]:
        return [Pair("s", target, "eng_Latn", "fra_Latn") for target in targets]

    assert verdict.worst([gate("at_least")], pairs("0.5", "0.25", "1")) == {"x": 0.25}
    assert verdict.worst([gate("at_most")], pairs("0.5", "0.25", "-")) == {"x": 0.5}
    assert verdict.worst([gate("at_most")], pairs("0.5", "?", "1")) == {"x": None}
    assert verdict.worst([gate("at_most")], pairs("-", "-")) == {}
