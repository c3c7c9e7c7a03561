"""Licences of the models that a release was made with: those that ship or are fetched, and what the recipe says."""

from __future__ import annotations

from schemas.manifest import Manifest

# As their publishers state them.
_KNOWN = {
    "cld2": "Apache-2.0",
    "gemma-3-270m": "Gemma Terms of Use",
    "heliport": "GPL-3.0",
    "lid.176.bin": "CC-BY-SA-3.0",
    "lid.176.ftz": "CC-BY-SA-3.0",
    "cldr": "Unicode-3.0",
}


def of(model: str, manifest: Manifest) -> str | None:
    """The licence of a model; the recipe's `release.card.models` goes before what is known here."""
    card = (manifest.recipe.get("release") or {}).get("card") or {}
    return (card.get("models") or {}).get(model) or _KNOWN.get(model)
