"""Finding many terms in a text at once: of those that share a word the one that begins first, then the longest.

A term of plain words is found word by word, through the first letters of its longest one, so that forms of it are
found too. A term with signs in it (`C++`, `node.js`) or in a script without spaces is found letter by letter.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from translators.knowledge.inflection import is_form, lowered, unmarked
from translators.knowledge.words import SPACED_WORD

_PLAIN = regex.compile(rf"{SPACED_WORD.pattern}(?:[ \-'’]{SPACED_WORD.pattern})*", regex.VERSION1)
_BETWEEN = regex.compile(r"[\s\-‐‑'’\u00ad\u200b]*")
_SPACED_LETTER = regex.compile(SPACED_WORD.pattern.removesuffix("+"), regex.VERSION1)
_MARK = regex.compile(r"\p{M}")
_KEY = 4  # letters that a word and its forms have in common at their beginning


@dataclass(frozen=True)
class Term:
    """What is looked for.

    Args:
        text: the term, in NFKC.
        case_sensitive: whether upper and lower case are told apart.
        inflected: whether forms of its words are found too.
    """

    text: str
    case_sensitive: bool = False
    inflected: bool = True


@dataclass(frozen=True)
class _Words:
    """A term of plain words, found through its longest one: `the` would be found everywhere."""

    number: int
    words: tuple[str, ...]
    anchor: int
    term: Term


_Hit = tuple[int, tuple[int, bool, int], int]
"""Where a term begins in the text; what goes first among those that begin there; where it ends."""


class Finder:
    """Finds terms in texts of one language.

    Args:
        terms: what is looked for; of equally long terms at one place the first counts.
        language: label.
    """

    def __init__(self, terms: Iterable[Term], language: str) -> None:
        self._language = language
        self._by_word: dict[str, list[_Words]] = {}
        self._by_letter: dict[str, list[tuple[int, Term, str]]] = {}
        for number, term in enumerate(terms):
            if is_plain(term.text):
                words = tuple(SPACED_WORD.findall(term.text if term.case_sensitive else lowered(term.text)))
                anchor = max(range(len(words)), key=lambda at: len(words[at]))
                for key in _keys(lowered(words[anchor]), term.inflected):
                    self._by_word.setdefault(key, []).append(_Words(number, words, anchor, term))
            else:
                low = lowered(term.text)
                self._by_letter.setdefault(low[0], []).append((number, term, low))

    def find(self, text: str) -> list[int]:
        """Numbers of the terms that a text holds, in the order in which they first occur, each once."""
        text = normalised(text)
        low = lowered(text)
        hits = [*self._words(text, low), *self._letters(text, low)]
        found: dict[int, None] = {}
        free = 0  # what lies before belongs to a term
        for start, (_, _, number), end in sorted(hits):
            if start >= free:
                found[number] = None
                free = end
        return list(found)

    def _words(self, text: str, low: str) -> Iterator[_Hit]:
        spans = [match.span() for match in SPACED_WORD.finditer(text)] if self._by_word else []
        for at, (start, end) in enumerate(spans):
            beginning = unmarked(low[start:end])[:_KEY]
            for length in range(1, len(beginning) + 1):
                for one in self._by_word.get(beginning[:length], ()):
                    first = at - one.anchor
                    last = first + len(one.words) - 1
                    if first < 0 or last >= len(spans):
                        continue
                    if self._matches(one, text, low, spans[first : last + 1]):
                        begin, stop = spans[first][0], spans[last][1]
                        yield begin, (begin - stop, not one.term.case_sensitive, one.number), stop

    def _matches(self, one: _Words, text: str, low: str, spans: Sequence[tuple[int, int]]) -> bool:
        written = text if one.term.case_sensitive else low
        for word, (start, end) in zip(one.words, spans, strict=True):
            here = written[start:end]
            if word != here and not (one.term.inflected and is_form(word, here, self._language)):
                return False
        return all(_BETWEEN.fullmatch(text, before[1], after[0]) for before, after in pairwise(spans))

    def _letters(self, text: str, low: str) -> Iterator[_Hit]:
        for start, letter in enumerate(low) if self._by_letter else ():
            for number, term, folded in self._by_letter.get(letter, ()):
                end = start + len(folded)
                if not low.startswith(folded, start) or (term.case_sensitive and text[start:end] != term.text):
                    continue
                if not _inside_word(text, start) and not _inside_word(text, end):
                    yield start, (start - end, not term.case_sensitive, number), end


def normalised(text: str) -> str:
    """The form in which terms and texts are compared: NFKC."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def is_plain(term: str) -> bool:
    """Whether a term is words of scripts with spaces, and nothing else."""
    return _PLAIN.fullmatch(term) is not None


def _keys(word: str, inflected: bool) -> set[str]:
    """Beginnings of words that may be forms of this one: a short one may lose its last letter (`use`, `using`)."""
    plain = unmarked(word)
    return {plain[:_KEY], plain[:-1] or plain} if inflected and len(plain) <= _KEY else {plain[:_KEY]}


def _inside_word(text: str, at: int) -> bool:
    """Whether a place in a text lies between two letters of a word, or before a mark that belongs to a letter."""
    if not 0 < at < len(text):
        return False
    if _MARK.match(text[at]):
        return True
    return _SPACED_LETTER.match(text[at - 1]) is not None and _SPACED_LETTER.match(text[at]) is not None
