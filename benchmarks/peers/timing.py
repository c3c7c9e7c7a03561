"""What every peer script shares: documents in, one line of JSON out, on one core."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any


def one_core() -> None:
    """Keep this process, and what it starts, on the first core that it may use."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def documents(file: str) -> list[dict[str, Any]]:
    """Rows of a file of JSON lines with `text`, `language` and `script`."""
    with open(file, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def by_script(rows: Iterable[dict[str, Any]], run: Callable[[dict[str, Any]], object]) -> None:
    """Time `run` over the documents of each script, on one core, and print seconds by script."""
    one_core()
    seconds: dict[str, float] = {}
    failed: dict[str, str] = {}
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["script"], []).append(row)
    for script, group in groups.items():
        try:
            for language in {row["language"] for row in group}:  # tokenizers load at first use
                run(next(row for row in group if row["language"] == language))
            started = time.perf_counter()
            for row in group:
                run(row)
            seconds[script] = time.perf_counter() - started
        except Exception as error:
            failed[script] = f"{type(error).__name__}: {str(error)[:120]}"
    sys.stdout.write(json.dumps({"seconds": seconds, "failed": failed}) + "\n")
