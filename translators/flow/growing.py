"""Grows a dialogue from a passage, round by round, and scores its turns.

How many rounds a dialogue has and which way each goes is drawn after UltraLink (arXiv 2402.04588): the first rounds are
always attempted, then the chance to stop doubles each time. Draws are hashes, so that they depend on the id alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import xxhash

from schemas.recipe import Role
from translators.flow import verdict
from translators.flow.scribe import Scribe
from translators.flow.verdict import Scores
from translators.gates import grounded, turns
from translators.gates.gate import Pair
from translators.llm.finish import finished
from translators.prompts import questions
from translators.prompts.prompt import Prompt
from translators.prompts.questions import Move
from translators.text.segments import cut


@dataclass(frozen=True)
class Passage:
    """A part of a document.

    Args:
        text: whole paragraphs, as they stand there.
        number: which part it is, from 1.
    """

    text: str
    number: int


@dataclass
class Dialogue:
    """What has grown so far.

    Args:
        rounds: questions with their answers.
        moves: what each question does.
        finished: 1.0 where every reply ended by itself, else 0.0.
    """

    rounds: list[tuple[str, str]] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    finished: float = 1.0

    @property
    def questions(self) -> list[str]:
        """All questions."""
        return [question for question, _ in self.rounds]

    @property
    def answers(self) -> list[str]:
        """All answers."""
        return [answer for _, answer in self.rounds]

    def messages(self) -> list[dict[str, str]]:
        """The turns as chat models take them."""
        return [
            {"role": role, "content": text}
            for turn in self.rounds
            for role, text in zip(("user", "assistant"), turn, strict=True)
        ]


class Empty(Exception):
    """A model wrote nothing where a turn was asked for."""


def passage_of(text: str, language: str, row_id: str, *, longest: int, seed: int = 0) -> Passage:
    """The part of a document that a dialogue grows from: one of its parts, drawn by its id.

    Parts are as many whole paragraphs as fit; a longer paragraph is cut between sentences. The last part is left out
    where it is less than half as long as it may be and there are others, because little can be asked about it.

    Args:
        text: of the document.
        language: label of its language.
        row_id: of the document.
        longest: characters of a part.
        seed: draws anew.
    """
    parts = _parts(text, language, longest)
    if len(parts) > 1 and len(parts[-1]) * 2 < longest:
        parts = parts[:-1]
    number = int(drawn(row_id, seed, "passage") * len(parts))
    return Passage(parts[number], number + 1)


def _parts(text: str, language: str, longest: int) -> list[str]:
    """The document in parts of at most so many characters, without spaces around them."""
    if len(text.strip()) <= longest:
        return [text.strip()]
    parts = [""]
    for piece in cut(text, language, longest=longest, lines=False):
        # What stays as it is (a table's border, code) may be of any length.
        for at in range(0, len(piece.text), longest):
            one = piece.text[at : at + longest]
            if len(parts[-1].lstrip()) + len(one.rstrip()) > longest and parts[-1].strip():
                parts.append("")
            parts[-1] += one
    return [one.strip()[:longest] for one in parts if one.strip()]


def moves(
    row_id: str, *, fewest: int, most: int, first_stop: float, depth_share: float, seed: int = 0
) -> tuple[Move, ...]:
    """What each round of a dialogue does, in order.

    Args:
        row_id: of the document.
        fewest: rounds that are always attempted.
        most: rounds at most.
        first_stop: chance to stop after those; it doubles with every further round.
        depth_share: chance of a further round to go deeper; otherwise it goes further.
        seed: draws anew.
    """
    number, stop = fewest, first_stop
    while number < most and drawn(row_id, seed, f"stop {number}") >= stop:
        number, stop = number + 1, min(1.0, 2 * stop)
    later: list[Move] = [
        "depth" if drawn(row_id, seed, f"move {one}") < depth_share else "breadth" for one in range(2, number + 1)
    ]
    return ("first", *later)


def drawn(row_id: str, seed: int, what: str) -> float:
    """A number of at least 0 and below 1, the same for the same arguments."""
    return xxhash.xxh3_64_intdigest(f"{seed}\n{row_id}\n{what}".encode()) / 2**64


async def grow(
    made: Dialogue,
    passage: str,
    language: str,
    plan: Sequence[Move],
    scribe: Scribe,
    *,
    question_tokens: int,
    answer_tokens: int,
    good: Callable[[Dialogue], bool],
) -> None:
    """Add rounds to a dialogue, in place, until the plan is done or the dialogue is of no use.

    Args:
        made: so far; keeps its whole rounds whatever happens.
        passage: what it is about.
        language: label of its language.
        plan: what each round does.
        scribe: who asks and writes down.
        question_tokens: longest question.
        answer_tokens: longest answer.
        good: whether it is worth going on; asked after every round.

    Raises:
        Empty: a turn has no text.
        BadAnswer: a reply could not be read.
        ServerUnavailable: the server is away or keeps refusing.
        StopError: the request can never succeed.
    """

    async def turn(role: Role, step: str, field: str, prompt: Prompt, room: int) -> str:
        schema = questions.schema(field) if isinstance(prompt, questions.ObjectPrompt) else None
        reply = await scribe.ask(role, step, prompt, room=room, schema=schema)
        made.finished = min(made.finished, finished(reply.finish_reason))
        text = prompt.read(reply.text)
        if text is None:
            raise scribe.misread(f"the answer to {step} of {scribe.row_id} cannot be read", reply)
        if not text:
            raise Empty
        return text

    asker, answerer = scribe.spec("ask"), scribe.spec("answer")
    for number, move in enumerate(plan[len(made.rounds) :], start=len(made.rounds) + 1):
        prompt = questions.ask(passage, made.rounds, language, move, asker.form, structured=asker.structured == "auto")
        question = await turn("ask", f"{move} {number}", "question", prompt, question_tokens)
        prompt = questions.answer(
            passage, made.rounds, question, language, answerer.form, structured=answerer.structured == "auto"
        )
        answer = await turn("answer", f"answer {number}", "answer", prompt, answer_tokens)
        made.rounds.append((question, answer))
        made.moves.append(move)
        if not good(made):
            return


def scores(made: Dialogue, passage: str, language: str) -> Scores:
    """Scores of all gates: the worst of all turns; of the first round alone what the passage has to hold."""
    to_passage = [Pair(passage, one, language, language) for one in made.questions]
    to_question = [Pair(question, answer, language, language) for question, answer in made.rounds]
    found = verdict.worst(turns.OF_QUESTIONS, to_passage)
    for gate in turns.OF_ANSWERS:
        name = gate.name
        for score in verdict.worst((gate,), to_question).values():
            before = found.get(name, score)
            found[name] = None if before is None or score is None else _worse(gate.keep, before, score)
    obeyed = verdict.worst((turns.STEERED,), [Pair(passage, one, language, language) for one in made.answers])
    found["steered"] = max(found.get("steered") or 0.0, obeyed.get("steered") or 0.0)
    found |= verdict.worst((grounded.SPECIFIC,), to_passage[:1])
    first = Pair(passage, made.answers[0], language, language)
    found |= verdict.worst((grounded.GROUNDED, grounded.NUMBERS), [first])
    return {
        "finished": made.finished,
        **found,
        **turns.lengths(made.questions, made.answers),
        "copied_example": _copied_example(made, language),
        "repeated_question": turns.closest(made.questions) if len(made.rounds) > 1 else 0.0,
        "rounds": float(len(made.rounds)),
    }


def _copied_example(made: Dialogue, language: str) -> float:
    """How near a turn comes to one of the examples that base models are shown, as `turns.closest` has it."""
    shown = [
        text for shot in questions.shots(language) for text in (shot.question, shot.answer, shot.depth, shot.breadth)
    ]
    said = [*made.questions, *made.answers]
    return max((turns.closest((one, other)) for one in said for other in shown), default=0.0)


def _worse(keep: str, one: float, other: float) -> float:
    return min(one, other) if keep == "at_least" else max(one, other)
