"""Examples for a prompt: the pairs of a bitext that are most like the text to be translated.

After In-Context Example Selection via Similarity Search (arXiv 2408.00397): likeness to the source side, the target
side or a weighted mix of both; several measures merged by Borda count, each over its best k; the most similar example
stands last, nearest to the question, as in the paper's code. A later study (arXiv 2604.02596) found 50 examples by
BM25 to be worth 250 drawn at random.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np
import polars as pl
from pydantic import BaseModel, ConfigDict, Field
from rapidfuzz import fuzz

from schemas.errors import RecipeError
from schemas.stage import Embedder
from translators.knowledge.copies import copies
from translators.knowledge.dense import VectorRanking
from translators.knowledge.keys import loose
from translators.knowledge.lexical import CharacterRanking, RandomRanking, WordRanking
from translators.knowledge.pool import Pair, Pool
from translators.knowledge.ranking import I64, Ranking, best

_DEEPEST = 2_000  # texts looked at for one query; a pool may be full of copies of it

Method = Literal["bm25", "chrf", "embedding", "random"]
Side = Literal["source", "target", "mixed"]


class RetrievalParams(BaseModel):
    """How examples are chosen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    methods: tuple[Method, ...] = Field(
        ("bm25",), description="Measures of likeness; several are merged by Borda count", min_length=1
    )
    side: Side = Field("source", description="Side of the pool that a text is compared with, or both")
    alpha: float = Field(0.5, ge=0, le=1, description="Weight of the source side where both count")
    copy_chrf: float = Field(95, gt=0, le=100, description="chrF from which an example is a copy, and never used")
    diversity: float | None = Field(
        80,
        gt=0,
        le=100,
        description="Similarity (longest common subsequence, 0 to 100) from which two examples are too much alike; "
        "null: only equal ones are",
    )
    seed: int = Field(0, description="Seed of `random`")


class Retriever:
    """Finds examples in a pool.

    Args:
        pool: pairs.
        params: how to choose.
        embedder: gives sentence vectors, where `embedding` is among the methods.

    Raises:
        RecipeError: `embedding` without an embedder.
    """

    def __init__(self, pool: Pool, params: RetrievalParams | None = None, embedder: Embedder | None = None) -> None:
        self._pool = pool
        self._params = params or RetrievalParams()
        self._embedder = embedder
        if "embedding" in self._params.methods and embedder is None:
            raise RecipeError(
                "examples by `embedding` need an embedding model. Name one, or choose bm25 or chrf as the method."
            )
        sides = ("source", "target") if self._params.side == "mixed" else (self._params.side,)
        self._rankings: list[dict[str, Ranking]] = [
            {side: self._ranking(method, getattr(pool, side)) for side in sides} for method in self._params.methods
        ]

    def _ranking(self, method: Method, texts: pl.Series) -> Ranking:
        if method == "bm25":
            return WordRanking(texts)
        if method == "chrf":
            return CharacterRanking(texts)
        if method == "random":
            return RandomRanking(len(texts), self._params.seed)
        assert self._embedder is not None
        return VectorRanking(texts, self._embedder)

    @property
    def digest(self) -> str:
        """SHA-256 of all that decides which examples come out, for signatures."""
        says = [
            self._pool.digest,
            self._params.model_dump(mode="json"),
            self._embedder.identity if self._embedder and "embedding" in self._params.methods else None,
        ]
        return hashlib.sha256(json.dumps(says, sort_keys=True).encode()).hexdigest()

    def retrieve(self, texts: Sequence[str], k: int, drafts: Sequence[str] | None = None) -> list[list[Pair]]:
        """For each text up to k pairs, the most similar last; never one whose source is the text or near to it.

        Fewer than k come where the pool has no more that are alike at all (without a common word, for `bm25`).

        Args:
            texts: texts to be translated.
            k: pairs wanted for each.
            drafts: draft translations, one for each text. Target sides are compared with them; without, with the
                text itself, which only a multilingual embedding can do.

        Raises:
            RecipeError: target sides have to be compared by words or characters, and no drafts came.
        """
        lexical = sorted({"bm25", "chrf"} & set(self._params.methods))
        if self._params.side != "source" and lexical and drafts is None:
            raise RecipeError(
                f"{lexical[0]} cannot compare a text with translations: give drafts, or choose `side: source` or the "
                "method `embedding` with a multilingual model."
            )
        if drafts is not None and len(drafts) != len(texts):
            raise ValueError(f"{len(texts)} texts, but {len(drafts)} drafts")
        if not texts or k < 1:
            return [[] for _ in texts]
        found = [self._lists(rankings, texts, drafts, k) for rankings in self._rankings]
        merged = [self._merged(text, [lists[at] for lists in found], k) for at, text in enumerate(texts)]
        return [self._pool.pairs(numbers[::-1]) for numbers in merged]

    def _lists(
        self, rankings: dict[str, Ranking], texts: Sequence[str], drafts: Sequence[str] | None, k: int
    ) -> list[I64]:
        """For each text the best k by one method, copies left out."""
        queries = {
            side: ranking.prepare(texts if side == "source" or drafts is None else drafts)
            for side, ranking in rankings.items()
        }
        depth = k + 8  # some will turn out to be copies
        tops = self._tops(rankings, queries, range(len(texts)), depth)
        found: list[I64] = []
        for at, (text, numbers) in enumerate(zip(texts, tops, strict=True)):
            here, wide = depth, numbers
            chosen = self._chosen(text, wide, k)
            # Many copies of one text in a pool: look further down.
            while len(chosen) < k and len(wide) >= here and here < min(len(self._pool), _DEEPEST):
                here *= 4
                wide = self._tops(rankings, queries, [at], here)[0]
                chosen = self._chosen(text, wide, k)
            found.append(chosen)
        return found

    def _tops(
        self, rankings: dict[str, Ranking], queries: dict[str, Sequence[Any]], at: Iterable[int], depth: int
    ) -> list[I64]:
        rows = list(at)
        of_side = {side: ranking.top([queries[side][row] for row in rows], depth) for side, ranking in rankings.items()}
        if len(of_side) == 1:
            return next(iter(of_side.values()))
        found = []
        for index, row in enumerate(rows):
            numbers = np.unique(np.concatenate([tops[index] for tops in of_side.values()]))
            source = rankings["source"].score(queries["source"][row], numbers)
            target = rankings["target"].score(queries["target"][row], numbers)
            found.append(best(self._params.alpha * source + (1 - self._params.alpha) * target, numbers, depth))
        return found

    def _chosen(self, text: str, numbers: I64, k: int) -> I64:
        """The first k that are neither copies of the text nor too much like one that is chosen already."""
        chosen: list[int] = []
        forms: list[str] = []
        limit = 100 if self._params.diversity is None else self._params.diversity
        at = 0
        while len(chosen) < k and at < len(numbers):
            some = numbers[at : at + k + 3]
            sources = self._pool.source.gather(some).to_list()
            copied = copies(text, sources, self._params.copy_chrf)
            for number, source, copy in zip(some.tolist(), sources, copied, strict=True):
                if copy or len(chosen) == k:
                    continue
                form = loose(source)
                if all(fuzz.ratio(form, other) < limit for other in forms):
                    chosen.append(number)
                    forms.append(form)
            at += len(some)
        return np.array(chosen, np.int64)

    def _merged(self, text: str, lists: Sequence[I64], k: int) -> I64:
        if len(lists) == 1:
            return lists[0]
        numbers = np.unique(np.concatenate(lists))
        points = np.zeros(len(numbers), np.int64)
        for ranked in lists:
            points[np.searchsorted(numbers, ranked)] += k - np.arange(len(ranked))
        return self._chosen(text, best(points, numbers, len(numbers)), k)
