"""Did the model decline, or speak of itself, instead of doing the work?"""

from __future__ import annotations

from translators.gates._wording import any_of, fold, has, opening, phrases
from translators.gates.gate import Gate, Pair

# Kinds of phrases (see _wording) that make a refusal where the opening of an answer has both of them.
_KINDS = ("cannot", "sorry", "translate", "task", "self", "rules", "ask", "negated")
_FIRST = ("cannot", "sorry", "self", "ask")  # each pair has one of them
_TOGETHER = (
    ("cannot", "sorry"),
    ("cannot", "translate"),
    ("cannot", "task"),
    ("cannot", "self"),
    ("cannot", "rules"),
    ("sorry", "translate"),
    ("sorry", "self"),
    ("sorry", "rules"),
    ("self", "translate"),
    ("self", "task"),
    ("ask", "translate"),
)
# Other texts have the rest too: it counts only where the source can be searched for it.
_TELLING = frozenset((("cannot", "translate"), ("cannot", "self"), ("sorry", "self"), ("self", "translate")))
# These are the weakest: both have to come soon.
_SOON = frozenset((("cannot", "task"), ("cannot", "rules"), ("sorry", "rules"), ("cannot", "sorry"), ("sorry", "self")))
_SOON_CHARACTERS = 140
_COMPARED = 2_000  # characters of the source


def _score(pair: Pair) -> float:
    """1.0 where the answer opens by declining, in the target's language, the source's or English; else 0.0.

    What the source says too, in its own language, is no refusal: a letter of regret may be translated.
    """
    source = pair.source_language[:3]
    text = opening(pair.target)
    own = (pair.target_language[:3], "eng", source)
    if not any_of(_FIRST, *own).found(text):
        return 0.0
    kinds = _kinds(text, own)
    said = [both for both in _TOGETHER if kinds.issuperset(both)]
    if said and not has(source):
        said = [both for both in said if both in _TELLING]
    if not said:
        return 0.0
    soon = _kinds(text[:_SOON_CHARACTERS], own)
    there = _kinds(fold(pair.source[:_COMPARED]), (source,))
    return float(any(both not in _SOON or soon.issuperset(both) for both in said if not _excused(both, there)))


def _kinds(folded: str, iso3: tuple[str, ...]) -> set[str]:
    return {kind for kind in _KINDS if phrases(kind, *iso3).found(folded)}


def _excused(both: tuple[str, str], there: set[str]) -> bool:
    """Whether the source, with these kinds of phrases, may well be translated so."""
    if "cannot" in both and "negated" in there:
        there = there | {"cannot"}
    if both == ("cannot", "sorry"):  # regret is said in many ways
        return bool(there & {"cannot", "sorry"})
    return there.issuperset(both)


GATE = Gate(
    name="refusal",
    reason="refusal",
    keep="at_most",
    limit=0.0,
    unit="0 or 1",
    source="our choice: an answer is a refusal or it is not",
    why="The model declined, or asked for the text, instead of working on it.",
    score=_score,
)
