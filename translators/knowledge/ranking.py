"""What ranks the texts of a pool by likeness to a query, whatever likeness is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

I64 = npt.NDArray[np.int64]
F64 = npt.NDArray[np.float64]


class Ranking(Protocol):
    """One measure of likeness over one side of a pool. What it says of a query depends on no other query."""

    def prepare(self, texts: Sequence[str]) -> Sequence[Any]:
        """Queries in the form that the other two take."""
        ...

    def top(self, queries: Sequence[Any], depth: int) -> list[I64]:
        """For each query the numbers of the most alike texts, best first, of equal ones the lower number.

        At most `depth`; fewer where fewer are alike at all.
        """
        ...

    def score(self, query: Any, numbers: I64) -> F64:
        """How alike some texts are, 0 to 1 (a cosine may be below 0), shape (n,)."""
        ...


def best(scores: npt.NDArray[Any], numbers: I64, depth: int) -> I64:
    """The numbers with the highest scores, best first, of equal ones the lower number."""
    if len(scores) > depth:
        least = np.partition(scores, len(scores) - depth)[len(scores) - depth]
        numbers, scores = numbers[scores >= least], scores[scores >= least]
    return numbers[np.lexsort((numbers, -scores))[:depth]]
