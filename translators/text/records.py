"""Fields of a record: which texts are worked on, how they are put back, and how people read them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from schemas.paths import Element, Key, Step, leaves, parse, replace, values

CELLS = " | "
ROWS = "\n"
FIELDS = "\n\n"

__all__ = ["CELLS", "FIELDS", "ROWS", "leaves", "rendering", "replace", "texts"]


def texts(record: Mapping[str, Any], paths: Iterable[str]) -> dict[str, str]:
    """The texts at several paths by their single places, in the order of the paths; each place once.

    Raises:
        RecipeError: a path cannot be read, or the record is of another shape.
    """
    return {place: text for path in paths for place, text in leaves(record, path)}


def rendering(record: Mapping[str, Any], paths: Iterable[str]) -> str:
    """What stands at some paths, as one text for people.

    Elements at the end of a path (cells, options) have ` | ` between them, rows of them a line each; fields, and the
    elements of a list of objects, have a blank line between them. Numbers are written as in JSON, an empty cell is
    empty, and what is null or missing is left out.

    Raises:
        RecipeError: a path cannot be read, or the record is of another shape.
    """
    fields = []
    for path in paths:
        values(record, path)  # its errors name the path
        fields.append(_rendered(record, parse(path)))
    return FIELDS.join(field for field in fields if field)


def _rendered(value: Any, steps: Sequence[Step]) -> str:
    if value is None:
        return ""
    if not steps:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    step, rest = steps[0], steps[1:]
    if isinstance(step, Key):
        return _rendered(value.get(step.name), rest)
    chosen = value if step.index is None else [value[step.index]]
    parts = [_rendered(one, rest) for one in chosen]
    if not rest:
        return CELLS.join(parts)
    border = ROWS if all(isinstance(one, Element) for one in rest) else FIELDS
    return border.join(part for part in parts if part)
