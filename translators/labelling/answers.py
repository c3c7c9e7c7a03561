"""Reading a score out of a model's answer. Strict: what is not surely a score of the scale is none.

The chat form gives a JSON object with `score` and perhaps `reason`, and nothing before or after it (a code fence around
it is taken off). The completion form gives a number, and nothing else on its line. Digits of any script are read where
they are all of one script; a score is a whole or a half level.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from translators.labelling.rubric import Rubric
from translators.llm.finish import finished
from translators.llm.request import Form

WHYS = {
    "no_answer": "The model answered with nothing.",
    "cut_off": "The answer did not end by itself.",
    "not_the_form": "The answer is not what was asked for: no JSON object, or no number.",
    "off_the_scale": "The answer is a number, but neither a whole nor a half level of the rubric.",
    "bad_answer": "The server refused the document, or its answer could not be read.",
    "too_long": "The document does not fit into the model's context window.",
    "blank": "The stages that edit the text left nothing of it.",
    "stage_failed": "A stage that edits the text failed on the document.",
    "not_asked": "The cap on cost was reached before.",
}
"""Every reason why a document has no label."""

_FENCE = re.compile(r"\A```(?:json)?[ \t]*\n(.*)\n```\Z", re.DOTALL | re.IGNORECASE)
# Digits of another script behind `score` are no JSON, but what models write who answer in that script.
_BARE_SCORE = re.compile(r'("score"\s*:\s*)([^\s",}]+)(?=\s*[,}])')
_ETHIOPIC_DIGITS = {chr(0x1369 + n): str(n + 1) for n in range(9)}  # no zero and no positions: one alone is a number
_NUMBER = re.compile(r"[+-]?[0-9]{1,9}(?:\.[0-9]{1,9})?")
_POINTS = str.maketrans({",": ".", "\u066b": ".", "\uff0e": ".", "\u2212": "-"})


@dataclass(frozen=True)
class Read:
    """What an answer says.

    Args:
        score: the score; None where there is none.
        reason: what the model gives as its reason.
        why: key of `WHYS` where there is no score.
    """

    score: float | None = None
    reason: str | None = None
    why: str | None = None


def read(answer: str, finish_reason: str, rubric: Rubric, form: Form) -> Read:
    """The score in an answer.

    Args:
        answer: what the model wrote.
        finish_reason: why it ended, in the server's word.
        rubric: the scale.
        form: how it was asked.
    """
    if not finished(finish_reason):
        return Read(why="cut_off")
    if not answer.strip():
        return Read(why="no_answer")
    reason: str | None = None
    if form == "chat":
        found = _object(answer.strip())
        if found is None:
            return Read(why="not_the_form")
        value, reason = found
    else:
        value = answer.strip()
    score = number(value) if isinstance(value, str) else value
    if score is None:
        return Read(why="not_the_form")
    return Read(score=score, reason=reason) if rubric.allows(score) else Read(reason=reason, why="off_the_scale")


def number(written: str) -> float | None:
    """The number that a text is, in digits of any one script; None where it is anything else.

    >>> number("3"), number("٣"), number("२.५"), number("2,5"), number("3 of 5"), number("1٣"), number("²")
    (3.0, 3.0, 2.5, 2.5, None, None, None)
    """
    written = written.strip()
    if written in _ETHIOPIC_DIGITS:
        return float(_ETHIOPIC_DIGITS[written])
    zeros = {ord(one) - unicodedata.decimal(one) for one in written if one.isdecimal()}
    if len(zeros) != 1:
        return None
    plain = "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in written)
    plain = plain.translate(_POINTS)
    return float(plain) if _NUMBER.fullmatch(plain) else None


def _object(answer: str) -> tuple[str | float, str | None] | None:
    """Score and reason of the one JSON object that the answer is."""
    fenced = _FENCE.match(answer)
    if fenced is not None:
        answer = fenced[1].strip()
    content = _json(answer)
    if content is None:
        content = _json(_BARE_SCORE.sub(r'\1"\2"', answer, count=1))
    if content is None or not content.keys() <= {"score", "reason"}:
        return None
    score, reason = content.get("score"), content.get("reason")
    if not isinstance(score, (str, float)) or not isinstance(reason, (str, type(None))):
        return None
    return score, reason


def _json(answer: str) -> dict[str, Any] | None:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in pairs}) != len(pairs):
            raise ValueError("a key stands twice")  # two scores are none
        return dict(pairs)

    try:
        content = json.loads(answer, object_pairs_hook=once, parse_int=float)  # no whole number is too large then
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
