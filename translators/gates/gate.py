"""What a gate is: a score of a text and what was made of it, held against a limit like any other score."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Pair:
    """A text and what was made of it: a translation, or a rewrite in the same language.

    Args:
        source: the text before.
        target: the text after.
        source_language: label of the first, such as `eng_Latn`.
        target_language: label of the second.
    """

    source: str
    target: str
    source_language: str
    target_language: str


def _always(pair: Pair) -> bool:
    return True


@dataclass(frozen=True)
class Gate:
    """One check.

    Args:
        name: of its score, in snake case; a row holds it under this name.
        reason: what is wrong with a row that breaks it.
        keep: rows pass whose score is at least, or at most, the limit.
        limit: the limit that ships; None: off until someone sets it.
        unit: unit of score and limit.
        source: where the limit comes from (paper, measurement, our choice).
        why: one sentence for the card.
        score: of a pair; None where it should be measured and cannot be: such a row is not accepted.
        applies: whether the gate can say anything of a pair at all; where not, the row has no such score and passes.
    """

    name: str
    reason: str
    keep: Literal["at_least", "at_most"]
    limit: float | None
    unit: str
    source: str
    why: str
    score: Callable[[Pair], float | None]
    applies: Callable[[Pair], bool] = _always
