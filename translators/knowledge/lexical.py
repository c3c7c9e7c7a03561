"""Likeness by what is written: shared words (BM25), shared pieces of characters (chrF), and none at all (random)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import regex
import xxhash

from translators.knowledge.character_f import chrf
from translators.knowledge.inverted import InvertedIndex, Query
from translators.knowledge.ranking import F64, I64, best
from translators.knowledge.words import U64, characters, hashed_pieces, hashed_words

_DENSE_SCRIPT = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]")
_CANDIDATES = 64


class WordRanking:
    """BM25 over words.

    Args:
        texts: one side of a pool.
    """

    def __init__(self, texts: pl.Series) -> None:
        self._index = InvertedIndex.build(texts.to_list(), hashed_words)

    def prepare(self, texts: Sequence[str]) -> list[Query]:
        """The words of each text that the pool knows."""
        return [self._index.query(hashed_words(text)) for text in texts]

    def top(self, queries: Sequence[Query], depth: int) -> list[I64]:
        """See `Ranking`. Texts without a common word are not alike at all."""
        return [self._index.top(query, depth)[0] for query in queries]

    def score(self, query: Query, numbers: I64) -> F64:
        """BM25 over that of the best of these texts, 0 to 1."""
        scores = self._index.scores(query, numbers)
        return scores / max(int(scores.max(initial=0)), 1)


class CharacterRanking:
    """The chrF with the query as reference.

    chrF with every text of a pool would take seconds. It is taken of 64 texts or more that BM25 over pieces of four
    characters (and of two, where one character is a syllable or a word) finds.

    Args:
        texts: one side of a pool.
    """

    def __init__(self, texts: pl.Series) -> None:
        self._texts = texts
        self._index = InvertedIndex.build(texts.to_list(), _pieces)

    def prepare(self, texts: Sequence[str]) -> list[tuple[str, Query]]:
        """Each text with the pieces that the pool knows."""
        return [(text, self._index.query(_pieces(text))) for text in texts]

    def top(self, queries: Sequence[tuple[str, Query]], depth: int) -> list[I64]:
        """See `Ranking`."""
        return [self._top(text, pieces, depth) for text, pieces in queries]

    def _top(self, text: str, pieces: Query, depth: int) -> I64:
        numbers, _ = self._index.top(pieces, max(_CANDIDATES, 2 * depth))
        return best(chrf(text, self._texts.gather(numbers).to_list()), numbers, depth)

    def score(self, query: tuple[str, Query], numbers: I64) -> F64:
        """The chrF, 0 to 1."""
        return chrf(query[0], self._texts.gather(numbers).to_list()) / 100


def _pieces(text: str) -> U64:
    letters = characters(text)
    pieces = hashed_pieces(letters, 4)
    if _DENSE_SCRIPT.search(text) is None:
        return pieces
    return np.concatenate((pieces, hashed_pieces(letters, 2)))


class RandomRanking:
    """No likeness: texts drawn by a hash of the query, to compare the others with.

    Args:
        size: number of texts in the pool.
        seed: another seed draws others.
    """

    def __init__(self, size: int, seed: int) -> None:
        self._size = size
        self._seed = seed

    def prepare(self, texts: Sequence[str]) -> Sequence[str]:
        """The texts themselves."""
        return texts

    def top(self, queries: Sequence[str], depth: int) -> list[I64]:
        """See `Ranking`; different texts, in the order in which they were drawn."""
        return [self._drawn(text, min(depth, self._size)) for text in queries]

    def _drawn(self, text: str, count: int) -> I64:
        drawn: dict[int, None] = {}
        turn = 0
        while len(drawn) < count:
            drawn[xxhash.xxh3_64_intdigest(f"{self._seed}\n{turn}\n{text}".encode()) % self._size] = None
            turn += 1
        return np.array(list(drawn), np.int64)

    def score(self, query: str, numbers: I64) -> F64:
        """0: nothing is known of likeness."""
        return np.zeros(len(numbers))
