"""Languages, pairs and other names as the page shows them."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from data_cards.visible import brief, visible
from schemas import languages


class Language(NamedTuple):
    """A language as the page shows it.

    Args:
        label: as in the data.
        name: English name; the label where nobody knows it.
        tag: BCP 47 tag for `lang`; `und` where nobody knows it.
        script: ISO 15924 code, by which fonts are chosen; empty where nobody knows it.
    """

    label: str
    name: str
    tag: str
    script: str


@lru_cache(maxsize=8_192)
def language(label: str) -> Language:
    """The language of a label; whatever text comes in, nothing in it is unseen."""
    if not languages.is_label(label):
        plain = shown(label)
        return Language(plain, plain, "und", "")
    return Language(label, languages.name(label), languages.bcp47(label), label.partition("_")[2])


def pair(label: str) -> str:
    """A language pair as readers write it.

    >>> pair("eng_Latn>fra_Latn"), pair("fra_Latn>fra_Latn")
    ('English → French', 'French')
    """
    source, between, target = label.partition(languages.TO)
    if not between or source == target:
        return language(source).name
    return f"{language(source).name} → {language(target).name}"


def shown(value: str | None) -> str:
    """A name or sentence from outside on one line, with nothing unseen in it."""
    return visible(brief(value or ""))
