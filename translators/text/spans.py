"""Finds the spans of a text that a translation keeps letter by letter."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import regex

from translators.text import addresses, finders, kinds, latex, patterns
from translators.text.breaks import Range
from translators.text.patterns import HARD, SOFT


@dataclass(frozen=True, slots=True)
class Found:
    """A span: text[begin:end], in code points."""

    begin: int
    end: int
    kind: str


@dataclass(frozen=True, eq=False)
class _Finder:
    """How one kind is found.

    Args:
        kind: what it finds.
        signs: characters, at least one of which a text has to have.
        find: the ranges of a text.
        needs: an expression that a text has to match as well; it is quicker than `find`.
        mask: what stands for the spans while others are looked for.
    """

    kind: str
    signs: frozenset[str]
    find: Callable[[str], Iterable[Range]]
    needs: re.Pattern[str] | None = None
    mask: str = SOFT


def _matches(pattern: regex.Pattern[str]) -> Callable[[str], Iterable[Range]]:
    return lambda text: ((found.start(), found.end()) for found in pattern.finditer(text))


def _of(
    kind: str,
    signs: str,
    find: Callable[[str], Iterable[Range]] | regex.Pattern[str],
    needs: str = "",
    mask: str = SOFT,
) -> _Finder:
    searched = find if callable(find) else _matches(find)
    return _Finder(kind, frozenset(signs), searched, re.compile(needs) if needs else None, mask)


# Placeholders of the form in brackets, whoever made them, and the markers of `marked`: ⟦1⟧…⟦/1⟧.
_PLACEHOLDER = regex.compile(r"[⟦⦃⟬⦗]/?\d{1,6}[⟧⦄⟭⦘]")
_DIGIT = re.compile(r"\d")  # of any script; among the signs, "0" stands for all of them
# Expressions of `needs` begin with a sign: then `re` skips to it, and looks back from there.
_DOT_INSIDE = r"\.(?<=[A-Za-z0-9*]\.)[A-Za-z0-9]"
_ADDRESS = r"[:.](?:(?<=:)(?://|(?<=mailto:)|(?<=tel:)|(?<=data:)|(?<=doi:))|(?<=www\.)|(?<=[A-Za-z0-9*]\.)[A-Za-z0-9])"

_TERM = _of(kinds.TERM, "", lambda text: ())  # whose words are told with each text

# The order decides where two kinds could begin at one place. A later span that holds an earlier one whole takes its
# place; one that holds a part of it is none.
_FINDERS = (
    _of(kinds.CODE_BLOCK, "`~", finders.code_blocks, "```|~~~"),
    _of(kinds.CODE, "`", finders.code),
    _of(kinds.PLACEHOLDER, "⟦⦃⟬⦗", _PLACEHOLDER, mask=HARD),
    _of(kinds.MESSAGE, "{", finders.messages),
    _of(kinds.TAG, "<", finders.tags),
    _of(kinds.PATH, "\\", addresses.windows_paths),
    _of(kinds.TEMPLATE, "{|", patterns.TEMPLATE_SIGNS),
    _of(kinds.URL, ":.", addresses.urls, _ADDRESS),
    _of(kinds.EMAIL, "@", patterns.EMAIL, r"\S@\S"),
    _of(kinds.MATH, "$\\", latex.math),
    _of(kinds.COMMAND, "\\", latex.commands),
    _of(kinds.TEMPLATE, "{%:[$", patterns.TEMPLATE, r"[{\[$%:](?:(?<=[{\[$])|[A-Za-z_])"),
    _of(kinds.FOOTNOTE, "^", patterns.FOOTNOTE),
    _of(kinds.LINK, "]", patterns.LINK, r"\][(\[:]"),
    _of(kinds.ENTITY, "&", patterns.ENTITY),
    _TERM,
    _of(kinds.PRINTF, "%", patterns.PRINTF),
    _of(kinds.PATH, "/.", addresses.paths, rf"/|{_DOT_INSIDE}"),
    _of(kinds.FLAG, "-", patterns.FLAG),
    _of(kinds.VERSION, ".v", addresses.versions, r"[.v][0-9](?:(?<=v.)|(?<=[0-9]\..))"),
    _of(kinds.SHORTCUT, "+-⌘⌥⇧⌃", patterns.SHORTCUT),
    _of(kinds.QUANTITY, "0", patterns.QUANTITY, rf"\d[ \u00a0\u202f\u2009]?{patterns.UNIT}"),
    _of(kinds.MENTION, "#@", patterns.MENTION),
)
# What every span but a term has somewhere. Most lines of most texts have none of it but points and hyphens.
_SIGNS = frozenset(chain.from_iterable(finder.signs for finder in _FINDERS))


def find(text: str, wanted: frozenset[str] = kinds.ALL, terms: Sequence[str] = ()) -> tuple[Found, ...]:
    """The spans of a text, in order, without overlap. Kept for the last few texts.

    Args:
        text: any text.
        wanted: kinds to look for.
        terms: words to keep, case-sensitive; of two that begin at one place the longer one.
    """
    there = tuple(term for term in terms if term and term in text) if terms and kinds.TERM in wanted else ()
    return _find(text, wanted, there)


@lru_cache(maxsize=16)
def _find(text: str, wanted: frozenset[str], terms: tuple[str, ...]) -> tuple[Found, ...]:
    finders = _finders(text)
    if not terms and not finders:
        return ()
    found: list[Found] = []
    masked = text
    for finder in (one for one in _FINDERS if one in finders or one is _TERM) if terms else finders:
        if finder.kind not in wanted:
            continue
        ranges = _matches(_terms(terms))(masked) if finder is _TERM else finder.find(masked)
        new = _fitting(found, [Found(begin, end, finder.kind) for begin, end in ranges if end > begin])
        if new:
            masked = _mask(masked, new, finder.mask)
            held = _Cover(new)
            found = sorted(
                chain(new, (one for one in found if not held.holds(one))), key=lambda one: (one.begin, one.end)
            )
    return tuple(found)


@lru_cache(maxsize=16)
def _finders(text: str) -> tuple[_Finder, ...]:
    """Who may find something in a text. A text is looked at more than once, each time for other kinds."""
    signs = _SIGNS.intersection(text)
    if _DIGIT.search(text):
        signs |= {"0"}
    if not signs:
        return ()
    return tuple([one for one in _with(signs) if one.needs is None or one.needs.search(text)])


@lru_cache(maxsize=1024)
def _with(signs: frozenset[str]) -> tuple[_Finder, ...]:
    return tuple(finder for finder in _FINDERS if not finder.signs.isdisjoint(signs))


class _Cover:
    """Tells how a span lies to others, which are in order."""

    def __init__(self, spans: Sequence[Found]) -> None:
        self._begins = [one.begin for one in spans]
        self._ends = [one.end for one in spans]

    def holds(self, one: Found) -> bool:
        index = self._before(one.begin + 1)
        return index >= 0 and one.end <= self._ends[index]

    def cuts(self, one: Found) -> bool:
        """Whether an end of the span lies strictly inside of one of the others."""
        return any((index := self._before(place)) >= 0 and place < self._ends[index] for place in (one.begin, one.end))

    def _before(self, place: int) -> int:
        """The last span that begins before a place."""
        return bisect_left(self._begins, place) - 1


def _fitting(found: Sequence[Found], new: list[Found]) -> list[Found]:
    """Those that cut no span found before and are not one of them."""
    if not found or not new:
        return new
    cover = _Cover(found)
    return [one for one in new if not cover.cuts(one) and not cover.holds(one)]


def _mask(text: str, spans: Iterable[Found], mask: str) -> str:
    parts: list[str] = []
    here = 0
    for one in spans:
        parts += (text[here : one.begin], mask * (one.end - one.begin))
        here = one.end
    return "".join((*parts, text[here:]))


@lru_cache(maxsize=1024)
def _terms(terms: tuple[str, ...]) -> regex.Pattern[str]:
    """Terms as whole words, longest first.

    A word of a script with spaces must not go on before or after it. In scripts without spaces any place may be a
    border, and Korean particles follow a term directly.
    """
    ordered = sorted(set(terms), key=lambda term: (-len(term), term))
    return regex.compile("|".join(map(_whole_word, ordered)), regex.VERSION1)


_LETTER = regex.compile(patterns.WORD, regex.VERSION1)
_HANGUL = regex.compile(r"\p{Hangul}")


def _whole_word(term: str) -> str:
    before = rf"(?<!{patterns.WORD})" if _LETTER.match(term[0]) else ""
    before = r"(?<!\p{Hangul})" if _HANGUL.match(term[0]) else before
    after = rf"(?!{patterns.WORD})" if _LETTER.match(term[-1]) else ""
    return before + regex.escape(term, special_only=True, literal_spaces=True) + after


@lru_cache(maxsize=64)
def spans_of(text: str, wanted: frozenset[str] = kinds.ALL, terms: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The spans of a text as they are written, in order. Kept for the last few texts."""
    return tuple(text[one.begin : one.end] for one in find(text, wanted, terms))


def has_words(text: str) -> bool:
    """Whether there is a letter outside of all spans."""
    if not any(map(str.isalpha, text)):
        return False
    here = 0
    for one in find(text):
        if any(map(str.isalpha, text[here : one.begin])):
            return True
        here = one.end
    return any(map(str.isalpha, text[here:]))
