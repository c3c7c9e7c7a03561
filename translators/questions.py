"""Grow dialogues from passages of a language's own text: questions that belong to a place, with answers to them.

After UltraLink (arXiv 2402.04588): what people ask about their own country cannot be translated from elsewhere. A
document gives one passage, a passage one dialogue: a question that the passage answers, its answer, then questions that
go deeper or further. What is the same there and here, and what differs: docs/dialogues.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import Field, field_validator, model_validator

from schemas import languages
from schemas.recipe import Role
from schemas.stage import Derive, Models, Rule, StageParams, Threshold, threshold
from translators.flow import gates, growing, translating, verdict
from translators.flow.growing import Dialogue, Passage
from translators.flow.rows import derived_row, sample_of
from translators.flow.scribe import Scribe
from translators.gates import grounded, turns
from translators.llm.request import BadAnswer
from translators.text import records

NAME = "questions"
_VARIANT = "dialogue"
_ROLES: tuple[Role, ...] = ("ask", "answer")
_PATHS = ("messages[].content",)
_COLUMNS = "columns: East Asian characters count two, spaces none"
GATES = (*turns.GATES, *grounded.GATES)

if TYPE_CHECKING:
    _Limits = StageParams
else:  # made from the gates, each of which says its limit once
    # Passages are shown as they are: nothing in the turns was a placeholder.
    _Limits = gates.params("QuestionLimits", GATES, placeholders=False)


class QuestionsParams(_Limits):
    """Parameters of the questions stage."""

    sources: list[str] | None = Field(
        None,
        description="Sources of the recipe whose documents are asked about; null for all",
        json_schema_extra={"unit": "source names", "source": "our choice"},
    )
    source_languages: list[str] | None = Field(
        None,
        description="Languages whose documents are asked about; null for all",
        json_schema_extra={"unit": "language codes", "source": "our choice"},
    )
    min_characters: int = Field(
        300,
        ge=0,
        description="A shorter document is not asked about; it is kept with the reason too_short",
        json_schema_extra={"unit": "characters", "source": "our choice: less says too little to be asked about"},
    )
    max_characters: int = Field(
        10_000,
        gt=0,
        description="A longer document is not asked about; it is kept with the reason too_long",
        json_schema_extra={"unit": "characters", "source": "arXiv 2402.04588: passages of 1,000 to 10,000 tokens"},
    )
    passage_characters: int = Field(
        2_000,
        gt=0,
        description="Longest passage: a longer document is cut between paragraphs, and one part of it is drawn",
        json_schema_extra={"unit": "characters", "source": "arXiv 2402.04588: cut at 2,000 tokens"},
    )
    fewest_rounds: int = Field(
        2,
        ge=1,
        description="Rounds of question and answer that are always attempted",
        json_schema_extra={"unit": "rounds", "source": "arXiv 2402.04588"},
    )
    most_rounds: int = Field(
        6,
        ge=1,
        description="Rounds at most",
        json_schema_extra={"unit": "rounds", "source": "our choice: with a first chance of 0.1 none has more"},
    )
    first_stop: float = Field(
        0.1,
        gt=0,
        le=1,
        description="Chance to stop after the fewest rounds; it doubles with every further round",
        json_schema_extra={"unit": "probability", "source": "arXiv 2402.04588"},
    )
    depth_share: float = Field(
        0.5,
        ge=0,
        le=1,
        description="Chance of a further question to go deeper; otherwise it asks about something else near it",
        json_schema_extra={"unit": "probability", "source": "our choice: the paper says at random"},
    )
    seed: int = Field(
        0,
        description="Draws passages, rounds and ways anew",
        json_schema_extra={"unit": "any integer", "source": "our choice"},
    )
    question_tokens: int = Field(
        400,
        gt=0,
        description="Longest question; the recipe's `max_tokens` of the role `ask` holds too",
        json_schema_extra={"unit": "tokens", "source": "our choice"},
    )
    answer_tokens: int = Field(
        1024,
        gt=0,
        description="Longest answer; the recipe's `max_tokens` of the role `answer` holds too",
        json_schema_extra={"unit": "tokens", "source": "our choice"},
    )
    min_shortest_question: Threshold = threshold(
        10.0, "Least length of the shortest question", unit=_COLUMNS, source="our choice"
    )
    max_longest_question: Threshold = threshold(
        400.0, "Most length of the longest question", unit=_COLUMNS, source="our choice"
    )
    min_shortest_answer: Threshold = threshold(
        10.0, "Least length of the shortest answer", unit=_COLUMNS, source="our choice: a sentence, not a word"
    )
    max_longest_answer: Threshold = threshold(
        3_000.0, "Most length of the longest answer", unit=_COLUMNS, source="our choice"
    )
    max_copied_example: Threshold = threshold(
        0.8,
        "Most similarity of a turn and an example that base models are shown",
        unit="share of triples of characters, 0 to 1",
        source="our choice: small models copy examples word by word",
    )
    max_repeated_question: Threshold = threshold(
        0.7,
        "Most similarity of two questions of a dialogue",
        unit="share of triples of characters, 0 to 1",
        source="measured: three questions that we wrote about one passage, in 13 languages, have 0.39 at most",
    )

    @field_validator("source_languages")
    @classmethod
    def _labels(cls, codes: list[str] | None) -> list[str] | None:
        return None if codes is None else [languages.label(code) for code in codes]

    @model_validator(mode="after")
    def _in_order(self) -> QuestionsParams:
        for low, high in (("min_characters", "max_characters"), ("fewest_rounds", "most_rounds")):
            if getattr(self, low) > getattr(self, high):
                raise ValueError(
                    f"{low} is {getattr(self, low)}, which is more than {high}, {getattr(self, high)}: lower the one "
                    "or raise the other"
                )
        return self

    def limits_decide(self) -> bool:
        """Whether limits decide about what a model is asked: whether a dialogue goes on."""
        return True


def variants(row: Mapping[str, Any], params: QuestionsParams) -> list[str]:
    """One dialogue for each document; none where the parameters leave the document out."""
    if params.sources is not None and row["source"] not in params.sources:
        return []
    if params.source_languages is not None and row["language"] not in params.source_languages:
        return []
    return [_VARIANT]


async def derive(row: Mapping[str, Any], models: Models, params: QuestionsParams, kit: None) -> list[dict[str, Any]]:
    """The dialogue of a document: `record` has its messages, the passage's id and what each question does.

    Args:
        row: `id`, `document_id`, `text`, `language` (label), `source`, `variants`, `samples`.
        models: who is asked, in the roles `ask` and `answer`.
        params: what to do.
        kit: nothing.

    Raises:
        ServerUnavailable: the server is away or keeps refusing.
        StopError: the request can never succeed.
    """
    if not row["variants"]:
        return []
    text, language = row["text"] or "", row["language"]
    row_id = str(row["id"])
    unfit = _unfit(text, language, params)
    if unfit:
        made = derived_row(row, stage=NAME, variant=_VARIANT, operator=_VARIANT, language=language)
        made["reasons"] = [unfit]
        return [made]
    passage = growing.passage_of(text, language, row_id, longest=params.passage_characters, seed=params.seed)
    made = derived_row(row, stage=NAME, variant=_VARIANT, operator=_VARIANT, language=language, text=passage.text)
    scribe = Scribe(models, row_id, sample_of(row, NAME, _VARIANT))
    made["model"] = scribe.spec("ask").model
    made["parameters"] = translating.parameters(scribe, _ROLES)
    plan = growing.moves(
        row_id,
        fewest=params.fewest_rounds,
        most=params.most_rounds,
        first_stop=params.first_stop,
        depth_share=params.depth_share,
        seed=params.seed,
    )

    def good(grown: Dialogue) -> bool:
        found = growing.scores(grown, passage.text, language)
        pair = f"{language}{languages.TO}{language}"
        return not verdict.broken(found, RULES, params, row.get("source") or "", pair)

    grown = Dialogue()
    try:
        await growing.grow(
            grown,
            passage.text,
            language,
            plan,
            scribe,
            question_tokens=params.question_tokens,
            answer_tokens=params.answer_tokens,
            good=good,
        )
    except growing.Empty:
        made["reasons"] = ["no_answer"]
    except BadAnswer as error:
        made["reasons"], made["raw"] = [translating.reason_of(error)], error.raw or str(error)
    if grown.rounds:
        _write(made, grown, passage, row_id)
        made["scores"] = growing.scores(grown, passage.text, language)
    scribe.write_into(made)
    made["model_returned"] = next((one.model_returned for one in scribe.exchanges), None)
    return [made]


def _unfit(text: str, language: str, params: QuestionsParams) -> str | None:
    """Why a document is not asked about; None where it is."""
    if language == languages.UNDETERMINED or not languages.is_label(language):
        return "no_language"
    length = len(text.strip())
    if length > params.max_characters:
        return "too_long"
    return "too_short" if length < max(1, params.min_characters) else None


def _write(made: dict[str, Any], grown: Dialogue, passage: Passage, row_id: str) -> None:
    """Add a dialogue to its row, in place."""
    record = {"messages": grown.messages(), "passage_id": f"{row_id}#{passage.number}", "moves": list(grown.moves)}
    made["record"] = json.dumps(record, ensure_ascii=False)
    made["text"] = records.rendering(record, _PATHS)


def _source_rows(params: QuestionsParams) -> str:
    return "source"


RULES = (
    gates.FINISHED,
    *(gates.rule_of(gate) for gate in GATES),
    Rule("question_too_short", "shortest_question", "min_shortest_question", "at_least", "A question is too short."),
    Rule("question_too_long", "longest_question", "max_longest_question", "at_most", "A question is too long."),
    Rule("answer_too_short", "shortest_answer", "min_shortest_answer", "at_least", "An answer is too short."),
    Rule("answer_too_long", "longest_answer", "max_longest_answer", "at_most", "An answer is too long."),
    Rule(
        "copied_example",
        "copied_example",
        "max_copied_example",
        "at_most",
        "A turn was copied from the examples that a base model is shown.",
    ),
    Rule(
        "repeated_question",
        "repeated_question",
        "max_repeated_question",
        "at_most",
        "A question was asked twice in one dialogue.",
    ),
)

STAGE = Derive(
    name=NAME,
    version=1,
    summary="Grows dialogues from passages of a language's own text, and checks that they ask and are answered by it.",
    params=QuestionsParams,
    reads=("id", "text", "language", "source"),
    derive=derive,
    variants=variants,
    of=_source_rows,
    rules=RULES,
    failures=("no_answer", "bad_answer", "too_long", "too_short", "timed_out", "no_language"),
)
