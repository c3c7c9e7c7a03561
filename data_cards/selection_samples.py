"""Documents that the page of a selection shows: what stayed, what went, and what lies next to the cut."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from data_cards.numbers import short
from schemas import languages

CHARACTERS = 1_000  # of a text, at most
Cut = Callable[[str, int], str]
"""The beginning of a text of at most so many code points, which ends with a whole grapheme."""


@dataclass(frozen=True)
class Document:
    """A document that is shown.

    Args:
        id: its id.
        scores: what the rule read, one a model; none if the release does not hold it.
        source: name of its source.
        length: characters of its text; null if the release does not hold it.
        reasons: other rules that it broke.
        text: its beginning, of at most `CHARACTERS`; null if the release does not hold it.
    """

    id: str
    scores: tuple[float | None, ...]
    source: str | None
    length: int | None
    reasons: tuple[str, ...]
    text: str | None


@dataclass(frozen=True)
class Samples:
    """Documents of one language under one rule.

    Args:
        released: how many documents of the language were released.
        dropped: how many were rejected and carry the rule's reason.
        kept: some of the released, picked by a hash of their ids.
        gone: some of the dropped, picked in the same way.
        above: released, of the lowest scores, the lowest last.
        below: dropped, of the highest scores, the highest first.
    """

    released: int
    dropped: int
    kept: tuple[Document, ...] = ()
    gone: tuple[Document, ...] = ()
    above: tuple[Document, ...] = ()
    below: tuple[Document, ...] = ()

    @property
    def groups(self) -> tuple[tuple[Document, ...], ...]:
        """The four kinds, one after the other."""
        return self.kept, self.gone, self.above, self.below


Key = tuple[str, str, str]
"""Stage, reason and language."""


def parts(samples: Samples, language: str, characters: int, most: int, cut: Cut) -> list[dict[str, Any]]:
    """What the page's template shows of one language: foldable parts, each of one or two groups of documents.

    Args:
        samples: its documents.
        language: its label.
        characters: of a text, at most.
        most: documents of each kind, at most.
        cut: cuts a text.
    """

    def shown(group: Sequence[Document]) -> list[dict[str, Any]]:
        return [_document(one, language, characters, cut) for one in group]

    found = [
        {"title": f"{len(group):,} of {total:,} {what}, picked by a hash of their ids", "groups": [("", shown(group))]}
        for group, total, what in (
            (samples.kept[:most], samples.released, "released documents"),
            (samples.gone[:most], samples.dropped, "documents that the rule dropped"),
        )
        if group
    ]
    above, below = samples.above[-most:] if most else (), samples.below[:most]
    if above or below:
        found.append(
            {
                "title": f"{len(above):,} just above the cut and {len(below):,} just below",
                "groups": [("Just above: released", shown(above)), ("Just below: dropped", shown(below))],
            }
        )
    return found


def _document(document: Document, language: str, characters: int, cut: Cut) -> dict[str, Any]:
    facts = []
    if document.scores:
        facts.append(("score", ", ".join(short(score) for score in document.scores)))
    if document.source is not None:
        facts.append(("source", document.source))
    if document.length is not None:
        facts.append(("characters", f"{document.length:,}"))
    if document.reasons:
        facts.append(("also broke", ", ".join(document.reasons)))
    text = None if document.text is None else cut(document.text, characters)
    return {
        "id": document.id,
        "facts": facts,
        "text": text,
        "left_out": 0 if text is None or document.length is None else document.length - len(text),
        "lang": languages.bcp47(language) if languages.is_label(language) else "und",
    }
