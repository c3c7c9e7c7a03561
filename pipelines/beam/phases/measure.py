"""measure: read, edit, score. One shard for each unit of input; no thresholds here."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from pipelines import measure, plan, storage
from pipelines.beam import shards, units
from pipelines.beam.context import Context
from pipelines.plan import Plan
from pipelines.readers import files, read
from pipelines.readers.contract import DEAD, READ, Unit
from schemas.columns import Column, polars_schema
from schemas.recipe import Source
from schemas.stage import Edit

PHASE = "measure"
_DIGESTS = "inputs.json"
# Only to tell small work from large: one core measures about so much text, and files hold so many times their size.
_BYTES_A_SECOND = 4_000_000
_INFLATED = {"parquet": 4, "warc": 20}


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
    """The phase's result: shards sorted by name (so by content), and what they are signed with."""

    shards: tuple[Shard, ...]
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
    unit: Unit
    source: Source

    @property
    def name(self) -> str:
        # The digest stands for the content, so a moved modification time changes nothing; size follows from it.
        unit = {k: v for k, v in asdict(self.unit).items() if k != "size"}
        spec = self.source.model_dump(mode="json", exclude={"paths", "licence", "homepage"})
        return f"{self.unit.source}-{plan.signature([unit, spec])}"


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
        counts = [c.name for s in self.plan.frame_steps if isinstance(s.stage, Edit) for c in s.stage.adds]
        edits: Counter[str] = Counter(dict.fromkeys(counts, 0))
        text_bytes = 0
        schema, dead_schema = polars_schema(columns(self.plan)), polars_schema(DEAD)
        with (
            shards.writing(f"{base}.dead.parquet", dead_schema) as dead,
            shards.writing(f"{base}.parquet", schema) as living,
        ):
            for batch in read(unit.unit, unit.source, self.frame_bytes):
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
            "file": unit.unit.file,
            "source": unit.unit.source,
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
    tasks = sorted(_tasks(context), key=lambda task: task.name)
    seconds = sum(task.unit.size * _INFLATED.get(task.unit.format, 1) for task in tasks) / _BYTES_A_SECOND
    work = _Measure(folder, context.plan, context.frame_bytes)
    marks = units.run(context, PHASE, work, tasks, seconds=seconds)
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
        for task, mark in zip(tasks, marks, strict=True)
    )
    return Measured(found, plan.signature([signature, [shard.name for shard in found]]))


def _tasks(context: Context) -> list[_Task]:
    """What there is to read. Digests of files are remembered, so that an unchanged input is not read to be skipped."""
    path = f"{context.work}/{_DIGESTS}"
    known = storage.read_json(path) if storage.exists(path) else {}
    before = dict(known)
    tasks = [
        _Task(unit, source)
        for name, source in context.plan.recipe.all_sources().items()
        for unit in files.units(name, source, limit=context.limit, known_digests=known)
    ]
    if known != before:
        storage.write_json(path, known)
    return tasks
