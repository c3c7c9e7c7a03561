"""What a prompt says about the form of its answer: in 3 sentences, as JSON, a table. A rewrite has to say it too."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from translators.gates import _number_words
from translators.gates._number_tokens import plain
from translators.gates._requests import stems
from translators.gates._wording import fold
from translators.gates.gate import Gate, Pair

COUNTED = ("sentence", "word", "paragraph")
"""What an answer may have so many of."""
FORMS = ("table", "code", "bullet", "poem", "email", "story", "essay", "summary")
"""What an answer may be."""
# Written so in every language.
_FORMATS = re.compile(
    r"(?<![A-Za-z])(JSON|YAML|XML|CSV|TSV|HTML|CSS|Markdown|LaTeX|SQL|Python|JavaScript|TypeScript|Java|Rust|C\+\+|Bash|"
    r"Excel)(?![A-Za-z])",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+")
_NEAR = 24  # characters between a number and what it counts
_LARGEST_WORD = 12


@lru_cache(maxsize=64)
def instructions(text: str, label: str) -> Counter[str]:
    """What a text says about the form of an answer: formats by name, forms, and numbers with what they count.

    >>> sorted(instructions("Explain it in 3 sentences, as JSON.", "eng_Latn"))
    ['3 sentence', 'json']
    """
    found = Counter(dict.fromkeys((one.lower() for one in _FORMATS.findall(text)), 1))
    folded = fold(plain(text))
    for form in FORMS:
        if any(map(folded.__contains__, stems(label, form))):
            found[form] = 1
    for kind in COUNTED:
        for number in _counts(folded, label, stems(label, kind)):
            found[f"{number} {kind}"] = 1
    return found


def _counts(folded: str, label: str, words: tuple[str, ...]) -> set[str]:
    """Numbers that stand close before one of the words; where word order differs, close behind it."""
    numbers: set[str] = set()
    for word in words:
        at = folded.find(word)
        while at >= 0:
            before = _all_numbers(folded[max(0, at - _NEAR) : at + 1], label)
            numbers |= set(before[-1:]) or set(_all_numbers(folded[at + len(word) : at + len(word) + _NEAR], label)[:1])
            at = folded.find(word, at + 1)
    return numbers


def _all_numbers(part: str, label: str) -> list[str]:
    digits = _NUMBER.findall(part)
    if digits:
        return digits
    for value in range(2, _LARGEST_WORD + 1):
        pattern = _number_words.pattern(label, value)
        if pattern is not None and pattern.search(part):
            return [str(value)]
    return []


def _score(pair: Pair) -> float:
    """Share of what the text before says about the form of its answer that the text after says too, 0 to 1."""
    wanted = instructions(pair.source, pair.source_language)
    if not wanted:
        return 1.0
    return (wanted & instructions(pair.target, pair.target_language)).total() / wanted.total()


def _applies(pair: Pair) -> bool:
    return bool(instructions(pair.source, pair.source_language))


GATE = Gate(
    name="instructions_kept",
    reason="instructions_lost",
    keep="at_least",
    limit=1.0,
    unit="share",
    source="our choice: an answer can be checked against them, and would be wrong",
    why="The prompt says which form its answer takes (so many sentences, JSON, a table), and its rewrite does not.",
    score=_score,
    applies=_applies,
)
