"""Readers: from files to batches of documents. One module a format; `files` finds the files, `rows` is shared.

A reader never stops for a row that it cannot use: the row is dead, with the error, what came and how to mend it.
It stops (SourceError, PermissionProblem) where a whole file cannot be what the recipe says.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import cast

from pipelines.readers.contract import Batch, Reader, Unit
from schemas.errors import MissingPackage, SourceError, one_of
from schemas.recipe import Source

FORMATS = ("csv", "jsonl", "parquet", "text", "warc")


Counter = Callable[[Unit, Source, int], int]
"""`count(unit, source, most)`: rows of a unit, living and dead, counted up to `most`, without making documents."""


def _module(format: str) -> ModuleType:
    if format not in FORMATS:
        raise SourceError(one_of("format", format, FORMATS))
    try:
        return importlib.import_module(f"pipelines.readers.{format}")
    except ModuleNotFoundError as error:
        raise MissingPackage(
            f"reading {format} needs the package {error.name!r}. Install it with: pip install 'glotmill[warc]'"
        ) from error


def reader(format: str) -> Reader:
    """The reader of a format; its packages are loaded now and not before.

    Raises:
        SourceError: no such format.
        MissingPackage: the format needs a package that is not installed.
    """
    return cast(Reader, _module(format).read)


def counter(format: str) -> Counter:
    """The function that counts the rows of a unit, for every format but Parquet, whose footer says it."""
    return cast(Counter, _module(format).count)


def read(unit: Unit, source: Source, frame_bytes: int) -> Iterator[Batch]:
    """Batches of about `frame_bytes` of text from one unit, in the order of the file.

    Raises:
        SourceError: the file is missing, or is not what the recipe says.
        PermissionProblem: not allowed to read it.
        MissingPackage: the format needs a package that is not installed.
    """
    return reader(unit.format)(unit, source, frame_bytes)
