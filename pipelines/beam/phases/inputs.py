"""What there is to read: one task for each unit of input, named after its content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pipelines import plan, storage
from pipelines.beam.context import Context
from pipelines.readers import files
from pipelines.readers.contract import Unit
from schemas.recipe import Source

_DIGESTS = "inputs.json"
# Only to tell small work from large: files hold so many times their size.
_INFLATED = {"parquet": 4, "warc": 20}


@dataclass(frozen=True)
class Task:
    """A unit of input and how to read it."""

    unit: Unit
    source: Source

    @property
    def name(self) -> str:
        """A name that changes when what is read does."""
        # The digest stands for the content, so a moved modification time changes nothing; size follows from it.
        unit = {k: v for k, v in asdict(self.unit).items() if k != "size"}
        spec = self.source.model_dump(mode="json", exclude={"paths", "licence", "homepage"})
        return f"{self.unit.source}-{plan.signature([unit, spec])}"


def tasks(context: Context) -> list[Task]:
    """All there is, by name. Digests of files are remembered, so that an unchanged input is not read to be skipped."""
    path = f"{context.work}/{_DIGESTS}"
    known = storage.read_json(path) if storage.exists(path) else {}
    before = dict(known)
    found = [
        Task(unit, source)
        for name, source in context.plan.recipe.all_sources().items()
        for unit in files.units(name, source, limit=context.limit, known_digests=known)
    ]
    if known != before:
        storage.write_json(path, known)
    return sorted(found, key=lambda task: task.name)


def text_bytes(of: Sequence[Task]) -> int:
    """About so many bytes of text."""
    return sum(task.unit.size * _INFLATED.get(task.unit.format, 1) for task in of)
