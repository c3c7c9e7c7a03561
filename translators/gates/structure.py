"""Headings, lists, tables, paragraphs, emphasis and tags: does the target have the structure of the source?"""

from __future__ import annotations

import re

from rapidfuzz.distance import Indel

from translators.gates.gate import Gate, Pair
from translators.text.structure import Paragraph, Structure, is_plain, structure

# Paragraphs of one line each, which begin like words and hold no sign of any structure: most texts are such.
_UNMARKED = re.compile(
    r"[^\W\d_][^\n\r\v\f\x1c-\x1e\x85\u2028\u2029*_~<>\[\]|`$\\{}#=]*"
    r"(?:\n{2,}[^\W\d_][^\n\r\v\f\x1c-\x1e\x85\u2028\u2029*_~<>\[\]|`$\\{}#=]*)*\n*"
)
_GAP = re.compile(r"\n+(?!\Z|\n)")


def share_kept(source: str, target: str) -> float:
    """How much of the structure both texts have, 0 to 1: the lowest of the shares of blocks, inline marks and nesting.

    - Blocks in order: headings with their level, items with their level and number, quotes, rows with their number of
      cells, code, formulas, rules, paragraphs. How many lines a paragraph has counts only where its lines do not look
      wrapped by hand.
    - Inline: how often words are strong, struck out, linked; how often each tag comes.
    - Where tags nest in the source, they nest in the target.
    """
    if _UNMARKED.fullmatch(source) and _UNMARKED.fullmatch(target) and _gaps(source) == _gaps(target):
        return 1.0
    before, after = structure(source), structure(target)
    if before == after:
        return 1.0
    if before.nested and not after.nested:
        return 0.0
    return min(_blocks_kept(before, after), _inline_kept(before, after))


def _gaps(text: str) -> int:
    return len(_GAP.findall(text))


def _blocks_kept(before: Structure, after: Structure) -> float:
    # Lines of the n-th paragraph do not count where the n-th of the source is wrapped.
    wrapped = [one.wrapped for one in before.blocks if isinstance(one, Paragraph)]
    names: dict[str, int] = {}
    sequences = []
    for side in (before, after):
        numbers: list[int] = []
        paragraph = 0
        for one in side.blocks:
            if isinstance(one, Paragraph):
                free = paragraph < len(wrapped) and wrapped[paragraph]
                paragraph += 1
                words = ["paragraph"] + ["line"] * (0 if free else one.lines - 1)
            else:
                words = [one]
            numbers += (names.setdefault(word, len(names)) for word in words)
        sequences.append(numbers)
    longer = max(map(len, sequences))
    if not longer:
        return 1.0
    common = (sum(map(len, sequences)) - Indel.distance(*sequences)) // 2
    return common / longer


def _inline_kept(before: Structure, after: Structure) -> float:
    longer = max(before.inline.total(), after.inline.total())
    return (before.inline & after.inline).total() / longer if longer else 1.0


def _score(pair: Pair) -> float:
    return share_kept(pair.source, pair.target)


def _applies(pair: Pair) -> bool:
    return not (is_plain(pair.source) and is_plain(pair.target))


GATE = Gate(
    name="structure_kept",
    reason="structure_lost",
    keep="at_least",
    limit=1.0,
    unit="share",
    source="our choice: a document has to keep its form",
    why="Headings, lists, tables, paragraphs, emphasis and tags have to stay as they are.",
    score=_score,
    applies=_applies,
)
