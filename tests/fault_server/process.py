"""The server as a child process: for tests and benchmarks, which must not share its event loop."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.fault_server.settings import Settings

_ROOT = Path(__file__).parents[2]


class FaultServer:
    """A server in a child process, for the time of a `with`.

    Args:
        pairs: texts that it can translate: `source`, `target`, `source_language`, `target_language`.
        settings: as `Settings` takes them.
    """

    def __init__(self, pairs: Iterable[Mapping[str, str]] = (), **settings: Any) -> None:
        Settings(**settings)  # says here what is wrong with them
        self._pairs = list(pairs)
        self._settings = settings
        self._process: subprocess.Popen[str] | None = None
        self._direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy to our own machine
        self.address = ""

    @property
    def base_url(self) -> str:
        """What a client takes: address up to and with /v1."""
        return f"{self.address}/v1"

    def start(self) -> Self:
        """Start it; returns when it listens."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fault_server", "--port", "0", "--child", "--settings", "-"],
            cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(self._settings) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line.startswith("{"):
            self.stop()
            raise RuntimeError(f"the fault server did not start; its last word: {line!r}")
        self.address = json.loads(line)["address"]
        if self._pairs:
            self.learn(self._pairs)
        return self

    def stop(self) -> None:
        """End it."""
        process, self._process = self._process, None
        if process is not None:
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()  # the child ends when its input does
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def learn(self, pairs: Iterable[Mapping[str, str]]) -> int:
        """Give it more pairs; returns how many texts it knows."""
        return int(self._control("pairs", list(pairs))["texts"])

    def configure(self, **settings: Any) -> dict[str, Any]:
        """Change settings from now on; attempts, statistics and pairs stay."""
        return self._control("settings", settings)  # type: ignore[no-any-return]

    def statistics(self) -> dict[str, Any]:
        """Figures: arrivals, statuses, repeats, violations, faults (`Statistics.summary`)."""
        return self._control("statistics")  # type: ignore[no-any-return]

    def arrivals(self) -> list[dict[str, Any]]:
        """Every request: at, key, lane, number, status, traffic, fault."""
        return self._control("arrivals")  # type: ignore[no-any-return]

    def refusals(self) -> list[dict[str, Any]]:
        """Every refusal that was sent: at, lane, status, retry_after."""
        return self._control("refusals")  # type: ignore[no-any-return]

    def violations(self) -> list[dict[str, Any]]:
        """Every arrival before a Retry-After: at, lane, key, early_by, since_sent (seconds after the 429)."""
        return self._control("violations")  # type: ignore[no-any-return]

    def truth(self) -> dict[str, dict[str, Any]]:
        """By key of the body: fault (None for a good answer), manner, languages, texts, answer."""
        return self._control("truth")  # type: ignore[no-any-return]

    def reset(self) -> None:
        """Forget statistics, attempts and what flowed through rate limits."""
        self._control("reset", {})

    def _control(self, name: str, said: Any = None) -> Any:
        data = None if said is None else json.dumps(said).encode()
        request = urllib.request.Request(f"{self.address}/control/{name}", data)
        try:
            with self._direct.open(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as problem:
            raise ValueError(problem.read().decode()) from problem
