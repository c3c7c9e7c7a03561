"""Rewrites one prompt, operator by operator, and scores what each of them did."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from translators.flow import verdict
from translators.flow.scribe import Scribe
from translators.flow.verdict import Scores
from translators.flow.work import Asked, Cutting, work
from translators.gates import rewrites
from translators.gates.gate import Gate, Pair
from translators.gates.length import columns
from translators.llm.request import BadAnswer
from translators.metrics.edit_distance import character_distance
from translators.prompts import intent, judge
from translators.prompts.prompt import Prompt
from translators.prompts.rewrite import Operator, rewrite
from translators.text.kinds import EXACT, SHORTCUT

# Quantities are free: culture turns miles into kilometres, and the gate for numbers watches the others.
_KINDS = EXACT | {SHORTCUT}
_PARTS = 64  # of a text with code in between: the model has to see all of it at once
_LONGER = {"naturalness": 1.5, "culture": 2.0, "difficulty": 5.0}
_SLACK = 10.0  # columns, about two words: a prompt of three words may grow by one
_JUDGE_TOKENS = 120
_RATING_TOKENS = 60

Facts = Callable[[], Sequence[str]]


class SeveralLines(Exception):
    """A base model was to rewrite a text of several lines, of which it sees one at a time."""


@dataclass
class Rewrite:
    """What became of a prompt.

    Args:
        texts: the prompt, then what each operator made of it.
        operators: what was done.
        finished: 1.0 where every reply ended by itself, else 0.0.
        whole: 1.0 where every placeholder came back, else 0.0.
    """

    texts: list[str]
    operators: list[Operator] = field(default_factory=list)
    finished: float = 1.0
    whole: float = 1.0

    @property
    def text(self) -> str:
        """The last text."""
        return self.texts[-1]


async def apply(
    text: str, language: str, operators: Sequence[Operator], scribe: Scribe, longest: int, facts: Facts
) -> Rewrite:
    """Apply operators, each to what the one before it made. Stops at an empty text.

    Args:
        text: the prompt.
        language: its label.
        operators: in order.
        scribe: who asks.
        longest: characters of the longest prompt that is rewritten.
        facts: lines about the place, for `culture`.

    Raises:
        SeveralLines: the text has several lines, and the model is a base model.
        BadAnswer: a reply could not be read.
        ServerUnavailable: the server is away or keeps refusing.
        StopError: the request can never succeed.
    """
    made = Rewrite([text])
    form = scribe.spec("rewrite").form
    for operator in operators:
        now = made.text
        if not now.strip():
            return made
        if form == "completion" and len(now.splitlines()) > 1:
            # A line by itself cannot be made harder; and an answer of one line would lose the others.
            raise SeveralLines
        help_with = tuple(facts()) if operator == "culture" else ()

        def fill(asked: Asked, operator: Operator = operator, help_with: tuple[str, ...] = help_with) -> Prompt:
            return rewrite(asked.text, language, operator, form, layout=asked.layout, mark=asked.mark, facts=help_with)

        cutting = Cutting(longest=longest * 6, at_once=_PARTS, context=False, kinds=_KINDS, longer=_LONGER[operator])
        done = await work((now,), language, scribe, "rewrite", operator, fill, cutting)
        made.finished, made.whole = min(made.finished, done.finished), min(made.whole, done.whole)
        made.texts.append(done.texts[0])
        made.operators.append(operator)
    return made


def scores(made: Rewrite, language: str) -> Scores:
    """Scores of all gates that ask no model, and what the measures of a release are made from.

    Each operator is held against the text that it was given; of two operators the worse counts. `unchanged`, the form
    of the answer and the question itself are held against the first text too. `<operator>_growth` is the length after
    over that before, in columns, with ten added to both; `length_ratio` and `edit_distance` go from the first text to
    the last, those with an operator's name from the text that it was given.
    """
    found: dict[str, Scores] = {}

    def hold(gates: Sequence[Gate], before: str, after: str) -> None:
        pair = Pair(before, after, language, language)
        for gate in gates:
            one = verdict.worst((gate,), [pair])
            found[gate.name] = _worse(gate, found[gate.name], one) if gate.name in found else one

    steps = list(zip(made.operators, made.texts, made.texts[1:], strict=False))
    for number, (operator, before, after) in enumerate(steps):
        # A text that was natural already may stay as it is; one that the last operator left alone is a copy.
        last = number == len(steps) - 1
        common = [gate for gate in rewrites.COMMON if last or gate.name != "unchanged"]
        hold((*common, *rewrites.BY_OPERATOR[operator]), before, after)
    if len(steps) > 1:
        hold(rewrites.COMMON, made.texts[0], made.text)
    scored: Scores = {"finished": made.finished, "placeholders_kept": made.whole}
    for gate in rewrites.REWRITING:
        scored |= found.get(gate.name, {})
    for operator, before, after in steps:
        scored[f"{operator}_growth"] = (columns(after) + _SLACK) / (columns(before) + _SLACK)
        scored[f"{operator}_edit_distance"] = _distance(before, after)
    scored["length_ratio"] = columns(made.text) / max(1, columns(made.texts[0]))
    scored["edit_distance"] = _distance(made.texts[0], made.text)
    return scored


def _worse(gate: Gate, one: Scores, other: Scores) -> Scores:
    if not one or not other:
        return one or other
    left, right = one[gate.name], other[gate.name]
    if left is None or right is None:
        return {gate.name: None}
    return {gate.name: min(left, right) if gate.keep == "at_least" else max(left, right)}


def _distance(before: str, after: str) -> float:
    return float(character_distance([before], [after])[0])


async def judged(made: Rewrite, language: str, scribe: Scribe) -> float | None:
    """What a judge says of the intent, 0 to 100; None where it does not say."""
    form = scribe.spec("judge").form
    prompt = intent.intent(made.texts[0], made.text, language, made.operators[-1], form)
    reply = await scribe.ask("judge", "judge", prompt, room=_JUDGE_TOKENS, schema=judge.SCHEMA)
    return judge.score(reply.text)


async def ratings(made: Rewrite, language: str, scribe: Scribe) -> Scores:
    """Quality and difficulty before and after, 1 to 5 each; null where the judge did not say."""
    found: Scores = {}
    for when, text in (("before", made.texts[0]), ("after", made.text)):
        prompt = intent.rating(text, language, scribe.spec("judge").form)
        try:
            reply = await scribe.ask("judge", f"rate {when}", prompt, room=_RATING_TOKENS, schema=intent.RATING_SCHEMA)
        except BadAnswer:  # a rating is for the measures alone: the rewrite is no worse without it
            said = None
        else:
            said = intent.rated(reply.text)
        found[f"quality_{when}"], found[f"difficulty_{when}"] = said if said is not None else (None, None)
    return found
