"""A real Redis server on a free port, for the time of a test."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest


class RedisProcess:
    """redis-server in a folder of its own; may be killed and started again on the same port.

    Args:
        folder: where it keeps its data.
        options: of its command line, such as `--requirepass`, `secret`.
    """

    def __init__(self, folder: Path, *options: str) -> None:
        binary = shutil.which("redis-server")
        if binary is None:
            pytest.skip("redis-server is not installed: `apt-get install redis-server`, or `brew install redis`")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._command = [binary, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(folder), *options]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            with socket.socket() as connection:
                if connection.connect_ex(("127.0.0.1", self.port)) == 0:
                    connection.sendall(b"PING\r\n")
                    if connection.recv(100)[:1] in b"+-" and self._process.poll() is None:
                        return self
            if self._process.poll() is not None:
                raise RuntimeError(f"redis-server ended with code {self._process.returncode}: {self._command}")
            time.sleep(0.05)
        raise RuntimeError("redis-server did not answer within 30 seconds")

    def kill(self) -> None:
        """As a crash would: nothing is written that is not written yet."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
