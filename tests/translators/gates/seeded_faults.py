"""All seeded faults in one form, and what gates and a perfect way back say of them.

A fault of a number, an omission, a truncation or a wrong language is made in the translation. A negation or a name is
changed in the English: the same fault seen from the other side, and made in one way for all languages.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import seeded_language
import seeded_names
import seeded_negation
import seeded_numbers
import seeded_omission
import xxhash

from translators.flow import verdict
from translators.gates import registry
from translators.gates.gate import Gate, Pair

KINDS = ("number", "negation", "omission", "truncation", "name", "left in English", "third language")
RESPONSIBLE: Mapping[str, tuple[str, ...]] = {
    "number": ("numbers_kept",),
    "negation": ("negation_kept",),
    "omission": ("shortest_ratio", "numbers_kept", "names_kept"),
    "truncation": ("shortest_ratio", "numbers_kept", "names_kept"),
    "name": ("names_kept",),
    "left in English": ("foreign_words", "in_language", "echo"),
    "third language": ("in_language", "foreign_words"),
}
"""Scores of the gates that are there for a fault; the others may find it by chance."""


@dataclass(frozen=True)
class Seeded:
    """A clean pair with one fault.

    Args:
        kind: of `KINDS`.
        pair: as the gates see it.
        faulted: the English that a perfect way back of the fault would give; None where none can be made.
        source: the English that it is compared with.
    """

    kind: str
    pair: Pair
    faulted: str | None
    source: str


def rng_of(pair: Pair, kind: str) -> random.Random:
    """A generator that the pair and the kind alone decide."""
    return random.Random(xxhash.xxh3_64_intdigest(f"{kind}\0{pair.source}\0{pair.target}".encode()))


def seeded(pair: Pair, kind: str, third: tuple[str, str] | None = None) -> Seeded | None:
    """One fault in a clean pair from English.

    Args:
        pair: English and its translation.
        kind: of `KINDS`.
        third: text and label of the same sentence in a third language, for that kind.

    Returns:
        None where no such fault fits.
    """
    rng = rng_of(pair, kind)
    english, label = pair.source_language, pair.target_language
    if kind in ("negation", "name"):
        seeder = seeded_negation if kind == "negation" else seeded_names
        wrong = seeder.seed(pair.source, english, rng)
        return None if wrong is None else Seeded(kind, Pair(wrong, pair.target, english, label), pair.source, wrong)
    again = rng_of(pair, f"{kind}, in English")
    faulted: str | None
    if kind == "number":
        target = seeded_numbers.seed(pair.target, label, rng)
        faulted = seeded_numbers.seed(pair.source, english, again)
    elif kind in ("omission", "truncation"):
        kinds = ("cut",) if kind == "truncation" else ("sentence", "tail")
        target = _first(seeded_omission.seed(pair.target, label, rng, one) for one in kinds)
        faulted = _first(seeded_omission.seed(pair.source, english, again, one) for one in kinds)
    elif kind == "left in English":
        target = seeded_language.seed(pair.target, label, rng, pair.source, english)
        faulted = pair.source  # English is what it came back as: a way back cannot see this
    else:
        target = third[0] if third is not None and third[1] != label else None
        faulted = pair.source  # a model that reads both languages brings the same back
    if target is None or target == pair.target:
        return None
    return Seeded(kind, Pair(pair.source, target, english, label), faulted, pair.source)


def _first(made: Iterable[str | None]) -> str | None:
    return next((one for one in made if one is not None), None)


def scores(pair: Pair) -> verdict.Scores:
    """What all gates that ask no model say."""
    return verdict.worst(registry.TRANSLATION, (pair,))


def refused(
    found: Mapping[str, float | None], limits: Mapping[str, float | None] | None = None, gates: Sequence[Gate] = ()
) -> list[str]:
    """Scores that break a limit.

    Args:
        found: scores of a pair.
        limits: by score; None for what ships.
        gates: those that count; all where none is named.
    """
    broken = []
    for gate in gates or registry.TRANSLATION:
        limit = gate.limit if limits is None else limits.get(gate.name, gate.limit)
        if gate.name not in found or limit is None:
            continue
        score = found[gate.name]
        if score is None or (score < limit if gate.keep == "at_least" else score > limit):
            broken.append(gate.name)
    return broken
