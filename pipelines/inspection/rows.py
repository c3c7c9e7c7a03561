"""The rows of a release, searched, sorted and read with DuckDB over its Parquet files.

A search is one scan that leaves the addresses of all rows found, in order; pages are read by address. DuckDB may open
the files of the release and nothing else, and nothing can be changed: see `duck`.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.comparison.release import Release
from pipelines.inspection import duck
from pipelines.inspection.operators import QuestionError, Type, condition, quoted, search, type_of
from schemas.errors import SourceError, one_of

Kind = Literal["all", "documents", "rejected", "derived", "quarantine", "dead"]
OUTCOMES = {
    "document": "released", "rejected": "rejected", "derived": "derived", "quarantined": "quarantined", "dead": "dead",
}  # fmt: skip
_KINDS: dict[Kind, tuple[str, ...]] = {
    "all": ("document", "rejected"),
    "documents": ("document",),
    "rejected": ("rejected",),
    "derived": ("derived",),
    "quarantine": ("quarantined",),
    "dead": ("dead",),
}
_SEARCHED = ("text", "parent_text", "back_text", "raw", "message", "error")
_FILE, _ROW = "_glotmill_file", "_glotmill_row"
_SECONDS = 120.0  # of one query
_HELD = 8  # searches whose addresses are kept
PREVIEW = 320  # characters of a value in a list of rows

Address = tuple[int, int]
"""Number of a file in `Rows.files`, and of a row in it, from 0."""


@dataclass(frozen=True)
class Filter:
    """One condition: `operators.condition` says which there are."""

    column: str
    operator: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Question:
    """What rows are wanted, in which order.

    Args:
        kind: which rows.
        search: text to look for; empty for none.
        how: `text`, `case`, `pattern` or `id`.
        filters: conditions, all of which hold.
        sort: a column; null for the order of the files.
        descending: whether the greatest comes first. Rows without a value always come last.
    """

    kind: Kind = "all"
    search: str = ""
    how: str = "text"
    filters: tuple[Filter, ...] = ()
    sort: str | None = None
    descending: bool = False


@dataclass(frozen=True)
class Found:
    """The addresses of rows, in order: two arrays of length n."""

    files: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)

    def addresses(self, start: int, count: int) -> list[Address]:
        """Some of them."""
        part = slice(start, start + count)
        return list(zip(self.files[part].tolist(), self.rows[part].tolist(), strict=True))


class Rows:
    """The rows of a release. Safe to ask from several threads.

    Args:
        release: in a folder on this machine.

    Raises:
        MissingPackage: DuckDB is not installed.
        SourceError: the release is elsewhere, or a file of it is missing or no Parquet.
    """

    def __init__(self, release: Release) -> None:
        self.release = release
        self.files: tuple[str, ...] = tuple(duck.local(release.path(file)) for file in release.data)
        self.outcomes: tuple[str, ...] = tuple(OUTCOMES[release.kind(file)] for file in release.data)
        self._connection = duck.connection(self.files)
        self._found: OrderedDict[Question, Found] = OrderedDict()
        self._lock = threading.Lock()
        self._described: dict[int, dict[str, str]] = {}
        numbers = {
            kind: [n for n, file in enumerate(release.data) if release.kind(file) in of] for kind, of in _KINDS.items()
        }
        self._numbers = {kind: held for kind, held in numbers.items() if held}
        for kind, held in self._numbers.items():
            self._view(kind, [self.files[n] for n in held])

    @property
    def kinds(self) -> list[Kind]:
        """The kinds of rows that the release has."""
        return list(self._numbers)

    def count(self, kind: Kind) -> int:
        """Rows of a kind, as the manifest counts them."""
        return sum(self.release.data[number].rows or 0 for number in self._numbers.get(kind, ()))

    @property
    def total(self) -> int:
        """Rows of all kinds."""
        return sum(file.rows or 0 for file in self.release.data)

    @cached_property
    def columns(self) -> dict[Kind, dict[str, str]]:
        """Kind of rows -> its columns, each with DuckDB's name of its type."""
        return {
            kind: {
                str(name): str(dtype)
                for name, dtype, *_ in self._all(f"DESCRIBE {quoted(kind)}")
                if name not in (_FILE, _ROW)
            }
            for kind in self._numbers
        }

    def type(self, kind: Kind, column: str) -> Type:
        """The type of a column.

        Raises:
            QuestionError: no such rows, or no such column.
        """
        return type_of(self._known(kind, column))

    def _known(self, kind: Kind, column: str) -> str:
        if kind not in self._numbers:
            raise QuestionError(one_of("kind of rows", kind, self._numbers))
        if column not in self.columns[kind]:
            raise QuestionError(one_of("column", column, self.columns[kind]))
        return self.columns[kind][column]

    def find(self, question: Question) -> Found:
        """The addresses of all rows that a question asks for.

        Raises:
            QuestionError: what it asks for cannot be.
        """
        with self._lock:
            if question in self._found:
                self._found.move_to_end(question)
                return self._found[question]
        found = self._scan(question)
        with self._lock:
            self._found[question] = found
            while len(self._found) > _HELD:
                self._found.popitem(last=False)
        return found

    def _scan(self, question: Question) -> Found:
        kind = question.kind
        if kind not in self._numbers:
            raise QuestionError(one_of("kind of rows", kind, self._numbers))
        where, values = ["true"], []
        if question.search:
            columns = ["id"] if question.how == "id" else [c for c in _SEARCHED if c in self.columns[kind]]
            sql, given = search(columns, question.how, question.search)
            where.append(sql)
            values += given
        for one in question.filters:
            sql, given = condition(one.column, self.type(kind, one.column), one.operator, one.values)
            where.append(sql)
            values += given
        order = f"{_FILE}, {_ROW}"
        if question.sort is not None:
            if self.type(kind, question.sort) in ("list", "nested"):
                raise QuestionError(f"{question.sort} holds lists: rows cannot be sorted by it.")
            order = f"{quoted(question.sort)} {'DESC' if question.descending else 'ASC'} NULLS LAST, {order}"
        sql = f"SELECT {_FILE}, {_ROW} FROM {quoted(kind)} WHERE {' AND '.join(where)} ORDER BY {order}"
        with self._cursor() as cursor:
            arrays = cursor.execute(sql, values).fetchnumpy()
        numbers = np.array(self._numbers[kind], dtype=np.int64)
        return Found(numbers[arrays[_FILE].astype(np.int64)], arrays[_ROW].astype(np.int64))

    def page(
        self, addresses: Sequence[Address], columns: Sequence[str], preview: int = PREVIEW
    ) -> list[dict[str, Any]]:
        """Rows by address, with some columns; texts and nested values are cut.

        A row has `file`, `row`, `outcome` and `values`; a column that its file does not have is null.
        """
        by_file: dict[int, list[int]] = {}
        for number, row in addresses:
            by_file.setdefault(number, []).append(row)
        read: dict[Address, dict[str, Any]] = {}
        for number, wanted in by_file.items():
            types = self._types(number)
            there = [name for name in columns if name in types]
            shown = [_cut(name, types[name], preview) for name in there]
            marks = ", ".join("?" * len(wanted))
            sql = f"SELECT {', '.join(['file_row_number', *shown])} FROM {self._one(number)} "
            for values in self._all(sql + f"WHERE file_row_number IN ({marks})", wanted):
                read[number, values[0]] = dict(zip(there, values[1:], strict=True))
        return [
            {
                "file": number,
                "row": row,
                "outcome": self.outcomes[number],
                "values": {name: read[number, row].get(name) for name in columns},
            }
            for number, row in addresses
            if (number, row) in read
        ]

    def row(self, address: Address) -> dict[str, Any]:
        """A whole row.

        Raises:
            QuestionError: there is none.
        """
        number, row = address
        if not 0 <= number < len(self.files):
            raise QuestionError(f"there is no file {number} in this release.")
        names = list(self._types(number))
        sql = f"SELECT {', '.join(map(quoted, names))} FROM {self._one(number)} WHERE file_row_number = ?"
        for values in self._all(sql, [row]):
            return dict(zip(names, values, strict=True))
        raise QuestionError(f"there is no row {row} in file {number} of this release.")

    def where(self, column: str, value: str, kinds: Sequence[Kind], most: int) -> list[Address]:
        """The addresses of rows that have a value in a column, `most` at most; none where nothing has the column."""
        found: list[Address] = []
        for kind in kinds:
            if kind in self._numbers and column in self.columns[kind]:
                sql = f"SELECT {_FILE}, {_ROW} FROM {quoted(kind)} WHERE {quoted(column)} = ? ORDER BY ALL LIMIT ?"
                numbers = self._numbers[kind]
                found += [(numbers[file], row) for file, row in self._all(sql, [value, most - len(found)])]
        return found

    def frame(self, kind: Kind, selected: Mapping[str, str]) -> pl.DataFrame:
        """Columns of all rows of a kind, with `file` and `row`, in the order of the files.

        Args:
            kind: which rows.
            selected: name -> SQL of ours: a quoted column, or an expression over one.
        """
        names = [f"{sql} AS {quoted(name)}" for name, sql in selected.items()]
        sql = f"SELECT {', '.join([f'{_FILE} AS file', f'{_ROW} AS row', *names])} FROM {quoted(kind)} ORDER BY 1, 2"
        with self._cursor() as cursor:
            found = pl.from_arrow(cursor.sql(sql).to_arrow_table())
        assert isinstance(found, pl.DataFrame)
        numbers = pl.Series("file", self._numbers[kind], dtype=pl.Int32)
        return found.with_columns(numbers.gather(found["file"].cast(pl.UInt32)), pl.col("row").cast(pl.UInt32))

    def close(self) -> None:
        """Let the files go."""
        self._connection.close()

    def _types(self, number: int) -> dict[str, str]:
        if number not in self._described:
            self._described[number] = self._describe(number)
        return self._described[number]

    def _describe(self, number: int) -> dict[str, str]:
        described = self._all(f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {self._one(number)}")
        return {str(name): str(dtype) for name, dtype, *_ in described}

    def _one(self, number: int) -> str:
        path = duck.literal(self.files[number])
        return f"(SELECT *, file_row_number FROM read_parquet([{path}], hive_partitioning = false))"

    def _view(self, kind: Kind, files: Sequence[str]) -> None:
        listed = ", ".join(map(duck.literal, files))
        self._all(
            f"CREATE VIEW {quoted(kind)} AS SELECT *, file_index AS {_FILE}, file_row_number AS {_ROW} "
            f"FROM read_parquet([{listed}], union_by_name = true, hive_partitioning = false)"
        )

    def _all(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._cursor() as cursor:
            rows: list[tuple[Any, ...]] = cursor.execute(sql, list(values)).fetchall()
            return rows

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        import duckdb

        cursor = self._connection.cursor()
        timer = threading.Timer(_SECONDS, cursor.interrupt)
        timer.daemon = True
        timer.start()
        try:
            yield cursor
        except duckdb.InterruptException as error:
            raise QuestionError(
                f"the search took more than {_SECONDS:.0f} seconds and was stopped. Filter by a column first, or "
                "search with its case: that is faster."
            ) from error
        except duckdb.IOException as error:
            raise SourceError(f"a file of the release cannot be read: {_first(error)}") from error
        except duckdb.Error as error:
            raise QuestionError(_first(error)) from error
        finally:
            timer.cancel()
            cursor.close()


def _cut(name: str, dtype: str, most: int) -> str:
    kind, column = type_of(dtype), quoted(name)
    if kind in ("number", "boolean", "list"):
        return column
    return f"left({column if kind == 'text' else f'CAST({column} AS VARCHAR)'}, {most:d})"


def _first(error: Exception) -> str:
    return str(error).partition("\n")[0][:400]
