"""Reads CSV and TSV with a header line, plain or compressed with gzip or zstd."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from typing import Literal

from pipelines.readers.contract import Batch, Unit
from pipelines.readers.lines import damage_message, lines
from pipelines.readers.rows import Rows, check_columns, metadata
from schemas.errors import SourceError
from schemas.recipe import Source

Kind = Literal["row", "malformed", "invalid_utf8", "too_long", "damaged"]


def read(unit: Unit, source: Source, frame_bytes: int) -> Iterator[Batch]:
    """Batches of about `frame_bytes` of text. A position is the line that a row begins on; the header is line 1.

    Raises:
        SourceError: the file cannot be opened, its header cannot be read, or a column is missing.
        PermissionProblem: not allowed to read the file.
    """
    rows = Rows(unit, source, frame_bytes)
    records = _records(unit, source)
    header: list[str] = []
    for number, kind, row, raw, words in records:
        if not header:
            header = _header(unit, source, kind, row, words)
            continue
        if rows.done:
            break
        if kind != "row":
            _bury(rows, unit, number, kind, raw, words)
        elif len(row) != len(header):
            message = (
                f"line {number} has {len(row)} fields, but the header has {len(header)}. Put quotes around fields "
                "that hold a separator, a quote or a line break, and double the quotes inside."
            )
            rows.bury(number, "wrong_number_of_fields", message, raw)
        else:
            _add(rows, number, dict(zip(header, row, strict=True)), source)
        if rows.full:
            yield rows.take()
    if len(rows):
        yield rows.take()


def count(unit: Unit, source: Source, most: int) -> int:
    """Rows of the unit, living or dead, counted up to `most`."""
    found = -1  # the header
    for _ in _records(unit, source):
        found += 1
        if found == most:
            break
    return max(found, 0)


def _header(unit: Unit, source: Source, kind: Kind, row: list[str], words: str) -> list[str]:
    if kind != "row":
        raise SourceError(
            f"{unit.file}: the header cannot be read: {words or kind}. The first line must name the columns, in UTF-8."
        )
    check_columns(unit, source, row)
    twice = sorted({name for name in row if row.count(name) > 1})
    if twice:
        raise SourceError(
            f"{unit.file}: the header names {', '.join(map(repr, twice))} twice. Rename one of the columns."
        )
    return row


def _add(rows: Rows, number: int, record: dict[str, str], source: Source) -> None:
    fields = source.fields
    if fields.texts:
        rows.add_record(number, record, ",".join(record.values()))
        return
    names = source.metadata
    rows.add(
        number,
        record[fields.text],
        id=record.get(fields.id) if fields.id else None,
        url=record.get(fields.url) if fields.url else None,
        date=record.get(fields.date) if fields.date else None,
        declared_language=record.get(fields.declared_language) if fields.declared_language else None,
        expected=record.get(fields.expected) if fields.expected else None,
        metadata=metadata(names, [record[name] for name in names]) if names else None,
    )


def _bury(rows: Rows, unit: Unit, number: int, kind: Kind, raw: str, words: str) -> None:
    if kind == "damaged":
        rows.bury(number, "damaged_file", damage_message(unit.file, number, words), raw)
    elif kind == "too_long":
        message = (
            f"the row that begins on line {number}: {words}. Perhaps a quote is never closed. "
            "Mend it, or raise source.max_document_bytes."
        )
        rows.bury(number, "document_too_long", message, raw)
    elif kind == "invalid_utf8":
        message = f"the row that begins on line {number} is not UTF-8. Convert the file, for example with iconv."
        rows.bury(number, "invalid_utf8", message, raw)
    else:
        message = (
            f"the row that begins on line {number} is not CSV: {words}. Put quotes around fields that hold a "
            "separator, a quote or a line break, and double the quotes inside."
        )
        rows.bury(number, "damaged_record", message, raw)


class _Unreadable(Exception):
    """A line that ends the row it belongs to: too long, or the last before damage."""

    def __init__(self, kind: Kind, words: str) -> None:
        self.kind = kind
        self.words = words


class _Feed:
    """Hands lines to the csv module and remembers what the current row was made of.

    An iterator and not a generator: it must go on after it raised.
    """

    def __init__(self, unit: Unit, source: Source) -> None:
        # A quote doubles inside a field, and other fields come on top.
        self._longest = 2 * source.max_document_bytes + (16 << 20)
        self._lines = lines(unit.file, self._longest)
        self.next_row()

    def next_row(self) -> None:
        """Forgets the row before."""
        self.first = 0
        self.valid = True
        self.raw: list[str] = []
        self._bytes = 0

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        number, line, problem, words = next(self._lines)
        self.first = self.first or number
        self._bytes += len(line)
        try:
            text = line.decode() + "\n"
        except UnicodeDecodeError:
            self.valid = False
            text = line.decode("utf-8", "replace") + "\n"
        if self._bytes < 1 << 16 or not self.raw:
            self.raw.append(text)
        if problem is not None:
            raise _Unreadable(problem, words)
        if self._bytes > self._longest:
            raise _Unreadable("too_long", f"it has more than {self._longest:,} bytes")
        return text


def _records(unit: Unit, source: Source) -> Iterator[tuple[int, Kind, list[str], str, str]]:
    """Line number, kind, fields, raw text and problem of each row, the header first; blank lines are left out."""
    csv.field_size_limit(sys.maxsize)
    name = unit.file.lower().removesuffix(".gz").removesuffix(".zst")
    feed = _Feed(unit, source)
    # strict: what is not CSV is an error here, not a guess.
    rows = csv.reader(feed, delimiter="\t" if name.endswith(".tsv") else ",", strict=True)
    while True:
        row: list[str] = []
        kind: Kind = "row"
        words = ""
        try:
            row = next(rows)
        except StopIteration:
            return
        except _Unreadable as error:
            kind, words = error.kind, error.words
        except csv.Error as error:
            kind, words = "malformed", str(error)
        if kind == "row" and not feed.valid:
            kind = "invalid_utf8"
        if row or kind != "row":
            yield feed.first, kind, row, "".join(feed.raw), words
        feed.next_row()
        if kind == "damaged":
            return
