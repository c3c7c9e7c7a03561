"""A shuffle of small tables: every piece goes to the bucket of its key, each bucket is worked on as a whole.

Keys, addresses and scores go through here, never text. A piece travels as the bytes of an Arrow IPC stream: bytes
have a coder on every runner, whereas an Arrow table would be pickled together with the table that it was sliced from.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

import apache_beam as beam
import polars as pl

from pipelines import storage
from pipelines.beam import runner as beam_runner
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
    mark = f"{exchange.folder}/{_DONE}"
    if not storage.exists(mark):
        if not context.may_run(phase):
            raise Pending(phase, 0, 1)
        storage.remove(exchange.folder)
        storage.make_folder(exchange.folder)
        with context.progress.phase(phase, exchange.folder, total=0):
            # In this process: what is exchanged is small, and starting workers costs more than it.
            one = beam_runner.Runner(context.runner.name, 1, context.runner.options)
            beam_runner.run(lambda p: _build(p, exchange, units), one, len(units))
        storage.write_json(mark, {"units": len(units)})
    files = [path for path in storage.list_files(exchange.folder) if path.endswith(".arrow")]
    frames = [pl.read_ipc(io.BytesIO(storage.read_bytes(path))) for path in files]
    return pl.concat([pl.DataFrame(schema=schema), *frames]).sort(pl.all())


def _build(pipeline: beam.Pipeline, exchange: Any, units: Sequence[Any]) -> None:
    (
        pipeline
        | "Units" >> beam.Create(list(units), reshuffle=False)
        | "Spread" >> beam.Reshuffle()
        | "Pieces" >> beam.ParDo(_Pieces(exchange)).with_output_types(tuple[int, bytes])
        | "Exchange" >> beam.GroupByKey()
        | "Reduce" >> beam.ParDo(_Reduce(exchange))
    )


class _Pieces(beam.DoFn):  # type: ignore[misc]
    def __init__(self, exchange: Any) -> None:
        self._exchange = exchange

    def process(self, unit: Any) -> Iterator[tuple[int, bytes]]:
        rows = self._exchange.pieces(unit)
        for (bucket,), part in rows.group_by("bucket"):
            buffer = io.BytesIO()
            part.drop("bucket").write_ipc_stream(buffer)
            yield int(bucket), buffer.getvalue()


class _Reduce(beam.DoFn):  # type: ignore[misc]
    def __init__(self, exchange: Any) -> None:
        self._exchange = exchange

    def process(self, keyed: tuple[int, Iterable[bytes]]) -> None:
        bucket, pieces = keyed
        kept = self._exchange.reduce(pl.concat([pl.read_ipc_stream(io.BytesIO(piece)) for piece in pieces]))
        buffer = io.BytesIO()
        kept.write_ipc(buffer)
        storage.write_bytes_atomic(f"{self._exchange.folder}/{bucket:06d}.arrow", buffer.getvalue())
