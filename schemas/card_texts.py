"""What a person has to say on a data card: nobody can count it.

The parts follow the Data Cards (Pushkarna et al. 2022, arXiv:2204.01075) and Datasheets (Gebru et al. 2018,
arXiv:1803.09010); those that a reader cannot do without are `REQUIRED`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class CardTexts(BaseModel):
    """The written parts of a card: paragraphs, in Markdown within a line."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    uses: str | None = Field(None, description="What the dataset is for")
    not_for: str | None = Field(None, description="What it is not for")
    removal: str | None = Field(None, description="How somebody asks for a text to be removed, and what happens then")
    collection: str | None = Field(None, description="How the sources were gathered, when, and from whom")
    annotation: str | None = Field(None, description="Who labelled what, if people did")
    personal_data: str | None = Field(None, description="Personal and sensitive data: what is there, what was done")
    biases: str | None = Field(None, description="Groups, topics and kinds of text that are over- or underrepresented")
    social_impact: str | None = Field(None, description="What its use may do for or to people")
    maintenance: str | None = Field(None, description="Who keeps it, how often it is made anew, how long it stays")
    contact: str | None = Field(None, description="Whom to write to")
    creators: list[str] = Field(default_factory=list, description="People and organisations who made it")
    funding: str | None = Field(None, description="Who paid for it")
    homepage: str | None = Field(None, description="Address of its page")
    version: str | None = Field(None, description="Version of the dataset")
    citation: str | None = Field(None, description="How to cite it, as BibTeX")
    models: dict[str, str] = Field(default_factory=dict, description="Model that answered -> licence of its outputs")


REQUIRED = ("uses", "not_for", "removal")


def missing(recipe: Mapping[str, Any]) -> list[str]:
    """The required parts that nobody has written, as keys of the recipe.

    Args:
        recipe: a recipe as it is written, or as a manifest quotes it.

    >>> missing({"source": {"licence": "mit"}, "release": {"licence": "mit", "summary": "…", "card": {"uses": "…"}}})
    ['release.card.not_for', 'release.card.removal']
    """
    release: Mapping[str, Any] = recipe.get("release") or {}
    card: Mapping[str, Any] = release.get("card") or {}
    lacking = [f"release.{name}" for name in ("summary", "licence") if not (release.get(name) or "").strip()]
    lacking += [f"release.card.{name}" for name in REQUIRED if not (card.get(name) or "").strip()]
    sources: dict[str, Mapping[str, Any]] = {"source": recipe["source"]} if recipe.get("source") else {}
    sources |= {f"sources.{name}": one for name, one in (recipe.get("sources") or {}).items()}
    return lacking + [f"{name}.licence" for name, one in sources.items() if not (one.get("licence") or "").strip()]
