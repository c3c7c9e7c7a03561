"""Beam's part: the transforms around units of work and exchanges of small tables. Loaded when there is work to do."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import apache_beam as beam
import polars as pl
from apache_beam.utils.shared import Shared

from pipelines import storage
from pipelines.beam.exchange import file_of
from pipelines.beam.units import BEAT, DONE, Beat, reporting

R = TypeVar("R")


def run_units(pipeline: beam.Pipeline, work: Any, units: Sequence[Any]) -> None:
    """Do the work on each unit (see `pipelines.beam.units`)."""
    (
        pipeline
        | "Units" >> beam.Create(list(units), reshuffle=False)
        | "Spread" >> beam.Reshuffle()
        | work.folder.rstrip("/").split("/")[-2] >> beam.ParDo(_RunUnit(work, Shared()))
    )


class _Box(Generic[R]):
    """Holds the shared resource: `Shared` needs an object that can be weakly referenced."""

    def __init__(self, value: R) -> None:
        self.value = value


class _RunUnit(beam.DoFn):  # type: ignore[misc]
    def __init__(self, work: Any, shared: Shared) -> None:
        self._work = work
        self._shared = shared

    def process(self, unit: Any) -> None:
        folder, name = self._work.folder, self._work.name(unit)
        local = storage.local_path(folder)
        with reporting(folder, name):
            # Opened here and not in `setup`: an error then becomes the unit's error, with its own class and message.
            box = self._shared.acquire(lambda: _Box(self._work.open()), tag=folder)
            beat = Beat(None if local is None else f"{local}/{name}{BEAT}")
            result = self._work.run(unit, box.value, beat)
            storage.write_json(f"{folder}/{name}{DONE}", result)


def exchange(pipeline: beam.Pipeline, exchange: Any, units: Sequence[Any]) -> None:
    """Bring every piece to its bucket and reduce each bucket (see `pipelines.beam.exchange`)."""
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
        rows = pl.DataFrame(schema={"bucket": pl.Int64})
        with reporting(self._exchange.folder, f"{unit[0]:06d}-pieces"):
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
        with reporting(self._exchange.folder, f"{bucket:06d}-bucket"):
            # Pieces may be of several kinds, each with columns of its own.
            rows = pl.concat([pl.read_ipc_stream(io.BytesIO(piece)) for piece in pieces], how="diagonal")
            kept = self._exchange.reduce(rows)
            buffer = io.BytesIO()
            kept.write_ipc(buffer)
            storage.write_bytes_atomic(file_of(self._exchange, bucket), buffer.getvalue())
