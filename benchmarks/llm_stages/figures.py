"""One acceptance figure: what was asked for, what was seen, and whether that is enough."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One figure.

    Args:
        number: of the list of acceptance figures.
        name: what is measured.
        asked: what counts as met, in words.
        seen: what was measured, JSON-able.
        met: null where it was not measured, or where nothing is asked.
        note: how it was measured, and what it does not say.
    """

    number: int
    name: str
    asked: str
    seen: dict[str, Any] = field(default_factory=dict)
    met: bool | None = None
    note: str = ""


def table(figures: list[Figure]) -> str:
    """A Markdown table."""
    lines = ["| | what | asked | seen | met |", "| ---: | --- | --- | --- | --- |"]
    for one in figures:
        seen = (
            "; ".join(f"{key.replace('_', ' ')}: {_short(value)}" for key, value in one.seen.items()) or "not measured"
        )
        met = {True: "yes", False: "**no**", None: "—"}[one.met]
        cells = (str(one.number), one.name, one.asked, f"{seen}. {one.note}".rstrip(". "), met)
        lines.append("| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_short(inner)}" for key, inner in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(_short, value)) or "none"
    return value if isinstance(value, str) else json.dumps(value)
