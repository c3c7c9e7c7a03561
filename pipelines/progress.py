"""What the command shows while it works, and the funnel at the end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from pipelines import storage
from pipelines.plan import Plan
from schemas import languages
from schemas.manifest import LanguageCounts, Manifest

_EVERY_SECONDS = 0.5
_LANGUAGES_SHOWN = 40
_NAMED = 5
_COUNTED = ("input", "rejected", "dead", "released_sources", "derived", "quarantined")


class Bars:
    """Progress bars with rates, fed by the marks and beats that workers leave in a phase's folder.

    On a terminal the bars move; elsewhere (a log, Airflow) each phase leaves one line when it ends.
    """

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextmanager
    def phase(self, name: str, folder: str, *, total: int) -> Iterator[None]:
        """Around the running of a phase's units."""
        step = folder.rstrip("/").split("/")[-2]
        label = name if step == name else f"{name}: {step}"
        started = time.monotonic()
        seen = _Seen(folder)
        with Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<18}"),
            BarColumn(),
            TextColumn("{task.fields[figures]}"),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        ) as bars:
            task = bars.add_task(label, total=total or None, figures="")
            stop = threading.Event()
            watcher = threading.Thread(target=_watch, args=(bars, task, seen, total, started, stop), daemon=True)
            watcher.start()
            try:
                yield
            finally:
                stop.set()
                watcher.join()
        seconds = time.monotonic() - started
        done, rows = seen.look()
        figures = f"{done} shards, " if total else ""
        rate = f", {_rate(rows / seconds)}" if rows and seconds > 0 else ""
        counted = f"{rows:,} rows" if rows else ""
        self._console.print(
            f"{label:<18} {figures}{counted}{rate} in {seconds:.1f} s".replace(",  in", " in"), highlight=False
        )


def _rate(a_second: float) -> str:
    """Rows a second; a language model makes few, so those get a decimal."""
    return f"{a_second:,.0f}/s" if a_second >= 10 else f"{a_second:.1f}/s"


class _Seen:
    """Reads a phase's folder: finished shards, and rows so far."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._local = storage.local_path(folder)
        self._before = self._marks()

    def _marks(self) -> set[str]:
        return {p for p in storage.list_files(self._folder) if p.endswith(".json") and not p.endswith(".error.json")}

    def look(self) -> tuple[int, int]:
        """Shards finished in this run, and rows worked on."""
        done = len(self._marks() - self._before)
        rows = 0
        if self._local is not None:
            for path in storage.list_files(self._folder):
                if path.endswith(".beat"):
                    try:
                        rows += int(storage.read_bytes(path) or b"0")
                    except Exception:
                        continue  # being written just now
        return done, rows


def _watch(bars: Progress, task: TaskID, seen: _Seen, total: int, started: float, stop: threading.Event) -> None:
    while not stop.wait(_EVERY_SECONDS):
        done, rows = seen.look()
        seconds = time.monotonic() - started
        shards = f"{done}/{total} shards" if total else ""
        figures = f"{shards} {rows:,} rows {_rate(rows / seconds)}" if rows else shards
        bars.update(task, completed=done if total else None, figures=figures)


def thresholds(manifest: Manifest) -> str | None:
    """Which languages have threshold files of their own, and where the others fall back to; None without files.

    "thresholds: 12 languages have their own file, 3 their script's (hin_Deva, …), 4 what the stages ship (…)"
    """
    parts: list[str] = []
    for file, told in (("language", "have their own file"), ("script", "their script's"), (None, "what stages ship")):
        here = [label for label, origins in manifest.thresholds.items() if origins.file == file]
        if here:
            named = "" if file == "language" else f" ({', '.join(here[:_NAMED])}{', …' if len(here) > _NAMED else ''})"
            parts.append(f"{len(here)} {'languages ' if not parts else ''}{told}{named}")
    used = any(origins.file is not None for origins in manifest.thresholds.values())
    return f"thresholds: {', '.join(parts)}" if used or manifest.recipe.get("thresholds") else None


def funnel(manifest: Manifest, plan: Plan) -> list[Table]:
    """The funnel by stage and by language."""
    counts = manifest.counts
    by_stage = Table(title="By stage", title_justify="left", pad_edge=False, box=SIMPLE_HEAD)
    for heading, justify in (("stage", "left"), ("rejected", "right"), ("left", "right")):
        by_stage.add_column(heading, justify=justify)  # type: ignore[arg-type]
    left = counts.input - counts.dead
    by_stage.add_row("read", f"{counts.dead:,} dead" if counts.dead else "–", f"{left:,}")
    for stage, languages_ in counts.rejected_by_stage.items():
        gone = sum(languages_.values())
        left -= gone
        by_stage.add_row(stage, f"{gone:,}", f"{left:,}")
    for stage, languages_ in counts.derived_by_stage.items():
        by_stage.add_row(stage, "", f"+ {sum(languages_.values()):,}")
    by_language = Table(title="By language", title_justify="left", pad_edge=False, box=SIMPLE_HEAD)
    for heading in ("language", ""):
        by_language.add_column(heading)
    for heading in _COUNTED:
        by_language.add_column("released" if heading == "released_sources" else heading, justify="right")

    def figures(c: LanguageCounts) -> list[str]:
        return [f"{n:,}" if n else "–" for n in (getattr(c, name) for name in _COUNTED)]

    rows = sorted(counts.by_language.items(), key=lambda item: (-item[1].input, item[0]))
    for code, c in rows[:_LANGUAGES_SHOWN]:
        by_language.add_row(code, languages.name(code), *figures(c))
    if len(rows) > _LANGUAGES_SHOWN:
        by_language.add_row("…", f"{len(rows) - _LANGUAGES_SHOWN} more in manifest.json")
    by_language.add_section()
    by_language.add_row("all", "", *figures(counts))
    return [by_stage, by_language]
