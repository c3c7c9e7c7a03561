"""Which derived rows were asked for again, and how often: `replays.json` in a recipe's work folder.

A replay is another sample: its requests have a seed and a place in the cache of their own, so that the answer that
failed is not found again, and a later run finds the new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pipelines import storage

NAME = "replays.json"


def load(work: str) -> dict[str, int]:
    """Id of a derived row -> how often it was replayed.

    Args:
        work: the recipe's work folder.
    """
    path = f"{work}/{NAME}"
    found: Mapping[str, Any] = storage.read_json(path) if storage.exists(path) else {}
    return {str(key): int(value) for key, value in found.items()}


def add(work: str, ids: Iterable[str]) -> dict[str, int]:
    """Count one replay more for each of these rows, and return all counts."""
    counts = load(work)
    for one in ids:
        counts[one] = counts.get(one, 0) + 1
    storage.write_json(f"{work}/{NAME}", dict(sorted(counts.items())))
    return counts
