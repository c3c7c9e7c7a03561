"""Columns as Croissant's fields: lists are arrays, structs have sub-fields that are read by JSON path."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

import mlcroissant as mlc
import pyarrow as pa

from data_cards.arrow_types import parse
from schemas.manifest import ColumnRecord

_TYPES = {
    pa.bool_(): mlc.DataType.BOOL,
    pa.int8(): mlc.DataType.INT8,
    pa.int16(): mlc.DataType.INT16,
    pa.int32(): mlc.DataType.INT32,
    pa.int64(): mlc.DataType.INT64,
    pa.uint8(): mlc.DataType.UINT8,
    pa.uint16(): mlc.DataType.UINT16,
    pa.uint32(): mlc.DataType.UINT32,
    pa.uint64(): mlc.DataType.UINT64,
    pa.float16(): mlc.DataType.FLOAT16,
    pa.float32(): mlc.DataType.FLOAT32,
    pa.float64(): mlc.DataType.FLOAT64,
    pa.date32(): mlc.DataType.DATE,
    pa.date64(): mlc.DataType.DATE,
    pa.string(): mlc.DataType.TEXT,
    pa.large_string(): mlc.DataType.TEXT,
    pa.string_view(): mlc.DataType.TEXT,
}


def identifier(*parts: str) -> str:
    """An `@id` of these parts: what a URI gives a meaning to, and white space, is escaped.

    >>> identifier("fra_Latn", "my column")
    'fra_Latn/my%20column'
    """
    return "/".join(quote(part, safe="") for part in parts)


def field(ctx: mlc.Context, record_set: str, file_set: str, column: ColumnRecord) -> mlc.Field:
    """The field of a column.

    Args:
        ctx: what all nodes of a document share.
        record_set: `@id` of the record set that the field is in.
        file_set: `@id` of the files that have the column.
        column: name, type and meaning.

    Raises:
        StageError: the column's type cannot be read.
    """
    kind = parse(column.type)
    extract = mlc.Extract(ctx=ctx, column=column.name)
    return _field(ctx, record_set, column.name, column.description, kind, (file_set, extract, ()))


def _field(
    ctx: mlc.Context,
    parent: str,
    name: str,
    description: str,
    kind: pa.DataType,
    place: tuple[str, mlc.Extract, Sequence[str]],
) -> mlc.Field:
    file_set, extract, path = place
    shape, inner = _shape(kind)
    own = f"{parent}/{identifier(name)}"
    shared = {
        "ctx": ctx,
        "id": own,
        "name": name,
        "description": description or None,
        "is_array": True if shape else None,
        "array_shape": ",".join(map(str, shape)) or None,
    }
    if pa.types.is_struct(inner):
        inside = [_field(ctx, own, one.name, "", one.type, (file_set, extract, (*path, one.name))) for one in inner]
        return mlc.Field(**shared, sub_fields=inside)
    data_type = _data_type(inner)
    if data_type is None:
        shared["description"] = f"{description} (Arrow type {inner})".strip()
        data_type = mlc.DataType.TEXT
    transforms = [mlc.Transform(ctx=ctx, json_path=".".join(map(_step, path)))] if path else []
    source = mlc.Source(ctx=ctx, file_set=file_set, extract=extract, transforms=transforms)
    return mlc.Field(**shared, data_types=[data_type], source=source)


def _shape(kind: pa.DataType) -> tuple[list[int], pa.DataType]:
    """Sizes of a list's dimensions, -1 where rows differ, and the type of its elements."""
    shape = []
    while pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind):
        shape.append(kind.list_size if pa.types.is_fixed_size_list(kind) else -1)
        kind = kind.value_type
    return shape, kind


def _data_type(kind: pa.DataType) -> object:
    """Croissant's type; None where it has none."""
    if pa.types.is_dictionary(kind):
        return _data_type(kind.value_type)
    if pa.types.is_timestamp(kind):
        return mlc.DataType.DATETIME
    if pa.types.is_time(kind):
        return mlc.DataType.TIME
    return _TYPES.get(kind)


def _step(name: str) -> str:
    return name if name.isidentifier() else "'" + name.replace("'", "\\'") + "'"
