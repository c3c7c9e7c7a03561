"""Shards between phases: Parquet files that are written whole or not at all, and read by column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines import storage

# Fast to write and to read; the release compresses harder.
_COMPRESSION, _LEVEL = "zstd", 1
NODE_BITS = 32


class ShardWriter:
    """Appends frames to one Parquet file, a row group each."""

    def __init__(self, path: str, schema: pl.Schema) -> None:
        self._schema = pl.DataFrame(schema=schema).to_arrow().schema
        self._handle = storage.open_write(path)
        self._writer = pq.ParquetWriter(self._handle, self._schema, compression=_COMPRESSION, compression_level=_LEVEL)
        self.rows = 0

    def write(self, frame: pl.DataFrame) -> None:
        """Append a frame as one row group; an empty one leaves none."""
        if frame.height:
            # Left to itself, the writer cuts what has more than 2^20 rows.
            self._writer.write_table(frame.to_arrow().cast(self._schema), row_group_size=frame.height)
            self.rows += frame.height

    def close(self) -> None:
        """Write the footer."""
        try:
            self._writer.close()
        finally:
            self._handle.close()  # also on a full disk: an open file would keep its space


@contextmanager
def writing(path: str, schema: pl.Schema) -> Iterator[ShardWriter]:
    """A writer whose file becomes `path` when the block ends well."""
    with storage.atomic(path) as temporary, storage.our_errors(f"writing {path}"):
        writer = ShardWriter(temporary, schema)
        try:
            yield writer
        finally:
            writer.close()


def write(path: str, frame: pl.DataFrame) -> None:
    """One frame as a shard."""
    with writing(path, frame.schema) as writer:
        writer.write(frame)


def columns_of(path: str) -> list[str]:
    """Column names of a shard."""
    with storage.open_read(path) as handle:
        return list(pq.ParquetFile(handle).schema_arrow.names)


def rows_of(path: str) -> int:
    """Rows of a shard, from its footer."""
    with storage.open_read(path) as handle:
        return int(pq.ParquetFile(handle).metadata.num_rows)


def read(path: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """A whole shard, or some of its columns."""
    with storage.open_read(path) as handle:
        return _frame(pq.read_table(handle, columns=None if columns is None else list(columns)))


def read_groups(path: str, groups: Iterable[int]) -> pl.DataFrame:
    """Some row groups of a shard."""
    with storage.open_read(path) as handle:
        return _frame(pq.ParquetFile(handle).read_row_groups(list(groups)))


def frames(path: str, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
    """A shard frame by frame (a row group each), so that no shard must fit into memory."""
    with storage.open_read(path) as handle:
        file = pq.ParquetFile(handle)
        for index in range(file.metadata.num_row_groups):
            yield _frame(file.read_row_group(index, columns=None if columns is None else list(columns)))


def frames_with(path: str, rows: pl.Series, columns: Sequence[str] | None = None) -> Iterator[tuple[int, pl.DataFrame]]:
    """Those frames of a shard that hold some of the rows, each with the number of its first row."""
    with storage.open_read(path) as handle:
        file = pq.ParquetFile(handle)
        start = 0
        for index in range(file.metadata.num_row_groups):
            height = file.metadata.row_group(index).num_rows
            if rows.is_between(start, start + height, closed="left").any():
                yield start, _frame(file.read_row_group(index, columns=None if columns is None else list(columns)))
            start += height


def _frame(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame


def nodes(shard: int, rows: pl.Expr) -> pl.Expr:
    """Addresses of rows as one number: shard index x 2^32 + row."""
    return (pl.lit(shard, dtype=pl.UInt64) * (1 << NODE_BITS) + rows.cast(pl.UInt64)).alias("node")


def in_shard(table: pl.DataFrame, shard: int) -> pl.DataFrame:
    """Those rows of a table by address (`node`) that are of one shard, with their `row` there in its place."""
    first = shard << NODE_BITS
    here = table.filter(pl.col("node").is_between(first, first + (1 << NODE_BITS), closed="left"))
    return here.select((pl.col("node") - first).cast(pl.UInt32).alias("row"), pl.exclude("node"))
