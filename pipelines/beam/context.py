"""What every phase needs to know about the run: the plan, the folders, the runner, and how progress is shown."""

from __future__ import annotations

from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace

from pipelines.plan import Plan
from schemas.errors import GlotmillError

LOCAL = "local"


@dataclass(frozen=True)
class Runner:
    """A runner and its options.

    Args:
        name: `local`, or any name that Beam knows (FlinkRunner, PrismRunner, …).
        workers: worker processes of the local runner.
        options: further Beam options, as on a command line.
    """

    name: str = LOCAL
    workers: int = 1
    options: tuple[str, ...] = ()

    @property
    def local(self) -> bool:
        """Whether it is the local runner."""
        return self.name == LOCAL


class Pending(GlotmillError):
    """A phase has work to do, and the context only looks (`check`, or `--phase` with an earlier phase unfinished)."""

    def __init__(self, phase: str, done: int, total: int) -> None:
        super().__init__(f"phase {phase} is not complete: {done} of {total} shards are there")
        self.phase, self.done, self.total = phase, done, total


class Progress:
    """Shows how far a phase is; this one shows nothing."""

    def phase(self, name: str, folder: str, *, total: int) -> AbstractContextManager[object]:
        """Around the running of a phase's units, whose marks and beats appear in `folder`."""
        return nullcontext()


@dataclass
class Context:
    """A run.

    Args:
        plan: the prepared plan.
        work: folder of this recipe between phases, `<run.work>/<recipe name>`.
        out: folder of the release.
        runner: Beam runner.
        frame_bytes: text worked on at a time.
        limit: read at most so many documents of each source; null for all.
        only: the phases that may run; the others must be complete.
        progress: shows progress.
    """

    plan: Plan
    work: str
    out: str
    runner: Runner
    frame_bytes: int
    limit: int | None = None
    only: frozenset[str] = frozenset()
    progress: Progress = field(default_factory=Progress)
    asked: Counter[str] = field(default_factory=Counter)
    """What language models were asked in this run, by what is counted: calls, answers from the cache, tokens, cost."""

    def may_run(self, phase: str) -> bool:
        """Whether a phase's missing work may be done."""
        return phase in self.only

    def looking(self) -> Context:
        """The same run, but no phase may run: whatever is missing raises `Pending`."""
        return replace(self, only=frozenset())

    def folder(self, phase: str, signature: str) -> str:
        """Where a phase keeps its files."""
        return f"{self.work}/{phase}/{signature}"
