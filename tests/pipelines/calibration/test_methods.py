"""The methods against numbers computed by hand."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.calibration.methods import METHODS, Case, confidence_cut, derive, plausible, supported

# 1 to 100: mean 50.5, median 50.5, standard deviation sqrt((100^2 - 1) / 12).
HUNDRED = np.arange(1.0, 101.0)
STD = np.sqrt(9_999 / 12)


def value(method: str, scores: np.ndarray, limit: float, english: np.ndarray | None = HUNDRED) -> float | None:
    return METHODS[method](Case(scores, english, limit))


def test_english() -> None:
    assert value("english", HUNDRED * 3, 90) == 90


def test_mean_std() -> None:
    # The limit is mean + std of the English reference; so it is in a language whose scores are twice as large, plus 5.
    assert value("mean_std", 2 * HUNDRED + 5, 50.5 + STD) == pytest.approx(106 + 2 * STD)
    assert value("mean_std", HUNDRED - 50, 50.5 - 2 * STD) == pytest.approx(0.5 - 2 * STD)


def test_mean_std_needs_more_than_outliers() -> None:
    few = np.array([0.0] * 80 + [0.5] * 20)
    assert value("mean_std", few, 90) is None and value("mean_std", HUNDRED, 0.3, few) is None


def test_quantile() -> None:
    assert value("quantile", 10 * HUNDRED, 95) == 950, "drops 5 of 100 English documents, and as many of the language's"
    assert value("quantile", np.array([3.0, 1.0, 2.0, 4.0]), 50) == 2
    assert value("quantile", HUNDRED, 100) is None, "what drops no English document says nothing"
    assert value("quantile", HUNDRED, 0) is None, "nor does what drops every one"


def test_tail() -> None:
    assert value("10tail", HUNDRED, 12, None) == 90
    assert METHODS["10tail"](Case(HUNDRED, None, 12, tail=0.25)) == 75
    ties = np.array([0.0] * 85 + [1.0] * 15)
    assert value("10tail", ties, 0, None) == 1, "a tenth at most"
    assert value("10tail", np.zeros(60), 0, None) is None


def test_median_ratio() -> None:
    assert value("median_ratio", 3 * HUNDRED, 20) == pytest.approx(60)
    assert value("median_ratio", -3 * HUNDRED, -20, -HUNDRED) == pytest.approx(-60), "mirrored rules too"
    assert value("median_ratio", np.zeros(9), 20) is None
    assert value("median_ratio", HUNDRED, 20, np.zeros(9)) is None


@pytest.mark.parametrize(
    ("asked", "english", "limit", "expected"),
    [
        ("quantile", HUNDRED, 95, (95, "quantile")),
        ("quantile", HUNDRED, 200, (pytest.approx(200), "mean_std")),
        ("quantile", np.ones(60), 2, (2, "english")),
        ("mean_std", np.ones(60), 2, (2, "english")),
        ("median_ratio", np.zeros(60), 2, (2, "english")),
        ("mean_std", None, 2, (90, "10tail")),
        ("english", None, 2, (2, "english")),
    ],
)
def test_what_comes_next_where_a_method_cannot_tell(
    asked: str, english: np.ndarray | None, limit: float, expected: tuple[float, str]
) -> None:
    assert derive(asked, Case(HUNDRED, english, limit)) == expected


def test_confidence() -> None:
    scores = np.array([0.5, 0.7, 0.9, 0.9])
    assert confidence_cut(scores) == pytest.approx(0.8 - scores.std())
    assert confidence_cut(np.array([0.1, 0.2])) == 0.3
    assert confidence_cut(np.array([0.99, 0.99])) == 0.9


@pytest.mark.parametrize(
    ("limit", "english", "keep", "share", "expected"),
    [
        (1.7, 0.3, "at_most", True, 1),
        (0.001, 0.2, "at_most", True, 0.05),
        (-0.2, 0.12, "at_least", True, 0),
        (0.9, 0.12, "at_least", True, 0.48),
        (3_141, 10, "at_most", False, 40),
        (1, 10, "at_most", False, 2.5),
        (0.1, 3, "at_least", False, 0.75),
        (20, 3, "at_least", False, 12),
        (7.25, 0.3, "at_most", False, 1.2),
        (5, 0, "at_most", False, 5),
        (0.5, 0, "at_most", True, 0.5),
    ],
)
def test_plausible(limit: float, english: float, keep: str, share: bool, expected: float) -> None:
    assert plausible(limit, english, keep, share=share) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("limit", "base", "keep", "loss", "expected"),
    [
        (60, 50, "at_most", 0.01, 60),  # milder: nothing to ask
        (10, 50, "at_most", 0.01, 50),  # all the way back: 99 % of the scores lie at 99
        (95, 200, "at_most", 0.01, 99),  # as strict as the reference allows
        (99.5, 200, "at_most", 0.01, 99.5),
        (10, 50, "at_most", 1, 10),
        (99.5, 200, "at_most", -1, 200),
        (40, 50, "at_least", 0.01, 40),
        (60, 50, "at_least", 0.01, 50),
        (6, 0, "at_least", 0.01, 2),
        (1, 0, "at_least", 0.01, 1),
        (1, 0, "at_least", -1, 0),
    ],
)
def test_stricter_only_as_far_as_known_good_text_stays(
    limit: float, base: float, keep: str, loss: float, expected: float
) -> None:
    assert supported(limit, base, HUNDRED, keep, loss) == pytest.approx(expected)
