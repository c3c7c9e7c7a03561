"""Markdown in which text from outside is nothing but text: what people and corpora wrote cannot change the page."""

from __future__ import annotations

import re
from collections.abc import Sequence

NAMED = 8  # how many languages or values a line names before it says how many more there are


class Code(str):
    """Text that a table shows as code."""


def text(value: str) -> str:
    r"""One line in which Markdown sees nothing but text.

    >>> text("a | b\n<c>")
    'a \\| b &lt;c>'
    """
    return re.sub(r"([\\`*_\[\]|~])", r"\\\1", " ".join(value.split())).replace("<", "&lt;")


def code(value: str) -> str:
    """One line as code; as plain text where a code span could not hold it inside a table."""
    value = " ".join(value.split())
    return text(value) if not value or "|" in value or "`" in value else f"`{value}`"


def cell(value: object) -> str:
    """What a table shows of a value."""
    if value is None or value == "":
        return "–"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, Code):
        return code(value)
    if re.fullmatch(r"https?://[^\s<>|]+", str(value)):
        return f"<{value}>"
    return text(str(value))


# What would start a heading, quote, list, rule, table, fence or link definition at the start of a line.
_BLOCK = re.compile(r"#{1,6}(\s|$)|>|[-+*](\s|$)|([-*_=]\s*){2,}$|=|\||`{3}|~{3}|:{3}|\[[^\]]*\]:")


def prose(value: str) -> str:
    """Paragraphs that a person wrote: Markdown within a line stays, but no block, so that the card keeps its shape."""
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", value.strip()):
        line = " ".join(paragraph.split()).replace("<", "&lt;")
        if _BLOCK.match(line):
            line = "\\" + line
        paragraphs.append(re.sub(r"^(\d{1,9})([.)])(?=\s|$)", r"\1\\\2", line))
    return "\n\n".join(paragraphs)


def some(items: Sequence[str]) -> str:
    """The first few of some names, and how many more there are."""
    rest = len(items) - NAMED
    return ", ".join(items[:NAMED]) + (f" and {rest:,} more" if rest > 0 else "")
