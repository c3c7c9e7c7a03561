"""The parts of a card that people wrote, and a plain word where they did not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data_cards.as_yaml import fence
from data_cards.markdown import prose
from schemas.card_texts import missing
from schemas.manifest import Manifest

_SECTIONS = (
    ("uses", "What it is for"),
    ("not_for", "What it is not for"),
    ("collection", "How the text was gathered"),
    ("annotation", "Who labelled it"),
    ("biases", "Who and what is over- or underrepresented"),
    ("social_impact", "What its use may do"),
)
_LAST = (
    ("removal", "How to have a text removed"),
    ("maintenance", "Maintenance"),
    ("contact", "Contact"),
    ("funding", "Funding"),
)


def _card(manifest: Manifest) -> Mapping[str, Any]:
    return (manifest.recipe.get("release") or {}).get("card") or {}


def first(manifest: Manifest) -> list[tuple[str, str]]:
    """Headings and paragraphs that come before the figures."""
    return [(heading, prose(_card(manifest)[key])) for key, heading in _SECTIONS if _card(manifest).get(key)]


def last(manifest: Manifest) -> list[tuple[str, str]]:
    """Headings and paragraphs at the end: removal, maintenance, who made it."""
    found = [(heading, prose(_card(manifest)[key])) for key, heading in _LAST if _card(manifest).get(key)]
    if creators := _card(manifest).get("creators"):
        found.append(("Made by", prose(", ".join(" ".join(one.split()) for one in creators))))
    return found


def personal_data(manifest: Manifest) -> str:
    """What people say of personal data."""
    return prose(_card(manifest).get("personal_data") or "")


def citation(manifest: Manifest) -> str:
    """The citation as a code block; empty without one."""
    given = (_card(manifest).get("citation") or "").strip()
    return fence(f"{given}\n", "bibtex") if given else ""


def unwritten(manifest: Manifest) -> list[str]:
    """Parts that a reader cannot do without, and that nobody has written."""
    return missing(manifest.recipe)
