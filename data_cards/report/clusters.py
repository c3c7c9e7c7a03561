"""Duplicate clusters by size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

_LOWEST = (1, 2, 3, 4, 5, 10, 20, 50, 100, 1_000, 10_000)  # sizes at which a class begins


@dataclass(frozen=True)
class SizeClass:
    """Clusters of about one size.

    Args:
        name: sizes, as readers write them.
        clusters: clusters, which is as many released documents.
        documents: documents that these stand for, themselves included.
    """

    name: str
    clusters: int
    documents: int


def classes(table: pl.DataFrame) -> list[SizeClass]:
    """All languages together, from single documents to the largest clusters."""
    clusters, documents = _counts(table)
    last = max((place for place, many in enumerate(clusters) if many), default=-1)
    return [SizeClass(names()[place], int(clusters[place]), int(documents[place])) for place in range(last + 1)]


def names() -> list[str]:
    """Names of all classes."""
    pairs = zip(_LOWEST, [*_LOWEST[1:], None], strict=True)
    return [
        f"{low:,} or more" if up is None else f"{low:,}" if up == low + 1 else f"{low:,} to {up - 1:,}"
        for low, up in pairs
    ]


def as_data(table: pl.DataFrame, labels: Sequence[str]) -> dict[str, Any]:
    """For the page's script: names of classes, clusters of each for all languages and by label."""
    parts = table.partition_by("language", as_dict=True, maintain_order=True)
    return {
        "names": names(),
        "all": _trimmed(table),
        "languages": {label: _trimmed(parts[label,]) for label in labels if (label,) in parts},
    }


def _trimmed(table: pl.DataFrame) -> list[list[int]]:
    """Clusters and documents of each class, without the empty ones at the end."""
    clusters, documents = _counts(table)
    last = max((place for place, many in enumerate(clusters) if many), default=-1)
    return [[int(clusters[place]), int(documents[place])] for place in range(last + 1)]


def _counts(table: pl.DataFrame) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    size, clusters = table["size"].to_numpy(), table["clusters"].to_numpy()
    place = np.searchsorted(_LOWEST, np.maximum(size, 1), side="right") - 1
    of = [np.bincount(place, weights=weights, minlength=len(_LOWEST)) for weights in (clusters, clusters * size)]
    return of[0].astype(np.int64), of[1].astype(np.int64)
