"""Phases in order: each looks whether its files are there, and runs where they are not."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from pipelines import storage
from pipelines.beam import manifest
from pipelines.beam.context import Context, Pending
from pipelines.beam.phases import dedup, derive, judge, measure, release, verdicts
from pipelines.plan import PHASES
from pipelines.selection import report
from schemas.errors import SourceError, StopError
from schemas.manifest import NAME, Manifest

LATEST = "latest.json"
_LOG = logging.getLogger("glotmill.selection")


@dataclass(frozen=True)
class Status:
    """How far a phase is: `done`, `missing` (with counts) or `unknown` (an earlier one is missing)."""

    phase: str
    state: str
    done: int = 0
    total: int = 0


def run(context: Context) -> Manifest | None:
    """Run the phases that the context allows.

    Returns:
        The manifest when the release is there; None when only earlier phases ran.

    Raises:
        StopError: an earlier phase that may not run is not complete.
    """
    last = max(PHASES.index(phase) for phase in context.only)
    try:
        for phase in _phases(context):
            if phase.name == PHASES[last]:
                return phase.result if isinstance(phase.result, Manifest) else None
    except Pending as pending:
        raise StopError(
            f"{pending}. Run it first: --phase {pending.phase}, or leave --phase out to run all."
        ) from pending
    return None


def status(context: Context) -> list[Status]:
    """What is there already; runs nothing."""
    found = []
    try:
        for phase in _phases(context):
            found.append(Status(phase.name, "done"))
    except Pending as pending:
        found.append(Status(pending.phase, "missing", pending.done, pending.total))
    names = [one.phase for one in found]
    return found + [Status(phase, "unknown") for phase in PHASES if phase not in names]


@dataclass(frozen=True)
class _Done:
    name: str
    result: Any


def survivors(context: Context) -> verdicts.Verdicts:
    """What stays of the sources: runs the phases before `derive` where they are not complete.

    Raises:
        Pending: one of them is not complete and may not run.
    """
    *_, last = _before_derive(context)
    assert isinstance(last.result, verdicts.Verdicts)
    return last.result


def _before_derive(context: Context) -> Iterator[_Done]:
    measured = measure.run(context)
    yield _Done("measure", measured)
    judged = judge.run(context, measured)
    yield _Done("judge", judged)
    deduplicated = dedup.run(context, measured, judged)
    yield _Done("dedup", deduplicated)
    yield _Done("verdicts", verdicts.Verdicts(measured, judged, deduplicated))


def _phases(context: Context) -> Iterator[_Done]:
    """Each phase with its result, one after the other."""
    for phase in _before_derive(context):
        if isinstance(phase.result, verdicts.Verdicts):
            final = phase.result
        else:
            yield phase
    derived = derive.run(context, final)
    yield _Done("derive", derived)
    _remember(context, final, derived)
    released = release.run(context, release.Sources(final, derived))
    yield _Done("release", _finish(context, final, released))


def _finish(context: Context, final: verdicts.Verdicts, released: release.Released) -> Manifest:
    building = f"{context.out}/{release.BUILDING}"
    if not storage.exists(building) and (found := _written(context, released)) is not None:
        return found
    if not context.may_run("release"):
        raise Pending("release", len(released.files), len(released.files) + 1)
    storage.remove_temporary(context.out)
    done = manifest.write(context, final, released)
    storage.remove(building)
    for line in (*report.told(done.selection), *done.warnings):
        _LOG.warning(line)
    return done


def _written(context: Context, released: release.Released) -> Manifest | None:
    """The manifest in the released folder, if it and the card are those of this release and nobody changed them."""
    path = f"{context.out}/{NAME}"
    if not storage.exists(path):
        return None
    try:
        found = Manifest.model_validate(storage.read_json(path))
    except (SourceError, ValidationError):
        return None
    if found.recipe_sha256 != manifest.recipe_sha256(context.plan):
        return None
    wanted = {file["path"]: file["sha256"] for file in (*released.files, *released.signatures)}
    kept = {file.path: file.sha256 for file in found.files}
    if {path: kept.get(path) for path in wanted} != wanted:
        return None
    for file in found.files:
        if file.path not in wanted:
            if file.config is not None:
                return None
            other = f"{context.out}/{file.path}"
            if not storage.exists(other) or storage.sha256(other) != file.sha256:
                return None
    return found


def _remember(context: Context, final: verdicts.Verdicts, derived: tuple[derive.DerivedRows, ...]) -> None:
    """Leave word where this run's files are, for `explain`."""
    if not any(context.may_run(phase) for phase in PHASES):
        return
    content = {
        "recipe": context.plan.settled().model_dump(mode="json"),
        "out": context.out,
        "shards": [
            {
                "documents": one.shard.documents,
                "dead": one.shard.dead,
                "verdicts": one.verdicts,
                "clusters": one.clusters,
            }
            for one in final.shards()
        ],
        "distributions": final.judged.distributions,
        "selection": None
        if final.judged.strata is None
        else {"strata": final.judged.strata, "rules": final.judged.told},
        "derived": [{"stage": rows.step.name, "files": list(rows.files)} for rows in derived],
    }
    path = f"{context.work}/{LATEST}"
    if not storage.exists(path) or storage.read_json(path) != content:
        storage.write_json(path, content)
