"""How much a page shows, from everything to figures alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from data_cards.report.samples import CHARACTERS, MOST, Samples


@dataclass(frozen=True)
class Level:
    """How much is shown.

    Args:
        characters: of a text.
        dropped: documents of a reason.
        kept: documents of a language.
        languages: rows of the table of languages.
    """

    characters: int
    dropped: int
    kept: int
    languages: int


def levels(languages: int) -> Iterator[Level]:
    """From everything to nothing: shorter texts first, then fewer of them, then fewer languages."""
    for characters, dropped, kept in (
        (CHARACTERS, MOST, MOST), (700, 20, 20), (500, 20, 20), (350, 20, 20), (250, 20, 20), (250, 20, 10),
        (250, 10, 5), (250, 5, 5), (120, 5, 5), (120, 2, 2), (120, 2, 1), (120, 2, 0), (0, 0, 0),
    ):  # fmt: skip
        yield Level(characters, dropped, kept, languages)
    while languages > 1:
        languages //= 2
        yield Level(0, 0, 0, languages)


def least(samples: Samples, level: Level) -> int:
    """Bytes of the texts alone: what has too many already need not be rendered."""
    most = {"rejected": level.dropped, "quarantine": level.dropped, "documents": level.kept, "derived": level.kept}
    return sum(
        len(text.text[: level.characters].encode())
        for kind, several in samples.items()
        for group in several
        for sample in group.samples[: most[kind]]
        for text in sample.texts
    )


def told(level: Level, languages: int, largest: int) -> str:
    """Says what a level leaves out."""
    parts = []
    if level.dropped or level.kept:
        parts.append(f"texts are cut at {level.characters:,} characters")
        parts.append(f"at most {level.dropped:,} documents of a reason and {level.kept:,} of a language")
    else:
        parts.append("no texts")
    if level.languages < languages:
        parts.append(f"{level.languages:,} of {languages:,} languages in the table")
    return f"To stay below {largest / 1e6:g} MB this page shows less than it could: {'; '.join(parts)}."
