"""Why documents went: every reason, for all languages together and for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from data_cards.report.escaping import as_json
from data_cards.report.labels import shown
from schemas.manifest import Manifest


@dataclass(frozen=True)
class Reason:
    """One reason.

    Args:
        name: as rejected rows carry it.
        stage: that gives it; empty where no stage of the manifest does.
        why: why such documents go.
        documents: rejected documents that carry it.
        first: of these, those whose first reason it is.
        alone: of these, those that carry no other.
    """

    name: str
    stage: str
    why: str
    documents: int
    first: int
    alone: int

    @property
    def shown(self) -> str:
        """Its name with nothing unseen in it."""
        return shown(self.name)


def whys(manifest: Manifest) -> dict[tuple[str, str], str]:
    """Stage and reason -> why such rows go."""
    return {(stage.name, reason): why for stage in manifest.stages for reason, why in stage.rules.items()}


def given(manifest: Manifest, table: pl.DataFrame) -> list[Reason]:
    """Every reason that dropped a document, those with most documents first."""
    # A gate of a Derive stage may share its reason's name with a rule: rules of documents go first.
    known: dict[str, tuple[str, str]] = {}
    for stage in sorted(manifest.stages, key=lambda stage: stage.kind == "Derive"):
        for reason, why in stage.rules.items():
            known.setdefault(reason, (stage.name, why))
    sums = table.group_by("reason").agg(pl.col("documents", "first", "alone").sum())
    return [
        Reason(name, *known.get(name, ("", "")), documents, first, alone)
        for name, documents, first, alone in sums.sort("documents", "reason", descending=[True, False]).iter_rows()
    ]


def by_language(
    table: pl.DataFrame, several: Sequence[Reason], labels: Sequence[str], largest: int
) -> dict[str, list[list[int]]]:
    """Label -> number of the reason, documents, first, alone; languages at the end go without where room ends.

    Args:
        table: language, reason, documents, first, alone.
        several: the reasons that the numbers mean.
        labels: those first that matter most.
        largest: bytes of all.
    """
    places = {reason.name: place for place, reason in enumerate(several)}
    ordered = table.sort("documents", "reason", descending=[True, False])
    parts = ordered.partition_by("language", as_dict=True, maintain_order=True)
    found: dict[str, list[list[int]]] = {}
    for label in labels:
        if (label,) not in parts:
            continue
        columns = parts[label,].select("reason", "documents", "first", "alone").iter_rows()
        own = [[places[reason], documents, first, alone] for reason, documents, first, alone in columns]
        largest -= len(as_json(own)) + len(label) + 4
        if largest < 0:
            break
        found[label] = own
    return found
