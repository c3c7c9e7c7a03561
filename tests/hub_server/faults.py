"""What goes wrong on demand."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Literal

Action = Literal["status", "drop", "lost", "slow", "stall", "hang"]


@dataclass
class Fault:
    """One thing that goes wrong, some times.

    Args:
        route: name of the route (see `routes.py`), or "*" for any.
        action: `status` answers with `status` and does nothing; `drop` breaks the connection after `after` bytes of
            the body and does nothing; `lost` does what was asked and breaks the connection instead of answering;
            `hang` does it and waits until `release()`, then breaks it;
            `slow` waits `seconds` first; `stall` waits, after `after` bytes of the body, until `release()`.
        times: how often.
        skip: requests that pass before.
        status: of the answer.
        headers: of the answer.
        message: in the answer.
        after: bytes.
        seconds: to wait.
    """

    route: str
    action: Action
    times: int = 1
    skip: int = 0
    status: int = 503
    headers: dict[str, str] = field(default_factory=dict)
    message: str = "on demand"
    after: int = 0
    seconds: float = 0.0
    reached: threading.Event = field(default_factory=threading.Event)
    _go: threading.Event = field(default_factory=threading.Event)

    def wait(self, seconds: float = 60) -> None:
        """Wait until a request ran into it; an error when none does."""
        if not self.reached.wait(seconds):
            raise TimeoutError(f"no request came to {self.route}")

    def release(self) -> None:
        """Let stalled requests go on."""
        self._go.set()

    def stalled(self) -> None:
        """Wait for `release`."""
        self._go.wait(120)


class Faults:
    """The faults that are still to happen; used up in the order in which they were added."""

    def __init__(self) -> None:
        self._all: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> Fault:
        with self._lock:
            self._all.append(fault)
        return fault

    def clear(self) -> None:
        """Forget them and let go who waits."""
        with self._lock:
            for fault in self._all:
                fault.release()
            self._all.clear()

    def take(self, route: str) -> Fault | None:
        """The fault of this request, if it has one."""
        with self._lock:
            for fault in self._all:
                if fault.route not in (route, "*") or not fault.times:
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                return fault
        return None
