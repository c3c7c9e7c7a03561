"""Figures beside plain definitions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.training import limits, metrics

CASES = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=40)


def arrays(cases: list[tuple[int, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([s / 7 for s, _ in cases]), np.array([flag for _, flag in cases])


@given(CASES)
def test_auc_is_the_share_of_pairs_in_the_right_order(cases: list[tuple[int, bool]]) -> None:
    scores, labels = arrays(cases)
    pairs = [(p > n) + 0.5 * (p == n) for p in scores[labels] for n in scores[~labels]]
    assert metrics.auc(scores, labels) == (pytest.approx(np.mean(pairs)) if pairs else None)


@given(CASES)
def test_average_precision_is_a_sum_of_steps(cases: list[tuple[int, bool]]) -> None:
    scores, labels = arrays(cases)
    expected, before = 0.0, 0.0
    for cut in sorted(set(scores), reverse=True):
        taken = scores >= cut
        recall = labels[taken].sum() / max(1, labels.sum())
        expected += (recall - before) * labels[taken].mean()
        before = recall
    assert metrics.average_precision(scores, labels) == (pytest.approx(expected) if labels.any() else None)


def test_calibration_error() -> None:
    p = np.array([0.05, 0.05, 0.95, 0.95])
    assert metrics.calibration_error(p, np.array([False, False, True, True])) == pytest.approx(0.05)
    assert metrics.calibration_error(p, np.array([True, True, False, False])) == pytest.approx(0.95)
    assert metrics.calibration_error(np.zeros(0), np.zeros(0, bool)) is None
    assert [b["rows"] for b in metrics.reliability(np.array([0.0, 1.0, 0.99]), np.array([0, 1, 1], bool))] == [1, 2]


def test_rank_correlation() -> None:
    x = np.array([1.0, 2, 3, 4])
    assert metrics.spearman(x, x**3) == pytest.approx(1)
    assert metrics.spearman(x, -x) == pytest.approx(-1)
    assert metrics.spearman(x, np.ones(4)) is None


def test_a_summary_of_nothing_has_no_figures() -> None:
    found = metrics.summary(np.zeros(0), np.zeros(0, bool))
    assert found["rows"] == 0 and found["auc"] is None and found["precision"] is None


@given(st.integers(1, 400), st.sampled_from([0.01, 0.05, 0.1]))
def test_a_limit_is_passed_by_few_enough(n: int, rate: float) -> None:
    """Of exchangeable scores, each left out in turn, the left-out one lies above the limit at most so often."""
    scores = np.arange(1, n + 2, dtype=float)
    found = [limits.limit(np.delete(scores, k), np.zeros(0), np.zeros(0, bool), rate).threshold for k in range(n + 1)]
    if found[0] is None:
        assert n + 1 < 1 / rate + 1e-9, "only with too few rows there is no limit"
        return
    above = sum(score > one for score, one in zip(scores, found, strict=True))
    assert above <= rate * (n + 1) + 1e-9


def test_too_few_rows_give_no_limit() -> None:
    assert limits.limit(np.arange(98.0), np.zeros(0), np.zeros(0, bool), 0.01).threshold is None
    assert limits.limit(np.arange(99.0), np.zeros(0), np.zeros(0, bool), 0.01).threshold == 98
