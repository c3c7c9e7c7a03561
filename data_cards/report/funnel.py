"""The way of all documents: read, dropped at each stage by their first reason, released."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data_cards.report.labels import language
from schemas.manifest import Counts, LanguageCounts, Manifest


@dataclass(frozen=True)
class Row:
    """One language.

    Args:
        label: as in the manifest.
        counts: its rows.
        rejected: rejected rows by stage, in the order of `stages`.
    """

    label: str
    counts: LanguageCounts
    rejected: tuple[int, ...]


@dataclass(frozen=True)
class Step:
    """What one stage dropped of all documents, and what was left after it."""

    stage: str
    dropped: int
    left: int


def order(manifest: Manifest) -> list[str]:
    """Names of all stages, in the order of the recipe."""
    return [stage.name for stage in manifest.stages]


def stages(manifest: Manifest) -> list[str]:
    """Stages that dropped a document, in the order of the recipe."""
    places = {name: place for place, name in enumerate(order(manifest))}
    dropping = [name for name, counts in manifest.counts.rejected_by_stage.items() if any(counts.values())]
    return sorted(dropping, key=lambda name: (places.get(name, len(places)), name))


def rows(manifest: Manifest) -> list[Row]:
    """Every language, those with most documents first."""
    counts = manifest.counts
    names = stages(manifest)
    labels = sorted(counts.by_language, key=lambda label: (-counts.by_language[label].input, label))
    return [
        Row(
            label,
            counts.by_language[label],
            tuple(counts.rejected_by_stage[name].get(label, 0) for name in names),
        )
        for label in labels
    ]


def steps(manifest: Manifest) -> list[Step]:
    """The stages of all languages together; dead rows never entered the first."""
    counts: Counts = manifest.counts
    left = counts.input - counts.dead
    found = []
    for name in stages(manifest):
        dropped = sum(counts.rejected_by_stage[name].values())
        left -= dropped
        found.append(Step(name, dropped, left))
    return found


def as_data(several: Sequence[Row]) -> list[list[object]]:
    """For the page's script: label, name, tag, script, input, released, rejected, dead, then rejected by stage."""
    found: list[list[object]] = []
    for row in several:
        known, c = language(row.label), row.counts
        found.append([*known, c.input, c.released_sources, c.rejected, c.dead, list(row.rejected)])
    return found
