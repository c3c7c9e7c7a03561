"""Limits of several gates that together refuse a given share at most: one quantile level, found by bisection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Seen:
    """What gates said of the pairs of one language pair.

    Args:
        bad: how bad each pair is to each gate, shape (n, g), n > 0; -inf: does not apply, inf: could not be measured.
        given: the limits that hold now, shape (g,), more is worse; inf: off.
    """

    bad: F64
    given: F64


@dataclass(frozen=True)
class Found:
    """The limits of one language pair, and how they came about.

    Args:
        limits: of each gate, more is worse; inf where a gate is off. Shape (g,).
        level: share of the pairs that each gate by itself may refuse, before what was left over was given out.
    """

    limits: F64
    level: float


def together(bad: F64, limits: F64) -> Flags:
    """Whether any gate refuses each pair, shape (n,)."""
    return np.asarray((beyond(bad, limits)).any(axis=1))


def beyond(bad: F64, limits: F64) -> Flags:
    """Whether each gate refuses each pair, shape (n, g). What could not be measured is refused where a gate is on."""
    on = ~np.isposinf(limits)
    return np.asarray(((bad > limits) | np.isposinf(bad)) & on)


def find(seen: Sequence[Seen], refuse: float, *, tighten: bool = False) -> list[Found]:
    """The largest common level at which all gates of all cases together refuse no more than a share of the pairs.

    A gate's limit is the milder of the given one and its own quantile, so that more than the given limits is refused
    only with `tighten`. The share refused grows with the level, which makes bisection exact. Scores such as 0, 0.5
    and 1 leave a part of the share unused, because a step refuses many pairs or none: each gate, those first that
    refuse fewest, then gets as much of its given limit back as fits.

    Args:
        seen: the language pairs that share what may be refused; one for limits of its own.
        refuse: share, 0 to 1.
        tighten: whether limits may become stricter than the given ones; those that are off get one.
    """
    rows = [len(one.bad) for one in seen]
    most, steps = int(refuse * sum(rows) + 1e-9), max(rows)
    cases = [_Case(one, tighten) for one in seen]
    allowed = [[0] * len(one.given) for one in seen]

    def level_fits(level: int) -> bool:
        return sum(case.refused([level * n // steps] * case.gates) for case, n in zip(cases, rows, strict=True)) <= most

    level = _largest(0, steps, level_fits)
    allowed = [[level * n // steps] * case.gates for case, n in zip(cases, rows, strict=True)]
    taken = [case.refused(own) for case, own in zip(cases, allowed, strict=True)]
    if not tighten:
        shares = [beyond(one.bad, one.given).mean(axis=0) for one in seen]
        order = sorted(
            (float(shares[at][gate]), at, gate) for at, case in enumerate(cases) for gate in range(case.gates)
        )
        for _, at, gate in order:
            left = most - sum(taken) + taken[at]
            own = allowed[at]
            fits = partial(_fits, cases[at], own[:gate], own[gate + 1 :], left)
            own[gate] = _largest(own[gate], rows[at], fits)
            taken[at] = cases[at].refused(own)
    return [Found(case.limits(own), level / steps) for case, own in zip(cases, allowed, strict=True)]


class _Case:
    """One language pair: limits by how many pairs each gate may refuse."""

    def __init__(self, seen: Seen, tighten: bool) -> None:
        self._seen, self._tighten = seen, tighten
        self._ranked = [np.sort(column[np.isfinite(column)])[::-1] for column in seen.bad.T]
        self._unmeasured = np.isposinf(seen.bad).sum(axis=0)
        self.gates = len(seen.given)

    def limits(self, allowed: Sequence[int]) -> F64:
        limits = self._seen.given.copy()
        for index, (values, may) in enumerate(zip(self._ranked, allowed, strict=True)):
            if len(values):
                own = values[min(max(0, may - int(self._unmeasured[index])), len(values) - 1)]
                limits[index] = own if self._tighten else max(limits[index], own)
        return limits

    def refused(self, allowed: Sequence[int]) -> int:
        return int(together(self._seen.bad, self.limits(allowed)).sum())


def _fits(case: _Case, before: list[int], after: list[int], most: int, one: int) -> bool:
    return case.refused([*before, one, *after]) <= most


def _largest(low: int, high: int, fits: Callable[[int], bool]) -> int:
    """The largest of some numbers that fits, `low` where none does; all below one that fits do too."""
    while low < high:
        middle = (low + high + 1) // 2
        if fits(middle):
            low = middle
        else:
            high = middle - 1
    return low
