"""Is a rewrite the text that it was made from? Case, punctuation and spaces make no difference."""

from __future__ import annotations

from translators.gates._wording import fold
from translators.gates.gate import Gate, Pair


def _score(pair: Pair) -> float:
    """1.0 where both texts are the same, letter by letter, else 0.0."""
    if pair.source == pair.target:
        return 1.0
    if abs(len(pair.source) - len(pair.target)) > len(pair.source) // 4 + 8:
        return 0.0
    return float(fold(pair.source) == fold(pair.target))


GATE = Gate(
    name="unchanged",
    reason="copy",
    keep="at_most",
    limit=0.0,
    unit="0 or 1",
    source="our choice: a copy teaches nothing new",
    why="The rewrite is the text that it was made from.",
    score=_score,
)
