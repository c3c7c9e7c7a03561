"""What is shown of a document: all of a short one; of a long one beginning, middle and end, cut between graphemes."""

from __future__ import annotations

from filters import _segments
from translators.labelling.prompt import OMITTED
from translators.labelling.rubric import Shown


def excerpt(text: str, shown: Shown) -> str:
    """The text, or its pieces with a line of `OMITTED` between them.

    Args:
        text: a document.
        shown: characters (code points) of each piece; a piece may be shorter, so that no grapheme is cut.
    """
    text = text.strip()
    if len(text) <= shown.characters:
        return text
    beginning = _segments.prefix(text, shown.beginning)
    end = _segments.suffix(text, shown.end)
    rest = text[len(beginning) : len(text) - len(end)]
    skipped = _segments.prefix(rest, (len(rest) - shown.middle) // 2)
    middle = _segments.prefix(rest[len(skipped) :], shown.middle)
    pieces = [piece.strip() for piece in (beginning, middle, end)]
    return f"\n{OMITTED}\n".join(piece for piece in pieces if piece)
