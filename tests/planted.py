"""Documents made of phrases of a language, and near copies of them: what happens to a text between two sites.

No two documents of a language are near copies, though they are made of the same phrases: the phrases are short, and
each document has them in another order.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import polars as pl
import regex

from filters import _segments, _terms

_SENTENCE = 3  # phrases in a sentence
_LINE = 60  # characters in a line
_CAPITAL = regex.compile(r"\p{Lu}\p{M}*\p{Ll}")
_SIGN = r"[\p{P}\p{S}]"


Span = tuple[int, int]
PHRASE: Span = (4, 9)  # words in a phrase, from and to


class Writing(NamedTuple):
    """How a language is written.

    Args:
        spaced: whether words have spaces between them.
        stop: what ends a sentence.
        zero: its own digit zero, where it has digits of its own.
        wide: whether it uses the full-width forms of digits and signs.
        breaks: what writers put between words, invisibly, in a script without spaces.
        capital_i: the capital of i.
    """

    spaced: bool = True
    stop: str = "."
    zero: str = ""
    wide: bool = False
    breaks: str = ""
    capital_i: str = "I"


WRITING = {
    "tur_Latn": Writing(capital_i="İ"),
    "arb_Arab": Writing(zero="٠"), "fas_Arab": Writing(zero="۰"), "urd_Arab": Writing(stop="۔", zero="۰"),
    "hin_Deva": Writing(stop="।", zero="०"), "mar_Deva": Writing(zero="०"), "ben_Beng": Writing(stop="।", zero="০"),
    "tam_Taml": Writing(zero="௦"), "amh_Ethi": Writing(stop="።"), "hye_Armn": Writing(stop="։"),
    "bod_Tibt": Writing(stop="།", zero="༠"), "tha_Thai": Writing(False, " ", "๐", breaks="\u200b"),
    "lao_Laoo": Writing(False, " ", "໐", breaks="\u200b"), "khm_Khmr": Writing(False, "។", "០", breaks="\u200b"),
    "mya_Mymr": Writing(False, "။", "၀", breaks="\u200b"), "zho_Hans": Writing(False, "。", "０", True, "\u3000"),
    "jpn_Jpan": Writing(False, "。", "０", True, "\u3000"),
}  # fmt: skip


def writing(language: str) -> Writing:
    """How a language is written; with spaces, full stops and 0 to 9 if nothing else is known."""
    return WRITING.get(language, Writing())


@dataclass(frozen=True)
class Document:
    """A text as a list of sentences, each with its stop.

    Args:
        vocabulary: other words of the language.
        letters: other graphemes of the language.
    """

    sentences: tuple[str, ...]
    writing: Writing
    vocabulary: Sequence[str]
    letters: Sequence[str]

    @cached_property
    def text(self) -> str:
        """All sentences."""
        return (" " if self.writing.spaced else "").join(self.sentences).strip()

    @cached_property
    def words(self) -> list[Span]:
        """First character and character after the last of each word with a letter."""
        return [(a, a + len(word)) for a, word in _words(self.text) if regex.search(r"\p{L}", word)]

    @cached_property
    def graphemes(self) -> list[Span]:
        """Those of each grapheme of a script without spaces."""
        found = _terms.terms(pl.Series([self.text]))
        data = self.text.encode()
        return [
            (len(data[:a].decode()), len(data[:b].decode()))
            for a, b, single in zip(found.begins, found.ends, found.single, strict=True)
            if single
        ]

    @cached_property
    def pieces(self) -> list[str]:
        """The words, each with the signs and spaces behind it."""
        return _pieces(self.text)


def documents(
    texts: Sequence[str], language: str, count: int, size: int, phrase: Span = PHRASE, seed: int = 1
) -> list[Document]:
    """So many documents of phrases that are cut from the texts, a number behind every other phrase.

    Args:
        texts: real text of the language; together longer than a document.
        size: bytes (UTF-8) of a document, about.
        phrase: words in a phrase, from and to.

    Raises:
        ValueError: the texts are shorter than a document.
    """
    rng = random.Random(f"{language} {seed}")
    how = writing(language)
    pieces = [_pieces(text) for text in texts]
    words = sorted({regex.sub(_SIGN, "", piece).strip() for text in pieces for piece in text} - {""})
    letters = sorted({one for word in words for one in regex.findall(r"\X", word) if regex.match(r"\p{L}", one)})
    out = []
    for _ in range(count):
        phrases = [one for text in pieces for one in _phrases(text, phrase, rng)]
        rng.shuffle(phrases)
        sentences: list[str] = []
        while phrases and sum(len(one.encode()) for one in sentences) < size:
            several = [phrases.pop() for _ in range(min(_SENTENCE, len(phrases)))]
            numbered = [f"{one} {rng.randrange(10, 2_100)}" if rng.random() < 0.5 else one for one in several]
            joined = " ".join(numbered) if how.spaced else "".join(one.replace(" ", "") for one in numbered)
            sentences.append(joined + how.stop)
        if not phrases:
            raise ValueError(f"the texts in {language} have fewer than {size} bytes: give more text, or a smaller size")
        out.append(Document(tuple(sentences), how, words, letters))
    return out


def _pieces(text: str) -> list[str]:
    """The words of a text, each with the signs and spaces behind it."""
    text = " ".join(text.split())
    places = [place for place, word in _words(text) if regex.search(r"[\p{L}\p{N}]", word)]
    return [text[a:b] for a, b in zip(places, [*places[1:], len(text)], strict=True)]


def _words(text: str) -> list[tuple[int, str]]:
    """Each word and where it begins."""
    out, place = [], 0
    for word in _segments.cut_words(pl.Series([text]))[0]:
        place = text.index(word, place)
        out.append((place, word))
        place += len(word)
    return out


def _phrases(pieces: list[str], length: Span, rng: random.Random) -> list[str]:
    out, place = [], 0
    while place < len(pieces):
        more = rng.randint(*length)
        out.append("".join(pieces[place : place + more]).strip())
        place += more
    return out


Edit = Callable[[Document, random.Random], str]


def words_changed(share: float) -> Edit:
    """So large a share of the words are others."""

    def edit(document: Document, rng: random.Random) -> str:
        return _changed(document.text, document.words, share, document.vocabulary, rng)

    return edit


def graphemes_changed(share: float) -> Edit:
    """So large a share of the graphemes are others, in a script without spaces."""

    def edit(document: Document, rng: random.Random) -> str:
        return _changed(document.text, document.graphemes, share, document.letters, rng)

    return edit


def _changed(text: str, spans: list[Span], share: float, others: Sequence[str], rng: random.Random) -> str:
    for a, b in sorted(rng.sample(spans, round(share * len(spans))), reverse=True):
        text = text[:a] + rng.choice([other for other in rng.sample(others, 2) if other != text[a:b]]) + text[b:]
    return text


def one_moved(document: Document, rng: random.Random) -> str:
    """The first sentence stands at the end."""
    return replace(document, sentences=(*document.sentences[1:], document.sentences[0])).text


def reordered(document: Document, rng: random.Random) -> str:
    """The sentences stand in another order."""
    return replace(document, sentences=tuple(rng.sample(document.sentences, len(document.sentences)))).text


def spacing(document: Document, rng: random.Random) -> str:
    """Other spaces, and invisible breaks between words where a script has no spaces."""
    text = document.text
    if document.writing.breaks:
        text = "".join(piece + (document.writing.breaks if rng.random() < 0.5 else "") for piece in document.pieces)
    return regex.sub(" ", lambda _: rng.choice(["  ", "\u00a0", "\t", "\u2009"]), text)


def line_breaks(document: Document, rng: random.Random) -> str:
    """Lines of the same length: broken at spaces, or where there are none between any graphemes that are no digits."""
    if not document.writing.spaced:
        return regex.sub(rf"\X{{{_LINE}}}\d*", lambda found: found[0] + "\n", document.text)
    out, width = [], 0
    for word in document.text.split(" "):
        out.append("\n" if width > _LINE else " ")
        width = len(word) if width > _LINE else width + 1 + len(word)
        out.append(word)
    return "".join(out[1:])


def nfd(document: Document, rng: random.Random) -> str:
    """Unicode NFD."""
    return unicodedata.normalize("NFD", document.text)


def nfkd(document: Document, rng: random.Random) -> str:
    """Unicode NFKD."""
    return unicodedata.normalize("NFKD", document.text)


def digits(document: Document, rng: random.Random) -> str:
    """The language's own digits."""
    zero = document.writing.zero
    return document.text.translate({48 + n: ord(zero) + n for n in range(10)}) if zero else document.text


def case(document: Document, rng: random.Random) -> str:
    """Capitals throughout, where there is case."""
    if not _CAPITAL.search(document.text):
        return document.text
    return document.text.replace("i", document.writing.capital_i).upper()


def signs_removed(document: Document, rng: random.Random) -> str:
    """No signs; a space where a sign stood between two words."""
    words = [regex.sub(_SIGN, "", piece).strip() for piece in document.pieces]
    return (" " if document.writing.spaced else "").join(words)


def other_signs(document: Document, rng: random.Random) -> str:
    """Straight quotes and apostrophes for curly ones, and curly ones for straight ones; other dashes."""
    return document.text.translate(_OTHER_SIGNS)


def width(document: Document, rng: random.Random) -> str:
    """Digits, Latin letters and signs at full width, kana at half width."""
    if not document.writing.wide:
        return document.text
    return document.text.translate({**_FULL_WIDTH, **_HALF_WIDTH})


_OTHER_SIGNS = str.maketrans(
    {
        "'": "’", "’": "'", "‘": "'", "ʼ": "'", "׳": "'", '"': "”", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
        "״": '"', "-": "–", "–": "-", "—": "-", "‐": "-", "…": "...",
    }
)  # fmt: skip
_FULL_WIDTH: dict[int, str] = {point: chr(point + 0xFEE0) for point in range(0x21, 0x7F)}
_HALF: dict[str, str] = {unicodedata.normalize("NFKC", chr(point)): chr(point) for point in range(0xFF61, 0xFF9E)}
_MARKS = {"\u3099": "\uff9e", "\u309a": "\uff9f"}
_HALF_WIDTH: dict[int, str] = {
    point: "".join(_HALF[part] if part in _HALF else _MARKS[part] for part in unicodedata.normalize("NFD", chr(point)))
    for point in (*range(0x30A1, 0x30F5), 0x30FB, 0x30FC, 0x3001, 0x3002, 0x300C, 0x300D)
    if unicodedata.normalize("NFD", chr(point))[0] in _HALF
}

SHARES = (0.01, 0.02, 0.05, 0.1, 0.2)
CHANGES: dict[str, Edit] = {
    **{f"words {share:.0%}": words_changed(share) for share in SHARES},
    **{f"graphemes {share:.0%}": graphemes_changed(share) for share in SHARES},
    "one sentence moved": one_moved,
    "sentences reordered": reordered,
}
FORMS: dict[str, Edit] = {
    "spacing": spacing,
    "line breaks": line_breaks,
    "NFD": nfd,
    "NFKD": nfkd,
    "digits": digits,
    "case": case,
    "no signs": signs_removed,
    "other signs": other_signs,
    "width": width,
}


def copies(of: Sequence[Document], edit: Edit, name: str) -> list[str] | None:
    """A near copy of each document; null where the edit changes nothing (no case, no digits of its own)."""
    made = [edit(document, random.Random(f"{name} {number}")) for number, document in enumerate(of)]
    return None if all(copy == document.text for copy, document in zip(made, of, strict=True)) else made
