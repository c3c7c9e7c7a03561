"""Rows of JSON Lines, CSV and TSV files, each with its line, for messages; and columns that are named by languages."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

import orjson

from schemas.errors import RecipeError, SourceError
from schemas.languages import label
from translators.knowledge.files import ending, lines


def json_records(path: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a JSON Lines file, with their lines; empty lines are passed over.

    Raises:
        SourceError: a line is not a JSON object.
    """
    for number, line in lines(path):
        if not line.strip():
            continue
        try:
            record = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise SourceError(
                f"{path}:{number}: not JSON: {error.msg} at column {error.colno}. Write one whole object on each line."
            ) from error
        if not isinstance(record, dict):
            raise SourceError(
                f"{path}:{number}: a {type(record).__name__} came, but an object such as "
                '{"source": "…", "target": "…"} is needed on each line.'
            )
        yield number, record


def table_rows(path: str) -> Iterator[tuple[int, list[str]]]:
    """Rows of a CSV or TSV file, with the line that each ends in; empty lines are passed over.

    Raises:
        SourceError: a quote of a CSV file is never closed.
    """
    if ending(path) == ".tsv":
        yield from ((number, line.split("\t")) for number, line in lines(path) if line.strip())
        return
    reader = csv.reader((f"{line}\n" for _, line in lines(path)), strict=True)
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as error:
        raise SourceError(f"{path}:{reader.line_num}: not CSV: {error}. Mend the quotes there.") from error


@lru_cache(maxsize=4096)
def label_of(code: str) -> str | None:
    """The label of a code; None where it is none."""
    try:
        return label(code)
    except ValueError:
        return None


def columns_of_languages(path: str, columns: Sequence[str]) -> dict[str, str]:
    """Columns that are named by a language, by its label. A label as a name goes before another code.

    Raises:
        RecipeError: two columns for one language.
    """
    found: dict[str, str] = {}
    for column in columns:
        known = label_of(column)
        if known is None or found.get(known) == known:
            continue
        if known in found and column != known:
            raise RecipeError(
                f"{path}: the columns {found[known]!r} and {column!r} are both of {known}. Rename the one that counts "
                f"to {known}."
            )
        found[known] = column
    return found
