"""Markers around stretches of a text, and what came back of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SPACES = " \u00a0\u2009\u202f\u3000"


@dataclass(frozen=True, slots=True)
class Span:
    """A labelled stretch: text[start:end], in Unicode code points.

    Args:
        start: of the first code point.
        end: after the last one.
        surface: the words there, where they are known.
    """

    start: int
    end: int
    surface: str = ""


@dataclass(frozen=True)
class Found:
    """An answer without markers, and where the stretches are.

    Args:
        text: the answer.
        spans: by the order in which they were given; None for those that cannot be told.
        missing: which of them came back without a marker.
        broken: which came back with markers that make no sense: doubled, crossed, empty, or another one inside.
        unknown: markers that were not sent.
    """

    text: str
    spans: tuple[Span | None, ...] = ()
    missing: tuple[int, ...] = ()
    broken: tuple[int, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every stretch was found, and no other."""
        return not (self.missing or self.broken or self.unknown)


@dataclass(frozen=True)
class Marked:
    """A text with markers.

    Args:
        text: what is sent.
        signs: what stands around the numbers of the markers.
        parents: for each stretch the one right around it, -1 where there is none.
        extra: for each stretch the words before and after it that its markers hold as well.
    """

    text: str
    signs: tuple[str, str]
    parents: tuple[int, ...]
    extra: tuple[tuple[str, str], ...]

    def find(self, answer: str) -> Found:
        """The stretches in an answer.

        Args:
            answer: any text; a space that was put inside of a marker's stretch does not belong to it.
        """
        opening, closing = map(re.escape, self.signs)
        pattern = re.compile(rf"{opening}[{_SPACES}]?([/／]?)[{_SPACES}]?(\d{{1,6}})[{_SPACES}]?{closing}")
        count = len(self.parents)
        starts: dict[int, int] = {}
        ends: dict[int, int] = {}
        broken: set[int] = set()
        unknown: list[str] = []
        open_: list[int] = []
        text = ""
        here = 0
        for found in pattern.finditer(answer):
            label = int(found[2]) - 1
            if not 0 <= label < count:
                unknown.append(found[0])
                continue
            text = _joined(text, answer[here : found.start()])
            here = found.end()
            if not found[1]:
                if label in starts:
                    broken.add(label)
                if (open_[-1] if open_ else -1) != self.parents[label]:
                    broken.add(label)
                starts[label] = len(text)
                open_.append(label)
                here = _past_spaces(answer, here, text)
                continue
            if label in ends:
                broken.add(label)
            if label in open_:
                broken.update(open_[open_.index(label) + 1 :])  # those that it closes too early
                if open_[-1] != label:
                    broken.add(label)
                del open_[open_.index(label) :]
            else:
                broken.add(label)
            if not _is_word(answer[here : here + 1]):
                text = text.rstrip(_SPACES)
            ends[label] = len(text)
        text = _joined(text, answer[here:])
        for sign in self.signs:
            unknown += [sign] * (text.count(sign) - sum(one.count(sign) for one in unknown))
        missing = {label for label in range(count) if label not in starts and label not in ends}
        broken |= {label for label in range(count) if (label in starts) != (label in ends)}
        spans: list[Span | None] = []
        for label in range(count):
            span = None
            if label not in missing and label not in broken:
                span = self._span(label, text, starts[label], ends[label])
                if span is None:
                    broken.add(label)
            spans.append(span)
        return Found(text, tuple(spans), tuple(sorted(missing)), tuple(sorted(broken)), tuple(unknown))

    def _span(self, label: int, text: str, start: int, end: int) -> Span | None:
        """The stretch between two places; None where there is none."""
        before, after = self.extra[label]
        inside = text[start:end]
        if not (inside.startswith(before) and inside.endswith(after)) or len(inside) < len(before) + len(after):
            return None
        start, end = start + len(before), end - len(after)
        words = text[start:end]
        start += len(words) - len(words.lstrip())
        end -= len(words) - len(words.rstrip())
        return Span(start, end, text[start:end]) if start < end else None


def _joined(text: str, more: str) -> str:
    """Two parts between which a marker stood: the space before it and the one after it are one."""
    if text[-1:] and text[-1] in _SPACES and more[:1] and more[0] in _SPACES:
        more = more.lstrip(_SPACES)
    return text + more


def _past_spaces(answer: str, here: int, before: str) -> int:
    """Where words go on after an opening marker: a space that a model put there goes, unless it parts two words."""
    if _is_word(before[-1:]):
        return here
    while here < len(answer) and answer[here] in _SPACES:
        here += 1
    return here


def _is_word(letter: str) -> bool:
    return letter.isalnum()
