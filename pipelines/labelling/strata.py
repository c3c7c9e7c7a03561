"""Which documents are drawn from each stratum: language, source and length band.

The number asked for is shared out evenly over languages; what a language gets over its sources; what a source gets over
its length bands. Who has less than an even share gives all, and the rest is shared out among the others. In a stratum
those documents are drawn whose text has the smallest hash, so neither order nor frames nor files matter. A text that
stands twice in a stratum counts once.

Reading more documents never raises the share of a stratum that has more than its share. So while reading no more is
kept of a stratum than its share so far: about as many documents as are asked for, and one for each stratum.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
import xxhash

KEYS = ("language", "source", "band")
BANDS = (400, 1_600, 6_400)
"""Characters from which the second, third and fourth length band begin."""
_WAITING_BYTES = 64 << 20  # text that is looked through at a time
Key = tuple[str | int, ...]
"""Language, source and band of a stratum, or the first of these."""


@dataclass(frozen=True)
class Size:
    """How many documents are drawn.

    Args:
        documents: in all; None where `per_language` says it.
        per_language: of each language.
        seed: another one draws other documents.
    """

    documents: int | None = 500
    per_language: int | None = None
    seed: int = 0


def shares(sizes: Mapping[Key, int], wanted: int, order: Callable[[Key], int]) -> dict[Key, int]:
    """How much each gives so that all together give `wanted`, or all that there is: as evenly as sizes allow.

    Args:
        sizes: how much each has.
        wanted: how much is wanted together.
        order: of those that could give one more, the smallest first; no two alike.
    """
    level, over = _level(list(sizes.values()), wanted)
    one_more = set(sorted((key for key, size in sizes.items() if size > level), key=order)[:over])
    return {key: min(size, level + (key in one_more)) for key, size in sizes.items()}


def _level(sizes: Sequence[int], wanted: int) -> tuple[int, int]:
    """What everybody gives who has so much, and how many of those who have more give one more."""
    left, many, level = wanted, len(sizes), 0
    for size in sorted(sizes):
        step = (size - level) * many  # for all who have more than the level to give as much as this one has
        if step >= left:
            break
        left, many, level = left - step, many - 1, size
    return (level + left // many, left % many) if many else (level, 0)


def bands(text: pl.Series) -> pl.Series:
    """The length band of each text, from 0."""
    length = pl.col("text").str.len_chars()
    above = pl.sum_horizontal([(length >= start).cast(pl.UInt8) for start in BANDS])
    return text.to_frame("text").select(above.cast(pl.UInt8).alias("band")).to_series()


def hashes(text: pl.Series, seed: int) -> pl.Series:
    """xxh3_64 of each text: whose is smallest is drawn."""
    return pl.Series("hash", [xxhash.xxh3_64_intdigest(one.encode(), seed) for one in text], dtype=pl.UInt64)


class Strata:
    """Collects the documents with the smallest hashes of every stratum.

    Args:
        size: how many are drawn in the end.
    """

    def __init__(self, size: Size) -> None:
        self._size = size
        self._kept: pl.DataFrame | None = None
        self._waiting: list[pl.DataFrame] = []
        self._waiting_bytes = 0
        self.seen: dict[Key, int] = {}
        """Documents of each stratum that came, copies among them."""

    def add(self, rows: pl.DataFrame) -> None:
        """Add documents.

        Args:
            rows: `text`, `id`, `language`, `source`, and what else is to be kept.
        """
        rows = rows.with_columns(bands(rows["text"]), hashes(rows["text"], self._size.seed))
        for key, count in _counts(rows).items():
            self.seen[key] = self.seen.get(key, 0) + count
        self._waiting.append(rows)
        self._waiting_bytes += int(rows["text"].str.len_bytes().sum())
        if self._waiting_bytes >= _WAITING_BYTES:
            self._shrink()

    def drawn(self) -> pl.DataFrame:
        """The sample, sorted by language, source and id. Adds `band` and `hash`."""
        self._shrink()
        if self._kept is None:
            return pl.DataFrame()
        return _first(self._kept, self._given(_counts(self._kept), more=0)).sort("language", "source", "id", "hash")

    def _shrink(self) -> None:
        """Forget what cannot be drawn any more."""
        if not self._waiting:
            return
        found = pl.concat([*([] if self._kept is None else [self._kept]), *self._waiting])
        self._waiting, self._waiting_bytes = [], 0
        # By text too, because two texts may share a hash. Of copies the one with the smallest id stays.
        found = found.sort(*KEYS, "hash", "text", "id").unique([*KEYS, "text"], keep="first", maintain_order=True)
        self._kept = _first(found, self._given(_counts(found), more=1))

    def _given(self, counts: Mapping[Key, int], more: int) -> dict[Key, int]:
        """What each stratum gives. With `more`, each may give so much above the even share at every step."""
        sizes = _summed(counts, 1)
        if self._size.per_language is not None:
            given = {key: min(size, self._size.per_language) for key, size in sizes.items()}
        else:
            given = self._even(sizes, self._size.documents or 0, more)
        for depth in (2, 3):
            inside: dict[Key, dict[Key, int]] = {key: {} for key in given}
            for key, size in _summed(counts, depth).items():
                inside[key[:-1]][key] = size
            shared = [self._even(inside[key], wanted, more) for key, wanted in given.items()]
            given = {key: n for one in shared for key, n in one.items()}
        return given

    def _even(self, sizes: Mapping[Key, int], wanted: int, more: int) -> dict[Key, int]:
        if more:
            level, _ = _level(list(sizes.values()), wanted)
            return {key: min(size, level + more) for key, size in sizes.items()}
        # By a hash of the name, so that the first letters of the alphabet are not always the first.
        return shares(sizes, wanted, lambda key: xxhash.xxh3_64_intdigest(repr(key).encode(), self._size.seed))


def _counts(rows: pl.DataFrame) -> dict[Key, int]:
    """Documents of each stratum."""
    return {tuple(key): count for *key, count in rows.group_by(KEYS).len().iter_rows()}


def _summed(counts: Mapping[Key, int], depth: int) -> dict[Key, int]:
    """Documents by the first `depth` parts of the stratum's key."""
    found: dict[Key, int] = {}
    for key, n in counts.items():
        found[key[:depth]] = found.get(key[:depth], 0) + n
    return found


def _first(rows: pl.DataFrame, given: Mapping[Key, int]) -> pl.DataFrame:
    """The first rows of each stratum, as many as it gives."""
    table = pl.DataFrame(
        [(*key, n) for key, n in given.items()],
        schema={"language": pl.String, "source": pl.String, "band": pl.UInt8, "given": pl.Int64},
        orient="row",
    )
    ranked = rows.with_columns(pl.int_range(pl.len()).over(KEYS).alias("rank"))
    chosen = ranked.join(table, on=KEYS, how="left", maintain_order="left").filter(pl.col("rank") < pl.col("given"))
    return chosen.drop("rank", "given")
