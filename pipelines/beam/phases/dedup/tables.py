"""Files of documents that take part: the shards of this run, then the data files of earlier releases.

A file's number is the upper half of its documents' addresses (`pipelines.clusters`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from filters import _segments
from pipelines.beam import shards
from pipelines.beam.phases.measure import Shard
from pipelines.releases import Earlier


@dataclass(frozen=True)
class Table:
    """A file of documents.

    Args:
        index: its number.
        name: names the files that are made of it.
        path: Parquet with the documents.
        verdicts: what judge found; null for a file of an earlier release, whose documents all passed.
        release: the earlier release that it belongs to.
    """

    index: int
    name: str
    path: str
    verdicts: str | None = None
    release: str | None = None

    def passed(self, keys: pl.DataFrame) -> pl.DataFrame:
        """Those of the keys whose documents broke no rule."""
        if self.verdicts is None:
            return keys
        judged = shards.read(self.verdicts, ["row", "reasons"])
        return keys.join(judged.filter(pl.col("reasons").list.len() == 0).select("row"), on="row", how="semi")

    def nodes(self, rows: pl.Expr) -> pl.Expr:
        """Addresses of rows."""
        return shards.nodes(self.index, rows)

    def rows(self, nodes: pl.Series) -> pl.Series:
        """The rows of those addresses that are in this file, in their order."""
        here = nodes.filter(nodes // (1 << shards.NODE_BITS) == self.index)
        return (here % (1 << shards.NODE_BITS)).cast(pl.UInt32)

    def members(self, nodes: pl.Series, prefer: Sequence[str]) -> pl.DataFrame:
        """`node`, `id`, `release` and the preferred columns of those addresses that are in this file."""
        rows = self.rows(nodes)
        if rows.is_empty():
            return pl.DataFrame(schema={"node": pl.UInt64, "id": pl.String, "release": pl.String})
        found = [pl.DataFrame(rows.rename("row")).select(self.nodes(pl.col("row")))]
        if self.verdicts is None:  # they stay whatever their scores are
            found.append(shards.read(self.path, ["id"])[rows])
        else:
            judged = shards.columns_of(self.verdicts)
            here = ["id", *(name for name in prefer if name in judged)]
            found.append(shards.read(self.verdicts, here)[rows])
            if measured := [name for name in prefer if name not in judged]:
                found.append(shards.read(self.path, measured)[rows])
        return pl.concat(found, how="horizontal").with_columns(pl.lit(self.release, pl.String).alias("release"))

    def frames(self, columns: set[str]) -> Iterator[pl.DataFrame]:
        """The documents frame by frame, with these columns; null where the file has none of the name."""
        for frame in shards.frames(self.path, self._stored(columns)):
            yield self._whole(frame, columns)

    def documents(self, rows: pl.Series, columns: set[str]) -> Iterator[tuple[pl.Series, pl.DataFrame]]:
        """Some documents, frame by frame: their rows (of the given, in order) and their columns."""
        for start, frame in shards.frames_with(self.path, rows, self._stored(columns)):
            here = rows.filter(rows.is_between(start, start + frame.height, closed="left"))
            yield here, self._whole(frame[here - start], columns)

    def _stored(self, columns: set[str]) -> list[str]:
        return sorted((columns | {"text"}) & set(shards.columns_of(self.path)))

    def _whole(self, frame: pl.DataFrame, columns: set[str]) -> pl.DataFrame:
        frame = _segments.add(frame, sorted(columns))
        return frame.with_columns(pl.lit(None, pl.String).alias(name) for name in columns if name not in frame.columns)


def tables(measured: Sequence[Shard], verdicts: Sequence[str], against: Sequence[Earlier]) -> list[Table]:
    """All files, numbered: those of this run first."""
    ours = [
        Table(index, shard.name, shard.documents, judged)
        for index, (shard, judged) in enumerate(zip(measured, verdicts, strict=True))
    ]
    theirs = [(release, file) for release in against for file in release.files]
    return ours + [
        Table(index, file.name, file.path, release=release.name)
        for index, (release, file) in enumerate(theirs, start=len(ours))
    ]
