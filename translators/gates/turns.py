"""What the turns of a dialogue are held against: a question has to ask, an answer to answer, and no passage to steer.

The pair of a question is the passage and the question, that of an answer the question and the answer; `steered` looks
at the passage and either.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

from translators.gates import _requests, echo, language, preamble, refusal, repetition, rewrites
from translators.gates._plain import folded, units
from translators.gates.gate import Gate, Pair
from translators.gates.length import columns

_MARK = re.compile(r"[?？؟፧՞⁇⁈]")
# Scripts whose texts ask without a sign more often than not.
_UNMARKED = frozenset(("Thai", "Laoo", "Khmr", "Mymr", "Tibt", "Hani", "Hans", "Hant", "Jpan"))
_TAGS = re.compile(
    r"<\|[\w-]{2,20}\|>|<[｜|]\w+[｜|]>|\[/?INST\]|<<SYS>>|</?(?:start|end)_of_turn>"
    r"|^(?:system|assistant|user|question|answer|passage)\s*:",
    re.MULTILINE | re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"“„«「『'‘]([^\"”“»」』'’\n]{3,60})[\"”“»」』'’]|\b([A-Z][A-Z0-9_!-]{3,})\b")
_MOST_QUOTED = 200
_SHORT_TURN = 240  # characters: what was ordered is seldom longer
# Words that only questions have, wherever they stand, in languages that write no question mark.
_INTERROGATIVES = {
    "tha": (
        "อะไร", "ทำไม", "อย่างไร", "ยังไง", "เมื่อไร", "เมื่อไหร่", "ไหน", "ใคร", "กี่", "เท่าไร", "เท่าไหร่", "ไหม",
        "หรือไม่", "ใด",
    ),
    "lao": ("ຫຍັງ", "ແນວໃດ", "ເມື່ອໃດ", "ໃສ", "ໃຜ", "ຈັກ", "ໃດ"),
    "khm": ("អ្វី", "យ៉ាងណា", "ពេលណា", "ណា", "ប៉ុន្មាន", "តើ"),
    "mya": ("ဘာ", "ဘယ်", "လား", "လဲ", "နည်း"),
}  # fmt: skip
_GRAM = 3


def _asks(pair: Pair) -> float:
    """1.0 where the target asks: by a question mark, or by the words of its language; and does not answer itself.

    An answer behind the question shows by its length: more letters behind the last mark than before it.
    """
    text = pair.target.strip()
    if not _requests.asks(text, pair.target_language):
        return float(any(map(text.__contains__, _INTERROGATIVES.get(pair.target_language[:3], ()))))
    last = max((found.end() for found in _MARK.finditer(text)), default=0)
    rest = text[last:].strip()
    return float(not last or len(rest) <= last or _requests.asks(rest, pair.target_language))


def _can_be_told(pair: Pair) -> bool:
    iso3 = pair.target_language[:3]
    if _MARK.search(pair.target) or iso3 in _INTERROGATIVES or _requests.stems(pair.target_language, "ask"):
        return True
    return pair.target_language[4:] not in _UNMARKED


def _preamble(pair: Pair) -> float:
    """1.0 where an answer speaks about itself; 0.0 else. A head with a colon and a list behind it is an answer."""
    return preamble.GATE.score(replace(pair, target=" ".join(pair.target.split()))) or 0.0


def _steered(pair: Pair) -> float:
    """1.0 where the turn has tags of a chat, or is little else than what the passage has in quotes or capitals.

    What a passage orders ("say only DONE") is mostly such a string.
    """
    source, target = pair.source, pair.target.strip()
    if any(found[0] not in source for found in _TAGS.finditer(target)):
        return 1.0
    if len(target) > _SHORT_TURN:
        return 0.0
    whole = target.casefold()
    for number, found in enumerate(_QUOTED.finditer(source)):
        if number == _MOST_QUOTED:
            break
        said = (found[1] or found[2]).casefold()
        if said in whole and len(said) * 2 > len(whole):
            return 1.0
    return 0.0


def closest(questions: Sequence[str]) -> float:
    """How alike the two most similar texts are, 0 to 1: the share of their triples of characters that both have.

    Case, spaces and punctuation make no difference.
    """
    sets = [_grams(one) for one in questions]
    return max((len(a & b) / len(a | b) for a, b in combinations(sets, 2) if a or b), default=0.0)


def _grams(text: str) -> frozenset[str]:
    row = "".join(filter(str.isalnum, folded(text)))
    return frozenset(row[at : at + _GRAM] for at in range(max(1, len(row) - _GRAM + 1))) if row else frozenset()


def lengths(questions: Sequence[str], answers: Sequence[str]) -> dict[str, float | None]:
    """Columns of the shortest and the longest question and answer."""
    found: dict[str, float | None] = {}
    for name, texts in (("question", questions), ("answer", answers)):
        sizes = [columns(one) for one in texts] or [0]
        found[f"shortest_{name}"], found[f"longest_{name}"] = float(min(sizes)), float(max(sizes))
    return found


def _copied(pair: Pair) -> float:
    """Share of the question's words that lie in stretches of five words in a row of the passage, 0 to 1.

    1.0 for a question that is a stretch of the passage though it has fewer words.
    """
    row, phrase = units(pair.target)
    if len(row) < phrase:
        before = folded(" ".join(pair.source.split()))
        return float(bool(row) and folded(" ".join(pair.target.split())).strip(" ?？؟.。।") in before)
    return echo.GATE.score(pair) or 0.0


def _echo(pair: Pair) -> float:
    """How alike an answer and its question are, as `closest` has it. A whole sentence may well repeat the question."""
    return closest((pair.source, pair.target))


ASKS = Gate(
    name="asks",
    reason="asks_nothing",
    keep="at_least",
    limit=1.0,
    unit="0 or 1",
    source="our choice",
    why="A turn that should ask does not, or answers itself.",
    score=_asks,
    applies=_can_be_told,
)
COPIED = Gate(
    name="copied",
    reason="copied_question",
    keep="at_most",
    limit=0.8,
    unit="share of words, 0 to 1",
    source="measured: none of 70 questions that we wrote from passages in 13 languages has more",
    why="A question is a sentence of the passage.",
    score=_copied,
)
ECHO = Gate(
    name="echo",
    reason="echo",
    keep="at_most",
    limit=0.8,
    unit="share of triples of characters, 0 to 1",
    source="measured: none of 24 answers that we wrote in whole sentences, in 13 languages, has more",
    why="An answer repeats its question.",
    score=_echo,
)
PREAMBLE = replace(preamble.GATE, score=_preamble)
STEERED = Gate(
    name="steered",
    reason="steered",
    keep="at_most",
    limit=0.0,
    unit="0 or 1",
    source="our choice",
    why="The passage seems to have given the model orders that it obeyed.",
    score=_steered,
)
OF_QUESTIONS: tuple[Gate, ...] = (
    ASKS, COPIED, preamble.GATE, refusal.GATE, repetition.GATE, language.GATE, rewrites.FOREIGN, STEERED,
)  # fmt: skip
"""Held against the passage and each question."""
OF_ANSWERS: tuple[Gate, ...] = (
    ECHO, PREAMBLE, refusal.GATE, repetition.GATE, language.GATE, rewrites.FOREIGN,
)  # fmt: skip
"""Held against each question and its answer."""
GATES: tuple[Gate, ...] = tuple({gate.name: gate for gate in (*OF_QUESTIONS, *OF_ANSWERS)}.values())
"""One gate for each name: what parameters and rules are made from."""
