"""Cuts a text into pieces: those that are translated, and those that stay as they are.

The pieces put together again are the text, byte for byte. White space, blank lines, code, formulas, front matter and
what has no words stay; so do quote signs, bullets, numbers, hashes and borders of table cells around a piece of one
line. A chat model gets blocks of whole paragraphs, with the prefixes of their lines inside: what became of them is
checked by `translators.gates.structure`. A base model gets one line, or one cell, at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from translators.text import spans
from translators.text.blocks import VERBATIM, Line, lines
from translators.text.breaks import breaks

_CELL = re.compile(r"(?:[^|\\]|\\.?)+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text.

    Args:
        text: as it stands there.
        translate: whether it is worked on; it then begins and ends with something else than white space.
    """

    text: str
    translate: bool


def cut(text: str, language: str, *, longest: int, lines: bool) -> tuple[Piece, ...]:
    """The pieces of a text, in order.

    Args:
        text: any text.
        language: label of its language; sentences are cut after its rules.
        longest: characters (Unicode code points) of a piece that is translated, at most.
        lines: one line, or one cell of a table, in each piece (base models); otherwise blocks of whole paragraphs.

    Returns:
        Pieces whose texts make up `text` exactly. No two neighbours stay as they are.
    """
    if longest < 1:
        raise ValueError(f"longest is {longest}, but a piece has at least one character")
    joined = _Joined()
    for begin, end in _single(text) if lines else _blocks(text, longest):
        _within(text, begin, end, language, longest, joined)
    joined.keep(text[joined.length :])
    return joined.pieces()


class _Joined:
    """Collects pieces from left to right; neighbours that stay become one."""

    def __init__(self) -> None:
        self._pieces: list[Piece] = []
        self._kept: list[str] = []
        self.length = 0
        """Code points so far."""

    def keep(self, text: str) -> None:
        self._kept.append(text)
        self.length += len(text)

    def translate(self, text: str) -> None:
        if kept := "".join(self._kept):
            self._pieces.append(Piece(kept, False))
        self._kept.clear()
        self._pieces.append(Piece(text, True))
        self.length += len(text)

    def pieces(self) -> tuple[Piece, ...]:
        kept = "".join(self._kept)
        return (*self._pieces, Piece(kept, False)) if kept else tuple(self._pieces)


def _within(text: str, begin: int, end: int, language: str, longest: int, joined: _Joined) -> None:
    """One stretch with words: whole, or cut where it is too long."""
    joined.keep(text[joined.length : begin])
    stretch = text[begin:end]
    if len(stretch) <= longest:
        _piece(stretch, joined)
        return
    whole = [(one.begin, one.end) for one in spans.find(stretch)]
    too_long = {begin for begin, end in whole if end - begin > longest}
    prefixed = [line.start for line in lines(stretch) if line.shape]
    cuts = breaks(stretch, language, longest, whole, prefixed)
    for first, last in pairwise(cuts):
        if first in too_long:
            joined.keep(stretch[first:last])
        else:
            _piece(stretch[first:last], joined)


def _piece(text: str, joined: _Joined) -> None:
    bare = text.strip()
    if not bare or not spans.has_words(bare):
        joined.keep(text)
        return
    begin = text.index(bare)
    joined.keep(text[:begin])
    joined.translate(bare)
    joined.keep(text[begin + len(bare) :])


def _single(text: str) -> Iterator[tuple[int, int]]:
    """The words of every line, and of every cell."""
    for line in lines(text):
        if line.kind == "table":
            for cell in _CELL.finditer(text, line.content, line.stop):
                yield cell.start(), cell.end()
        elif line.kind not in VERBATIM:
            yield line.content, line.stop


def _blocks(text: str, longest: int) -> Iterator[tuple[int, int]]:
    """Runs of lines: as many whole paragraphs as fit, the first of a run that is longer alone."""
    run: list[Line] = []  # lines of the block so far
    paragraph: list[Line] = []  # lines of the paragraph so far
    for line in (*lines(text), None):
        if line is not None and (line.kind not in VERBATIM or (line.kind == "ruler" and paragraph)):
            paragraph.append(line)
            continue
        if paragraph:
            if run and paragraph[-1].stop - run[0].start > longest:
                yield _range(run)
                run = []
            run += paragraph
            paragraph = []
        if run and (line is None or line.kind != "blank"):
            yield _range(run)
            run = []


def _range(run: list[Line]) -> tuple[int, int]:
    """Where the words of a block begin and end: without the prefix where it is one line, else with all prefixes."""
    return (run[0].content if len(run) == 1 else run[0].start), run[-1].stop
