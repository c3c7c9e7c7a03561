"""Stretches taken out of a text with the sentences, lines or paragraphs that they touch, so that what stays reads well.

A cut takes the white space around it along and leaves the strongest that was there: a blank line where what stays stood
in two paragraphs, a line end where it stood in two lines. What is left of a line goes too where it says nothing (a
bullet, "1.").
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
import polars as pl
import regex

from filters._decontamination.runs import I64

Span = tuple[int, int]
Unit = Literal["sentence", "line", "paragraph"]

_LINE_END = r"(?:\r\n|[\n\v\f\r\x85\u2028\u2029])"
_ENDS = regex.compile(_LINE_END)
_BLANK = regex.compile(rf"{_LINE_END}\s*{_LINE_END}\s*")
_ENDS_AMONG_WHITE = regex.compile(rf"\s*{_LINE_END}\s*")
_SAYS = regex.compile(r"\p{L}")


def cut(text: str, spans: Iterable[Span], unit: Unit) -> tuple[str, int]:
    """The text without what the spans touch.

    Args:
        text: any.
        spans: bytes of its UTF-8: the first one of each span and the one behind it, in order.
        unit: what goes as a whole.

    Returns:
        What is left (the empty string where all was touched), and how many stretches went.
    """
    places = _code_points(text)
    lines = _between(_ENDS, text)
    units = lines if unit == "line" else _between(_BLANK, text) if unit == "paragraph" else _sentences(text, places)
    gone = _merged(_widened(int(places[begin]), int(places[end]), units) for begin, end in spans)
    left = _blanked(text, gone)
    whole_lines = [_widened(begin, end, lines) for begin, end in gone]
    gone = _merged(one if _SAYS.search(left, *line) else line for one, line in zip(gone, whole_lines, strict=True))
    return _without(text, gone), len(gone)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Spans that overlap or touch, put together."""
    out: list[Span] = []
    for begin, end in spans:
        if out and begin <= out[-1][1]:
            before = out.pop()
            begin, end = min(begin, before[0]), max(end, before[1])
        out.append((begin, end))
    return out


def _blanked(text: str, gone: list[Span]) -> str:
    """The text with blanks in place of what goes."""
    ends = [0, *(end for _, end in gone)]
    kept = [text[a:b] for a, b in zip(ends, [*(begin for begin, _ in gone), len(text)], strict=True)]
    return kept[0] + "".join(" " * (end - begin) + rest for (begin, end), rest in zip(gone, kept[1:], strict=True))


def _code_points(text: str) -> I64:
    """Code points before each byte of a text that begins one, and before its end."""
    begins = (np.frombuffer(text.encode(), np.uint8) & 0xC0) != 0x80
    return np.concatenate((np.cumsum(begins) - begins, [len(text)]))


def _widened(begin: int, end: int, units: tuple[I64, I64]) -> Span:
    """The span with the whole of the units that it touches."""
    begins, ends = units
    first, last = int(np.searchsorted(ends, begin, side="right")), int(np.searchsorted(begins, end)) - 1
    if first > last:
        return begin, end
    return min(begin, int(begins[first])), max(end, int(ends[last]))


def _sentences(text: str, places: I64) -> tuple[I64, I64]:
    """First code point of each sentence, and the one behind it."""
    from filters._kernels.utf8 import strings
    from filters._segments._classes import sentence_classes
    from filters._segments._sentence_scan import scan
    from filters._segments._spans import room

    data, starts = strings(pl.Series([text]))
    begins, ends = room(len(data), lambda b, e: scan(data, starts, sentence_classes(), b, e, np.zeros(1, np.int64)))
    return places[begins], places[ends]


def _between(separator: regex.Pattern[str], text: str) -> tuple[I64, I64]:
    """First code point of what stands between separators, and the one behind it."""
    found = [one.span() for one in separator.finditer(text)]
    return np.array([0, *(end for _, end in found)]), np.array([*(begin for begin, _ in found), len(text)])


def _without(text: str, gone: list[Span]) -> str:
    """What stays, and between two pieces of it the strongest white space of the gap."""
    out = head = tail = ""
    gap: list[str] = []
    at = 0
    for begin, end in [*gone, (len(text), len(text))]:
        piece = text[at:begin]
        bare = piece.strip()
        head, _, tail = piece.partition(bare) if bare else (piece, "", "")
        gap.append(head)
        if bare:
            # The beginning of the text stays as it was, and so does its end.
            out += (max(gap, key=_strength) if out else head if not at else "") + bare
            gap = [tail]
        gap += (found[0] for found in _ENDS_AMONG_WHITE.finditer(text, begin, end))
        at = end
    return out + tail


def _strength(white: str) -> tuple[int, int]:
    return len(_ENDS.findall(white)), len(white)
