"""Puts placeholders in place of what a translation keeps letter by letter, and puts it back into the answer.

Whatever became of a placeholder on the way is either mended without doubt (spaces inside of it, full-width signs,
digits of another script, a small letter) or reported: nothing is guessed. Two things cannot be told from an honest
answer. Placeholders may come in another order, as words do; so two of them that were swapped by mistake look like
a translation. And where a placeholder stands in its sentence is up to the translator.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from translators.text import kinds as _kinds
from translators.text import spans as _spans
from translators.text.breaks import Range
from translators.text.marks import BRACKETS, LETTERS, Mark

ALL = _kinds.ALL
"""Every kind of span; see `translators.text.kinds`."""
DEFAULT = LETTERS
spans_of = _spans.spans_of

_TRIES = 20  # first numbers for each form; a text that defeats the first one defeats most


@dataclass(frozen=True)
class Restored:
    """An answer with its spans back in place.

    Args:
        text: the answer. A span whose placeholder came twice stands there twice; what is not known stays as it came.
        lost: spans whose placeholders did not come back.
        doubled: spans whose placeholders came more than once.
        unknown: what reads as a placeholder, or as a piece of one, and was not sent.
        reordered: whether the placeholders came in another order, which is no fault.
    """

    text: str
    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    reordered: bool = False

    @property
    def whole(self) -> bool:
        """Whether each placeholder came exactly once, and none that was not sent."""
        return not (self.lost or self.doubled or self.unknown)


@dataclass(frozen=True)
class Protected:
    """A text with placeholders.

    Args:
        text: what is sent.
        spans: what the placeholders stand for, in order; spans that touch each other share one.
        tokens: the placeholders, in order.
        mark: their form.
        first: number of the first one.
    """

    text: str
    spans: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()
    mark: Mark = DEFAULT
    first: int = 1
    # What the text itself has that reads as a placeholder or a piece of one.
    own: Counter[str] = field(default_factory=Counter, repr=False, compare=False)

    def restore(self, answer: str) -> Restored:
        """Put the spans back into an answer.

        Args:
            answer: any text.
        """
        parts: list[str] = []
        rest: list[str] = []
        order: list[int] = []
        seen: Counter[str] = Counter()
        here = 0
        for begin, end, number in self.mark.find(answer):
            index = number - self.first
            if 0 <= index < len(self.spans):
                order.append(index)
                parts += (answer[here:begin], self.spans[index])
                rest.append(answer[here:begin])
                here = end
            else:
                seen[_plain(number)] += 1
        parts.append(answer[here:])
        rest.append(answer[here:])
        for between in rest:
            seen.update(self.mark.broken(between))
        unknown = tuple(one for one in (seen - self.own).elements() if self._counts(one)) if seen else ()
        if not self.spans:
            return Restored(answer, unknown=unknown)
        counts = Counter(order)
        return Restored(
            "".join(parts),
            tuple(span for index, span in enumerate(self.spans) if not counts[index]),
            tuple(span for index, span in enumerate(self.spans) if counts[index] > 1),
            unknown,
            order != sorted(order),
        )

    def _counts(self, piece: str) -> bool:
        """Whether a piece may be one of ours: `X2` of `X2X`, but not a name such as `X500`."""
        digits = "".join(filter(str.isdecimal, piece))
        return piece.startswith(_WHOLE) or not digits or 0 <= int(digits) - self.first < len(self.spans)


_WHOLE = "placeholder "


def _plain(number: int) -> str:
    return f"{_WHOLE}{number}"


def protect(text: str, *, kinds: frozenset[str] = ALL, terms: Sequence[str] = (), mark: Mark = DEFAULT) -> Protected:
    """Put placeholders in place of the spans of a text.

    Args:
        text: any text.
        kinds: what is protected.
        terms: words that stay as they are, case-sensitive, whole words only; in scripts without spaces anywhere.
        mark: form of the placeholders. Where letters beside one would make it unclear, brackets are used.

    Returns:
        `restore` of its text gives `text` again, whatever the text is.
    """
    ranges: list[Range] = []
    for one in _spans.find(text, kinds, terms):
        if ranges and ranges[-1][1] == one.begin:
            ranges[-1] = (ranges[-1][0], one.end)
        else:
            ranges.append((one.begin, one.end))
    if not ranges:
        return Protected(text, mark=mark, own=_own(mark, [text]))
    for protected in _candidates(text, ranges, mark):
        restored = protected.restore(protected.text)
        if restored.whole and restored.text == text and not restored.reordered:
            return protected
    raise AssertionError("a text next to which no placeholder can be told")  # pragma: no cover


def _candidates(text: str, ranges: list[Range], mark: Mark) -> Iterator[Protected]:
    for form in dict.fromkeys((mark, LETTERS, BRACKETS)):
        wider = _widened(text, ranges, form)
        if form.is_word and wider != ranges:
            continue  # part of a word would go with the span
        borders = [0, *(place for one in wider for place in one), len(text)]
        between = [text[begin:end] for begin, end in zip(borders[::2], borders[1::2], strict=True)]
        spans = tuple(text[begin:end] for begin, end in wider)
        own = _own(form, between)
        for first in islice(form.first("\n".join(between), len(spans)), _TRIES):
            tokens = tuple(form.token(first + index) for index in range(len(spans)))
            sent = between[0] + "".join(token + after for token, after in zip(tokens, between[1:], strict=True))
            yield Protected(sent, spans, tokens, form, first, own)


def _widened(text: str, ranges: list[Range], mark: Mark) -> list[Range]:
    """Spans with the signs beside them that could be taken, with a piece of a placeholder, for a whole one."""
    wider: list[Range] = []
    for index, (begin, end) in enumerate(ranges):
        last = wider[-1][1] if wider else 0
        following = ranges[index + 1][0] if index + 1 < len(ranges) else len(text)
        left, right = mark.beside(text[last:begin], text[end:following])
        begin, end = begin - left, end + right
        if wider and begin <= last:
            wider[-1] = (wider[-1][0], end)
        else:
            wider.append((begin, end))
    return wider


def _own(mark: Mark, between: Sequence[str]) -> Counter[str]:
    """What stands between the spans and reads as a placeholder, or as a piece of one, as `restore` will count it."""
    own: Counter[str] = Counter()
    for text in between:
        own.update(_plain(number) for _, _, number in mark.find(text))
        own.update(mark.broken(text))
    return own
