"""Which Beam runner, with which options.

`local` is pinned to FnApiRunner: plain `DirectRunner` switches engines by what a pipeline contains. Anything else
goes to Beam as it is, with the options that follow `--` on the command line.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions, StandardOptions
from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner
from apache_beam.runners.runner import PipelineRunner, create_runner

from pipelines.beam import processes
from pipelines.beam.context import LOCAL, Runner
from schemas.errors import MissingPackage, RecipeError, one_of


def check(name: str) -> None:
    """Say before any work whether Beam has such a runner.

    Raises:
        RecipeError: no runner has this name, or the dotted name is no class of a runner.
        MissingPackage: Beam knows the runner, but cannot load what it needs.
    """
    if Runner(name).local:
        return
    try:
        found = create_runner(name)
    except ValueError as error:
        raise RecipeError(f"--runner: {_valid(name)}") from error
    except Exception as error:
        if "." in name:
            raise RecipeError(f"--runner {name}: {error}. {_valid(name)}") from error
        raise MissingPackage(
            f"--runner {name}: Beam knows this runner but cannot load it: {error}. Install what it needs "
            "(apache_beam[gcp] for Dataflow, apache_beam[interactive] for notebooks), or take --runner local."
        ) from error
    if not isinstance(found, PipelineRunner):
        raise RecipeError(f"--runner {name}: that is no class of a runner. {_valid(name)}")


def _valid(name: str) -> str:
    return f"{one_of('runner', name, [LOCAL, *StandardOptions.KNOWN_RUNNER_NAMES])}, or module.Class of your own"


def run(build: Callable[[beam.Pipeline], None], runner: Runner, pieces: int) -> None:
    """Build a pipeline over so many pieces of work, and run it to its end."""
    if not runner.local:
        pipeline = beam.Pipeline(options=PipelineOptions([f"--runner={runner.name}", *runner.options]))
        build(pipeline)
        pipeline.run().wait_until_finish()
        return
    # Starting processes costs seconds: only where there is work for two.
    workers = min(runner.workers, pieces)
    with _quiet(), _one_thread_each(workers > 1), processes.watched() if workers > 1 else nullcontext():
        options = PipelineOptions([*runner.options, f"--direct_num_workers={workers}"])
        pipeline = beam.Pipeline(_local_runner(workers), options=options)
        build(pipeline)
        pipeline.run().wait_until_finish()


def _local_runner(workers: int) -> FnApiRunner:
    if workers <= 1:
        return FnApiRunner()
    return FnApiRunner(default_environment=processes.environment())


@contextmanager
def _one_thread_each(several: bool) -> Iterator[None]:
    """Worker processes get one polars thread each: the processes fill the cores already."""
    if not several:
        yield
        return
    # Workers must find our packages wherever the command was started from.
    roots = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    wanted = {
        "POLARS_MAX_THREADS": os.environ.get("POLARS_MAX_THREADS", "1"),
        "PYTHONPATH": os.pathsep.join(filter(None, roots)),
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


@contextmanager
def _quiet() -> Iterator[None]:
    """Beam's own log is silent: a run's state is told by the progress bars, its errors by the exceptions."""
    loggers = [logging.getLogger(), logging.getLogger("apache_beam")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
