"""What stands before the words of a line in Markdown: quotes, bullets, numbers, hashes; and which lists are open.

An ordered item is one only if it is the first (`0.`, `1.`) or follows another one of its list: `3. Oktober` begins a
sentence. `•` and its like are bullets too.
"""

from __future__ import annotations

import re

Shape = tuple[str, ...]
"""Prefixes of a line, outermost first: `>`, `-1` and `4.1` for items (the last digit is the level of nesting, from 1),
`[ ]` and `[x]` for the box of a task, `##`."""

_PREFIX = re.compile(r"[ \t]*(?:(>)[ \t]?|([-*+•‣◦▪●○])(?:[ \t]+|$)|([0-9]{1,9})[.)](?:[ \t]+|$)|(#{1,6})(?:[ \t]+|$))")
_TASK = re.compile(r"\[[ xX]\](?:[ \t]+|$)")
_MOST = 32  # prefixes of one line; what comes after them is text


class Prefixes:
    """Reads the prefixes of one line after the other and keeps the open lists."""

    def __init__(self) -> None:
        # Columns where the words of the open items begin, outermost first, and the last number of each list.
        self._columns: list[int] = []
        self._numbers: list[int] = []

    @property
    def column(self) -> int:
        """Where the words of the innermost open item begin; 0 outside of lists."""
        return self._columns[-1] if self._columns else 0

    def read(self, line: str, *, after_blank: bool) -> tuple[int, Shape]:
        """Where the words of a line begin, and its shape.

        Args:
            line: without white space at its end; not empty.
            after_blank: whether the line before is blank.
        """
        if after_blank and self._columns and not _PREFIX.match(line):
            indent = columns(line)
            while self._columns and indent < self._columns[-1]:
                self._close(len(self._columns) - 1)
        if line[0].isalpha():  # most lines
            return 0, ()
        here = 0
        shape: list[str] = []
        while len(shape) < _MOST and (found := _PREFIX.match(line, here)):
            quote, bullet, number, hashes = found.groups()
            if quote:
                shape.append(quote)
            elif hashes:
                shape.append(hashes)
            elif not self._item(line, found, bullet, number, shape):
                break
            here = found.end()
            if hashes:
                break
        if not here:
            here = len(line) - len(line.lstrip())
        if shape and shape[-1][0] not in ">#" and (task := _TASK.match(line, here)):
            here = task.end()
            shape.append("[ ]" if task[0][1] == " " else "[x]")
        return here, tuple(shape)

    def _item(self, line: str, found: re.Match[str], bullet: str, number: str, shape: list[str]) -> bool:
        if bullet and is_rule(line[found.start() :]):
            return False
        column = columns(line[: found.start(2 if bullet else 3)], whole=True)
        level = 0
        while level < len(self._columns) and column >= self._columns[level]:
            level += 1
        if number:
            before = self._numbers[level] if level < len(self._numbers) else -1
            if int(number) > 1 and (before < 0 or int(number) not in (before, before + 1)):
                return False
        self._close(level)
        self._columns.append(columns(line[: found.end()], whole=True))
        self._numbers.append(int(number) if number else -1)
        shape.append(f"{int(number)}.{level + 1}" if number else f"-{level + 1}")
        return True

    def _close(self, level: int) -> None:
        del self._columns[level:], self._numbers[level:]


def is_prefixed(line: str) -> bool:
    """Whether a line has the form of a quote, an item or a heading."""
    return _PREFIX.match(line) is not None


def columns(text: str, *, whole: bool = False) -> int:
    """Width of the indentation, or of a whole text, with a tab stop at every fourth column."""
    column = 0
    for letter in text:
        if letter == "\t":
            column += 4 - column % 4
        elif letter == " " or whole:
            column += 1
        else:
            break
    return column


def is_rule(line: str) -> bool:
    """Whether a line is a thematic break such as `* * *`.

    >>> is_rule("- - -"), is_rule("- a")
    (True, False)
    """
    signs = set(line)
    signs.difference_update(" \t")
    return len(signs) == 1 and bool(signs & set("-*_")) and len(line) - line.count(" ") - line.count("\t") >= 3
