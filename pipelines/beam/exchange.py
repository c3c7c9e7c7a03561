"""A shuffle of small tables: every piece goes to the bucket of its key, each bucket is worked on as a whole.

Keys, addresses and scores go through here, never text. A piece travels as the bytes of an Arrow IPC stream: bytes
have a coder on every runner, whereas an Arrow table would be pickled together with the table that it was sliced from.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Protocol

import polars as pl
import pyarrow as pa

from pipelines import storage
from pipelines.beam import units as beam_units
from pipelines.beam.context import Context, Pending

_ROWS_IN_A_BUCKET = 2_000_000
_DONE = "exchanged.json"


class Exchange(Protocol):
    """What is exchanged. It is pickled to the workers."""

    @property
    def folder(self) -> str:
        """Where its files are."""
        ...

    def pieces(self, unit: Any) -> pl.DataFrame:
        """The rows of a unit; the column `bucket` (below `buckets`) says where each goes."""
        ...

    def reduce(self, rows: pl.DataFrame) -> pl.DataFrame:
        """All rows of a bucket, in no promised order, to what is kept of them."""
        ...


def buckets_for(rows: int, context: Context) -> int:
    """How many buckets: enough that one fits a worker easily. The number never changes a result."""
    return max(context.runner.workers, 1 + rows // _ROWS_IN_A_BUCKET)


def run(context: Context, phase: str, exchange: Exchange, units: Sequence[Any], schema: pl.Schema) -> pl.DataFrame:
    """Exchange, and return what all buckets kept, sorted; skipped when it was done before."""
    paths = files(context, phase, exchange, units)
    return pl.concat([pl.DataFrame(schema=schema), *map(read, paths)]).sort(pl.all())


def files(context: Context, phase: str, exchange: Exchange, units: Sequence[Any]) -> list[str]:
    """Exchange, and return one file for each bucket that kept anything (see `read`); skipped when it was done before.

    Args:
        units: tuples whose first item is a number of their own.
    """
    mark = f"{exchange.folder}/{_DONE}"
    if not storage.exists(mark):
        if not context.may_run(phase):
            raise Pending(phase, 0, 1)
        storage.remove(exchange.folder)
        storage.make_folder(exchange.folder)
        with context.progress.phase(phase, exchange.folder, total=0), beam_units.spoken():
            # In this process: what is exchanged is small, and starting workers costs more than it.
            from pipelines.beam import runner as beam_runner  # Beam takes seconds to load: a finished run does not
            from pipelines.beam import transforms

            one = replace(context.runner, workers=1)
            beam_runner.run(lambda p: transforms.exchange(p, exchange, units), one, len(units))
        beam_units.raise_errors(exchange.folder, len(units))
        storage.write_json(mark, {"units": len(units)})
    return [path for path in storage.list_files(exchange.folder) if path.endswith(".arrow")]


def file_of(exchange: Exchange, bucket: int) -> str:
    """The file of a bucket; it is there if the bucket got anything."""
    return f"{exchange.folder}/{bucket:06d}.arrow"


def read(path: str, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """What a bucket kept, or some columns of it: only their bytes are read then."""
    if columns is None:
        return pl.read_ipc(io.BytesIO(storage.read_bytes(path)))
    with storage.open_read(path) as handle:
        names = pa.ipc.open_file(handle).schema.names
        wanted = pa.ipc.IpcReadOptions(included_fields=[names.index(column) for column in columns])
        frame = pl.from_arrow(pa.ipc.open_file(handle, options=wanted).read_all())
    assert isinstance(frame, pl.DataFrame)
    return frame.select(columns)


def bucket_of(node: pl.Expr, buckets: int) -> pl.Expr:
    """The bucket of a document's address: spreads the rows of one shard and the first rows of all shards alike."""
    return ((node ^ (node // (1 << 32))) % buckets).cast(pl.Int64).alias("bucket")


def bucket_of_file(node: pl.Expr, buckets: int) -> pl.Expr:
    """The bucket of the file that a document is in: a file is read once then."""
    return ((node // (1 << 32)) % buckets).cast(pl.Int64).alias("bucket")
