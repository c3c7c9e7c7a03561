"""Values of rows as the page gets them: what cannot be seen is written out, long ones are cut, all of it is JSON."""

from __future__ import annotations

import math
from typing import Any

from data_cards.visible import brief, pieces, visible
from schemas import languages

CHARACTERS = 60_000  # of a text, unless the whole of it is asked for
WHOLE = 20_000_000
_CELL = 300
_SAFE = 2**53  # whole numbers beyond it are not the same in a browser


def cell(value: Any, characters: int = _CELL) -> Any:
    """A value on one line."""
    if isinstance(value, str):
        return brief(visible(value), characters)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return [brief(visible(one), characters) for one in value]
    return plain(value, characters)


def plain(value: Any, characters: int = CHARACTERS) -> Any:
    """A value with its lists and mappings; numbers that JSON has not are texts."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < _SAFE else str(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, dict):
        return {visible(str(key)): plain(one, characters) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one, characters) for one in value]
    shown = visible(value if isinstance(value, str) else str(value))
    return shown if len(shown) <= characters else f"{shown[: characters - 1]}…"


def text(value: Any, language: Any = None, characters: int = CHARACTERS) -> dict[str, Any] | None:
    """A text to read: `pieces` (each with whether it stands for what cannot be seen), `length`, `shown`, `lang`.

    Args:
        value: the text; null where there is none.
        language: its label.
        characters: how many are shown.
    """
    if not isinstance(value, str):
        return None
    return {
        "pieces": [list(piece) for piece in pieces(value[:characters])],
        "length": len(value),
        "shown": min(len(value), characters),
        "lang": tag(language),
    }


def tag(language: Any) -> str | None:
    """The language as HTML wants it (BCP 47); null where it is not known."""
    if not isinstance(language, str) or not languages.is_label(language) or language == languages.UNDETERMINED:
        return None
    try:
        return languages.bcp47(language)
    except ValueError:
        return None


def name(language: Any) -> str:
    """A label, or a pair of labels, in English."""
    if not isinstance(language, str):
        return ""
    parts = language.split(languages.TO)
    return " → ".join(languages.name(part) if languages.is_label(part) else visible(part) for part in parts)
