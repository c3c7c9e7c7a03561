"""What changed since the last release: the card's table and sentences."""

from __future__ import annotations

from data_cards.language_tables import name
from data_cards.markdown import Code, code, some, text
from schemas.changes import Changes

HEADS = ("Language", "Label", "Before", "Now", "Added", "Removed", "Moved in", "Moved out", "Other text")
_SETTINGS = 40


def rows(changes: Changes) -> list[tuple[object, ...]]:
    """Released documents of each language in which something changed, the largest changes first."""
    order = sorted(changes.by_language.items(), key=lambda item: (-_moved(item[1]), item[0]))
    return [
        (name(label), Code(label), c.before, c.after, c.added, c.removed, c.moved_in, c.moved_out, c.text)
        for label, c in order
        if _moved(c)
    ]


def _moved(change: object) -> int:
    return sum(getattr(change, field) for field in ("added", "removed", "moved_in", "moved_out", "text"))


def sentences(changes: Changes) -> list[str]:
    """Why rows went and came, and what else is different."""
    told = []
    for said, by_reason in (("went", changes.removed_by_reason), ("came back", changes.added_by_reason)):
        summed = {reason: sum(configs.values()) for reason, configs in by_reason.items()}
        if summed:
            most = sorted(summed.items(), key=lambda item: (-item[1], item[0]))
            told.append(f"Rows that {said} by reason: {text(some([f'{r} {n:,}' for r, n in most]))}.")
    for said, where in (("went are now", changes.removed_to), ("came were before", changes.added_from)):
        summed = {place: sum(configs.values()) for place, configs in where.items()}
        if any(summed.values()):
            told.append(f"Rows that {said}: {text(', '.join(f'{place} {n:,}' for place, n in summed.items() if n))}.")
    for said, names in (("New columns", changes.new_columns), ("Columns that are gone", changes.lost_columns)):
        if names:
            told.append(f"{said}: {', '.join(map(code, names))}.")
    return told


def settings(changes: Changes) -> list[tuple[object, ...]]:
    """Settings that differ."""
    return [(one.of, Code(one.name), _short(one.before), _short(one.after)) for one in changes.settings[:_SETTINGS]]


def _short(value: object) -> str | None:
    if value is None:
        return None
    line = " ".join(str(value).split())
    return line if len(line) <= 80 else f"{line[:79]}…"
