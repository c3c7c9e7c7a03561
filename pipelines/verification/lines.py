"""The first line in which a text is not what the manifest gives, in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from data_cards.visible import brief, visible

_MOST = 100  # characters of a line
_CELL = re.compile(r"(?<!\\)\|")


def first_difference(there: str, wanted: str, name: str = "card") -> str:
    r"""Where a text first differs from what the manifest gives, and in how many lines.

    Args:
        there: the text as it is.
        wanted: what it should be.
        name: what the text is, as a word.

    >>> first_difference("| Released | 1,234 |\n", "| Released | 1,233 |\n")
    'line 1: Released: card says 1,234, manifest 1,233'
    """
    was, is_ = there.splitlines(keepends=True), wanted.splitlines(keepends=True)
    at = next((n for n, (a, b) in enumerate(zip(was, is_, strict=False)) if a != b), min(len(was), len(is_)))
    differ = sum(a != b for a, b in zip(was, is_, strict=False)) + abs(len(was) - len(is_))
    more = f" ({differ:,} lines differ)" if differ > 1 else ""
    if there == wanted:  # what was read with replacements for bytes that are no text
        return f"{name} is not UTF-8 text"
    if at >= len(was):
        return f"line {at + 1}: {name} ends, manifest goes on with {_quoted(is_[at])}{more}"
    if at >= len(is_):
        return f"line {at + 1}: {name} goes on with {_quoted(was[at])}, manifest ends{more}"
    place, a, b = _narrowed(was, is_, at)
    return f"line {at + 1}: {place}{name} says {a}, manifest {b}{more}"


def _narrowed(was: Sequence[str], is_: Sequence[str], at: int) -> tuple[str, str, str]:
    """What stands where in a line: of two rows of a table, the first cell that differs."""
    ours, theirs = _cells(was[at]), _cells(is_[at])
    if not ours or len(ours) != len(theirs) or ours[0] != theirs[0]:
        return "", _quoted(was[at]), _quoted(is_[at])
    column = next((n for n, (a, b) in enumerate(zip(ours, theirs, strict=True)) if a != b), None)
    if column is None:
        return "", _quoted(was[at]), _quoted(is_[at])
    heads = _heads(is_, at)
    several = len(ours) > 2 and len(heads) == len(ours)
    place = f"{ours[0]}, {heads[column]}: " if several else f"{ours[0]}: "
    return _safe(place), _safe(ours[column]), _safe(theirs[column])


def _heads(lines: Sequence[str], at: int) -> list[str]:
    """The headings of the table that a line is in."""
    while at > 0 and _cells(lines[at - 1]):
        at -= 1
    return _cells(lines[at])


def _cells(line: str) -> list[str]:
    line = line.strip()
    if len(line) < 2 or line[0] != "|" or line[-1] != "|":
        return []
    return [cell.strip() for cell in _CELL.split(line[1:-1])]


def _quoted(line: str) -> str:
    text = line.rstrip("\n")
    return f"'{_safe(text)}'" if text else "an empty line"


def _safe(text: str) -> str:
    # In a README a carriage return before the line feed is what differs, so it is shown, too.
    return visible(brief(text.replace("\r", "\\r"), _MOST))
