"""Which Beam runner, with which options.

`local` is pinned to FnApiRunner: plain `DirectRunner` switches engines by what a pipeline contains. Anything else
goes to Beam as it is, with the options that follow `--` on the command line.
"""

from __future__ import annotations

import logging
import os
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.runners.portability.fn_api_runner.fn_runner import FnApiRunner
from apache_beam.transforms.environments import SubprocessSDKEnvironment

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


def run(build: Callable[[beam.Pipeline], None], runner: Runner, pieces: int) -> None:
    """Build a pipeline over so many pieces of work, and run it to its end."""
    if not runner.local:
        pipeline = beam.Pipeline(options=PipelineOptions([f"--runner={runner.name}", *runner.options]))
        build(pipeline)
        pipeline.run().wait_until_finish()
        return
    # Starting processes costs seconds: only where there is work for two.
    workers = min(runner.workers, pieces)
    with _quiet(), _one_thread_each(workers > 1):
        options = PipelineOptions([*runner.options, f"--direct_num_workers={workers}"])
        pipeline = beam.Pipeline(_local_runner(workers), options=options)
        build(pipeline)
        pipeline.run().wait_until_finish()


def _local_runner(workers: int) -> FnApiRunner:
    if workers <= 1:
        return FnApiRunner()
    command = f"exec {shlex.quote(sys.executable)} -m pipelines.beam.worker {os.getpid()}"
    return FnApiRunner(default_environment=SubprocessSDKEnvironment.from_command_string(command))


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
    """Beam's own log only from errors on: a run's state is told by the progress bars."""
    loggers = [logging.getLogger(), logging.getLogger("apache_beam")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
