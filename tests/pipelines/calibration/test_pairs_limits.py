"""Limits of several gates from the pairs that they may refuse together."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipelines.calibration.pair_limits import Seen, beyond, find, together

SCORES = st.sampled_from([-np.inf, -1.0, -0.75, -0.5, 0.0, 0.3, np.inf])


@st.composite
def cases(draw: st.DrawFn) -> list[Seen]:
    made = []
    for _ in range(draw(st.integers(1, 3))):
        gates, rows = 3, draw(st.integers(1, 30))
        bad = np.array(draw(st.lists(st.lists(SCORES, min_size=gates, max_size=gates), min_size=rows, max_size=rows)))
        made.append(
            Seen(bad, np.array(draw(st.lists(st.sampled_from([-1.0, -0.6, 0.0, np.inf]), min_size=3, max_size=3))))
        )
    return made


def unavoidable(seen: Seen) -> int:
    """Pairs that a gate which is on could not measure: no limit helps them."""
    return int((np.isposinf(seen.bad) & ~np.isposinf(seen.given)).any(axis=1).sum())


@given(seen=cases(), refuse=st.floats(0, 0.5))
def test_no_more_than_the_share_is_refused_and_no_limit_is_stricter(seen: list[Seen], refuse: float) -> None:
    found = find(seen, refuse)
    rows = sum(len(one.bad) for one in seen)
    refused = sum(int(together(one.bad, of.limits).sum()) for one, of in zip(seen, found, strict=True))
    assert refused <= max(int(refuse * rows + 1e-9), sum(map(unavoidable, seen)))
    for one, of in zip(seen, found, strict=True):
        assert (of.limits >= one.given).all()


@given(seen=cases(), refuse=st.floats(0, 0.5))
def test_the_order_of_pairs_does_not_matter(seen: list[Seen], refuse: float) -> None:
    turned = [Seen(one.bad[::-1], one.given) for one in seen]
    for one, other in zip(find(seen, refuse), find(turned, refuse), strict=True):
        assert (one.limits == other.limits).all()


def test_gates_that_refuse_little_keep_their_limit() -> None:
    rng = np.random.default_rng(3)
    strict, mild = rng.normal(size=400), rng.normal(size=400)
    seen = Seen(np.stack([strict, mild], axis=1), np.array([0.0, 2.6]))
    (found,) = find([seen], 0.05)
    assert found.limits[1] == 2.6
    assert found.limits[0] > 1.2
    assert 0.045 <= together(seen.bad, found.limits).mean() <= 0.05


def test_what_the_level_leaves_over_is_given_out() -> None:
    # Seven gates refuse one pair of 100 each, seven pairs in all: a level of one pair would be two too many.
    bad = np.zeros((100, 7))
    bad[range(7), range(7)] = 1.0
    (found,) = find([Seen(bad, np.full(7, 0.5))], 0.05)
    assert found.level == 0.0
    assert found.limits.tolist() == [0.5] * 5 + [1.0] * 2


def test_tighter_only_when_asked() -> None:
    seen = Seen(np.arange(100.0)[:, None], np.array([99.0]))
    assert find([seen], 0.1)[0].limits.tolist() == [99.0]
    (found,) = find([seen], 0.1, tighten=True)
    assert found.limits.tolist() == [89.0]
    assert beyond(seen.bad, found.limits).sum() == 10


def test_language_pairs_share_what_may_be_refused() -> None:
    hard, easy = np.zeros((100, 1)), np.zeros((100, 1))
    hard[:8] = 1.0
    given = np.array([0.5])
    alone, _ = (find([Seen(bad, given)], 0.05)[0] for bad in (hard, easy))
    assert alone.limits.tolist() == [1.0]
    both = find([Seen(hard, given), Seen(easy, given)], 0.05)
    assert [one.limits.tolist() for one in both] == [[0.5], [0.5]]


def test_what_could_not_be_measured_counts_and_does_not_become_a_limit() -> None:
    bad = np.array([[np.inf], [1.0], [0.0], [-np.inf]] * 25)
    (found,) = find([Seen(bad, np.array([0.5]))], 0.4)
    assert found.limits.tolist() == [1.0]
    assert together(bad, found.limits).sum() == 25
