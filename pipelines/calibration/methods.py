"""How a threshold for one language follows from scores of reference text: the methods that FineWeb2 names.

FineWeb2 (arXiv:2506.20920) names five methods and has not released code for them. Here, with F the scores of the
language's reference, E those of the English one and t the English threshold, for a rule that drops scores above it
(for one that drops scores below, everything is mirrored):

| method         | threshold                                                                             |
| -------------- | ------------------------------------------------------------------------------------- |
| `english`      | t                                                                                       |
| `mean_std`     | mean(F) + k std(F), with k such that t = mean(E) + k std(E)                            |
| `quantile`     | the least score at or below which as large a share of F lies as of E at or below t     |
| `10tail`       | the least score above which at most a tenth of F lies                                  |
| `median_ratio` | t median(F) / median(E)                                                                |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Scores = np.ndarray[Any, Any]
TAIL = 0.1


@dataclass(frozen=True)
class Case:
    """What a threshold is derived from, mirrored so that the rule drops what is above the limit.

    Args:
        scores: of the language's reference, finite, at least one.
        english: of the English reference; None where there is none.
        limit: the English threshold.
        tail: share that `10tail` cuts off.
    """

    scores: Scores
    english: Scores | None
    limit: float
    tail: float = TAIL


def _english(case: Case) -> float | None:
    return case.limit


def _mean_std(case: Case) -> float | None:
    if case.english is None or not _spread(case.english) or not _spread(case.scores):
        return None
    k = (case.limit - case.english.mean()) / case.english.std()
    return float(case.scores.mean() + k * case.scores.std())


def _spread(scores: Scores) -> bool:
    """Whether scores differ by more than outliers: where half of the documents share one, the deviation is theirs."""
    low, high = np.quantile(scores, (0.25, 0.75))
    return bool(low < high)


def _quantile(case: Case) -> float | None:
    if case.english is None:
        return None
    share = float((case.english <= case.limit).mean())
    # A limit that the English reference never reaches has no quantile in it: the greatest score of any sample would do.
    return float(np.quantile(case.scores, share, method="inverted_cdf")) if 0 < share < 1 else None


def _tail(case: Case) -> float | None:
    if case.scores.min() == case.scores.max():
        return None
    return float(np.quantile(case.scores, 1 - case.tail, method="inverted_cdf"))


def _median_ratio(case: Case) -> float | None:
    if case.english is None or not np.median(case.english):
        return None
    ratio = float(np.median(case.scores) / np.median(case.english))
    return case.limit * ratio if ratio > 0 else None


METHODS: Mapping[str, Callable[[Case], float | None]] = {
    "english": _english,
    "mean_std": _mean_std,
    "quantile": _quantile,
    "10tail": _tail,
    "median_ratio": _median_ratio,
}
# What comes next where a method cannot tell. `10tail` needs no English reference; `english` always has an answer.
_NEXT = {"quantile": "mean_std", "mean_std": "english", "median_ratio": "english", "10tail": "english"}


def derive(asked: str, case: Case) -> tuple[float, str]:
    """A threshold and the method that gave it: the one asked for, or the next that can tell.

    Without an English reference that is `10tail`, which needs none.
    """
    method = asked if case.english is not None or asked == "english" else "10tail"
    while (found := METHODS[method](case)) is None:
        method = _NEXT[method]
    return found, method


def confidence_cut(confidence: Scores) -> float:
    """The least confidence of an identified language: clip(median - std, 0.3, 0.9), FineWeb2 (arXiv:2506.20920)."""
    return float(np.clip(np.median(confidence) - confidence.std(), 0.3, 0.9))


def supported(limit: float, base: float, scores: Scores, keep: str, loss: float) -> float:
    """A threshold that known good text supports: stricter than `base` only as far as that text stays.

    Args:
        limit: the derived threshold.
        base: the threshold that holds without it.
        scores: of the reference, at least one.
        keep: `at_least` or `at_most`.
        loss: share of the reference that a threshold stricter than `base` may drop; 1 or more: any; below 0: none is
            stricter, whatever it drops.

    Returns:
        `limit` where it is no stricter than `base` or drops no more than that, else the nearest that does so.
    """
    sign = 1.0 if keep == "at_most" else -1.0
    if sign * limit >= sign * base or loss >= 1:
        return limit
    if loss < 0:
        return base
    reached = float(np.quantile(sign * scores, 1 - loss, method="inverted_cdf"))
    return sign * min(sign * base, max(sign * limit, reached))


def plausible(limit: float, english: float, keep: str, *, share: bool) -> float:
    """A threshold inside what can be meant.

    Shares stay in 0 to 1. What is no share stays within a quarter and four times the English value, and no limit is
    more than four times as strict as the English one: FineWeb2's own files hold line-break ratios up to 7.25 and mean
    word lengths up to 3,141.
    """
    least, most = (0.0, 1.0) if share else (english / 4, english * 4)
    if english > 0:
        least, most = (max(least, english / 4), most) if keep == "at_most" else (least, min(most, english * 4))
    return float(np.clip(limit, least, max(least, most))) if english > 0 or share else limit
