"""BM25 over hashed units of texts, in numpy: an inverted index whose scores are whole numbers.

A unit's weight in a text (its impact) is rounded to 1/65,536, so that sums are exact and the same in every order: texts
that score alike truly tie, and what is skipped below changes no score.

Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009; the inverse document frequency is
Lucene's, which is never negative.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from translators.knowledge.words import U64

I64 = npt.NDArray[np.int64]
_SATURATION, _LENGTH = 1.2, 0.75  # k1 and b, as Lucene has them
_ONE = 65_536
_FIRST_POSTINGS = 16_000
_FEW = 4_000
_TEXTS_AT_A_TIME = 20_000


@dataclass(frozen=True, eq=False)
class Query:
    """Units of a query that the index knows, rarest first.

    Args:
        terms: their numbers in the index.
        counts: how often each occurs in the query.
    """

    terms: I64
    counts: I64


@dataclass(frozen=True, eq=False)
class InvertedIndex:
    """Which texts hold a unit, and what it counts there.

    Args:
        texts: number of texts.
        terms: hashes of all units, sorted, shape (t,).
        starts: where each unit's texts begin in the next two, shape (t + 1,).
        numbers: numbers of texts, ascending within a unit.
        impacts: weight of the unit in that text, in 1/65,536.
        most: greatest impact of each unit, shape (t,).
    """

    texts: int
    terms: U64
    starts: I64
    numbers: npt.NDArray[np.int32]
    impacts: npt.NDArray[np.int32]
    most: I64

    @classmethod
    def build(cls, texts: Sequence[str], units: Callable[[str], U64]) -> InvertedIndex:
        """An index of texts, of which `units` gives the hashes."""
        terms, numbers, counts, lengths = [], [], [], np.zeros(len(texts), np.int64)
        for start in range(0, len(texts), _TEXTS_AT_A_TIME):
            found = [units(text) for text in texts[start : start + _TEXTS_AT_A_TIME]]
            sizes = np.fromiter(map(len, found), np.int64, len(found))
            lengths[start : start + len(found)] = sizes
            flat = np.concatenate(found)
            owners = np.repeat(np.arange(start, start + len(found), dtype=np.int32), sizes)
            order = np.lexsort((owners, flat))
            flat, owners = flat[order], owners[order]
            first = np.flatnonzero(np.concatenate(([True], (flat[1:] != flat[:-1]) | (owners[1:] != owners[:-1]))))
            if len(flat):
                terms.append(flat[first])
                numbers.append(owners[first])
                counts.append(np.diff(np.append(first, len(flat))))
        if not terms:
            empty = np.zeros(0, np.int64)
            none = np.zeros(0, np.int32)
            return cls(len(texts), empty.astype(np.uint64), np.zeros(1, np.int64), none, none, empty)
        of_all, owners, count = np.concatenate(terms), np.concatenate(numbers), np.concatenate(counts)
        order = np.argsort(of_all, kind="stable")  # stable: within a unit the texts stay in order
        of_all, owners, count = of_all[order], owners[order], count[order]
        begin = np.flatnonzero(np.concatenate(([True], of_all[1:] != of_all[:-1])))
        starts = np.append(begin, len(of_all)).astype(np.int64)
        in_texts = np.diff(starts)
        rarity = np.log1p((len(texts) - in_texts + 0.5) / (in_texts + 0.5))
        length = 1 - _LENGTH + _LENGTH * lengths / lengths.mean()
        weight = count * (_SATURATION + 1) / (count + _SATURATION * length[owners])
        impacts = np.rint(np.repeat(rarity, in_texts) * weight * _ONE).astype(np.int32)
        most = np.maximum.reduceat(impacts, begin).astype(np.int64)
        return cls(len(texts), of_all[begin], starts, owners, impacts, most)

    def query(self, units: U64) -> Query:
        """A query from the hashes of its units; those that no text holds are left out."""
        kinds, counts = np.unique(units, return_counts=True)
        at = np.searchsorted(self.terms, kinds)
        known = at < len(self.terms)
        known[known] = self.terms[at[known]] == kinds[known]
        terms, counts = at[known].astype(np.int64), counts[known].astype(np.int64)
        order = np.argsort(self.starts[terms + 1] - self.starts[terms], kind="stable")
        return Query(terms[order], counts[order])

    def top(self, query: Query, depth: int) -> tuple[I64, I64]:
        """Numbers and scores of the best texts, best first, of equal ones the lower number; at most `depth`.

        Texts that share no unit with the query are not among them. Rare units are added up first. As soon as what the
        common ones could still add lifts no further text into the best, only those that are left are looked at.
        """
        sizes = self.starts[query.terms + 1] - self.starts[query.terms]
        done = np.cumsum(sizes)
        budget = _FIRST_POSTINGS
        while True:
            upto = min(int(np.searchsorted(done, budget, side="right")) + 1, len(sizes))
            numbers, scores = self._added(query, upto)
            if upto == len(sizes):
                break
            rest = int((self.most[query.terms[upto:]] * query.counts[upto:]).sum())
            if len(scores) >= depth:
                least = int(np.partition(scores, len(scores) - depth)[len(scores) - depth])
                left = scores + rest >= least
                if least > rest and left.sum() <= _FEW:
                    numbers, scores = numbers[left], scores[left]
                    scores = scores + self.scores(Query(query.terms[upto:], query.counts[upto:]), numbers)
                    break
            budget *= 4
        if len(scores) > depth:
            least = np.partition(scores, len(scores) - depth)[len(scores) - depth]
            numbers, scores = numbers[scores >= least], scores[scores >= least]
        order = np.lexsort((numbers, -scores))[:depth]
        return numbers[order], scores[order]

    def scores(self, query: Query, numbers: I64) -> I64:
        """Scores of some texts, in 1/65,536; 0 where nothing is shared.

        Args:
            query: units.
            numbers: numbers of texts, shape (n,).

        Returns:
            Shape (n,).
        """
        total = np.zeros(len(numbers), np.int64)
        for term, count in zip(query.terms, query.counts, strict=True):
            start, end = self.starts[term], self.starts[term + 1]
            holders = self.numbers[start:end]
            at = np.minimum(np.searchsorted(holders, numbers.astype(np.int32)), len(holders) - 1)
            total += np.where(holders[at] == numbers, self.impacts[start:end][at], 0) * count
        return total

    def _added(self, query: Query, upto: int) -> tuple[I64, I64]:
        """Texts that hold one of the first units, ascending, and their scores from those alone."""
        spans = [slice(self.starts[term], self.starts[term + 1]) for term in query.terms[:upto]]
        if not spans:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        numbers = np.concatenate([self.numbers[span] for span in spans])
        weights = np.concatenate(
            [self.impacts[span] * count for span, count in zip(spans, query.counts[:upto], strict=True)]
        )
        dense = np.bincount(numbers, weights, minlength=self.texts)  # float64 holds these whole numbers exactly
        found = np.flatnonzero(dense)
        return found, dense[found].astype(np.int64)
