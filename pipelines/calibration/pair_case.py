"""One stage and one language pair: what its gates said, the limits that follow, and the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from pipelines import distribution, judge
from pipelines.calibration import pair_limits, pair_scores
from pipelines.calibration.pair_limits import Found
from pipelines.calibration.pair_round_trip import NAMES as ROUND_TRIP
from pipelines.calibration.pair_scores import Humans
from pipelines.plan import Step
from schemas.stage import Derive, Rule
from translators.flow.verdict import Scores
from translators.gates import registry

_DIGITS = 4


@dataclass(frozen=True)
class Case:
    """One step and one language pair.

    Args:
        step: with the limits that hold now.
        humans: the pairs that count.
        scores: of each.
        round_trip: whether BLEU and chrF++ are among them.
    """

    step: Step[Derive]
    humans: Humans
    scores: Sequence[Scores]
    round_trip: bool

    @cached_property
    def rules(self) -> list[Rule]:
        """Those that are calibrated."""
        names = {gate.name for gate in registry.TRANSLATION} | (set(ROUND_TRIP) if self.round_trip else set())
        return [rule for rule in self.step.stage.rules if rule.score in names]

    @cached_property
    def given(self) -> np.ndarray[Any, Any]:
        """The recipe's limits, shape (g,)."""
        return np.array([self._given(rule) for rule in self.rules])

    @cached_property
    def bad(self) -> np.ndarray[Any, Any]:
        """How bad each pair is to each gate, shape (n, g)."""
        return np.stack([pair_scores.badness(self.scores, rule.score, rule.keep) for rule in self.rules], axis=1)

    def derived(self, found: Found) -> tuple[dict[str, float | int], dict[str, Any], dict[str, float | None]]:
        """Values that differ from the recipe's, the evidence, and all limits by score."""
        rules, given, bad = self.rules, self.given, self.bad
        first, second = bad[self.humans.first], bad[~self.humans.first]
        limits = np.array(
            [
                new if new == old else _lenient(new, rule)
                for rule, new, old in zip(rules, found.limits, given, strict=True)
            ]
        )
        values = {
            rule.threshold: _plain(pair_scores.orient(new, rule.keep))
            for rule, new, old in zip(rules, limits, given, strict=True)
            if new != old
        }
        told: dict[str, Any] = {"level": _figure(found.level), "refused": {}, "gates": {}}
        for name, part in (("first_half", first), ("second_half", second)):
            told["refused"][name] = {
                "pairs": len(part),
                "calibrated": _share(pair_limits.together(part, limits)),
                "given": _share(pair_limits.together(part, given)),
            }
        halves = [pair_limits.beyond(part, limits) for part in (first, second)]
        for at, rule in enumerate(rules):
            told["gates"][rule.reason] = _told(rule, bad[:, at], limits[at], given[at]) | {
                "refused": [_share(half[:, at]) for half in halves]
            }
        now = {
            rule.score: None if np.isposinf(new) else pair_scores.orient(float(new), rule.keep)
            for rule, new in zip(rules, limits, strict=True)
        }
        return values, told, now

    def _given(self, rule: Rule) -> float:
        limit = judge.limit(self.step, rule, "", self.humans.label)
        if limit is not None:
            return pair_scores.orient(limit, rule.keep)
        # A round trip that was asked for is to get a limit, also where none ships.
        return -np.inf if self.round_trip and rule.score in ROUND_TRIP else np.inf


def _told(rule: Rule, bad: np.ndarray[Any, Any], limit: float, given: float) -> dict[str, Any]:
    known = bad[np.isfinite(bad)]
    told: dict[str, Any] = {
        "parameter": rule.threshold,
        "threshold": None if np.isposinf(limit) else _plain(pair_scores.orient(float(limit), rule.keep)),
        "given": None if np.isinf(given) else _plain(pair_scores.orient(float(given), rule.keep)),
        "scores": len(known),
    }
    if unmeasured := int(np.isposinf(bad).sum()):
        told["unmeasured"] = unmeasured
    if len(known):
        values = np.quantile(-known if rule.keep == "at_least" else known, distribution.QUANTILES)
        told["quantiles"] = {
            f"p{round(q * 100)}": _figure(float(value)) for q, value in zip(distribution.QUANTILES, values, strict=True)
        }
    return told


def _lenient(limit: float, rule: Rule) -> float:
    """A limit that people can read, on the side that lets more pairs pass; more is worse."""
    value = pair_scores.orient(float(limit), rule.keep)
    return pair_scores.orient(distribution.lenient(value, rule.keep), rule.keep)


def _plain(value: float) -> float | int:
    return int(value) if float(value).is_integer() else float(value)


def _share(flags: np.ndarray[Any, Any]) -> float:
    return _figure(float(flags.mean())) if len(flags) else 0.0


def _figure(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")
