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
    for rule in rules:
        if rule.score not in scores:
            continue
        limit = getattr(params, rule.threshold).for_row(source, pair)
        if limit is None:
            continue
        score = scores[rule.score]
        if score is None or math.isnan(score):
            found[UNMEASURED] = None
        elif not (score <= limit if rule.keep == "at_most" else score >= limit):
            found[rule.reason] = None
    return list(found)


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
