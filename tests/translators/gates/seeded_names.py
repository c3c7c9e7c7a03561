"""Plants a wrong name into a text: what was made of the text then speaks of another person, place or product."""

from __future__ import annotations

import random
import re

# Persons, places and products of many origins, as English writes them.
NAMES = (
    "Okonkwo", "Ferreira", "Kowalski", "Tanaka", "Lindqvist", "Nakamura", "Petrov", "Haddad", "Mbeki", "Castellanos",
    "Nairobi", "Lisbon", "Helsinki", "Osaka", "Montreal", "Valencia", "Kathmandu", "Bogota", "Casablanca", "Tbilisi",
    "Portugal", "Kenya", "Norway", "Vietnam", "Peru", "Mongolia", "Netflix", "Toyota", "Wikipedia", "Samsung",
)  # fmt: skip
ACRONYMS = ("NASA", "UNESCO", "SQL", "FIFA", "BMW", "NHK", "OECD", "XMPP", "CERN", "ASEAN")
MIXED = ("LibreOffice", "YouTube", "PostgreSQL", "OpenStreetMap", "iPhone", "LaTeX", "GitHub")
_WORD = re.compile(r"[^\W\d_][\w-]*")
_NO_PROSE = re.compile(r"`[^`]*`|https?://\S+|www\.\S+|\{[^{}]*\}|<[^<>]*>|[\w.+-]+@[\w.-]+")


def places(text: str) -> list[tuple[int, int, tuple[str, ...]]]:
    """Words that a wrong name can stand in for: start, end, and the names to choose from.

    These are words in capitals, words with capitals inside, and words with a capital between two words without.
    """
    left_out = [found.span() for found in _NO_PROSE.finditer(text)]
    words = [
        found for found in _WORD.finditer(text) if not any(start <= found.start() < end for start, end in left_out)
    ]
    out = []
    for before, word, after in zip([None, *words], words, [*words[1:], None], strict=False):
        written = word.group()
        if len(written) < 3 or written == written.lower():
            continue
        if written.isupper():
            out.append((*word.span(), ACRONYMS))
        elif written[1:] != written[1:].lower():
            out.append((*word.span(), MIXED))
        elif (
            before is not None
            and before.group().islower()
            and text[before.end() : word.start()] == " "
            and (after is None or after.group().islower())
        ):
            out.append((*word.span(), NAMES))
    return out


def seed(text: str, language: str, rng: random.Random) -> str | None:
    """The text with one name put in the place of another; None where it has no such word.

    The new name is in Latin letters: plant it into a text in these.
    """
    found = places(text)
    if not found:
        return None
    start, end, names = rng.choice(found)
    new = rng.choice([name for name in names if name not in text])
    return text[:start] + new + text[end:]
