"""Distinct n-grams: counted as by hand, and the same at one sample size whatever the size of the set."""

from __future__ import annotations

import math
import random
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.metrics.diversity import distinct


def by_hand(texts: list[str], order: int) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for text in texts:
        words = text.split()
        found.update(tuple(words[i : i + order]) for i in range(len(words) - order + 1))
    return found


def rarefied(counts: Counter[tuple[str, ...]], sample: int) -> float:
    """The formula with exact numbers."""
    total = sum(counts.values())
    absent = [Fraction(math.comb(total - n, sample), math.comb(total, sample)) for n in counts.values()]
    return float(sum(1 - one for one in absent) / sample)


@given(
    texts=st.lists(st.lists(st.sampled_from(["a", "b", "cc", "d"]), max_size=9).map(" ".join), max_size=6),
    sample=st.integers(1, 12),
)
def test_counts_are_those_by_hand(texts: list[str], sample: int) -> None:
    for order, found in enumerate(distinct(texts, "eng_Latn", sample=sample), 1):
        counts = by_hand(texts, order)
        total = sum(counts.values())
        assert (found.order, found.ngrams, found.types) == (order, total, len(counts))
        assert found.ratio == (len(counts) / total if total else None)
        if total >= sample:
            assert found.expected == pytest.approx(rarefied(counts, sample))
        else:
            assert found.expected is None


def test_a_sample_of_all_is_the_whole() -> None:
    texts = ["the cat and the dog", "the dog and a cat"]
    found = distinct(texts, "eng_Latn", sample=10)[0]
    assert found.ngrams == 10 and found.expected == pytest.approx(found.ratio)


def test_expected_does_not_fall_as_a_set_grows_and_the_ratio_does() -> None:
    draw = random.Random(5)
    vocabulary = [f"w{n}" for n in range(400)]
    texts = [" ".join(draw.choice(vocabulary) for _ in range(20)) for _ in range(2000)]
    few, many = distinct(texts[:100], "eng_Latn", sample=500)[0], distinct(texts, "eng_Latn", sample=500)[0]
    assert few.ratio is not None and many.ratio is not None and few.ratio > 10 * many.ratio
    assert few.expected == pytest.approx(many.expected, rel=0.02)
    # In the mean a draw of 500 words of 400 finds 1 - (1 - 1/400) ** 500 of them.
    assert many.expected == pytest.approx(400 * (1 - (1 - 1 / 400) ** 500) / 500, rel=0.02)


def test_repetition_is_less_varied_in_a_script_without_spaces() -> None:
    same = distinct(["เขียนจดหมายถึงเพื่อน"] * 5, "tha_Thai", sample=8)
    other = distinct(["เขียนจดหมายถึงเพื่อน", "วันนี้อากาศดีมาก", "แม่ไปตลาดซื้อปลา"], "tha_Thai", sample=8)
    assert same[0].types == 4 and same[0].ngrams == 20
    assert same[0].expected is not None and other[0].expected is not None and same[0].expected < other[0].expected


def test_the_order_of_texts_does_not_count() -> None:
    texts = ["a b c a", "", "b c", "c c c a b"]
    assert distinct(texts, "eng_Latn", sample=5) == distinct(texts[::-1], "eng_Latn", sample=5)


def test_no_text_and_no_sample() -> None:
    assert [(one.ngrams, one.ratio, one.expected) for one in distinct(["", " "], "eng_Latn")] == [(0, None, None)] * 4
    with pytest.raises(ValueError, match="1 or more"):
        distinct(["a"], "eng_Latn", sample=0)
