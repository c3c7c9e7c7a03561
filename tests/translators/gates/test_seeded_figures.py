"""Seeded faults in the sample's short texts: a gate that finds fewer than it did fails here."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

import pytest
import seeded_faults
from seeded_faults import Seeded

from tests.translators.gates import labelled
from translators.flow.verdict import Scores
from translators.gates.gate import Pair
from translators.metrics.bleu import sentence_bleu
from translators.metrics.chrf import sentence_chrf

ENGLISH = "eng_Latn"


@cache
def clean() -> tuple[tuple[Pair, Scores], ...]:
    """Short prompts from English into 23 languages."""
    found = []
    for language in labelled.answers():
        if language != ENGLISH:
            found += [(pair, seeded_faults.scores(pair)) for pair in labelled.pairs(language)]
    return tuple(found)


@cache
def planted(kind: str) -> tuple[Seeded, ...]:
    """One fault in each clean pair where it fits."""
    by_source = defaultdict(list)
    for pair, _ in clean():
        by_source[pair.source].append((pair.target, pair.target_language))
    found = []
    for pair, scores in clean():
        others = [one for one in by_source[pair.source] if one[1][4:] != pair.target_language[4:]]
        third = others[len(pair.target) % len(others)] if others else None
        made = seeded_faults.seeded(pair, kind, third)
        if made is not None and not seeded_faults.refused(scores):
            found.append(made)
    return tuple(found)


def test_good_translations_pass() -> None:
    refused = [(pair, why) for pair, scores in clean() if (why := seeded_faults.refused(scores))]
    assert len(clean()) >= 100
    assert len(refused) <= 0.05 * len(clean()), refused


# Prompts are a sentence or two: what is left of one is seldom below the limit of length.
@pytest.mark.parametrize(
    ("kind", "number", "recall"),
    [
        ("number", 120, 0.97), ("negation", 60, 0.95), ("omission", 110, 0.2), ("truncation", 110, 0.14),
        ("name", 20, 0.85), ("left in English", 120, 0.98), ("third language", 120, 0.98),
    ],
)  # fmt: skip
def test_recall(kind: str, number: int, recall: float) -> None:
    missed = [one.pair for one in planted(kind) if not seeded_faults.refused(seeded_faults.scores(one.pair))]
    assert len(planted(kind)) >= number
    assert len(missed) <= (1 - recall) * len(planted(kind)), missed


@pytest.mark.parametrize("kind", ["number", "negation", "name"])
def test_a_round_trip_would_not_have_found_it(kind: str) -> None:
    passed = [
        sentence_bleu(one.faulted, one.source, ENGLISH) >= 20 and sentence_chrf(one.faulted, one.source) >= 40
        for one in planted(kind)
        if one.faulted is not None
    ]
    assert sum(passed) >= 0.9 * len(passed)
