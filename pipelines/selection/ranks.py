"""Several models: a document's rank by each, among those that compete with it, and one rank of these.

The rank by a model is the middle of the ranks that documents with its score have, as a share of all: (those below +
half of those with the same score) / all, 0 to 1 (a mid-rank quantile). Scores are told apart by their millionths; their
histograms add up, so that ranks are exact over any number of files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from filters._selection import Combine
from pipelines.selection import keys
from schemas.errors import StageError

Pool = tuple[str, float]  # language, share


@dataclass(frozen=True)
class _Model:
    """The scores of one model in one pool: `values` in millionths, ascending, and how many documents are below each."""

    values: npt.NDArray[np.int64]
    below: npt.NDArray[np.int64]  # one longer: the last is the number of all

    def doubled(self, values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Twice the number of documents below each value and once those with the same: whole numbers."""
        left, right = np.searchsorted(self.values, values, "left"), np.searchsorted(self.values, values, "right")
        return self.below[left] + self.below[right]


@dataclass(frozen=True)
class Ranks:
    """The ranks of every pool. Combined ranks are whole numbers, `scale(pool)` times as large: nothing is rounded."""

    how: Combine
    pools: dict[Pool, tuple[_Model, ...]]

    def scale(self, pool: Pool) -> int:
        """What a combined rank as a whole number is divided by to lie between 0 and 1."""
        models = self.pools[pool]
        return 2 * int(models[0].below[-1]) * (len(models) if self.how == "mean" else 1)

    def keys(self, pool: Pool, combined: npt.NDArray[np.int64]) -> keys.Keys:
        """Keys in the order of combined ranks, spread over most of their range."""
        return combined.astype(np.uint64) * np.uint64(self._spread(pool)) + np.uint64(1)

    def rank_of(self, pool: Pool, key: int) -> float:
        """The combined rank that has a key, 0 to 1."""
        return (key - 1) // self._spread(pool) / self.scale(pool)

    def _spread(self, pool: Pool) -> int:
        return (1 << 63) // self.scale(pool)

    def combined(self, pool: Pool, scores: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
        """The combined ranks of some documents, as whole numbers.

        Args:
            pool: one in which documents compete.
            scores: finite, shape (documents, models).
        """
        models = self.pools[pool]
        if scores.shape[1] != len(models):
            raise _uneven(scores.shape[1], len(models))
        values = keys.millionths(scores)
        each = np.stack([model.doubled(values[:, number]) for number, model in enumerate(models)])
        found: Any = {"mean": each.sum(0), "min": each.min(0), "max": each.max(0)}[self.how]
        return np.asarray(found, np.int64)


def made(how: Combine, counts: pl.DataFrame) -> Ranks:
    """Ranks from the histograms of all models.

    Args:
        how: which rank of several is taken.
        counts: `language`, `share`, `part` (number of the model, from 0), `value` (millionths) and `n`.

    Raises:
        StageError: documents of a pool have different numbers of models.
    """
    pools: dict[Pool, list[_Model]] = {}
    parts = counts.sort("language", "share", "part", "value").partition_by("language", "share", "part", as_dict=True)
    for language, share, part in sorted(parts):
        rows = parts[language, share, part]
        below = np.concatenate([[0], np.cumsum(rows["n"].to_numpy())]).astype(np.int64)
        pools.setdefault((language, share), []).append(_Model(rows["value"].to_numpy(), below))
    for models in pools.values():
        if len({int(model.below[-1]) for model in models}) > 1:
            raise _uneven(len(models) - 1, len(models))
    return Ranks(how, {pool: tuple(models) for pool, models in pools.items()})


def matrix(lists: pl.Series) -> npt.NDArray[np.float64]:
    """Lists of scores as an array of shape (documents, models).

    Raises:
        StageError: they differ in length.
    """
    lengths = lists.list.len().unique().to_list()
    if len(lengths) > 1:
        raise _uneven(min(lengths), max(lengths))
    return lists.explode().to_numpy().reshape(len(lists), lengths[0] if lengths else 0)


def _uneven(few: int, many: int) -> StageError:
    return StageError(
        f"a stage gave some documents {few} scores and others {many}: a list with one score a model has the same "
        "length for every document. This is a bug in the stage; what a model could not score is null."
    )
