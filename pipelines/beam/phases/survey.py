"""survey: what many documents of a site repeat, counted over all units before any of them is measured.

Each unit leaves the counts of its own keys (`pipelines.counts`); they are kept, so a new file is surveyed alone. Then
two exchanges: counts come together by key, and go back to the units that have the key where it is common. No process
sees all keys, and a unit learns of its own keys alone: one whose common keys stay the same is not measured again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.parquet as pq
import xxhash

from pipelines import counts, measure, plan, storage
from pipelines.beam import exchange, shards, units
from pipelines.beam.context import Context, Pending
from pipelines.beam.phases.inputs import Task, text_bytes
from pipelines.plan import Plan, Step
from pipelines.readers import read
from schemas.stage import Edit

_DONE = "common.json"
_BYTES_A_SECOND = 20_000_000  # only to tell small work from large: what one core surveys, about
_HELD = 2_000_000  # rows of counts that a worker adds up before it writes them
_IN_A_GROUP = 50_000  # and in a row group: a slice of the keys is read without the others
_IN_A_PIECE = 4_000_000  # rows that a worker reads at a time for an exchange
_IN_A_ROUND = 8_000_000  # rows that go through an exchange at once on this machine, which takes 130 bytes for each
_KEYS = 1 << 64


@dataclass(frozen=True)
class Common:
    """The common keys of a unit: the file that has them, if there are any, and their digest."""

    file: str | None
    digest: str

    def read(self) -> npt.NDArray[np.uint64]:
        """The keys, sorted."""
        return np.zeros(0, np.uint64) if self.file is None else exchange.read(self.file)["key"].to_numpy()


@dataclass(frozen=True)
class _Survey:
    folder: str
    plan: Plan
    step: Step[Edit]
    frame_bytes: int

    def name(self, unit: Task) -> str:
        return unit.name

    def open(self) -> dict[str, Any]:
        return measure.open_resources(self.plan.before_counting())

    def run(self, unit: Task, resource: dict[str, Any], beat: units.Beat) -> dict[str, Any]:
        held = pl.DataFrame(schema=counts.COUNTS)
        with shards.writing(_counts_of(self.folder, unit), counts.COUNTS) as writer:
            for batch in read(unit.unit, unit.source, self.frame_bytes):
                held = pl.concat([held, measure.count(batch.rows, self.plan, resource)])
                if held.height >= _HELD:
                    self._write(held, writer)
                    held = held.clear()
                beat.add(batch.rows.height + batch.dead.height)
            self._write(held, writer)
        return {"counts": writer.rows}

    def _write(self, held: pl.DataFrame, writer: shards.ShardWriter) -> None:
        for part in counts.add(held, self.step).iter_slices(_IN_A_GROUP):
            writer.write(part)


@dataclass(frozen=True)
class _Piece:
    """Some of a unit's counts: every `of`-th row group from `part` on."""

    unit: int
    file: str
    part: int
    of: int


@dataclass(frozen=True)
class _ByKey:
    """Counts by key: what enough documents have, and in which units. The buckets are ranges of the keys."""

    folder: str
    step: Step[Edit]
    buckets: int
    first: int  # bucket
    last: int

    def pieces(self, unit: tuple[int, _Piece]) -> pl.DataFrame:
        _, piece = unit
        width = -(-_KEYS // self.buckets)
        low, high = self.first * width, min((self.last + 1) * width, _KEYS) - 1
        rows = _slice(piece, low, high).filter(pl.col("key").is_between(_u64(low), _u64(high)))
        bucket = (pl.col("key") // _u64(width)).cast(pl.Int64) if self.buckets > 1 else pl.lit(0, pl.Int64)
        return rows.with_columns(pl.lit(piece.unit, pl.UInt32).alias("unit"), bucket.alias("bucket"))

    def reduce(self, rows: pl.DataFrame) -> pl.DataFrame:
        repeated = counts.repeated(counts.add(rows.select(counts.COUNTS.names()), self.step), self.step)
        return rows.select("unit", "group", "key").unique().join(repeated, on=["group", "key"], how="inner")


@dataclass(frozen=True)
class _ByUnit:
    """Back to the units: each learns which of its keys are common. A unit is a bucket of its own."""

    folder: str
    step: Step[Edit]

    def pieces(self, unit: tuple[int, str]) -> pl.DataFrame:
        return exchange.read(unit[1]).with_columns(pl.col("unit").cast(pl.Int64).alias("bucket")).drop("unit")

    def reduce(self, rows: pl.DataFrame) -> pl.DataFrame:
        return pl.DataFrame({"key": counts.common(rows, self.step)}, schema={"key": pl.UInt64})


def run(context: Context, phase: str, tasks: Sequence[Task]) -> list[Common] | None:
    """Survey all units that are not surveyed yet, and find the common keys of each.

    Args:
        context: the run.
        phase: the phase that the survey is a part of.
        tasks: all units of input, in a fixed order.

    Returns:
        What is common in each unit, in the order of `tasks`; null if no stage asks, or nobody could answer.

    Raises:
        Pending: the context only looks, and there is work to do.
    """
    step = context.plan.counting
    if step is None or not tasks:
        return None
    asked = [one.measured() for one in (*context.plan.before_counting().frame_steps, step)]
    signature = plan.signature(asked)
    work = _Survey(context.folder("survey", signature), context.plan, step, context.frame_bytes)
    marks = units.run(context, phase, work, tasks, seconds=text_bytes(tasks) / _BYTES_A_SECOND)
    folder = context.folder("common", plan.signature([signature, [task.name for task in tasks]]))
    by_unit = _ByUnit(f"{folder}/keys", step)
    found = _result(folder, by_unit)
    if found is None:
        if not context.may_run(phase):
            raise Pending(phase, 0, len(tasks))
        if storage.exists(f"{folder}/{_DONE}"):
            storage.remove(folder)  # it was whole, and files of it are gone
        pieces = [
            piece
            for number, (task, mark) in enumerate(zip(tasks, marks, strict=True))
            for piece in _pieces(number, _counts_of(work.folder, task), mark["counts"])
        ]
        rounds = list(_rounds(context, folder, step, sum(mark["counts"] for mark in marks)))
        files = [path for one in rounds for path in exchange.files(context, phase, one, list(enumerate(pieces)))]
        exchange.files(context, phase, by_unit, list(enumerate(files)))
        found = _write(folder, by_unit, len(tasks))
        for one in rounds:
            storage.remove(one.folder)
    return found


def _counts_of(folder: str, task: Task) -> str:
    return f"{folder}/{task.name}.parquet"


def _pieces(number: int, file: str, rows: int) -> list[_Piece]:
    parts = 1 + rows // _IN_A_PIECE
    return [_Piece(number, file, part, parts) for part in range(parts)] if rows else []


def _rounds(context: Context, folder: str, step: Step[Edit], rows: int) -> Iterator[_ByKey]:
    """The first exchange in as many rounds as memory asks for, each of a range of the keys."""
    buckets = exchange.buckets_for(rows, context)
    rounds = min(buckets, 1 + rows // _IN_A_ROUND) if context.runner.local else 1
    bounds = [buckets * number // rounds for number in range(rounds + 1)]
    for number in range(rounds):
        yield _ByKey(f"{folder}/round-{number:04d}", step, buckets, bounds[number], bounds[number + 1] - 1)


def _slice(piece: _Piece, low: int, high: int) -> pl.DataFrame:
    """Those row groups of a piece that may hold keys from `low` to `high`."""
    with storage.open_read(piece.file) as handle:
        metadata = pq.ParquetFile(handle).metadata
        column = metadata.schema.names.index("key")
        groups = []
        for group in range(piece.part, metadata.num_row_groups, piece.of):
            known = metadata.row_group(group).column(column).statistics
            if known is None or not known.has_min_max or (known.min <= high and known.max >= low):
                groups.append(group)
    return shards.read_groups(piece.file, groups)


def _write(folder: str, by_unit: _ByUnit, number: int) -> list[Common]:
    """Take down the digest of each unit's keys."""
    there = set(storage.list_files(by_unit.folder))
    found = []
    for unit in range(number):
        path = exchange.file_of(by_unit, unit)
        one = Common(path if path in there else None, "")
        found.append(Common(one.file, xxhash.xxh3_128_hexdigest(one.read().astype("<u8").tobytes())))
    storage.write_json(f"{folder}/{_DONE}", [[one.file is not None, one.digest] for one in found])
    return found


def _result(folder: str, by_unit: _ByUnit) -> list[Common] | None:
    """What an earlier run found, if it is whole."""
    if not storage.exists(f"{folder}/{_DONE}"):
        return None
    told = storage.read_json(f"{folder}/{_DONE}")
    found = [Common(exchange.file_of(by_unit, n) if has else None, digest) for n, (has, digest) in enumerate(told)]
    there = set(storage.list_files(by_unit.folder))
    return found if all(one.file is None or one.file in there for one in found) else None


def _u64(number: int) -> pl.Expr:
    return pl.lit(number, dtype=pl.UInt64)
