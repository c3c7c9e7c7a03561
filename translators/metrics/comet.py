"""COMET-style models that need no reference, by the package `unbabel-comet` (Rei et al., 2020 and 2022).

The package runs in a Python of its own: its pins (numpy below 2, huggingface-hub below 1) and Glotmill's exclude each
other. Once, anywhere:

    uv venv --python 3.11 comet
    uv pip install --python comet/bin/python unbabel-comet 'setuptools<81'

and `python` is `comet/bin/python`. (Its torchmetrics still imports pkg_resources, which newer setuptools has not.)

Licences. The package is Apache-2.0, its models differ. Reference-free ones: `Unbabel/wmt20-comet-qe-da` is Apache-2.0,
but its scores are z-scores, of which 0 is the mean and not the worst. `Unbabel/wmt22-cometkiwi-da` and the larger
`wmt23-cometkiwi-da-xl` and `-xxl`, with scores from 0 to 1, are CC BY-NC-SA, so not for commercial use, as are
`XCOMET-XL` and `-XXL`; for most one has to accept the licence on the Hub, and to set HF_TOKEN.

A model's folder names its encoder (such as microsoft/infoxlm-large), whose tokenizer and settings the package fetches
from the Hub, in whatever revision is there, or finds in the Hub's cache.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import numpy as np

from schemas.errors import MissingPackage, RecipeError, SourceError, StopError
from translators.gates.gate import Pair
from translators.metrics.estimation import F64

_WORKER = Path(__file__).with_name("_comet_worker.py")
_AT_ONCE = 256  # pairs in a message to the other process
_STOP_SECONDS = 10.0
_ERRORS: dict[str, type[StopError]] = {"package": MissingPackage, "model": SourceError, "reference": RecipeError}


class Comet:
    """A loaded model, as a context manager; an `estimation.Estimator`.

    May be used from several threads; they wait for one another.

    Args:
        model: folder of a model (with hparams.yaml and checkpoints/model.ckpt), or name of one on the Hub.
        revision: with a name, the full commit on the Hub (40 hexadecimal digits).
        python: the interpreter that has `unbabel-comet`; None for this one.
        batch: pairs at once. Above 1 a score differs in its seventh digit with the pairs that it is padded beside, so
            only 1 gives the same bytes whatever the order.
        threads: of the processor. Another number adds up in another order.
        gpu: use the first one.

    Raises:
        RecipeError: a name without a revision, or a model that needs references.
        MissingPackage: `unbabel-comet` is not installed there.
        SourceError: the model cannot be loaded.
    """

    def __init__(
        self,
        model: str,
        *,
        revision: str | None = None,
        python: str | None = None,
        batch: int = 1,
        threads: int = 1,
        gpu: bool = False,
    ) -> None:
        if not Path(model).exists() and not re.fullmatch(r"[0-9a-f]{40}", revision or ""):
            raise RecipeError(
                f"quality estimation: {model!r} is no folder on this machine, and a model from the Hub needs "
                "`revision`, the full commit (40 hexadecimal digits): a branch or tag can change under you."
            )
        self._settings = {"model": model, "revision": revision, "batch": batch, "threads": threads, "gpu": gpu}
        self._python = python or sys.executable
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None
        self._lock = threading.Lock()
        self._identity = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def identity(self) -> str:
        """Name and revision, or SHA-256 of the checkpoint, and versions of the packages; empty before `start`."""
        return self._identity

    def start(self) -> None:
        """Load the model; nothing happens where it is loaded."""
        with self._lock:
            if self._process is not None:
                return
            self._log = tempfile.TemporaryFile()  # noqa: SIM115  # closed in `stop`
            try:
                # -I: nothing of this process's paths gets in the way of that environment's packages.
                self._process = subprocess.Popen(
                    [self._python, "-I", str(_WORKER)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=self._log,
                )
                self._identity = str(self._ask(self._settings)["identity"])
            except OSError as error:
                self._end()
                raise MissingPackage(
                    f"quality estimation: {self._python} cannot be started ({error}). Give `python`, the interpreter "
                    "of an environment with unbabel-comet."
                ) from error
            except BaseException:
                self._end()
                raise

    def score(self, pairs: Sequence[Pair]) -> F64:
        """The model's score of each pair, shape (n,).

        NaN for a pair that is longer than the model's window: the package would score its beginning and say nothing.

        Raises:
            SourceError: the model fails on a pair.
        """
        self.start()
        out = np.empty(len(pairs))
        with self._lock:
            for first in range(0, len(pairs), _AT_ONCE):
                part = pairs[first : first + _AT_ONCE]
                found = self._ask({"pairs": [[pair.source, pair.target] for pair in part]})["scores"]
                out[first : first + len(part)] = [np.nan if one is None else one for one in found]
        return out

    def stop(self) -> None:
        """Unload the model; nothing happens where none is loaded."""
        with self._lock:
            self._end()

    def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        process = self._process
        assert process is not None and process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(json.dumps(message).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = b""
        if not line:
            raise SourceError(f"quality estimation: the process with the model ended: {self._last_words()}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise _ERRORS[answer["error"]](f"quality estimation: {answer['message']}")
        return answer

    def _last_words(self) -> str:
        if self._log is None:
            return "it said nothing"
        self._log.seek(0)
        return self._log.read()[-2000:].decode("utf-8", "replace").strip() or "it said nothing"

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    try:
                        pipe.close()  # the worker ends when its input does
                    except BrokenPipeError:
                        pass
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self._log is not None:
            self._log.close()
            self._log = None
