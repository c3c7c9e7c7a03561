"""Negation: a translation says "not" where its source does, and only there.

The negations of both texts are read with cues of each language (`_negation_*.py`) and matched in order, by where they
stand. One that has no match on the other side counts as lost, unless a word is there that may say the same (`invalid`
for `not valid`). Sentences are not aligned: translators split and join them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from importlib import import_module

from translators.gates import _negation_implied
from translators.gates._negation_reader import Cues, Reader
from translators.gates.gate import Gate, Pair

_FAMILIES = ("germanic", "romance", "slavic", "uralic_turkic", "indic", "asian", "african_semitic", "others")
# How far apart the two may stand: a share of the text, and letters for the order of words. Shares of 0.05, 0.07 and
# 0.09 find 95.7, 95.4 and 94.9 % of the faults seeded into manuals in 24 languages; from the first to the last, 0.2 %
# of the good pairs are no longer refused. Where one language ends its sentences with the verb and the other does not,
# a "not" moves through the whole of a long sentence.
_SHARE, _LETTERS = 0.07, 40
_SHARE_LAST, _LETTERS_LAST = 0.1, 80
# A word that only may say "not" has to stand nearer than another "not": it is often there for another reason.
_SPARE = 0.6
_SHORT = 100  # letters; anything shorter is one place
_USUAL = 300  # letters for each negation: in a long text one that was put otherwise does not condemn the rest


def languages() -> tuple[str, ...]:
    """Labels of the languages whose negations can be read, sorted."""
    return tuple(sorted(f"{code}_{script}" for code, cues in _tables().items() for script in cues.scripts.split()))


def known(language: str) -> bool:
    """Whether the negations of a language (a label) can be read."""
    return reader_of(language) is not None


def applies(pair: Pair) -> bool:
    """Whether both languages are known."""
    return known(pair.source_language) and known(pair.target_language)


def score(pair: Pair) -> float | None:
    """Share of the negations that both texts have, 0 to 1; 1.0 where neither has one, None where a language is unknown.

    A text counts as having at least one negation for each 300 letters, so that in a long one a single sentence that
    was put otherwise does not decide.
    """
    before, after = reader_of(pair.source_language), reader_of(pair.target_language)
    if before is None or after is None:
        return None
    if before is after and pair.source == pair.target:
        return 1.0
    said, says = _sure(before, pair.source), after.sure(pair.target)
    if not said and not says:
        return 1.0
    letters = max(len(pair.source), len(pair.target))
    near = _near(letters, before.last != after.last)
    lost, added = _unmatched(said, says, near)
    if not lost and not added:
        return 1.0
    # `invalid` and `ungültig` are each other's match, and explain no lost "not" beside them.
    spare_before, spare_after = _unmatched(before.soft(pair.source), after.soft(pair.target), near)
    close = near * _SPARE
    worst = max(_unexplained(lost, spare_after, close), _unexplained(added, spare_before, close))
    return 1.0 - min(1.0, worst / max(len(said), len(says), letters / _USUAL))


@lru_cache(maxsize=64)
def _sure(reader: Reader, text: str) -> tuple[float, ...]:
    """The negations of a source, which is held against several targets."""
    return reader.sure(text)


def _near(letters: int, moves: bool) -> float:
    if letters <= _SHORT:
        return 1.0
    return _SHARE_LAST + _LETTERS_LAST / letters if moves else _SHARE + _LETTERS / letters


def _unmatched(left: Sequence[float], right: Sequence[float], near: float) -> tuple[list[float], list[float]]:
    """The places of each side that remain when as many as can be are matched in order, each pair within `near`."""
    if len(left) == len(right) and all(abs(a - b) <= near for a, b in zip(left, right, strict=True)):
        return [], []
    if not left or not right:
        return list(left), list(right)
    rows, columns = len(left), len(right)
    best = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            pair = best[i + 1][j + 1] + 1 if abs(left[i] - right[j]) <= near else 0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], pair)
    i = j = 0
    alone: tuple[list[float], list[float]] = ([], [])
    while i < rows and j < columns:
        if abs(left[i] - right[j]) <= near and best[i][j] == best[i + 1][j + 1] + 1:
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            alone[0].append(left[i])
            i += 1
        else:
            alone[1].append(right[j])
            j += 1
    alone[0].extend(left[i:])
    alone[1].extend(right[j:])
    return alone


def _unexplained(places: Sequence[float], spare: Sequence[float], near: float) -> int:
    """How many places have no spare word within `near`; each word serves one."""
    free = list(spare)
    count = 0
    for place in places:
        close = [one for one in free if abs(place - one) <= near]
        if close:
            free.remove(min(close, key=lambda one: abs(place - one)))
        else:
            count += 1
    return count


@lru_cache(maxsize=1)
def _tables() -> dict[str, Cues]:
    tables: dict[str, Cues] = {}
    for family in _FAMILIES:
        tables |= import_module(f"translators.gates._negation_{family}").CUES
    return tables


@lru_cache(maxsize=512)
def reader_of(language: str) -> Reader | None:
    """How the text of a language is read for what denies; None where that is not known."""
    code, _, script = language.partition("_")
    cues = _tables().get(code)
    return _made(code) if cues is not None and script in cues.scripts.split() else None


@lru_cache(maxsize=512)
def _made(code: str) -> Reader:
    cues = _tables()[code]
    words, pieces = _negation_implied.expressions(code)
    return Reader(
        replace(
            cues,
            soft_forms="|".join(filter(None, (cues.soft_forms, words))),
            soft_phrases="|".join(filter(None, (cues.soft_phrases, pieces))),
        )
    )


GATE = Gate(
    name="negation_kept",
    reason="negation_lost",
    keep="at_least",
    limit=0.8,
    unit="share of negations",
    source="our measurement on manuals and the declaration of human rights, with English negations flipped",
    why="a translation without its source's 'not', or with one of its own, says the opposite and reads well",
    score=score,
    applies=applies,
)
