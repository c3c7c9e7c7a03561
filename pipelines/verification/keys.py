"""Keys that come in more than one place: found by their hashes in bounded memory, then compared truly."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.comparison.digests import hashes
from pipelines.comparison.release import frames

_HELD = 30_000_000  # hashes at a time: 8 bytes each, and as much again to sort them


@dataclass(frozen=True)
class Place:
    """A file with keys.

    Args:
        path: where it is.
        name: what is told of it: its path inside the release, or its split.
        rows: how many it has.
    """

    path: str
    name: str
    rows: int


def repeated(places: Sequence[Place], key: pl.Expr, columns: Collection[str], *, between: bool = False) -> pl.DataFrame:
    """The keys that several rows have.

    Args:
        places: the files.
        key: makes the key, a text, from `columns`; rows whose key is null have none.
        columns: what it reads.
        between: only keys in places of different names.

    Returns:
        `key` and `names` (of the places where it is, a name once for each row, sorted), sorted by key.
    """
    rounds = max(1, -(-sum(place.rows for place in places) // _HELD))
    found = [_round(places, key, columns, between, number, rounds) for number in range(rounds)]
    return pl.concat(found).sort("key")


def _round(
    places: Sequence[Place], key: pl.Expr, columns: Collection[str], between: bool, number: int, rounds: int
) -> pl.DataFrame:
    """Of the keys whose hash belongs to this round."""
    numbers = {name: at for at, name in enumerate(sorted({place.name for place in places}))}
    parts = []
    for place, _, digests in _keys(places, key, columns):
        here = digests[digests % rounds == number] if rounds > 1 else digests
        parts.append((here, np.full(len(here), numbers[place.name], np.int32)))
    every = np.concatenate([here for here, _ in parts]) if parts else np.empty(0, np.uint64)
    if between:
        names = np.concatenate([of for _, of in parts]) if parts else np.empty(0, np.int32)
        order = np.lexsort((names, every))
        every, names = every[order], names[order]
        twice = (every[1:] == every[:-1]) & (names[1:] != names[:-1])
    else:
        every.sort()
        twice = every[1:] == every[:-1]
    suspects = pl.Series(np.unique(every[1:][twice]), dtype=pl.UInt64)
    if suspects.is_empty():
        return pl.DataFrame(schema={"key": pl.String, "names": pl.List(pl.String)})
    # Equal hashes are no proof: the keys themselves are looked at, which are few.
    rows = []
    for place, values, digests in _keys(places, key, columns):
        here = values.filter(pl.Series(digests, dtype=pl.UInt64).is_in(suspects.implode()))
        rows.append(pl.DataFrame({"key": here, "name": pl.Series([place.name] * len(here), dtype=pl.String)}))
    grouped = pl.concat(rows).group_by("key").agg(pl.col("name").sort().alias("names"))
    several = pl.col("names").list.n_unique() if between else pl.col("names").list.len()
    return grouped.filter(several > 1)


def _keys(
    places: Sequence[Place], key: pl.Expr, columns: Collection[str]
) -> Iterator[tuple[Place, pl.Series, npt.NDArray[np.uint64]]]:
    for place in places:
        for frame in frames(place.path, list(columns)):
            # Stores that never had a duplicate may lack the column of clusters.
            whole = frame.with_columns(pl.lit(None, pl.String).alias(n) for n in columns if n not in frame.columns)
            values = whole.select(key.alias("key"))["key"].drop_nulls()
            yield place, values, hashes(values).to_numpy()
