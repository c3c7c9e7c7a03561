"""Is the answer as long as it should be? One score, held against two limits: something is missing, or was added."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from translators.gates._expected_columns import COLUMNS
from translators.gates.gate import Gate, Pair

_SLACK = 10.0  # columns, about two words


class _Widths(dict[str, int]):
    """Character to columns, filled as characters come."""

    def __missing__(self, character: str) -> int:
        width = 1
        if character.isspace() or unicodedata.category(character) in ("Mn", "Me", "Cf", "Cc"):
            width = 0
        elif unicodedata.east_asian_width(character) in ("W", "F"):
            width = 2
        self[character] = width
        return width


_NO_COLUMN = bytes(point for point in range(128) if point <= 32 or point == 127)
_width = _Widths().__getitem__


def columns(text: str) -> int:
    """Length in columns of a screen: wide East Asian characters count as two, combining marks and spaces as none.

    So languages come nearer to each other: a Chinese sentence has a third of the characters of an English one, and
    two thirds of its columns.
    """
    if text.isascii():
        return len(text.encode("ascii").translate(None, _NO_COLUMN))
    return sum(map(_width, text))


def expected_ratio(source_language: str, target_language: str) -> float:
    """Columns of a translation for each column of its source, from the Universal Declaration of Human Rights.

    Labels that the table lacks count as English.

    >>> expected_ratio("eng_Latn", "fra_Latn"), expected_ratio("eng_Latn", "zho_Hans")
    (1.15, 0.7)
    """
    return COLUMNS.get(target_language, 1.0) / COLUMNS.get(source_language, 1.0)


@lru_cache(maxsize=64)
def _score(pair: Pair) -> float:
    """Columns of the answer over those that are expected of the source, with ten added to both.

    The ten keep short texts from being refused for a word: "Yes." may become "Yes, of course.".
    """
    expected = columns(pair.source) * expected_ratio(pair.source_language, pair.target_language)
    return (columns(pair.target) + _SLACK) / (expected + _SLACK)


SHORT = Gate(
    name="length_ratio",
    reason="too_short",
    keep="at_least",
    limit=0.5,
    unit="ratio of columns to what is expected",
    source="measured: 6 of 5,313 human translations of a bitext have less, and leave something out",
    why="So short an answer leaves something out.",
    score=_score,
)
LONG = Gate(
    name="length_ratio",
    reason="too_wordy",
    keep="at_most",
    limit=2.0,
    unit="ratio of columns to what is expected",
    source="measured: 32 of 5,313 human translations of a bitext have more, of which 29 add something",
    why="So long an answer adds something.",
    score=_score,
)
GATES = (SHORT, LONG)
