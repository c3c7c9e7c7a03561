"""Calibrated probabilities come true; the order of documents stays."""

from __future__ import annotations

import numpy as np
import pytest

from filters._classifier import calibration
from filters._classifier.calibration import Calibration


@pytest.mark.parametrize(("slope", "shift"), [(0.2, 0.0), (3.0, -1.0), (0.05, 2.0)])
def test_the_slope_and_shift_are_found(slope: float, shift: float) -> None:
    random = np.random.Generator(np.random.PCG64(3))
    logits = random.normal(size=20_000) * 2 / slope
    labels = random.random(20_000) < 1 / (1 + np.exp(-(slope * logits + shift)))
    found = calibration.fit(logits, labels)
    assert found.slope == pytest.approx(slope, rel=0.1)
    assert found.shift == pytest.approx(shift, abs=0.15)


def test_classes_that_are_perfectly_apart_get_a_finite_slope() -> None:
    found = calibration.fit(np.array([-9.0, -8, 8, 9]), np.array([False, False, True, True]))
    p = found.probabilities(np.array([-9.0, 9.0]))
    assert 0 < found.slope < 100 and 0.05 < p[0] < 0.4 and 0.6 < p[1] < 0.95


def test_the_order_stays_even_where_the_classifier_is_wrong() -> None:
    found = calibration.fit(np.array([-2.0, -1, 1, 2]), np.array([True, True, False, False]))
    assert found.slope > 0


@pytest.mark.parametrize("labels", [[True, True], [False, False], []])
def test_one_class_alone_changes_nothing(labels: list[bool]) -> None:
    assert calibration.fit(np.arange(len(labels), dtype=float), np.array(labels, bool)) == Calibration()


def test_no_score_stays_none() -> None:
    found = Calibration().probabilities(np.array([np.nan, -1e6, 0.0, 1e6]))
    assert np.isnan(found[0]) and found[1:].tolist() == [0.0, 0.5, 1.0]
