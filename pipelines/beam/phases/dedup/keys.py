"""The keys of each file of documents, made once: another policy or another file does not make them again.

An earlier release brings its own where they are made as this recipe makes them; else they are made from its texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines import clusters, plan
from pipelines.beam import shards, units
from pipelines.beam.context import Context
from pipelines.beam.phases.dedup.tables import Table
from pipelines.beam.phases.measure import Measured
from pipelines.plan import Step
from pipelines.releases import Earlier
from schemas.stage import Group

# As a release keeps them too.
KEYS = pl.Schema([("stage", pl.String), *clusters.MADE.items()])
_BYTES_A_SECOND = 30_000_000  # of text, on one core


@dataclass(frozen=True)
class Keyed:
    """A file of documents, and its keys: files (`KEYS`), each with the stages whose keys are taken from it."""

    table: Table
    keys: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Made:
    """Work: the keys of a file, by some steps."""

    folder: str
    steps: tuple[Step[Group], ...]

    def name(self, unit: Table) -> str:
        """Name of the file with its keys."""
        return unit.name

    def path(self, unit: Table) -> str:
        """The file with its keys."""
        return f"{self.folder}/{unit.name}.parquet"

    def open(self) -> dict[str, Any]:
        """The steps' resources."""
        return opened(self.steps)

    def run(self, unit: Table, resource: dict[str, Any], beat: units.Beat) -> dict[str, Any]:
        """Make the keys."""
        columns = {name for step in self.steps for name in clusters.reads(step)}
        start = 0
        with shards.writing(self.path(unit), KEYS) as writer:
            for frame in unit.frames(columns):
                writer.write(of_frame(self.steps, frame, resource, start))
                start += frame.height
                beat.add(frame.height)
        return {"keys": writer.rows}


def opened(steps: Sequence[Step[Group]]) -> dict[str, Any]:
    """The resource of each step, by name."""
    return {step.name: step.stage.open(step.params) for step in steps}


def of_frame(steps: Sequence[Step[Group]], frame: pl.DataFrame, resource: dict[str, Any], start: int) -> pl.DataFrame:
    """All keys of a frame whose first row is number `start` of its file (`KEYS`)."""
    found = [
        clusters.keys(step, frame, resource[step.name]).select(
            pl.lit(step.name).alias("stage"), (pl.col("row") + start).cast(pl.UInt32), "key", "content"
        )
        for step in steps
    ]
    return pl.concat(found) if found else pl.DataFrame(schema=KEYS)


def run(
    context: Context, phase: str, measured: Measured, tables: Sequence[Table], against: Sequence[Earlier]
) -> tuple[list[Keyed], int]:
    """The keys of all files.

    Returns:
        Each file with its keys, and about how many keys there are.
    """
    steps = context.plan.group_steps
    made_by = {step.name: clusters.made_by(step) for step in steps}
    # Not of the other shards: one more leaves the keys of all others as they are.
    ours = Made(context.folder("keys", plan.signature([measured.stages, list(made_by.items())])), steps)
    here = [table for table in tables if table.release is None]
    marks = units.run(context, phase, ours, here, seconds=measured.text_bytes / _BYTES_A_SECOND)
    keyed = [Keyed(table, ((ours.path(table), tuple(made_by)),)) for table in here]
    total = sum(mark["keys"] for mark in marks)
    rest = iter(tables[len(here) :])
    for release in against:
        theirs = [(next(rest), file.signatures) for file in release.files]
        kept = () if None in (path for _, path in theirs) else release.kept(made_by)
        missing = tuple(step for step in steps if step.name not in kept)
        name = plan.signature([release.sha256, [[step.name, made_by[step.name]] for step in missing]])
        work = Made(context.folder("keys", name), missing)
        marks = units.run(context, phase, work, [table for table, _ in theirs] if missing else [])
        total += sum(mark["keys"] for mark in marks)
        for table, signatures in theirs:
            places = []
            if kept and signatures is not None:
                places.append((signatures, kept))
                total += shards.rows_of(signatures)
            if missing:
                places.append((work.path(table), tuple(step.name for step in missing)))
            keyed.append(Keyed(table, tuple(places)))
    return keyed, total


def read(keyed: Keyed, steps: Sequence[Step[Group]], rejected: bool = False) -> pl.DataFrame:
    """The keys of the documents that passed, or of all: `step` (number), `row`, `key` and `content`."""
    numbers = {step.name: number for number, step in enumerate(steps)}
    parts = []
    for path, stages in keyed.keys:
        keys = shards.read(path).filter(pl.col("stage").is_in([s for s in stages if s in numbers]))
        keys = keys if rejected else keyed.table.passed(keys)
        number = pl.col("stage").replace_strict(numbers, return_dtype=pl.UInt8).alias("step")
        parts.append(keys.select(number, "row", "key", "content"))
    return pl.concat(parts)
