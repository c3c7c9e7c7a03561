"""Rows that Derive stages return: every column of `schemas.columns.DERIVED`, in order.

`scores`, `signatures`, `prompts` and `parameters` are mappings here; whoever writes the row makes JSON of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.columns import DERIVED
from translators.asking import Answer
from translators.llm.request import Asker


def derived_row(parent: Mapping[str, Any], *, stage: str, variant: str, operator: str, language: str) -> dict[str, Any]:
    """A row that was not made yet: no text, no scores, no reasons.

    Args:
        parent: row that it is made from (`id`, `document_id`, `text`).
        stage: name of the Derive stage.
        variant: what tells it from its siblings, the end of its id.
        operator: what is done to the text.
        language: label of the language that the text will have.
    """
    row: dict[str, Any] = dict.fromkeys(column.name for column in DERIVED)
    row.update(
        id=f"{parent['id']}/{stage}/{variant}",
        document_id=parent["document_id"],
        parent_id=parent["id"],
        stage=stage,
        operator=operator,
        language=language,
        parent_text=parent["text"],
        scores={},
        signatures={},
        reasons=[],
        prompts={},
        parameters={},
        requests=[],
        prompt_tokens=0,
        completion_tokens=0,
    )
    return row


def add_answer(row: dict[str, Any], step: str, answer: Answer) -> None:
    """Note in a row how one of its steps was answered: prompt, requests, tokens.

    Args:
        row: changed in place.
        step: name of the step, such as `translate` or `back_translate`.
        answer: what came.
    """
    row["prompts"][step] = {"version": answer.version, "sha256": answer.sha256}
    row["requests"].extend(answer.keys)
    row["prompt_tokens"] += answer.prompt_tokens
    row["completion_tokens"] += answer.completion_tokens


def sampling(client: Asker) -> dict[str, Any]:
    """The sampling parameters of the recipe that may change an answer."""
    spec = client.spec
    return {"form": spec.form, "temperature": spec.temperature, "seed": spec.seed, "max_tokens": spec.max_tokens}
