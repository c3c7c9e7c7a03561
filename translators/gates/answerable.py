"""Does a rewritten prompt still ask for something, and does it end? A model may answer a prompt that it was to rewrite.

Told by form alone, in some 24 languages by words too: what asked before has to ask after. A prompt that asks in a way
that nothing here knows is not looked at.
"""

from __future__ import annotations

import regex

from translators.gates._requests import asks, edges, questions, verb_last
from translators.gates.gate import Gate, Pair

_TERMINAL = regex.compile(r"[\p{Sentence_Terminal}…][\"'”’»)\]*_`」』]*$")
_OPEN_END = regex.compile(r"[,،、;:：(\[{«“‘「『–—-]$")
_BRACKETS = (("(", ")"), ("（", "）"), ("[", "]"), ("「", "」"), ("«", "»"))


def _asks(pair: Pair) -> float:
    """1.0 where the text after asks too: by a question mark, its words, or the word that the one before asks with.

    That word is the first or, where verbs come last, the last.
    """
    if asks(pair.target, pair.target_language):
        return 1.0
    if questions(pair.source, pair.source_language):
        return 0.0  # an answer to a question begins with its subject
    (first, last), (start, end) = edges(pair.source), edges(pair.target)
    return float(bool(last) and end == last if verb_last(pair.source_language) else bool(first) and start == first)


def _asked(pair: Pair) -> bool:
    return asks(pair.source, pair.source_language)


def _ends(pair: Pair) -> float:
    """1.0 where the text after ends like a whole text: not with an open bracket or a comma, nor without the stop."""
    before, after = pair.source.rstrip(), pair.target.rstrip()
    if not after:
        return 1.0
    if _OPEN_END.search(after) and not _OPEN_END.search(before):
        return 0.0
    for opening, closing in _BRACKETS:
        if after.count(opening) > after.count(closing) and before.count(opening) <= before.count(closing):
            return 0.0
    if _TERMINAL.search(before) and not _TERMINAL.search(after):
        return 0.0 if after[-1].isalnum() else 1.0
    return 1.0


ASKS = Gate(
    name="still_asks",
    reason="asks_nothing",
    keep="at_least",
    limit=1.0,
    unit="0 or 1",
    source="our choice",
    why="The prompt asked for something and its rewrite does not: it seems to be an answer.",
    score=_asks,
    applies=_asked,
)
ENDS = Gate(
    name="ends",
    reason="cut_off",
    keep="at_least",
    limit=1.0,
    unit="0 or 1",
    source="our choice",
    why="The rewrite ends in the middle of a sentence.",
    score=_ends,
)
GATES = (ASKS, ENDS)
