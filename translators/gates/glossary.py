"""Whether a translation uses the terms of the glossary, and leaves alone what is not translated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from translators.gates.gate import Gate, Pair
from translators.knowledge.glossary import Entry, Glossary
from translators.knowledge.inflection import invariant, lowered, may_be_form
from translators.knowledge.terms import Finder, Term, is_plain, normalised
from translators.knowledge.words import SPACED_WORD


def glossary_kept(pair: Pair, entries: Sequence[Entry]) -> float:
    """Share of the entries that the target has, 0 to 1; 1.0 where there are none.

    Args:
        pair: text and translation.
        entries: terms that the text holds, from `Glossary.entries_for`.
    """
    return 1.0 - len(ignored(pair, entries)) / len(entries) if entries else 1.0


def ignored(pair: Pair, entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries that the target does not have, for the prompt of a repair.

    A term that is not translated has to stand there letter for letter. Of another each word has to, in any order and
    in any form (`inflection.may_be_form`); a term with signs, or in a script without spaces, has to as a whole.
    """
    text = normalised(pair.target)
    low = lowered(text)
    words = SPACED_WORD.findall(low)
    return tuple(
        entry
        for entry in entries
        if not (
            entry.source in text
            if entry.kept
            else any(_stands(lowered(term), low, words, pair.target_language) for term in entry.targets)
        )
    )


def _stands(term: str, low: str, words: Sequence[str], language: str) -> bool:
    if not is_plain(term):
        return term in low
    if invariant(language):
        return bool(Finder([Term(term, inflected=False)], language).find(low))
    return all(any(may_be_form(part, word, language) for word in words) for part in SPACED_WORD.findall(term))


@dataclass(frozen=True)
class _Score:
    glossary: Glossary

    def __call__(self, pair: Pair) -> float:
        return glossary_kept(pair, self._entries(pair))

    def applies(self, pair: Pair) -> bool:
        return bool(self._entries(pair))

    def _entries(self, pair: Pair) -> tuple[Entry, ...]:
        return _entries(self.glossary, pair.source, pair.source_language, pair.target_language)


@lru_cache(maxsize=256)  # `applies` and `score` of a pair ask for the same
def _entries(glossary: Glossary, text: str, source_language: str, target_language: str) -> tuple[Entry, ...]:
    return glossary.entries_for(text, source_language, target_language)


def gate(glossary: Glossary) -> Gate:
    """The gate of a glossary: it says nothing of texts without a term."""
    score = _Score(glossary)
    return Gate(
        name="glossary_kept",
        reason="glossary_ignored",
        keep="at_least",
        limit=0.5,
        unit="share of the terms",
        source="five terms on human translations that were not made with them: 5.4 % lie below",
        why="A glossary was given, and the translation does not use its terms.",
        score=score,
        applies=score.applies,
    )


GATE = gate(Glossary())
