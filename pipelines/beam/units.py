"""A function over many units of work, each of which leaves files and then a mark that it is done.

A unit is done when its mark `<name>.json` is there; the mark comes last and holds what the unit counted. A rerun
skips the units that are done. A unit that fails leaves `<name>.error.json`: errors travel as files, so that they are
the same on every runner, and the launcher raises them again with their own class.
"""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Generic, Protocol, TypeVar

import apache_beam as beam
from apache_beam.utils.shared import Shared

from pipelines import storage
from pipelines.beam import runner as beam_runner
from pipelines.beam.context import Context, Pending
from schemas import errors
from schemas.errors import GlotmillError, StopError

U = TypeVar("U", contravariant=True)
R = TypeVar("R")
DONE, ERROR, BEAT = ".json", ".error.json", ".beat"
_WORTH_PROCESSES = 12.0  # seconds: starting worker processes takes about 4, and they share the cores with the launcher


class Work(Protocol[U, R]):
    """What is done with a unit. It is pickled to the workers: plain data and importable functions only."""

    @property
    def folder(self) -> str:
        """Where its files are."""
        ...

    def name(self, unit: U) -> str:
        """Name of the unit's files, without an ending."""
        ...

    def open(self) -> R:
        """Load what all units share (models); once a worker."""
        ...

    def run(self, unit: U, resource: R, beat: Beat) -> dict[str, Any]:
        """Do the work, write the unit's files, and return what the mark shall hold."""
        ...


class Beat:
    """Tells the launcher how far a unit is, through a small file; local folders only, and never needed."""

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._rows = 0

    def add(self, rows: int) -> None:
        """Count rows."""
        self._rows += rows
        if self._path is not None:
            with open(self._path, "w") as handle:
                handle.write(str(self._rows))


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
        try:
            # Opened here and not in `setup`: an error then becomes the unit's error, with its own class and message.
            box = self._shared.acquire(lambda: _Box(self._work.open()), tag=folder)
            beat = Beat(None if local is None else f"{local}/{name}{BEAT}")
            result = self._work.run(unit, box.value, beat)
            storage.write_json(f"{folder}/{name}{DONE}", result)
        except GlotmillError as error:
            _report(folder, name, type(error).__name__, str(error))
        except OSError as error:
            known = errors.from_os_error(error, f"working on {name}")
            _report(folder, name, type(known).__name__, str(known))
        except Exception as error:
            _report(folder, name, "GlotmillError", f"{name}: {type(error).__name__}: {error}\n{traceback.format_exc()}")


def _report(folder: str, name: str, kind: str, message: str) -> None:
    storage.write_json(f"{folder}/{name}{ERROR}", {"class": kind, "message": message})


def run(
    context: Context, phase: str, work: Work[Any, Any], units: Sequence[Any], *, seconds: float = 0.0
) -> list[dict[str, Any]]:
    """Do the work on every unit that is not done yet.

    Args:
        context: the run.
        phase: the phase that the work belongs to.
        work: the work.
        units: its units.
        seconds: what all units would take one core, about. Below `_WORTH_PROCESSES` the local runner stays in
            this process. Never changes a result.

    Returns:
        What the marks of all units hold, in the order of `units`.

    Raises:
        Pending: the context only looks, and there is work to do.
        GlotmillError: what a unit failed with; the others were finished first.
    """
    done = _names(work.folder, DONE)
    todo = [unit for unit in units if work.name(unit) not in done]
    if todo:
        if not context.may_run(phase):
            raise Pending(phase, len(units) - len(todo), len(units))
        _clear(context, work.folder)
        with context.progress.phase(phase, work.folder, total=len(units)):
            share = seconds * len(todo) / len(units)
            runner = context.runner if share >= _WORTH_PROCESSES else replace(context.runner, workers=1)
            beam_runner.run(lambda p: _build(p, work, todo), runner, len(todo))
        _raise_errors(work.folder, len(todo))
    return [storage.read_json(f"{work.folder}/{work.name(unit)}{DONE}") for unit in units]


def _build(pipeline: beam.Pipeline, work: Any, units: Sequence[Any]) -> None:
    (
        pipeline
        | "Units" >> beam.Create(list(units), reshuffle=False)
        | "Spread" >> beam.Reshuffle()
        | work.folder.rstrip("/").split("/")[-2] >> beam.ParDo(_RunUnit(work, Shared()))
    )


def _names(folder: str, ending: str) -> set[str]:
    files = (path.rpartition("/")[2] for path in storage.list_files(folder))
    names = {name.removesuffix(ending) for name in files if name.endswith(ending)}
    return names if ending == ERROR else {name for name in names if not name.endswith(ERROR.removesuffix(DONE))}


def _clear(context: Context, folder: str) -> None:
    """Remove what an interrupted run left behind: temporary files, beats and old errors."""
    storage.make_folder(folder)
    for path in storage.list_files(folder):
        if path.endswith((ERROR, BEAT)):
            storage.remove(path)
    fs, inside = storage.file_system(folder)
    for path in fs.ls(inside, detail=False):
        if storage.is_temporary(path):
            fs.rm(path)


def _raise_errors(folder: str, tried: int) -> None:
    failed = sorted(_names(folder, ERROR))
    if not failed:
        return
    first = storage.read_json(f"{folder}/{failed[0]}{ERROR}")
    kind = getattr(errors, first["class"], StopError)
    rest = f"\n({len(failed)} of {tried} shards failed; the others are kept.)" if tried > 1 else ""
    raise kind(f"{first['message']}{rest}")
