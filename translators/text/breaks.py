"""Where a text that is too long for one request may be cut: at sentences, lines, spaces, words, graphemes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate

import langcodes
from icu4py.breakers import CharacterBreaker, LineBreaker, SentenceBreaker
from langcodes.tag_parser import LanguageTagError

# No cluster that people write is longer; beyond it a run of marks (Zalgo text) is cut like anything else.
_LONGEST_GRAPHEME = 64

Range = tuple[int, int]
"""Begin and end in code points, the end left out."""


def breaks(text: str, language: str, longest: int, whole: Sequence[Range], starts: Sequence[int] = ()) -> list[int]:
    """Where to cut a text so that no piece is longer than `longest`, from 0 to the length of the text.

    Each cut is the last one possible of the best kind: a place of `starts`, a sentence's end, a line's end, a space, a
    place where ICU would break a line (between words of Thai or Khmer, between signs of Chinese), the border of a
    range in `whole`, a grapheme's end.

    Args:
        text: any text.
        language: label of its language.
        longest: characters (Unicode code points) of a piece, without white space at its end.
        whole: ranges that stay in one piece, in order, without overlap. Only one that is longer than `longest` makes a
            piece that is longer.
        starts: good places to cut, in order.
    """
    cuts = [0]
    if len(text) <= longest:
        return [*cuts, len(text)] if text else cuts
    inside = _Inside(whole)
    sentences = _ends(SentenceBreaker(text, _locale(language)))
    line_ends = _ends(text.splitlines(keepends=True))
    kinds = [
        [place for place in places if not inside.holds(place)]
        for places in (sorted(starts), sentences, line_ends, _after_spaces(text))
    ]
    edges = sorted(place for one in whole for place in one)
    here = 0
    while len(text) - here > longest:
        limit = here + longest
        while limit < len(text) and text[limit].isspace():
            limit += 1
        place = next((found for places in kinds if (found := _last(places, here, limit)) > here), here)
        if place == here:
            # Beyond the limit, so that no word of the dictionaries is cut by the window's end.
            window = text[here : limit + _LONGEST_GRAPHEME]
            ends = [here + end for end in _ends(LineBreaker(window, "und"))[:-1]]
            place = _last([end for end in ends if not inside.holds(end)], here, limit)
        place = place if place > here else _last(edges, here, limit)
        if place <= here:
            end = inside.end_of(here)
            place = end if end else here + _graphemes(text[here : here + longest + _LONGEST_GRAPHEME], longest)
        cuts.append(place)
        here = place
    if here < len(text):
        cuts.append(len(text))
    return cuts


class _Inside:
    """Tells whether a place lies strictly inside of a range."""

    def __init__(self, ranges: Sequence[Range]) -> None:
        self._begins = [begin for begin, _ in ranges]
        self._ends = [end for _, end in ranges]

    def holds(self, place: int) -> bool:
        index = bisect_right(self._begins, place - 1) - 1
        return index >= 0 and self._begins[index] < place < self._ends[index]

    def end_of(self, place: int) -> int:
        """Where the range that begins at a place ends; 0 where none does."""
        index = bisect_right(self._begins, place) - 1
        return self._ends[index] if index >= 0 and self._begins[index] == place else 0


def _last(places: Sequence[int], after: int, up_to: int) -> int:
    """The last place in (after, up_to], or `after`."""
    index = bisect_right(places, up_to) - 1
    return places[index] if index >= 0 and places[index] > after else after


def _ends(pieces: Iterable[str]) -> list[int]:
    """Where pieces that follow each other end. (ICU's own offsets count UTF-16 units.)"""
    return list(accumulate(map(len, pieces)))


def _after_spaces(text: str) -> list[int]:
    return [place + 1 for place, letter in enumerate(text) if letter.isspace()]


def _graphemes(text: str, longest: int) -> int:
    """Length of the graphemes at the beginning of a text that fit into `longest` code points; never 0."""
    place = 0
    for end in _ends(CharacterBreaker(text, "und")):
        if end > longest:
            break
        place = end
    return place or longest


@lru_cache(maxsize=4096)
def _locale(language: str) -> str:
    """The locale of a label as ICU wants it."""
    try:
        return langcodes.standardize_tag(language.replace("_", "-"))
    except (LanguageTagError, ValueError):
        return "und"
