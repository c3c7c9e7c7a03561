"""Totals of what depends on a size."""

from __future__ import annotations

import random

import pytest

from translators.llm.quote import total, total_by_size


def test_a_straight_line_is_found_exactly() -> None:
    found = total_by_size([(1, 12), (2, 14), (5, 20)], [10, 20], known=46)
    assert found.mean == pytest.approx(46 + 30 + 50)
    assert found.low == pytest.approx(found.high) == pytest.approx(126)


@pytest.mark.parametrize("seen", [[], [(3, 7)], [(3, 7), (4, 9)], [(3, 7), (3, 8), (3, 9)]])
def test_without_a_line_the_mean_counts(seen: list[tuple[float, float]]) -> None:
    assert total_by_size(seen, [5, 6], 1) == total([value for _, value in seen], 2, 1)


def test_nothing_left_is_known() -> None:
    assert total_by_size([(1, 2), (3, 4), (5, 7)], [], 13).high == 13


def test_the_interval_covers_as_often_as_it_says() -> None:
    """Documents of very different lengths, whose cost follows their length with noise: 200 pilots of 50."""
    draw = random.Random(7)
    covered = wide = 0
    for _ in range(200):
        sizes = [draw.lognormvariate(5, 0.8) for _ in range(600)]
        values = [40 + 0.6 * size + draw.gauss(0, 12) for size in sizes]
        found = total_by_size(list(zip(sizes[:50], values[:50], strict=True)), sizes[50:])
        truth = sum(values[50:])
        assert found.mean is not None and found.low is not None and found.high is not None
        covered += found.low <= truth <= found.high
        wide += found.high - found.low > 0.2 * truth
    assert covered >= 180
    assert wide == 0
