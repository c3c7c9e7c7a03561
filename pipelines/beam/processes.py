"""Worker processes of the local runner: started by Beam, watched by us.

Beam waits for ever for a worker that the system killed (out of memory, most often). Here every request that a lost
worker still owed is answered with an error instead, so that the pipeline ends and the command can say what happened.
"""

from __future__ import annotations

import os
import shlex
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, NoReturn

from apache_beam.portability import python_urns
from apache_beam.portability.api import beam_fn_api_pb2
from apache_beam.runners.portability.fn_api_runner import worker_handlers
from apache_beam.transforms.environments import SubprocessSDKEnvironment

from schemas.errors import GlotmillError, RetryLater

_EVERY_SECONDS = 0.2
_lost: list[str] = []  # how workers ended that ended too early, in this process
_alive: list[str] = []  # the file whose end tells workers to leave


class _Watched(worker_handlers.SubprocessSdkWorkerHandler):  # type: ignore[misc]
    """Beam's handler of a worker process, but it notices when the process is gone."""

    def start_worker(self) -> None:
        super().start_worker()
        self._stopping = threading.Event()
        threading.Thread(target=self._watch, name="glotmill_watch_worker", daemon=True).start()

    def close(self) -> None:
        self._stopping.set()
        super().close()

    def _watch(self) -> None:
        self.worker_thread.join()
        while not self._stopping.wait(_EVERY_SECONDS):
            # What is asked later is never answered either, so look again until the runner gives up.
            pending: dict[str, Any] = self.control_conn._futures_by_id
            for key in list(pending):
                future = pending.pop(key, None)
                if future is not None:
                    future.set(beam_fn_api_pb2.InstructionResponse(instruction_id=key, error="the worker is gone"))


worker_handlers.WorkerHandler.register_environment(python_urns.SUBPROCESS_SDK, bytes)(_Watched)


def environment() -> Any:
    """The environment of worker processes; inside `watched`. They leave when this process does, or when it says so."""
    command = f"exec {shlex.quote(sys.executable)} -m pipelines.beam.worker {os.getpid()} {shlex.quote(_alive[0])}"
    return SubprocessSDKEnvironment.from_command_string(command)


@contextmanager
def watched() -> Iterator[None]:
    """Around a pipeline with worker processes: what it fails with when one is lost becomes an error of ours.

    Raises:
        RetryLater: the system ended a worker.
        GlotmillError: a worker ended by itself.
    """
    _lost.clear()
    handle, alive = tempfile.mkstemp(prefix="glotmill-", suffix=".alive")
    os.close(handle)
    _alive[:] = [alive]
    before = threading.excepthook
    threading.excepthook = _note(before)
    try:
        with _interruptible():
            yield
    except Exception as error:
        if not _lost:
            raise
        if _lost[0].startswith("-"):
            raise RetryLater(
                f"the system ended a worker process (signal {_lost[0][1:]}); most often memory ran out. "
                "What is finished is kept: run the same command again, with fewer --workers or smaller --frame-bytes "
                "if it recurs."
            ) from error
        raise GlotmillError(
            f"a worker process ended by itself (exit code {_lost[0]}). Run the same command with --workers 1, "
            "which uses no worker processes and shows the reason."
        ) from error
    finally:
        threading.excepthook = before
        _end_workers()


def _end_workers() -> None:
    for path in _alive:
        with suppress(OSError):
            os.unlink(path)


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C ends the workers at once: Beam would wait until they have done all that they were given."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    before = signal.getsignal(signal.SIGINT)

    def interrupt(*signalled: Any) -> NoReturn:
        _end_workers()
        if callable(before):
            before(*signalled)  # the command takes note of it
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _note(before: Any) -> Any:
    """An excepthook that keeps how a worker ended, and is silent about Beam's threads that lost their worker."""

    def hook(args: threading.ExceptHookArgs) -> None:
        name = args.thread.name if args.thread is not None else ""
        text = str(args.exc_value)
        if name == "run_worker" and "exited with return code" in text:
            _lost.append(text.rpartition(" ")[2])
        elif "beam" not in name and "grpc" not in name:
            before(args)

    return hook
