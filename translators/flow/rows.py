"""Rows that Derive stages return: every column of `schemas.columns.DERIVED`, in order.

`scores`, `signatures` and `parameters` are mappings here; whoever stores the row makes JSON of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.columns import DERIVED


def derived_row(
    parent: Mapping[str, Any], *, stage: str, variant: str, operator: str, language: str, text: str | None = None
) -> dict[str, Any]:
    """A row that was not made yet: no text, no scores, no reasons.

    Args:
        parent: row that it is made from (`id`, `document_id`, `text`, `language`).
        stage: name of the Derive stage.
        variant: what tells it from its siblings, the end of its id.
        operator: what is done to the text.
        language: label of the language that the text will have.
        text: what of the parent is worked on, where that is not its text.
    """
    row: dict[str, Any] = dict.fromkeys(column.name for column in DERIVED)
    row.update(
        id=row_id(parent, stage, variant),
        document_id=parent["document_id"],
        parent_id=parent["id"],
        stage=stage,
        operator=operator,
        language=language,
        source_language=parent["language"],
        parent_text=parent["text"] if text is None else text,
        scores={},
        signatures={},
        reasons=[],
        parameters={},
        attempts=1,
        sample=0,
        exchanges=[],
        prompt_tokens=0,
        completion_tokens=0,
    )
    return row


def row_id(parent: Mapping[str, Any], stage: str, variant: str) -> str:
    """Id of a derived row."""
    return f"{parent['id']}/{stage}/{variant}"


def sample_of(parent: Mapping[str, Any], stage: str, variant: str) -> int:
    """How often a derived row was replayed."""
    samples: Mapping[str, int] = parent.get("samples") or {}
    return samples.get(row_id(parent, stage, variant), 0)
