"""Splits: which part of a config a row is in, by a stable hash of what its duplicates and derived rows share.

A document goes by the smallest id of its duplicate cluster, so that a cluster whose survivor changes from one release
to the next stays in its split. Rows derived from a document go with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
import xxhash

_SEED = 1  # not that of the shard numbers: a split would then hold some of them only


def assign(keys: Sequence[str] | pl.Series, shares: Mapping[str, float]) -> pl.Series:
    """The split of each key.

    Args:
        keys: n of them.
        shares: split -> share of the keys, summing to 1. A key moves only where the limit between two shares passes it.

    Returns:
        n names of splits.

    >>> assign([str(n) for n in range(1000)], {"train": 0.9, "test": 0.1}).value_counts(sort=True)["split"].to_list()
    ['train', 'test']
    """
    names = sorted(shares, key=lambda name: (-shares[name], name))  # whatever order a recipe writes them in
    if len(names) == 1:
        return pl.Series("split", [names[0]] * len(keys), dtype=pl.String)
    limits = np.cumsum([shares[name] for name in names])[:-1]
    places = np.array([xxhash.xxh3_64_intdigest(key.encode(), _SEED) for key in keys], np.uint64) / 2.0**64
    found = np.searchsorted(limits, places, side="right")
    return pl.Series("split", names, dtype=pl.String).gather(found)
