"""Spans that no regular expression can tell: delimiters that pair up, nested braces.

Every function takes a text and gives ranges (begin, end) in code points, in order and without overlap, in time that
grows with the length of the text alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from translators.text import patterns
from translators.text.breaks import Range

_BACKTICKS = re.compile(r"`+")
BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
# `this' and ``this'', as old manuals quote: what is between two such beginnings is no code.
_GNU_QUOTES = re.compile(r"[^'`]*[^\s'`]''?(?![A-Za-z0-9_'])(?=.)", re.DOTALL)
_FENCE_LINE = re.compile(r"[ \t]*(?:>[ \t]*|[-*+][ \t]+|[0-9]{1,9}[.)][ \t]+){0,8}(`{3,}+(?!.*`)|~{3,}+)")
_QUOTED_BRACE = re.compile(r"'[{}][^']*'?|[{}]")  # ICU: an apostrophe before a brace quotes


def code_blocks(text: str) -> Iterator[Range]:
    """Fenced code; one that is not closed runs to the end."""
    here, begin, fence = 0, -1, ""
    for line in text.splitlines(keepends=True):
        if begin < 0:
            if found := _FENCE_LINE.match(line):
                begin, fence = here + found.start(1), found[1]
        else:
            bare = line.strip().lstrip("> \t")
            if bare.startswith(fence) and not bare.strip(fence[0]):
                yield begin, here + len(line.rstrip())
                begin = -1
        here += len(line)
    if begin >= 0:
        yield begin, len(text.rstrip())


def code(text: str) -> Iterator[Range]:
    """Code between equally many backticks inside of one paragraph, as CommonMark has it."""
    runs = [(found.start(), found.end()) for found in _BACKTICKS.finditer(text)]
    blanks = [found.start() for found in BLANK_LINE.finditer(text)]
    waiting: dict[tuple[int, int], list[int]] = {}  # runs of each paragraph and length, last first
    keys = [(bisect_right(blanks, begin), end - begin) for begin, end in runs]
    for index in reversed(range(len(runs))):
        waiting.setdefault(keys[index], []).append(index)
    index = 0
    while index < len(runs):
        begin, end = runs[index]
        length = end - begin
        if _escaped(text, begin):
            begin, length = begin + 1, length - 1
        same = waiting.get((keys[index][0], length), [])
        while same and same[-1] <= index:
            same.pop()
        if length and same and not _GNU_QUOTES.match(text, begin + length, runs[same[-1]][0]):
            index = same[-1]
            yield begin, runs[index][1]
        index += 1


def _escaped(text: str, place: int) -> bool:
    """Whether an odd number of backslashes stands before a place."""
    count = 0
    while place - count > 0 and text[place - count - 1] == "\\":
        count += 1
    return count % 2 == 1


def messages(text: str) -> Iterator[Range]:
    """Arguments of ICU messages with all that they hold."""
    first = patterns.MESSAGE.search(text)
    if not first:
        return
    closing: dict[int, int] = {}
    open_: list[int] = []
    for brace in _QUOTED_BRACE.finditer(text, first.start()):
        if brace[0] == "{":
            open_.append(brace.start())
        elif brace[0] == "}" and open_:
            closing[open_.pop()] = brace.end()
    here = 0
    for found in patterns.MESSAGE.finditer(text):
        end = closing.get(found.start(), 0)
        if found.start() >= here and end:
            yield found.start(), end
            here = end


def between(text: str, opening: str, closing: str) -> Iterator[Range]:
    """From an opening text to the next closing one."""
    begin = text.find(opening)
    while begin >= 0:
        end = text.find(closing, begin + len(opening))
        if end < 0:
            return
        yield begin, end + len(closing)
        begin = text.find(opening, end + len(closing))


def tags(text: str) -> Iterator[Range]:
    """Tags and comments; elements whose content is no text, whole."""
    found = [(one.start(), one.end()) for one in patterns.TAG.finditer(text)]
    found += between(text, "<!--", "-->")
    found += between(text, "<![CDATA[", "]]>")
    lower = text.lower() if text.isascii() else text
    missing: set[str] = set()
    for element in patterns.LITERAL_ELEMENT.finditer(text):
        closing = f"</{element[1].lower()}>"
        if closing in missing:
            continue
        end = lower.find(closing, element.end())
        if end < 0:
            missing.add(closing)
        else:
            found.append((element.start(), end + len(closing)))
    yield from outermost(found)


def outermost(ranges: list[Range]) -> Iterator[Range]:
    """Ranges that no earlier one holds a part of."""
    here = 0
    for begin, end in sorted(ranges, key=lambda one: (one[0], -one[1])):
        if begin >= here:
            yield begin, end
            here = end
