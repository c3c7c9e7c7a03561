"""A function over many units of work, each of which leaves files and then a mark that it is done.

A unit is done when its mark `<name>.json` is there; the mark comes last and holds what the unit counted. A rerun
skips the units that are done. A unit that fails leaves `<name>.error.json`: errors travel as files, so that they are
the same on every runner, and the launcher raises them again with their own class.
"""

from __future__ import annotations

import json
import re
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from pipelines import storage
from pipelines.beam.context import Context, Pending
from schemas import errors
from schemas.errors import GlotmillError, RetryLater, StopError

U = TypeVar("U", contravariant=True)
R = TypeVar("R")
DONE, ERROR, BEAT = ".json", ".error.json", ".beat"
_SPOKEN = re.compile(r"<<glotmill-error (.*?) glotmill-error>>", re.DOTALL)
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
            with suppress(OSError), open(self._path, "w") as handle:  # a full disk shows where it matters
                handle.write(str(self._rows))


@contextmanager
def reporting(folder: str, name: str) -> Iterator[None]:
    """In a worker: what is raised inside becomes an error file in `folder`, for `raise_errors`."""
    try:
        yield
    except Exception as error:
        known = _ours(error, name)
        try:
            report(folder, name, type(known).__name__, str(known))
        except (GlotmillError, OSError):
            # Not even that can be written (the disk is full): the runner hands on the text of what we raise.
            told = json.dumps({"class": type(known).__name__, "message": str(known)})
            raise RuntimeError(f"<<glotmill-error {told} glotmill-error>>") from error


def _ours(error: Exception, name: str) -> GlotmillError:
    """The error of ours that tells the launcher what happened."""
    if isinstance(error, GlotmillError):
        return error
    if isinstance(error, OSError):
        return errors.from_os_error(error, f"working on {name}")
    if isinstance(error, ExceptionGroup):  # of several that failed at once, the one that asks for mending
        ours = [_ours(one, name) for one in error.exceptions]
        return min(ours, key=lambda one: (isinstance(one, RetryLater), str(one)))
    if isinstance(error, MemoryError):
        return StopError(f"{name}: not enough memory. Choose fewer --workers, smaller --frame-bytes or more memory.")
    lines = "".join(traceback.format_exception(error))
    return GlotmillError(f"{name}: {type(error).__name__}: {error}\n{lines}")


def report(folder: str, name: str, kind: str, message: str) -> None:
    """Leave the error of a unit for the launcher to raise."""
    storage.write_json(f"{folder}/{name}{ERROR}", {"class": kind, "message": message})


@contextmanager
def spoken() -> Iterator[None]:
    """In the launcher, around a pipeline: an error that could only travel as text gets its class back."""
    try:
        yield
    except Exception as error:
        text = "" if isinstance(error, GlotmillError) else str(error)
        found = _SPOKEN.search(text)
        if re.search(r"^(RuntimeError: )?KeyboardInterrupt\b", text, re.MULTILINE):
            raise KeyboardInterrupt from None  # the local runner takes it for an error of the work
        if found is None:
            raise
        told = json.loads(found[1])
        raise _class(told["class"])(told["message"]) from None


def _class(name: str) -> type[GlotmillError]:
    kind = getattr(errors, name, None)
    return kind if isinstance(kind, type) and issubclass(kind, GlotmillError) else StopError


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
        with context.progress.phase(phase, work.folder, total=len(units)), spoken():
            share = seconds * len(todo) / len(units)
            runner = context.runner if share >= _WORTH_PROCESSES else replace(context.runner, workers=1)
            from pipelines.beam import runner as beam_runner  # Beam takes seconds to load: a finished run does not
            from pipelines.beam import transforms

            beam_runner.run(lambda p: transforms.run_units(p, work, todo), runner, len(todo))
        raise_errors(work.folder, len(todo))
    return [storage.read_json(f"{work.folder}/{work.name(unit)}{DONE}") for unit in units]


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
    storage.remove_temporary(folder)


def raise_errors(folder: str, tried: int) -> None:
    """Raise again what units failed with: what must be mended before what a later run may find well again.

    Raises:
        GlotmillError: with its own class.
    """
    failed = [storage.read_json(f"{folder}/{name}{ERROR}") for name in sorted(_names(folder, ERROR))]
    if not failed:
        return
    told = [(_class(one["class"]), one["message"]) for one in failed]
    kind, message = min(told, key=lambda one: issubclass(one[0], RetryLater))
    rest = f"\n({len(failed)} of {tried} shards failed; the others are kept.)" if tried > 1 else ""
    raise kind(f"{message}{rest}")
