"""What the page sends, read: every value that is not what it should be is a `QuestionError`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.inspection import change
from pipelines.inspection.operators import QuestionError
from pipelines.inspection.rows import Filter, Question
from pipelines.inspection.thresholds import Part

_MOST_CHANGES = 200


def question(given: Mapping[str, Any]) -> Question:
    """Which rows are wanted."""
    filters = given.get("filters") or []
    if not isinstance(filters, list) or len(filters) > 50:
        raise QuestionError("`filters` is a list of at most 50 conditions.")
    read = []
    for one in filters:
        values = one.get("values", []) if isinstance(one, dict) else None
        if not isinstance(values, list) or not all(isinstance(v, (str, int, float)) for v in values):
            raise QuestionError("a filter has a column, an operator and a list of values.")
        read.append(Filter(text(one, "column"), text(one, "operator"), tuple(values)))
    sort = given.get("sort")
    if sort is not None and not isinstance(sort, str):
        raise QuestionError("`sort` is the name of a column.")
    return Question(
        kind=text(given, "kind"),  # type: ignore[arg-type]  # looked up in what the release has
        search=given["search"] if isinstance(given.get("search"), str) else "",
        how=given["how"] if isinstance(given.get("how"), str) else "text",
        filters=tuple(read),
        sort=sort or None,
        descending=given.get("descending") is True,
    )


def part(given: Mapping[str, Any]) -> Part:
    """The language and the source that are looked at."""
    return Part(*(text(given, name) if given.get(name) else None for name in ("language", "source")))


def changes(given: Mapping[str, Any]) -> list[change.Change]:
    """The changed thresholds."""
    came = given.get("changes") or []
    if not isinstance(came, list) or len(came) > _MOST_CHANGES:
        raise QuestionError(f"`changes` is a list of at most {_MOST_CHANGES} changes.")
    return [change.parse(one) for one in came]


def text(given: Mapping[str, Any], name: str) -> str:
    """A text that has to be there."""
    value = given.get(name)
    if not isinstance(value, str):
        raise QuestionError(f"`{name}` is missing.")
    return value


def number(given: Mapping[str, Any], name: str, default: int = 0) -> int:
    """A whole number; a default where none came."""
    value = given.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 40:
        raise QuestionError(f"`{name}` is a whole number from 0.")
    return value
