"""Rewrite prompts so that they read as if they had been written in their language, after The Art of Asking.

The paper (arXiv 2510.19806) removes the traces of translation first (naturalness), then either moves the prompt into
the local culture or makes it harder, half of the rows each. Which of the two a row gets follows from a hash of its id,
so that neither order nor number of workers changes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import xxhash
from pydantic import Field, model_validator

from schemas.stage import Client, Derive, Rule, StageParams, Threshold, threshold
from translators import prompts
from translators.asking import work
from translators.gates import free as gates
from translators.llm.request import Asker, BadAnswer, RequestTooLong
from translators.rows import add_answer, derived_row, sampling

NAME = "rewriting"
# Difficulty made prompts about 4.8 times as long in the paper.
_LONGER = 5.0


class RewritingParams(StageParams):
    """Parameters of the rewriting stage."""

    of: Literal["translation", "source"] = Field(
        "translation",
        description="Rows that are rewritten: accepted translations, or the source rows themselves",
        json_schema_extra={"unit": "stage", "source": "arXiv 2510.19806"},
    )
    naturalness: bool = Field(
        True,
        description="Whether traces of translation are removed first",
        json_schema_extra={"unit": "yes or no", "source": "arXiv 2510.19806"},
    )
    culture_share: float | None = Field(
        0.5,
        ge=0,
        le=1,
        description="Share of rows that get local examples; the others get harder. Null: naturalness alone",
        json_schema_extra={"unit": "share, 0 to 1", "source": "arXiv 2510.19806: half of the rows each"},
    )
    seed: int = Field(
        0,
        description="Draws the rows anew that get culture",
        json_schema_extra={"unit": "any integer", "source": "our choice"},
    )
    max_characters: int = Field(
        4000,
        gt=0,
        description="A longer text is not rewritten; it is kept with the reason too_long",
        json_schema_extra={"unit": "characters", "source": "our choice: fits the context window of small models"},
    )
    min_length_ratio: Threshold = threshold(
        0.3, "Shortest result, by the length before", unit="ratio of columns", source="our choice"
    )
    max_length_ratio: Threshold = threshold(
        5.0,
        "Longest result, by the length before",
        unit="ratio of columns",
        source="arXiv 2510.19806: harder prompts are about 4.8 times as long",
    )
    min_markup_kept: Threshold = threshold(
        1.0, "Least share of code, addresses and placeholders", unit="share, 0 to 1", source="our choice"
    )
    min_in_language: Threshold = threshold(
        1.0,
        "1 asks for a result in the language of the text as CLD2 sees it; null where CLD2 does not know the language",
        unit="0 or 1",
        source="arXiv 2510.19806 checks the language after rewriting",
    )
    max_echo: Threshold = threshold(
        0.0,
        "0 refuses results that equal the text before; 1 lets them pass",
        unit="0 or 1",
        source="our choice: an unchanged prompt is no new row",
    )
    min_finished: Threshold = threshold(
        1.0, "1 asks that the model ended by itself in every step", unit="0 or 1", source="our choice"
    )

    @model_validator(mode="after")
    def _something_to_do(self) -> RewritingParams:
        if not self.naturalness and self.culture_share is None:
            raise ValueError("naturalness is off and culture_share is null, so nothing is left to do: set one of them")
        return self


def operators(row_id: str, params: RewritingParams) -> tuple[prompts.Operator, ...]:
    """The operators that a row gets, in order. The same id, seed and share always give the same."""
    first: tuple[prompts.Operator, ...] = ("naturalness",) if params.naturalness else ()
    if params.culture_share is None:
        return first
    drawn = xxhash.xxh3_64_intdigest(f"{params.seed}\n{row_id}".encode()) / 2**64  # 0 <= drawn < 1
    return (*first, "culture" if drawn < params.culture_share else "difficulty")


async def derive(row: Mapping[str, Any], client: Client, params: RewritingParams) -> list[dict[str, Any]]:
    """The rewritten row; each operator works on what the one before it made.

    Args:
        row: `id`, `document_id`, `text`, `language` (label).
        client: a `translators.llm.client.OpenAIClient`, or another `Asker`.
        params: what to do.

    Raises:
        ServerUnavailable: the server is away or keeps refusing.
        StopError: the request can never succeed.
    """
    asker: Asker = client  # type: ignore[assignment]  # the stage contract names `ask` alone
    todo = operators(row["id"], params)
    operator = "+".join(todo)
    text: str = row["text"] or ""
    language: str = row["language"]
    spec = asker.spec
    made = derived_row(row, stage=NAME, variant=operator, operator=operator, language=language)
    made["model"] = spec.model
    made["parameters"] = sampling(asker)
    if len(text) > params.max_characters:
        made["reasons"] = ["too_long"]
        return [made]
    now = text
    done = 1.0
    for step in todo:
        if not now.strip():
            made["reasons"] = ["no_answer"]
            return [made]
        if spec.form == "completion" and len(now.splitlines()) > 1:
            # A line by itself cannot be made harder; and an answer of one line would lose the others.
            made["reasons"] = ["several_lines"]
            return [made]
        try:
            answer = await work(
                asker,
                # the step is bound here, because a lambda would look it up only when it is called
                lambda piece, step=step: prompts.rewrite(piece, language, step, spec.form),  # type: ignore[misc]
                now,
                model=spec.model,
                purpose=f"the rewriting ({step}) of {row['id']}",
                longer=_LONGER if step == "difficulty" else 1.5,
            )
        except BadAnswer as error:
            made["reasons"] = ["too_long" if isinstance(error, RequestTooLong) else "bad_answer"]
            made["raw"] = error.raw or str(error)
            made["requests"].extend(error.keys)
            return [made]
        add_answer(made, step, answer)
        made["model_returned"] = answer.model_returned
        made["raw"] = answer.raw if answer.raw.strip() != answer.text else None
        done = min(done, answer.finished)
        before, now = now, answer.text
    made["text"] = now
    if not now:
        made["reasons"] = ["no_answer"]
        return [made]
    made["scores"] = {
        "length_ratio": gates.length_ratio(text, now),
        # Neither the text that came nor, with two operators, the one in between: then the last did nothing.
        "echo": max(gates.echo(text, now), gates.echo(before, now)),
        "markup_kept": gates.markup_kept(text, now),
        "in_language": gates.in_language(now, language),
        "finished": done,
    }
    return [made]


def _works_on(params: RewritingParams) -> str:
    return params.of


RULES = (
    Rule(
        "unfinished", "finished", "min_finished", "at_least", "The model was cut off, so that the end may be missing."
    ),
    Rule("echo", "echo", "max_echo", "at_most", "Nothing was rewritten."),
    Rule("wrong_language", "in_language", "min_in_language", "at_least", "The result is in another language."),
    Rule("too_short", "length_ratio", "min_length_ratio", "at_least", "So short a result leaves something out."),
    Rule("too_wordy", "length_ratio", "max_length_ratio", "at_most", "So long a result is no prompt any more."),
    Rule("markup_lost", "markup_kept", "min_markup_kept", "at_least", "Code, an address or a placeholder was changed."),
)

STAGE = Derive(
    name=NAME,
    version=1,
    summary="Rewrites prompts: removes traces of translation, then brings in local culture or makes them harder.",
    params=RewritingParams,
    reads=("id", "text", "language"),
    derive=derive,
    of=_works_on,
    rules=RULES,
    failures=("no_answer", "bad_answer", "too_long", "several_lines"),
)
