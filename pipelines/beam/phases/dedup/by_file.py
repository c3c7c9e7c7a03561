"""Tables by the file of their documents: what is said of a file's documents is read once, with the file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.beam import exchange
from pipelines.beam.context import Context
from pipelines.beam.exchange import Exchange
from pipelines.beam.phases.dedup.tables import Table


@dataclass(frozen=True)
class _ByFile:
    folder: str
    buckets: int

    def pieces(self, unit: tuple[int, str]) -> pl.DataFrame:
        return exchange.read(unit[1]).with_columns(exchange.bucket_of_file(pl.col("node"), self.buckets))

    def reduce(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.sort("node")


def run(
    context: Context, phase: str, folder: str, paths: Sequence[str], buckets: int, schema: pl.Schema
) -> Iterator[pl.DataFrame]:
    """Bring rows together that are of the same file.

    Args:
        folder: where the exchange keeps its files.
        paths: files with `node`.
        buckets: how many tables come out.
        schema: of the rows.

    Returns:
        `buckets` tables, sorted by node: number i has the documents in files i, i + buckets, …
    """
    by_file = _ByFile(folder, buckets)
    found = set(exchange.files(context, phase, by_file, list(enumerate(paths))))
    for bucket in range(buckets):
        path = exchange.file_of(by_file, bucket)
        yield exchange.read(path) if path in found else pl.DataFrame(schema=schema)


def of_tables(
    wanted: Exchange, found: Collection[str], buckets: int, tables: Sequence[Table]
) -> list[tuple[str, Table | None]]:
    """Each file of documents with the file that says which of them are wanted, where any is.

    Args:
        wanted: an exchange whose buckets are those of files (`exchange.bucket_of_file`).
        found: the files that it left.
    """
    pairs = [(exchange.file_of(wanted, table.index % buckets), table) for table in tables]
    return [(path, table) for path, table in pairs if path in found]
