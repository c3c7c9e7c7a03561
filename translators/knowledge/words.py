"""Units of a text that retrieval counts, as hashes: words, or pieces of a few characters."""

from __future__ import annotations

import unicodedata

import numpy as np
import numpy.typing as npt
import regex
import xxhash
from icu4py.breakers import WordBreaker

U64 = npt.NDArray[np.uint64]

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")
_UNSPACED = r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Han}\p{Hiragana}\p{Katakana}"
HAS_UNSPACED = regex.compile(f"[{_UNSPACED}]")
"""Finds a letter of a script that writes words without spaces between them."""
SPACED_WORD = regex.compile(rf"[[\p{{L}}\p{{M}}\p{{N}}]--[{_UNSPACED}]]+", regex.VERSION1)
"""Finds a word of the other scripts, also where it touches the former: `GIMP` in `GIMPで`."""


def words(text: str) -> list[str]:
    """Words in lower case, in order. ICU's dictionaries cut scripts without spaces.

    >>> words("Der Film heißt 『千と千尋』, 2001")
    ['der', 'film', 'heisst', '千', 'と', '千尋', '2001']
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    if HAS_UNSPACED.search(folded) is None:
        return _WORD.findall(folded)
    return [word for piece in WordBreaker(folded, "und") for word in _WORD.findall(piece)]


def hashed_words(text: str) -> U64:
    """A hash of each word, in order, shape (n,)."""
    return np.array([xxhash.xxh3_64_intdigest(word.encode()) for word in words(text)], np.uint64)


def characters(text: str) -> npt.NDArray[np.uint32]:
    """Code points of a text without its white space, shape (n,)."""
    return np.frombuffer("".join(text.split()).encode("utf-32-le", "replace"), np.uint32)


_FACTOR = np.uint64(0x9E3779B97F4A7C15)


def hashed_pieces(letters: npt.NDArray[np.uint32], size: int) -> U64:
    """A hash of every piece of `size` characters, in order, shape (n - size + 1,), or (0,) for a shorter text."""
    count = max(len(letters) - size + 1, 0)
    # The size is part of the hash, so that pieces of different sizes can stand in one index.
    hashes = np.full(count, size, np.uint64)
    for at in range(size):
        hashes = (hashes ^ letters[at : at + count]) * _FACTOR
        hashes ^= hashes >> np.uint64(29)
    return hashes
