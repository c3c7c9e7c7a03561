"""Names that languages do not spell alike: Germany is Deutschland, Vienna is Wien. From CLDR, through Babel."""

from __future__ import annotations

import re
from functools import lru_cache

from translators.gates._locale_facts import locale
from translators.gates._romanise import plain

_SKIPPED_TERRITORIES = frozenset(("XA", "XB", "ZZ", "QO", "EZ", "001"))
_WORD = re.compile(r"[^\W\d_]+")
_TOGETHER = frozenset(("Hans", "Hant", "Jpan", "Thai", "Laoo", "Khmr", "Mymr", "Tibt"))


def folded(text: str, script: str) -> str:
    """As names are looked up: a to z for Latin, lower case for others."""
    return plain(text) if script == "Latn" else text.casefold()


def _entries(language: str) -> dict[str, list[str]]:
    """Names by what they name: territories, languages and the cities of time zones."""
    known = locale(language)
    if known is None:
        return {}
    found: dict[str, list[str]] = {}
    for code, name in known.territories.items():
        head = code.partition("-")[0]  # `GB-alt-short` is a second name
        if head not in _SKIPPED_TERRITORIES:
            found.setdefault(f"territory {head}", []).append(name)
    for code, name in known.languages.items():
        if len(code) <= 3:
            found.setdefault(f"language {code}", []).append(name)
    for zone, facts in known.time_zones.items():
        city = facts.get("city")
        if city:
            found.setdefault(f"city {zone}", []).append(city)
    return found


# English is what most texts come from; CLDR leaves out its names where they are the zone's own.
def _zone_cities() -> dict[str, list[str]]:
    german = locale("jpn_Jpan")
    zones = german.time_zones if german is not None else {}
    return {
        f"city {zone}": [zone.rpartition("/")[2].replace("_", " ")]
        for zone in zones
        if "/" in zone and "Etc" not in zone
    }


@lru_cache(maxsize=256)
def forms(language: str) -> dict[str, tuple[str, ...]]:
    """Folded names by what they name."""
    entries = _entries(language)
    if language[4:] == "Latn":
        for key, cities in _zone_cities().items():
            entries.setdefault(key, cities)
    return {key: tuple(dict.fromkeys(folded(name, language[4:]) for name in names)) for key, names in entries.items()}


@lru_cache(maxsize=256)
def meanings(language: str) -> dict[str, tuple[str, ...]]:
    """What a folded name names."""
    found: dict[str, list[str]] = {}
    for key, names in forms(language).items():
        for name in names:
            if len(name) > 1:
                found.setdefault(name, []).append(key)
    return {name: tuple(keys) for name, keys in found.items()}


@lru_cache(maxsize=256)
def _places(language: str) -> dict[str, tuple[str, ...]]:
    """Names of countries and cities that can hardly be anything else, by their first two characters."""
    han = language[4:] in ("Hans", "Hant", "Jpan")
    least = 3 if han else 6 if language[4:] in _TOGETHER else 5
    found: dict[str, list[str]] = {}
    for name, keys in meanings(language).items():
        long = len(name) >= least or (han and name.endswith(("国", "國")))
        if long and " " not in name and not name.isascii() and not all(key.startswith("language") for key in keys):
            found.setdefault(name[:2], []).append(name)
    return {head: tuple(sorted(names, key=lambda name: (-len(name), name))) for head, names in found.items()}


def places_in(text: str, language: str) -> list[str]:
    """Countries and cities that a text of a script without capitals names, each as often as it does.

    Words that CLDR spells in full only: an ending or a small word at the head hides them.
    """
    heads = _places(language)
    if not heads:
        return []
    out = []
    if language[4:] in _TOGETHER:
        at = 0
        while at < len(text) - 1:
            name = next((one for one in heads.get(text[at : at + 2], ()) if text.startswith(one, at)), None)
            if name is not None:
                out.append(name)
            at += len(name) if name else 1
        return out
    for word in text.split():
        names = heads.get(word[:2])
        if names is not None:
            word = word.rstrip(".,;:!?)»”،؛؟।။።፣")
            if word in names:
                out.append(word)
    return out


@lru_cache(maxsize=16_384)
def _finder(name: str, script: str) -> tuple[re.Pattern[str], ...]:
    """Finds an inflected form of a name: the heads of its long words, each where a word begins."""
    if script in _TOGETHER:
        return (re.compile(re.escape(name)),)
    words = _WORD.findall(name) or [name]
    longest = max(map(len, words))
    stems = [word[: max(4, len(word) - 2 - len(word) // 6)] for word in words if len(word) * 2 > longest]
    # Arabic and Hebrew write "and", "in" and "the" as the head of the word.
    head = r"(?<!\w)\w{0,4}" if script in ("Arab", "Hebr") else r"(?<!\w)"
    return tuple(re.compile(head + re.escape(stem) + (r"(?!\w)" if len(stem) < 4 else "")) for stem in stems)


def spoken_of(key: str, language: str, text: str) -> bool:
    """Whether a folded text has any name of that thing, inflected or not."""
    script = language[4:]
    return any(all(one.search(text) for one in _finder(name, script)) for name in forms(language).get(key, ()))
