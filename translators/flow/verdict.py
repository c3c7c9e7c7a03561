"""Gates in the middle of the work: which limits do these scores break, so that a repair is asked for or a row left?

Says the same as judging the rows afterwards (`pipelines.judge`) does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from schemas.stage import Rule, StageParams
from translators.gates.gate import Gate, Pair

UNMEASURED = "unmeasured"
Scores = dict[str, float | None]


def broken(
    scores: Mapping[str, float | None], rules: Sequence[Rule], params: StageParams, source: str, pair: str
) -> list[str]:
    """Every rule that the scores break, in the order of the rules.

    Args:
        scores: by name; a score that is not there does not apply, one that is null could not be measured.
        rules: what they are held against.
        params: with the limits.
        source: name of the row's source in the recipe.
        pair: language pair, `eng_Latn>fra_Latn`.
    """
    found: dict[str, None] = {}
    for rule, limit in _limits(rules, params, source, pair):
        if rule.score not in scores:
            continue
        score = scores[rule.score]
        if score is None or math.isnan(score):
            found[UNMEASURED] = None
        elif not (score <= limit if rule.keep == "at_most" else score >= limit):
            found[rule.reason] = None
    return list(found)


# Rows of one source and pair share their limits. The parameters are kept with them, so that no others get their id.
_KNOWN: dict[tuple[int, int, str, str], tuple[object, object, list[tuple[Rule, float]]]] = {}
_MOST_KNOWN = 4096


def _limits(rules: Sequence[Rule], params: StageParams, source: str, pair: str) -> list[tuple[Rule, float]]:
    """The rules that are on for rows of a source and pair, each with its limit."""
    key = id(rules), id(params), source, pair
    known = _KNOWN.get(key)
    if known is None:
        limits = ((rule, getattr(params, rule.threshold).for_row(source, pair)) for rule in rules)
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        known = _KNOWN[key] = (rules, params, [(rule, limit) for rule, limit in limits if limit is not None])
    return known[2]


def worst(gates: Iterable[Gate], pairs: Sequence[Pair]) -> Scores:
    """The score of each gate over several pairs: the worst of those that it applies to.

    One that could not be measured is worse than any.
    """
    scores: Scores = {}
    for gate in gates:
        for pair in pairs:
            if not gate.applies(pair):
                continue
            score = gate.score(pair)
            if gate.name not in scores:
                scores[gate.name] = score
                continue
            before = scores[gate.name]
            if before is None or score is None:
                scores[gate.name] = None
            else:
                scores[gate.name] = min(before, score) if gate.keep == "at_least" else max(before, score)
    return scores
