"""Loops, on texts made to pass and to fail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.gates import repetition
from translators.gates.gate import Pair

GATE = repetition.GATE
SOURCE = "The miller turned the whole house with a long beam when the wind changed in the night."


def score(source: str, target: str, label: str = "fra_Latn") -> float:
    found = GATE.score(Pair(source, target, "eng_Latn", label))
    assert found is not None
    return found


@pytest.mark.parametrize(
    "target",
    [
        "Le meunier tournait la maison " * 5,
        "oui " * 30,
        "Le vent change, et le vent change, et le vent change, et le vent change, et le vent change.",
        "a" * 300,
        "คนโม่แป้งหมุนบ้าน" * 6,
        "粉屋は小屋を回した。" * 6,
        "चक्कीवाला घर घुमाता था और " * 5,
        "كان الطحان يدير البيت " * 5,
        "ወፍጮ ጠባቂው ቤቱን ያዞር ነበር። " * 5,
        "Ọlọ́lọ̀ máa ń yí ilé náà padà. " * 4,
        "x" * 30_000,
    ],
)
def test_loops_are_refused(target: str) -> None:
    assert GATE.limit is not None
    assert score(SOURCE, target) > GATE.limit


def test_a_text_said_twice_has_half() -> None:
    once = "Le meunier tournait toute la maison avec une longue poutre quand le vent changeait pendant la nuit."
    assert score(SOURCE, once) == 0.0
    assert 0.4 < score(SOURCE, f"{once}\n{once}") < 0.6


def test_refrains_of_the_source_do_not_count() -> None:
    source = "Row, row, row the boat, gently down the stream. Row, row, row the boat, the river is a dream. " * 2
    target = "Rame, rame, rame le bateau, doucement sur le ruisseau. Rame, rame, rame le bateau, tout est rêve. " * 2
    assert score(source, target) < 0.1
    assert score(SOURCE, target) > 0.4


def test_short_and_empty_texts() -> None:
    assert score("", "") == score("Yes.", "Oui.") == score(SOURCE, "!!! ...") == 0.0


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_has_a_share(source: str, target: str) -> None:
    assert 0.0 <= score(source, target) <= 1.0
