"""Paths to fields of a JSON record.

| path                   | what it means                                                 |
| ---------------------- | ------------------------------------------------------------- |
| `question`             | the value of a key                                            |
| `table.header[]`       | every element of a list                                       |
| `table.rows[][]`       | every cell of every row                                       |
| `messages[].content`   | a key of every element                                        |
| `note?`                | a key that some records lack                                  |
| `"a.b"."odd key"`      | keys with other characters than letters, digits, `_` and `-`  |
| `table.rows[0][2]`     | a single place, as `leaves` names it                          |
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from schemas.errors import RecipeError, one_of

_KEY = re.compile(r"[\w-]+")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_INDEX = re.compile(r"\[([0-9]*)\]")
_MOST_SHOWN = 20  # keys in a message


@dataclass(frozen=True, slots=True)
class Key:
    """A key of an object."""

    name: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Element:
    """An element of a list; None for every one."""

    index: int | None = None


Step = Key | Element


@lru_cache(maxsize=65_536)
def parse(path: str) -> tuple[Step, ...]:
    """The steps of a path.

    Raises:
        RecipeError: it cannot be read.
    """
    steps: list[Step] = []
    here = 0
    while here < len(path) or not steps:
        if steps and not path.startswith(".", here):
            raise _unreadable(path, here)
        here += bool(steps)
        if quoted := _QUOTED.match(path, here):
            try:
                name = str(json.loads(quoted[0]))
            except ValueError:
                raise _unreadable(path, here) from None
            here = quoted.end()
        elif bare := _KEY.match(path, here):
            name, here = bare[0], bare.end()
        else:
            raise _unreadable(path, here)
        optional = path.startswith("?", here)
        here += optional
        steps.append(Key(name, optional))
        while element := _INDEX.match(path, here):
            steps.append(Element(int(element[1]) if element[1] else None))
            here = element.end()
    return tuple(steps)


def _unreadable(path: str, place: int) -> RecipeError:
    return RecipeError(
        f"the path {path!r} cannot be read from {path[place:][:20]!r} on. Write keys with points between them, [] for "
        'every element of a list, and quotes around odd keys: `question`, `table.rows[][]`, `"a b".c`.'
    )


def written(steps: tuple[Step, ...]) -> str:
    """A path from its steps.

    >>> written((Key("a.b"), Element(0), Key("c")))
    '"a.b"[0].c'
    """
    text = ""
    for step in steps:
        if isinstance(step, Element):
            text += "[]" if step.index is None else f"[{step.index}]"
        else:
            name = step.name if _KEY.fullmatch(step.name) else json.dumps(step.name, ensure_ascii=False)
            text += ("." if text else "") + name + ("?" if step.optional else "")
    return text


def values(record: Mapping[str, Any], path: str) -> list[tuple[str, Any]]:
    """Every value at a path, strings and others, each with its single place, in order.

    Raises:
        RecipeError: the path cannot be read, or the record is of another shape.
    """
    return list(_values(record, parse(path), (), path))


def leaves(record: Mapping[str, Any], path: str) -> list[tuple[str, str]]:
    """Every text at a path with its single place, in order.

    Numbers, truth values and nulls are no texts, and neither are strings without a letter: a cell `12.5` stays.

    Raises:
        RecipeError: the path cannot be read, or the record is of another shape.
    """
    return [
        (place, value)
        for place, value in values(record, path)
        if isinstance(value, str) and any(map(str.isalpha, value))
    ]


def _values(value: Any, steps: tuple[Step, ...], before: tuple[Step, ...], path: str) -> Iterator[tuple[str, Any]]:
    here = written(before) or "the record"
    if not steps:
        if isinstance(value, Mapping | list):
            hint = "[]" if isinstance(value, list) else f".{next(iter(value), 'key')}"
            raise RecipeError(
                f"the path {path!r} ends at {_kind(value)}, but a text is needed. Go on with `{path}{hint}`, or leave "
                "it out."
            )
        yield written(before), value
        return
    step, rest = steps[0], steps[1:]
    if isinstance(step, Element):
        if not isinstance(value, list):
            if value is None:
                return
            raise RecipeError(
                f"the path {path!r} asks for elements of {here}, which is {_kind(value)} and not a list. Leave out the "
                "brackets there."
            )
        if step.index is not None and step.index >= len(value):
            raise RecipeError(f"the path {path!r} asks for element {step.index} of {here}, which has {len(value)}.")
        for index in range(len(value)) if step.index is None else (step.index,):
            yield from _values(value[index], rest, (*before, Element(index)), path)
        return
    if not isinstance(value, Mapping):
        if value is None:
            return
        hint = f" Write `{written(before)}[]` for every element." if isinstance(value, list) else ""
        raise RecipeError(
            f"the path {path!r} asks for the key {step.name!r} of {here}, which is {_kind(value)} and not an "
            f"object.{hint}"
        )
    if step.name not in value:
        if step.optional:
            return
        shown = list(map(str, value))[:_MOST_SHOWN]
        raise RecipeError(
            f"the path {path!r} does not fit {here}: {one_of('key', step.name, shown)}. If only some records have it, "
            f"write `{step.name}?`."
        )
    yield from _values(value[step.name], rest, (*before, Key(step.name)), path)


def _kind(value: Any) -> str:
    if isinstance(value, Mapping):
        return f"an object with the keys {', '.join(map(repr, list(value)[:_MOST_SHOWN])) or 'none'}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return {str: "a text", bool: "a truth value", type(None): "null"}.get(type(value), "a number")


def replace(record: Mapping[str, Any], texts: Mapping[str, str]) -> dict[str, Any]:
    """A copy of a record with other texts at single places; everything else is as it was, keys in their order.

    Args:
        record: stays as it is.
        texts: by place, as `leaves` gives them.

    Raises:
        RecipeError: there is no text at a place.
    """
    made: dict[str, Any] = _copied(record)
    for place, text in texts.items():
        holder: Any = made
        *path, last = (step.name if isinstance(step, Key) else step.index for step in parse(place))
        try:
            for step in path:
                holder = holder[step]
            old = holder[last]
        except (KeyError, IndexError, TypeError):
            old = None
        if not isinstance(old, str):
            raise RecipeError(f"there is no text at {place!r} to replace, but {_kind(old)}.")
        holder[last] = text
    return made


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _copied(one) for key, one in value.items()}
    return [_copied(one) for one in value] if isinstance(value, list) else value
