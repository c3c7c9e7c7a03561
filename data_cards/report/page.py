"""Puts the page together, and cuts it until it fits."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from data_cards.report.facts import Facts, facts
from data_cards.report.levels import Level, least, levels, told
from data_cards.report.markup import environment
from data_cards.report.samples import shortened
from schemas.manifest import Manifest

LARGEST = 5_000_000  # bytes of the page
TABLES = (
    "distributions", "selection", "languages", "tokens", "reasons", "clusters", "confusion", "gates", "round_trips",
    "samples",
)  # fmt: skip
"""Names of the tables that the page shows; another is ignored."""


def render(manifest: Manifest, tables: Mapping[str, pl.DataFrame], *, largest: int = LARGEST) -> str:
    """The page.

    Args:
        manifest: of the release.
        tables: by name (see `TABLES`): `distributions` and `selection` of the release, the others of its folder
            `evidence`. A section whose table is not there, or empty, is left out.
        largest: bytes that the page may have. Where they are not enough it shows less, and says so; its own scripts
            and tables of all languages together, about 0.6 MB, are always there.
    """
    gathered = facts(manifest, tables, largest)
    made = ""
    for number, level in enumerate(levels(gathered.languages)):
        if least(gathered.samples, level) > largest:
            continue
        made = _rendered(gathered, level, told(level, gathered.languages, largest) if number else None)
        if len(made.encode()) <= largest:
            break
    return made


def _rendered(gathered: Facts, level: Level, note: str | None) -> str:
    shown = shortened(gathered.samples, level.characters, level.dropped, level.kept)
    anchors = {
        kind: {group.name: group.anchor for group in shown.get(kind, ())}
        for kind in ("rejected", "quarantine", "documents")
    }
    return (
        environment()
        .get_template("page.html.j2")
        .render(**gathered.shown, note=note, samples=shown, anchors=anchors, most_languages=level.languages)
    )
