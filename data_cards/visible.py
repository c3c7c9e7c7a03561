"""Characters that a reader cannot see, written out: they could steer a terminal, or show a line in another order."""

from __future__ import annotations

import re

# Controls other than tab and line ends, marks that embed, override or isolate a direction, ends of lines and paragraphs
# that only Unicode knows, the byte order mark, annotation marks and noncharacters. Joiners, zero-width spaces and plain
# direction marks stay: scripts need them, and they reach no further than their neighbours.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff]"
    "|\r(?!\n)"
)


def visible(value: str) -> str:
    r"""The text with such characters as their code points.

    >>> visible("a\x1b[31m\u202eb")
    'a[U+001B][31m[U+202E]b'
    """
    return _UNSEEN.sub(lambda found: _name(found[0]), value)


def brief(value: str, characters: int = 300) -> str:
    r"""A name, or a sentence that holds one, on one line; a longer one ends in an ellipsis.

    >>> brief("two\nlines"), brief("abcd", 3)
    ('two lines', 'ab…')
    """
    line = re.sub(r"\r?\n|\t", " ", value)
    return line if len(line) <= characters else f"{line[: characters - 1]}…"


def pieces(value: str) -> list[tuple[str, bool]]:
    r"""The text in pieces, each with whether it stands for a character that cannot be seen.

    >>> pieces("a\x00b")
    [('a', False), ('[U+0000]', True), ('b', False)]
    """
    found, start = [], 0
    for one in _UNSEEN.finditer(value):
        if one.start() > start:
            found.append((value[start : one.start()], False))
        found.append((_name(one[0]), True))
        start = one.end()
    return [*found, (value[start:], False)] if start < len(value) else found


def _name(character: str) -> str:
    return f"[U+{ord(character):04X}]"
