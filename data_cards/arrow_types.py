"""Arrow types from the way `pyarrow.DataType` spells them: the manifest has the words, the card needs the types."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

import pyarrow as pa

from schemas.errors import StageError

_LISTS: dict[str, Callable[[pa.Field], pa.DataType]] = {"list": pa.list_, "large_list": pa.large_list}
_NESTED = re.compile(r"(list|large_list|fixed_size_list|struct|dictionary)<(.*)>(?:\[(\d+)\])?", re.DOTALL)
_WITH_ARGUMENTS: tuple[tuple[re.Pattern[str], Callable[..., pa.DataType]], ...] = (
    (re.compile(r"timestamp\[(\w+), tz=(.+)\]"), lambda unit, zone: pa.timestamp(unit, zone)),
    (re.compile(r"decimal128\((\d+), (-?\d+)\)"), lambda digits, after: pa.decimal128(int(digits), int(after))),
    (re.compile(r"decimal256\((\d+), (-?\d+)\)"), lambda digits, after: pa.decimal256(int(digits), int(after))),
    (re.compile(r"fixed_size_binary\[(\d+)\]"), lambda width: pa.binary(int(width))),
)


@lru_cache(maxsize=4_096)
def parse(spelled: str) -> pa.DataType:
    """The type that is spelled so.

    >>> parse("list<item: struct<script: string, share: double>>")
    ListType(list<item: struct<script: string, share: double>>)

    Raises:
        StageError: no type of those that released columns can have is spelled so.
    """
    try:
        found = _parse(spelled)
    except (ValueError, pa.ArrowException) as error:
        raise _unknown(spelled) from error
    if str(found) != spelled:
        raise _unknown(spelled)
    return found


def _parse(spelled: str) -> pa.DataType:
    if match := _NESTED.fullmatch(spelled):
        outer, inside, size = match.groups()
        if outer == "dictionary":
            values, indices, ordered = _split(inside)
            return pa.dictionary(
                _parse(indices.removeprefix("indices=")),
                _parse(values.removeprefix("values=")),
                ordered == "ordered=1",
            )
        if outer == "struct":
            return pa.struct([_field(part) for part in _split(inside)])
        if outer == "fixed_size_list":
            return pa.list_(_field(inside), int(size))
        return _LISTS[outer](_field(inside))
    for pattern, made in _WITH_ARGUMENTS:
        if match := pattern.fullmatch(spelled):
            return made(*match.groups())
    kind = pa.type_for_alias(spelled)
    if pa.types.is_interval(kind):  # which no Parquet file has
        raise ValueError(spelled)
    return kind


def _field(spelled: str) -> pa.Field:
    name, _, kind = spelled.partition(": ")
    return pa.field(name, _parse(kind.removesuffix(" not null")), nullable=not kind.endswith(" not null"))


def _split(inside: str) -> list[str]:
    """The parts between the commas that are in no brackets."""
    parts, depth, start = [], 0, 0
    for place, character in enumerate(inside):
        depth += (character in "<[(") - (character in ">])")
        if character == "," and depth == 0:
            parts.append(inside[start:place])
            start = place + 2
    return [*parts, inside[start:]] if inside else []


def _unknown(spelled: str) -> StageError:
    return StageError(
        f"{spelled!r} is no type that a released column can have: it takes numbers, strings, booleans, dates, and "
        "lists and structs of them, such as list<item: string>. Change the type of the stage's column."
    )
