"""Have a teacher answer accepted prompts, so that prompts become pairs of a prompt and its answer.

The last step of The Art of Asking (arXiv 2510.19806), where the model that rewrote the prompts answers each once, and
the language of the answers is checked again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from schemas.stage import Derive, Models, StageParams
from translators.flow import gates, translating, verdict
from translators.flow.rows import derived_row, sample_of
from translators.flow.scribe import Scribe
from translators.gates import echo, rewrites
from translators.gates.gate import Pair
from translators.llm.finish import finished
from translators.llm.request import BadAnswer
from translators.prompts.answer import answer

NAME = "completion"
_VARIANT = "answer"
GATES = (*rewrites.COMPLETION, echo.GATE)

if TYPE_CHECKING:
    _Limits = StageParams
else:  # made from the gates, each of which says its limit once
    # Answers are asked for as they are: nothing in them was a placeholder.
    _Limits = gates.params("CompletionLimits", GATES, placeholders=False)


class CompletionParams(_Limits):
    """Parameters of the completion stage."""

    of: Literal["rewriting", "translation", "source"] = Field(
        "rewriting",
        description="Rows whose texts are answered: accepted rewrites, accepted translations, or the source rows",
        json_schema_extra={"unit": "stage", "source": "arXiv 2510.19806"},
    )
    max_characters: int = Field(
        8000,
        gt=0,
        description="A longer prompt is not answered; it is kept with the reason too_long",
        json_schema_extra={"unit": "characters", "source": "our choice"},
    )
    answer_tokens: int = Field(
        2048,
        gt=0,
        description="Longest answer; the recipe's `max_tokens` of the role `answer` holds too",
        json_schema_extra={"unit": "tokens", "source": "our choice"},
    )


def variants(row: Mapping[str, Any], params: CompletionParams) -> list[str]:
    """One answer."""
    return [_VARIANT]


async def derive(row: Mapping[str, Any], models: Models, params: CompletionParams, kit: None) -> list[dict[str, Any]]:
    """The answer to a prompt: `text` is the answer, `record` has the messages of both.

    Args:
        row: `id`, `document_id`, `text`, `language` (label), `variants`, `samples`.
        models: who is asked.
        params: what to do.
        kit: nothing.

    Raises:
        ServerUnavailable: the server is away or keeps refusing.
        StopError: the request can never succeed.
    """
    text: str = row["text"] or ""
    language: str = row["language"]
    made = derived_row(row, stage=NAME, variant=_VARIANT, operator="answer", language=language)
    scribe = Scribe(models, row["id"], sample_of(row, NAME, _VARIANT))
    spec = scribe.spec("answer")
    made["model"] = spec.model
    made["parameters"] = translating.parameters(scribe, ["answer"])
    if len(text) > params.max_characters:
        made["reasons"] = ["too_long"]
        return [made]
    if not text.strip():
        made["reasons"] = ["no_answer"]
        return [made]
    if spec.form == "completion" and len(text.strip().splitlines()) > 1:
        made["reasons"] = ["several_lines"]
        return [made]
    try:
        prompt = answer(text if spec.form == "chat" else text.strip(), language, spec.form)
        reply = await scribe.ask("answer", "answer", prompt, room=params.answer_tokens)
    except BadAnswer as error:
        made["reasons"], made["raw"] = [translating.reason_of(error)], error.raw or str(error)
    else:
        made["text"] = prompt.read(reply.text) or ""
        if made["text"]:
            messages = [{"role": "user", "content": text}, {"role": "assistant", "content": made["text"]}]
            made["record"] = json.dumps({"messages": messages}, ensure_ascii=False)
            pair = Pair(text, made["text"], language, language)
            made["scores"] = {"finished": finished(reply.finish_reason), **verdict.worst(GATES, [pair])}
        else:
            made["reasons"] = ["no_answer"]
    scribe.write_into(made)
    made["model_returned"] = next((one.model_returned for one in scribe.exchanges), None)
    return [made]


def _works_on(params: CompletionParams) -> str:
    return params.of


RULES = (gates.FINISHED, *(gates.rule_of(gate) for gate in GATES))

STAGE = Derive(
    name=NAME,
    version=1,
    summary="Has a teacher model answer prompts, and checks language, end and loops of the answers.",
    params=CompletionParams,
    reads=("id", "text", "language"),
    derive=derive,
    variants=variants,
    of=_works_on,
    rules=RULES,
    failures=("no_answer", "bad_answer", "too_long", "timed_out", "several_lines"),
)
