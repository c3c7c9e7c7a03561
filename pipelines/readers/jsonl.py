"""Reads JSON lines: one object on each line, plain or compressed with gzip or zstd."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

import orjson

from pipelines.readers.contract import Batch, Unit
from pipelines.readers.lines import damage_message, lines
from pipelines.readers.rows import Rows
from schemas.recipe import Source


def read(unit: Unit, source: Source, frame_bytes: int) -> Iterator[Batch]:
    """Batches of about `frame_bytes` of text. A position is a line number from 1; blank lines are no rows.

    Raises:
        SourceError, PermissionProblem: the file cannot be opened.
    """
    rows = Rows(unit, source, frame_bytes)
    for number, line, problem, words in lines(unit.file, longest(source)):
        if rows.done:
            break
        if problem == "damaged":
            rows.bury(number, "damaged_file", damage_message(unit.file, number, words), line)
        elif problem == "too_long":
            message = f"line {number}: {words}. Split the document, or raise source.max_document_bytes."
            rows.bury(number, "document_too_long", message, line)
        elif line and not line.isspace():
            _add(rows, number, line, source)
        if rows.full:
            yield rows.take()
    if len(rows):
        yield rows.take()


def count(unit: Unit, source: Source, most: int) -> int:
    """Rows of the unit, living or dead, counted up to `most`."""
    found = (
        1 for _, line, problem, _ in lines(unit.file, longest(source)) if problem or not (not line or line.isspace())
    )
    return sum(islice(found, most))


def longest(source: Source) -> int:
    """Bytes of the longest line that can hold a document: escapes take six bytes for one, other fields come on top."""
    return 6 * source.max_document_bytes + (16 << 20)


def _add(rows: Rows, number: int, line: bytes, source: Source) -> None:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        _bury(rows, number, line, error, source)
        return
    if type(record) is dict:
        rows.add_record(number, record, line)
        return
    kind = {list: "a list", str: "a string", type(None): "null"}.get(type(record), "a plain value")
    message = (
        f'line {number} holds {kind}, but an object such as {{"{source.fields.text}": "…"}} is needed. '
        "Write one object on each line."
    )
    rows.bury(number, "not_an_object", message, line)


def _bury(rows: Rows, number: int, line: bytes, error: orjson.JSONDecodeError, source: Source) -> None:
    """Says why a line could not be read, and saves id and verdict where that is possible."""
    try:
        line.decode()
    except UnicodeDecodeError as wrong:
        message = (
            f"line {number} is not UTF-8: byte {line[wrong.start]:#04x} at byte {wrong.start + 1} of the line. "
            "Convert the file to UTF-8, for example with iconv."
        )
        rows.bury(number, "invalid_utf8", message, line)
        return
    if "surrogate" in str(error):
        # Python's own parser takes half a surrogate pair, so the rest of the record can still be named.
        try:
            record: Any = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        record = record if isinstance(record, dict) else {}
        fields = source.fields
        message = (
            f"line {number} holds half of a surrogate pair at column {error.colno} ({error.msg}): no Unicode text "
            "can hold it. Write the whole pair, or the character itself."
        )
        id = record.get(fields.id) if fields.id else None
        expected = record.get(fields.expected) if fields.expected else None
        rows.bury(number, "invalid_utf8", message, line, id=_plain(id), expected=_plain(expected))
        return
    message = (
        f"line {number} is not JSON: {error.msg} at column {error.colno}. Write one whole JSON object on each line, "
        "without line breaks inside."
    )
    rows.bury(number, "invalid_json", message, line)


def _plain(value: Any) -> str | None:
    return value if isinstance(value, str) else str(value) if isinstance(value, int) else None
