"""The columns of a config as the Hub's `dataset_info.features` has them, which `datasets` loads by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from data_cards.arrow_types import parse
from schemas.manifest import ColumnRecord

# Arrow's names where those of `datasets` differ.
_NAMES = {
    "halffloat": "float16",
    "float": "float32",
    "double": "float64",
    "date32[day]": "date32",
    "date64[ms]": "date64",
}


def features(columns: Sequence[ColumnRecord]) -> list[dict[str, Any]]:
    """Name and type of each column, as `datasets.Features` writes and reads them in YAML.

    >>> features([ColumnRecord(name="scripts", type="list<item: string>", description="")])
    [{'name': 'scripts', 'list': 'string'}]

    Raises:
        StageError: a column's type is none that `datasets` can load.
    """
    return [{"name": column.name, **_feature(parse(column.type))} for column in columns]


def _feature(kind: pa.DataType) -> dict[str, Any]:
    if pa.types.is_struct(kind):
        return {"struct": [{"name": field.name, **_feature(field.type)} for field in kind]}
    if pa.types.is_fixed_size_list(kind):
        return {"list": _inside(kind), "length": kind.list_size}
    if pa.types.is_list(kind):
        return {"list": _inside(kind)}
    if pa.types.is_large_list(kind):
        return {"large_list": _inside(kind)}
    if pa.types.is_dictionary(kind):
        return _feature(kind.value_type)
    return {"dtype": _NAMES.get(str(kind), str(kind))}


def _inside(kind: pa.DataType) -> Any:
    """The elements of a list, in the short form that YAML has for plain types and structs."""
    inner = _feature(kind.value_type)
    return next(iter(inner.values())) if list(inner) in (["dtype"], ["struct"]) else inner
