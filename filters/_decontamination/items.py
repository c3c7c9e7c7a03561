"""The texts of benchmark items, out of JSON lines, Parquet and CSV.

Each field is a text of its own, and so is each member of a list (choices, answers): in the wild a question stands
without its answers, choices come in another order, and letters stand between them, so that joined texts match nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any, NamedTuple

import orjson
import polars as pl

from filters._decontamination import files
from filters._decontamination.params import Benchmark
from schemas.errors import SourceError

_SHOWN = 50  # fields that a message lists
_KNOWN = ".jsonl, .ndjson, .json, .parquet, .csv, .tsv"


class Items(NamedTuple):
    """Items of all benchmarks, in order.

    Args:
        names: benchmark/id of each item.
        benchmarks: number of each item's benchmark.
        texts: of all items.
        owners: number of the item that each text is of.
    """

    names: list[str]
    benchmarks: list[int]
    texts: list[str]
    owners: list[int]


def read(benchmarks: Iterable[Benchmark]) -> Items:
    """Read all items.

    Raises:
        SourceError: a file that cannot be read, a field that no item has, a benchmark without text.
    """
    found = Items([], [], [], [])
    for number, benchmark in enumerate(benchmarks):
        first = len(found.texts)
        names = files.find(benchmark.name, list(benchmark.paths))
        filled: set[str] = set()  # fields in which any item has a value
        there: dict[str, None] = {}  # fields that there are
        for file in names:
            prefix = "" if len(names) == 1 else file.rpartition("/")[2] + ":"
            place = 0
            for place, row in enumerate(_rows(benchmark, file), start=1):
                there |= dict.fromkeys(row) if len(there) < _SHOWN else {}
                texts = _texts(row, benchmark, filled, f"{file}, item {place}")
                named = None if benchmark.id is None else next(_values(row, benchmark.id), None)
                found.names.append(f"{benchmark.name}/{prefix + str(place) if named is None else named}")
                found.benchmarks.append(number)
                found.texts.extend(texts)
                found.owners.extend([len(found.names) - 1] * len(texts))
                if named is not None:
                    filled.add(str(benchmark.id))
            if not place:
                raise SourceError(f"benchmark {benchmark.name!r}: {file} holds no items. Leave it out, or mend it.")
        wanted = [*benchmark.fields, *([] if benchmark.id is None else [benchmark.id])]
        if missing := [field for field in wanted if field not in filled]:
            raise SourceError(
                f"benchmark {benchmark.name!r}: no item has a value in {', '.join(missing)}. There is "
                f"{', '.join(there)} in {names[0]}. Mend `fields` or `id` in the recipe."
            )
        if len(found.texts) == first:
            raise SourceError(
                f"benchmark {benchmark.name!r}: {', '.join(benchmark.fields)} hold no text in {', '.join(names)}, but "
                "numbers alone, or nothing. Name fields that hold text."
            )
    return found


def _texts(row: dict[str, Any], benchmark: Benchmark, filled: set[str], where: str) -> list[str]:
    """The texts of an item; notes the fields that have a value."""
    texts = []
    for field in benchmark.fields:
        for value in _values(row, field):
            filled.add(field)
            if isinstance(value, dict):
                raise SourceError(
                    f"benchmark {benchmark.name!r}: {where}: {field} holds fields of its own "
                    f"({', '.join(map(str, value))}). Name one of them: {field}.{next(iter(value), 'text')}"
                )
            if isinstance(value, str) and value.strip():
                texts.append(value)
    return texts


def _values(value: Any, field: str) -> Iterator[Any]:
    """What stands in a field, members of lists one by one; null is nothing."""
    if isinstance(value, list):
        for one in value:
            yield from _values(one, field)
    elif not field:
        if value is not None:
            yield value
    elif isinstance(value, dict):
        if field in value:
            yield from _values(value[field], "")
            return
        # A name may hold a dot itself.
        for first in value:
            if field.startswith(f"{first}."):
                yield from _values(value[first], field[len(first) + 1 :])


def _rows(benchmark: Benchmark, file: str) -> Iterator[dict[str, Any]]:
    stem = file.lower().removesuffix(".gz").removesuffix(".zst")
    kind = stem.rpartition(".")[2]
    if kind in ("jsonl", "ndjson", "json"):
        yield from _json(benchmark, file)
        return
    try:
        if kind == "parquet":
            yield from pl.read_parquet(BytesIO(files.content(file))).iter_rows(named=True)
        elif kind in ("csv", "tsv"):
            separator = "\t" if kind == "tsv" else ","
            data = files.content(file)
            if data.strip():
                yield from pl.read_csv(BytesIO(data), separator=separator, infer_schema=False).iter_rows(named=True)
        else:
            raise SourceError(
                f"benchmark {benchmark.name!r}: {file}: its name does not say what it is. Known endings: {_KNOWN}, "
                "also with .gz or .zst."
            )
    except pl.exceptions.PolarsError as error:
        raise SourceError(f"benchmark {benchmark.name!r}: cannot read {file}: {str(error)[:300]}") from error


def _json(benchmark: Benchmark, file: str) -> Iterator[dict[str, Any]]:
    """JSON lines, or one list of objects."""
    data = files.content(file).removeprefix(b"\xef\xbb\xbf").strip()
    where = f"benchmark {benchmark.name!r}: {file}"
    number = 0
    try:
        for number, row in enumerate(_values_of(data), start=1):
            if not isinstance(row, dict):
                raise SourceError(
                    f"{where}, item {number}: not an object with fields: {str(row)[:40]!r}. Mend the file."
                )
            yield row
    except orjson.JSONDecodeError as error:
        raise SourceError(
            f"{where}: not JSON behind item {number}: {error}. Give an object on each line, or one list of objects."
        ) from error


def _values_of(data: bytes) -> Iterator[Any]:
    if data.startswith(b"["):
        yield from orjson.loads(data)
    else:
        yield from (orjson.loads(line) for line in data.split(b"\n") if line.strip())
