"""TMX, the exchange format of translation memories, read as a stream.

The parser is expat itself: it says what a document type holds before anything is expanded. Entities and document
types with declarations of their own are refused; a document type that only names `tmx14.dtd`, which many tools write,
is not fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

from schemas.addresses import our_errors
from schemas.errors import SourceError
from translators.knowledge.files import open_binary

Unit = list[tuple[str, str]]
"""A translation unit: (language code as written, text) of each variant, in order."""
_BLOCK = 1 << 18
_CODES = frozenset(("bpt", "ept", "ph", "it", "ut", "sub"))
"""Elements in a segment whose content is markup of the tool that wrote it, not text."""


def units(path: str) -> Iterator[Unit]:
    """The units of a TMX file with two variants or more, in order. Inline codes are left out of the texts.

    Raises:
        SourceError: not well-formed, not TMX, or with entities; the message says the line.
    """
    reader = _Reader(path)
    with our_errors(f"reading {path}"), open_binary(path) as handle:
        while block := handle.read(_BLOCK):
            reader.feed(block)
            yield from reader.take()
        reader.feed(b"", last=True)
        yield from reader.take()


class _Reader:
    """Expat's handlers, and the units that they have put together."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._done: list[Unit] = []
        self._unit: Unit | None = None
        self._language = ""
        self._text: list[str] | None = None  # None outside of a segment
        self._codes = 0  # depth inside of inline codes
        self._root = True
        self._parser: Any = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._entity
        self._parser.SkippedEntityHandler = self._entity
        self._parser.ExternalEntityRefHandler = self._entity

    def feed(self, block: bytes, *, last: bool = False) -> None:
        try:
            self._parser.Parse(block, last)
        except expat.ExpatError as error:
            raise SourceError(
                f"{self._path}:{error.lineno}: not well-formed XML: {expat.ErrorString(error.code)}. Export the "
                "memory again, or cut the file before that line and close its elements."
            ) from error
        except (LookupError, ValueError) as error:  # an encoding that Python does not know, or of several bytes
            raise SourceError(f"{self._path}: {error}. Save the file as UTF-8.") from error

    def take(self) -> list[Unit]:
        done, self._done = self._done, []
        return done

    def _refuse(self, what: str) -> None:
        raise SourceError(
            f"{self._path}:{self._parser.CurrentLineNumber}: {what}. TMX needs none of its own, and a file with them "
            "can fill the memory of a machine or name files on it. Export the memory again without them."
        )

    def _doctype(self, name: str, system: str | None, public: str | None, has_declarations: int) -> None:
        if has_declarations:
            self._refuse("a document type with declarations")

    def _entity(self, *_: Any) -> int:
        self._refuse("an entity")
        return 0

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._root:
            self._root = False
            if name != "tmx":
                raise SourceError(
                    f"{self._path}:{self._parser.CurrentLineNumber}: not TMX: the file begins with <{name}>, not "
                    "with <tmx>."
                )
        if self._text is not None:
            self._codes += name in _CODES
        elif name == "tu":
            self._unit = []
        elif name == "tuv":
            self._language = attributes.get("xml:lang") or attributes.get("lang") or ""
        elif name == "seg" and self._unit is not None:
            self._text = []

    def _end(self, name: str) -> None:
        if self._text is not None:
            if name == "seg":
                assert self._unit is not None
                self._unit.append((self._language, "".join(self._text)))
                self._text, self._codes = None, 0
            else:
                self._codes -= name in _CODES
        elif name == "tu" and self._unit is not None:
            if len(self._unit) > 1:
                self._done.append(self._unit)
            self._unit = None

    def _characters(self, text: str) -> None:
        if self._text is not None and not self._codes:
            self._text.append(text)
