"""What a kind of private data is.

A kind says what the scan must have seen (`sees`), and finds itself in a `Piece`, the surroundings of that place. Kinds
made of digits give `forms` instead: patterns over the shape of the piece, each with a check, so that a shape that was
seen before costs one look in a dictionary.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from filters._private_data.characters import ascii_form


@dataclass(frozen=True)
class Options:
    """What the recipe says to the kinds.

    Args:
        keep_local_ip: addresses that name nobody are not private.
        ip_prefix: bits of an IPv4 address that its detail keeps.
        ipv6_prefix: bits of an IPv6 address that its detail keeps.
        regions: countries (ISO 3166-1 alpha-2) whose national phone formats are looked for in every text.
    """

    keep_local_ip: bool = True
    ip_prefix: int = 16
    ipv6_prefix: int = 32
    regions: tuple[str, ...] = ()


class Piece:
    """The surroundings of a place: text, where the place is in it, and the language that the source declares."""

    __slots__ = ("__dict__", "end", "language", "original", "start")

    def __init__(self, original: str, start: int, end: int, language: str) -> None:
        self.original = original
        self.start = start
        self.end = end
        self.language = language

    @cached_property
    def text(self) -> str:
        """The piece with digits and separators in ASCII, of the same length."""
        return ascii_form(self.original)

    def before(self, start: int, length: int) -> str:
        """What stands before a character, without our own placeholders: they hold the words we look for."""
        return _PLACEHOLDERS.sub("", self.text[max(0, start - length) : start])

    def after(self, end: int, length: int) -> str:
        """What stands after a character, without our own placeholders."""
        return _PLACEHOLDERS.sub("", self.text[end : end + length])


_PLACEHOLDERS = re.compile(r"<[a-z_0-9]{2,12}(?: [^<>\n]{1,80})?>")

Found = tuple[int, int, str]
"""First character, character after the last, and the detail that `generalise` keeps."""


@dataclass(frozen=True)
class Form:
    """A way to write a number.

    Args:
        pattern: over the shape of the piece (`characters.shape`).
        check: from the piece and the span of the match to what was found there, or None.
    """

    pattern: str
    check: Callable[[Piece, int, int, Options], Found | None]


@dataclass(frozen=True)
class Kind:
    """One kind of private data.

    Args:
        name: as parameters and columns write it.
        description: for the documentation.
        sees: what the scan saw where this kind may stand (`_scan.SEEN_…` names, lower case).
        find: what there is in a piece. None for kinds made of forms.
        forms: ways to write a number, the most telling first.
        example: a line for the documentation.
    """

    name: str
    description: str
    sees: tuple[str, ...]
    find: Callable[[Piece, Options], Iterator[Found]] | None = None
    forms: tuple[Form, ...] = ()


# A number that is written on its own: no part of a word, of a longer number, of a sum.
ALONE_LEFT = r"(?<![A-Za-z9_+#])(?<!9[.,:/=*\-])(?<!-)"
ALONE_RIGHT = r"(?![A-Za-z9_])(?![.,:/=*\-]9)"
