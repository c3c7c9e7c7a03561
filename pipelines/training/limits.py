"""Thresholds by language for a false-positive rate that is stated: split conformal prediction on the validation rows.

Of n rows of the other class the threshold is the score of rank ceil((n + 1) (1 - rate)): a new row of that class, from
the same distribution, lies above it with a probability of at most the rate (Vovk, Gammerman and Shafer 2005). Where a
language has too few rows for that, there is no such threshold, and it gets none. The rate is then counted on the test
rows.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from filters._classifier.kinds import Kind
from schemas import thresholds

PARAMETER: dict[Kind, tuple[str, str]] = {
    "machine_text": ("machine_text", "max_machine"),
    "toxicity": ("toxicity", "max_toxicity"),
}
"""Stage and parameter that a threshold is for. Quality takes shares instead."""
FOLDER = "thresholds"


class Limit(NamedTuple):
    """The threshold of a language.

    Args:
        threshold: scores above it are taken for the positive class; None: too few rows.
        rows: rows of the other class that it comes from.
        counted: share of the other class above it among the test rows; None without any.
        recall: share of the positive class above it there.
    """

    threshold: float | None
    rows: int
    counted: float | None
    recall: float | None


def limit(
    valid: npt.NDArray[np.float64], tested: npt.NDArray[np.float64], positive: npt.NDArray[np.bool_], rate: float
) -> Limit:
    """The threshold of one language.

    Args:
        valid: scores of validation rows of the other class.
        tested, positive: scores and classes of test rows.
        rate: false-positive rate, 0 to 1.

    >>> limit(np.arange(1, 100) / 100, np.array([0.2, 0.97]), np.array([False, True]), 0.1)
    Limit(threshold=0.9, rows=99, counted=0.0, recall=1.0)
    """
    n = len(valid)
    rank = math.ceil((n + 1) * (1 - rate) - 1e-9)
    if rank > n:
        return Limit(None, n, None, None)
    found = float(np.sort(valid)[rank - 1])

    def above(scores: npt.NDArray[np.float64]) -> float | None:
        return round(float((scores > found).mean()), 4) if len(scores) else None

    return Limit(found, n, above(tested[~positive]), above(tested[positive]))


def write(limits: dict[str, Limit], kind: Kind, rate: float, folder: Path) -> None:
    """Write a threshold file for each language that has a threshold; a recipe names the folder with `thresholds:`."""
    stage, parameter = PARAMETER[kind]
    home = folder / FOLDER
    home.mkdir(exist_ok=True)
    for label, one in sorted(limits.items()):
        if one.threshold is None:
            continue
        evidence: dict[str, Any] = {
            "method": "split conformal", "false_positive_rate": rate, "rows": one.rows,
            "counted_on_test_rows": one.counted, "recall_on_test_rows": one.recall,
        }  # fmt: skip
        text = thresholds.dump(label, {stage: {parameter: one.threshold}}, evidence)
        (home / f"{label}.yaml").write_text(text, encoding="utf-8")
