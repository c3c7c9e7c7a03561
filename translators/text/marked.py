"""Labelled stretches of a text that have to be found again in its translation: markers go around them and come back.

Offsets count Unicode code points, as Python does: not bytes, and not the UTF-16 units of JavaScript and Java.

`protect` takes the markers for placeholders and sends them in its own form, so that both kinds share one row of
numbers, and whatever becomes of them is noticed there. `Marked.find` then reads the markers of the restored answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from schemas.errors import GlotmillError
from translators.text import kinds
from translators.text.markers import Found, Marked, Span
from translators.text.spans import Found as Protected
from translators.text.spans import find as find_protected

__all__ = ["REASONS", "SIGNS", "BadSpans", "Found", "Marked", "Span", "located", "mark"]

SIGNS = (("⟦", "⟧"), ("⦃", "⦄"), ("⟬", "⟭"), ("⦗", "⦘"))
"""Pairs of signs for markers; a text gets the first pair of which it has neither sign."""
# Markers may stand inside of these: they come back as they were sent, markers and all.
_HOLDS_MARKERS = frozenset((kinds.CODE_BLOCK, kinds.CODE, kinds.MATH, kinds.TAG))
_CONTEXT = 20  # code points around a stretch in messages


class BadSpans(GlotmillError):
    """The labelled stretches of a row cannot be marked. The row is refused; the others go on.

    Args:
        message: what is wrong and how to mend it.
        reason: in snake case, for the row.
    """

    def __init__(self, message: str, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


REASONS = ("overlapping_spans", "spans_outside_text", "span_not_in_text", "markers_in_text")
"""Every reason that `BadSpans` gives."""


@dataclass(frozen=True, slots=True)
class _Around:
    """Where markers stand around a stretch, and how much more than the stretch is between them."""

    start: int
    end: int
    before: str
    after: str


def located(text: str, surfaces: Sequence[str]) -> tuple[Span, ...]:
    """Stretches that are given by their words alone: the first place of each, the next one where words come again.

    Raises:
        BadSpans: the text does not have the words, or not as often.
    """
    spans: list[Span] = []
    after: dict[str, int] = {}
    for surface in surfaces:
        start = text.find(surface, after.get(surface, 0)) if surface else -1
        if start < 0:
            often = "not" if surface not in after else "not that often"
            raise BadSpans(
                f"{surface[:80]!r} is {often} in the text {text[:80]!r}. Give the words as they stand there, capitals "
                "and accents too, or start and end in code points.",
                "span_not_in_text",
            )
        after[surface] = start + len(surface)
        spans.append(Span(start, start + len(surface), surface))
    return tuple(spans)


def mark(text: str, spans: Sequence[Span]) -> Marked:
    """Put markers around stretches: `⟦1⟧` before the first, `⟦/1⟧` after it.

    Stretches may hold others and may touch. One that begins or ends inside of an address, a placeholder or the like has
    its markers around the whole of that, because it would be none with a marker inside.

    Args:
        text: any text.
        spans: in any order.

    Raises:
        BadSpans: a stretch is empty or outside of the text, has other words than `surface`, or overlaps another one
            without holding it.
    """
    for span in spans:
        _check(text, span)
    signs = next((pair for pair in SIGNS if not any(sign in text for sign in pair)), None)
    if signs is None:
        raise BadSpans(
            f"the text {text[:80]!r} has every sign that markers could be made of: {' '.join(map(''.join, SIGNS))}. "
            "Take one pair out.",
            "markers_in_text",
        )
    around = [_around(text, span, held) for held in [_unbreakable(text)] for span in spans]
    # Outer stretches before inner ones; of two equal ones the first is the outer one.
    order = sorted(range(len(spans)), key=lambda label: (around[label].start, -around[label].end, label))
    parents = [-1] * len(spans)
    inserted: dict[int, list[str]] = {}
    open_: list[int] = []

    def close(up_to: int) -> None:
        while open_ and around[open_[-1]].end <= up_to:
            label = open_.pop()
            inserted.setdefault(around[label].end, []).append(f"{signs[0]}/{label + 1}{signs[1]}")

    for label in order:
        here = around[label]
        close(here.start)
        if open_ and here.end > around[open_[-1]].end:
            raise _overlapping(text, spans[open_[-1]], spans[label])
        parents[label] = open_[-1] if open_ else -1
        open_.append(label)
        inserted.setdefault(here.start, []).append(f"{signs[0]}{label + 1}{signs[1]}")
    close(len(text))
    parts: list[str] = []
    last = 0
    for place in sorted(inserted):
        parts += (text[last:place], *inserted[place])
        last = place
    extra = tuple((one.before, one.after) for one in around)
    return Marked("".join((*parts, text[last:])), signs, tuple(parents), extra)


def _check(text: str, span: Span) -> None:
    if not 0 <= span.start < span.end <= len(text):
        raise BadSpans(
            f"a span from {span.start} to {span.end} came for a text of {len(text)} characters. Start and end count "
            "Unicode code points from 0, the end is left out, and no span is empty.",
            "spans_outside_text",
        )
    there = text[span.start : span.end]
    if span.surface and there != span.surface:
        raise BadSpans(
            f"the span from {span.start} to {span.end} is {there[:80]!r}, but {span.surface[:80]!r} was given. Offsets "
            "count Unicode code points: convert those that count bytes or UTF-16 units.",
            "span_not_in_text",
        )


def _overlapping(text: str, one: Span, other: Span) -> BadSpans:
    first, second = sorted((one, other), key=lambda span: span.start)
    shown = text[max(0, first.start - _CONTEXT) : second.end + _CONTEXT]
    return BadSpans(
        f"the spans {text[first.start : first.end][:80]!r} ({first.start} to {first.end}) and "
        f"{text[second.start : second.end][:80]!r} ({second.start} to {second.end}) overlap in {shown[:120]!r}. A "
        "span may hold another one or touch it; shorten one of these two.",
        "overlapping_spans",
    )


def _unbreakable(text: str) -> Mapping[int, Protected]:
    """The protected span around every place inside of which no marker may stand."""
    return {
        place: one
        for one in find_protected(text)
        if one.kind not in _HOLDS_MARKERS
        for place in range(one.begin + 1, one.end)
    }


def _around(text: str, span: Span, held: Mapping[int, Protected]) -> _Around:
    start = held[span.start].begin if span.start in held else span.start
    end = held[span.end].end if span.end in held else span.end
    return _Around(start, end, text[start : span.start], text[span.end : end])
