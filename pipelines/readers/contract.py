"""What a reader is: a function from one unit of input to batches of rows, living and dead."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

from schemas.columns import ADDRESS, DEAD, DOCUMENT, Column
from schemas.recipe import Source

MADE_ID = Column("made_id", pl.Boolean, "Whether the id was made from content because the source has none")
UNREAD_DATE = Column("unread_date", pl.String, "What the source has for a date, where that is none; null elsewhere")

# What a reader hands over: documents as they came, each with its address.
READ = (*DOCUMENT, *ADDRESS, MADE_ID, UNREAD_DATE)


@dataclass(frozen=True)
class Unit:
    """A piece of input that is read as one and gives one shard.

    Args:
        source: name of the source in the recipe.
        file: the file, as messages and addresses name it (any fsspec address).
        format: `jsonl`, `parquet`, `csv`, `text` or `warc`.
        digest: digest of the file's content (or the store's own checksum).
        size: bytes of the file.
        first, last: row groups from first to before last, for formats that can be split; null for the whole file.
        limit: read at most so many rows; null for all.
    """

    source: str
    file: str
    format: str
    digest: str
    size: int
    first: int | None = None
    last: int | None = None
    limit: int | None = None


@dataclass(frozen=True)
class Batch:
    """Some rows of a unit: living with the columns `READ`, dead with the columns `DEAD`."""

    rows: pl.DataFrame
    dead: pl.DataFrame


Reader = Callable[[Unit, Source, int], Iterator[Batch]]
"""`read(unit, source, frame_bytes)`: batches of about `frame_bytes` of text, in the order of the file."""

__all__ = ["DEAD", "MADE_ID", "READ", "UNREAD_DATE", "Batch", "Reader", "Unit"]
