"""measure: read, edit, score. One shard for each unit of input; no thresholds here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines import measure, plan
from pipelines.beam import shards, units
from pipelines.beam.context import Context
from pipelines.beam.phases import survey
from pipelines.beam.phases.inputs import Task, tasks, text_bytes
from pipelines.beam.phases.survey import Common
from pipelines.plan import Plan
from pipelines.readers import read
from pipelines.readers.contract import DEAD, READ
from schemas.columns import Column, polars_schema
from schemas.stage import Edit

PHASE = "measure"
_BYTES_A_SECOND = 4_000_000  # only to tell small work from large: what one core measures, about


@dataclass(frozen=True)
class Shard:
    """One measured shard: its documents, its dead rows, and what was counted."""

    name: str
    source: str
    file: str
    documents: str
    dead: str
    rows: int
    dead_rows: int
    edits: dict[str, int]
    text_bytes: int


@dataclass(frozen=True)
class Measured:
    """The phase's result: shards sorted by name (so by content), and what they are signed with.

    `stages` changes with the stages and their parameters alone, `signature` with the shards too.
    """

    shards: tuple[Shard, ...]
    stages: str
    signature: str

    @property
    def text_bytes(self) -> int:
        """Bytes of text in all shards."""
        return sum(shard.text_bytes for shard in self.shards)

    def node_shards(self) -> list[tuple[int, Shard]]:
        """Shards with the index that addresses use."""
        return list(enumerate(self.shards))


@dataclass(frozen=True)
class _Task:
    """A unit of input, and the keys that a counting stage found common among its documents."""

    input: Task
    common: Common | None = None

    @property
    def name(self) -> str:
        if self.common is None:
            return self.input.name
        return f"{self.input.unit.source}-{plan.signature([self.input.name, self.common.digest])}"


@dataclass(frozen=True)
class _Measure:
    folder: str
    plan: Plan
    frame_bytes: int

    def name(self, unit: _Task) -> str:
        return unit.name

    def open(self) -> dict[str, Any]:
        return measure.open_resources(self.plan)

    def run(self, unit: _Task, resource: dict[str, Any], beat: units.Beat) -> dict[str, Any]:
        base = f"{self.folder}/{unit.name}"
        if unit.common is not None:
            resource = measure.with_common(resource, self.plan, unit.common.read())
        counts = [
            column.name
            for step in self.plan.frame_steps
            if isinstance(step.stage, Edit)
            for column in step.stage.adds
            if column.dtype.is_numeric()  # an Edit may also say what it found
        ]
        edits: Counter[str] = Counter(dict.fromkeys(counts, 0))
        text_bytes = 0
        schema, dead_schema = polars_schema(columns(self.plan)), polars_schema(DEAD)
        with (
            shards.writing(f"{base}.dead.parquet", dead_schema) as dead,
            shards.writing(f"{base}.parquet", schema) as living,
        ):
            for batch in read(unit.input.unit, unit.input.source, self.frame_bytes):
                documents, failed = measure.measure(batch.rows, self.plan, resource)
                dead.write(batch.dead.select(dead_schema.names()))
                dead.write(failed.select(dead_schema.names()))
                living.write(documents.select(schema.names()))
                for name in counts:
                    edits[name] += int(documents[name].sum() or 0)
                text_bytes += int(documents["text"].str.len_bytes().sum() or 0)
                beat.add(batch.rows.height + batch.dead.height)
        return {
            "rows": living.rows,
            "dead": dead.rows,
            "file": unit.input.unit.file,
            "source": unit.input.unit.source,
            "edits": dict(edits),
            "text_bytes": text_bytes,
        }


def columns(of: Plan) -> tuple[Column, ...]:
    """The columns of a measured shard."""
    added = of.added()
    language = () if any(c.name == "language" for c in added) else (Column("language", pl.String, "Declared language"),)
    return (*READ, *added, *language)


def run(context: Context) -> Measured:
    """Measure every unit of input that is not measured yet."""
    signature = plan.signature([step.measured() for step in context.plan.frame_steps])
    folder = context.folder(PHASE, signature)
    inputs = tasks(context)
    common: Sequence[Common | None] = survey.run(context, PHASE, inputs) or [None] * len(inputs)
    todo = sorted((_Task(*pair) for pair in zip(inputs, common, strict=True)), key=lambda task: task.name)
    work = _Measure(folder, context.plan, context.frame_bytes)
    marks = units.run(context, PHASE, work, todo, seconds=text_bytes(inputs) / _BYTES_A_SECOND)
    found = tuple(
        Shard(
            name=task.name,
            source=mark["source"],
            file=mark["file"],
            documents=f"{folder}/{task.name}.parquet",
            dead=f"{folder}/{task.name}.dead.parquet",
            rows=mark["rows"],
            dead_rows=mark["dead"],
            edits=mark["edits"],
            text_bytes=mark["text_bytes"],
        )
        for task, mark in zip(todo, marks, strict=True)
    )
    return Measured(found, signature, plan.signature([signature, [shard.name for shard in found]]))
