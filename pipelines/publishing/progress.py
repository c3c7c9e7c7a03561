"""What is shown on the way: a moving bar on a terminal, one line a step elsewhere (a log, Airflow)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from pipelines.publishing.watch import Watch

_UNITS = ("bytes", "kB", "MB", "GB", "TB")


def size(count: float) -> str:
    """Bytes in the unit that fits.

    >>> size(999), size(1_500), size(20_000_000)
    ('999 bytes', '1.5 kB', '20 MB')
    """
    unit = 0
    while count >= 999.5 and unit < len(_UNITS) - 1:
        count, unit = count / 1000, unit + 1
    return f"{count:.0f} {_UNITS[unit]}" if unit == 0 or count >= 10 else f"{count:.1f} {_UNITS[unit]}"


class Lines(Watch):
    """Shows steps on a console.

    Args:
        console: where.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bars: Progress | None = None
        self._task: TaskID | None = None
        self._lock = threading.Lock()
        self._total: int | None = None
        self._done = self._since = self._all = 0
        self._text = ""
        self._started = 0.0

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Around the work."""
        with Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.fields[figures]}", markup=False),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        ) as self._bars:
            try:
                yield
            finally:
                self._end()

    def step(self, text: str, *, total: int | None = None) -> None:
        """A step begins; the one before it ends and leaves its line."""
        self._end()
        self._text, self._total, self._started = text, total, time.monotonic()
        self._done = self._since = self._all = 0
        if self._bars is not None:
            self._task = self._bars.add_task(text, total=total or None, figures="")

    def sent(self, count: int) -> None:
        """Bytes of files that left."""
        with self._lock:
            self._since += count
            self._all += count
        self._show()

    def done(self, count: int) -> None:
        """Files that are in a commit now."""
        with self._lock:
            self._done += count
            self._since = 0
        self._show()

    def note(self, text: str) -> None:
        """A line of its own."""
        self._console.print(f"  {text}", markup=False, highlight=False, soft_wrap=True)

    @property
    def bytes_sent(self) -> int:
        """Bytes of files that left in this step."""
        return self._all

    def _show(self) -> None:
        if self._bars is not None and self._task is not None and self._total:
            done = min(self._total, self._done + self._since)
            self._bars.update(self._task, completed=done, figures=f"{size(done)} of {size(self._total)}")

    def _end(self) -> None:
        if self._text:
            seconds = time.monotonic() - self._started
            figures = "" if self._total is None else f", {size(self._total)}"
            self._console.print(
                f"{self._text}{figures} in {seconds:.1f} s", markup=False, highlight=False, soft_wrap=True
            )
        if self._bars is not None and self._task is not None:
            self._bars.remove_task(self._task)
        self._text, self._task = "", None
