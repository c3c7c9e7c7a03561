"""A release's rows made small enough to compare: texts and nested values as xxh3 hashes, cut into slices by id.

A slice has the same ids in both releases, so one slice at a time is joined. A release of one slice stays in memory; of
more, the slices wait in temporary files.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import xxhash

from pipelines.comparison.release import Kind, Release, frames
from schemas.manifest import ReleasedFile

OUTCOMES: dict[Kind, str] = {
    "document": "released",
    "derived": "derived",
    "rejected": "rejected",
    "quarantined": "quarantined",
    "dead": "dead",
}
"""Kind of file -> outcome of its rows; where an id has several, the first one here counts."""
RELEASED = ("released", "derived")
FIXED = ("id", "outcome", "language", "stage", "reasons")
"""Columns of every digest; those of released rows follow: `split`, and each column that the files have."""
SLICE_ROWS = 400_000
_MOST_SLICES = 128  # files that are open at a time
_SCHEMA = pl.Schema({**dict.fromkeys(FIXED, pl.String()), "reasons": pl.List(pl.String())})
_ASIDE = ("id", "language", "stage", "reasons", "error")
_TEXT_BYTES = 64 << 20  # of a frame, hashed at a time


class Slices:
    """The digests of a release.

    Args:
        release: whose rows.
        same: paths of files that the other release has byte for byte: their rows are left out.
        count: slices, as many as the other release gets.
    """

    def __init__(self, release: Release, same: Collection[str], count: int) -> None:
        self._release, self._count = release, count
        self._held: list[pl.DataFrame] = []
        self._folder = tempfile.TemporaryDirectory(prefix="glotmill-diff-") if count > 1 else None
        self._writers: dict[tuple[int, str], pa.RecordBatchStreamWriter] = {}
        self.nameless = 0
        try:
            for file in release.data:
                if file.path not in same:
                    for frame in self._digests(file):
                        self._add(frame)
        finally:
            for writer in self._writers.values():
                writer.close()
            self._writers.clear()

    def close(self) -> None:
        """Remove what waits in files."""
        if self._folder is not None:
            self._folder.cleanup()

    def __enter__(self) -> Slices:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, number: int) -> pl.DataFrame:
        """The digests of one slice: each id once, null where a kind of row lacks a column."""
        parts = self._held if self._folder is None else list(self._parts(number))
        if not parts:
            return pl.DataFrame(schema=_SCHEMA)
        rank = pl.col("outcome").replace_strict({outcome: at for at, outcome in enumerate(OUTCOMES.values())})
        whole = pl.concat(parts, how="diagonal_relaxed")
        return whole.sort("id", rank).unique("id", keep="first", maintain_order=True)

    def _digests(self, file: ReleasedFile) -> Iterator[pl.DataFrame]:
        kind = self._release.kind(file)
        released = kind in ("document", "derived")
        for frame in frames(self._release.path(file), None if released else _ASIDE):
            for part in _pieces(frame):
                named = part.filter(pl.col("id").is_not_null())
                self.nameless += part.height - named.height
                fixed = _fixed(named, kind, self._release.language(file))
                if released:
                    rest = [digest(named[name]) for name in named.columns if name not in FIXED]
                    split = pl.Series("split", [self._release.split(file)] * named.height, dtype=pl.String)
                    fixed = fixed.with_columns(split, *rest)
                yield fixed

    def _add(self, frame: pl.DataFrame) -> None:
        if self._folder is None:
            self._held.append(frame)
            return
        numbers = hashes(frame["id"]) % self._count
        parts = frame.with_columns(numbers.alias("")).partition_by("", as_dict=True, include_key=False)
        for (number,), part in parts.items():
            table = part.to_arrow()
            key = int(str(number)), str(table.schema)
            if key not in self._writers:
                digits = xxhash.xxh3_64_hexdigest(key[1].encode())
                path = f"{self._folder.name}/{key[0]:04d}-{digits}.arrows"
                self._writers[key] = pa.ipc.new_stream(path, table.schema)
            self._writers[key].write_table(table)

    def _parts(self, number: int) -> Iterator[pl.DataFrame]:
        assert self._folder is not None
        for path in sorted(Path(self._folder.name).glob(f"{number:04d}-*.arrows")):
            with pa.ipc.open_stream(str(path)) as stream:
                part = pl.from_arrow(stream.read_all())
            assert isinstance(part, pl.DataFrame)
            yield part


def slices_for(*releases: Release) -> int:
    """How many slices the rows of the largest release need."""
    rows = max(sum(file.rows or 0 for file in release.data) for release in releases)
    return min(_MOST_SLICES, max(1, -(-rows // SLICE_ROWS)))


def digest(values: pl.Series) -> pl.Series:
    """Texts and nested values as hashes; numbers and truth values as they are."""
    if values.dtype.is_nested():
        values = values.to_frame().select(
            pl.when(pl.col(values.name).is_not_null()).then(pl.struct(values.name).struct.json_encode())
        )[values.name]
    return hashes(values) if values.dtype in (pl.String, pl.Binary) else values


def hashes(values: pl.Series) -> pl.Series:
    """xxh3_64 of each text; null stays null."""
    if values.null_count() == 0:
        found = np.fromiter((xxhash.xxh3_64_intdigest(one) for one in values.cast(pl.Binary)), np.uint64, len(values))
        return pl.Series(values.name, found)
    several = [None if one is None else xxhash.xxh3_64_intdigest(one) for one in values.cast(pl.Binary)]
    return pl.Series(values.name, several, dtype=pl.UInt64)


def _fixed(frame: pl.DataFrame, kind: Kind, language: str | None) -> pl.DataFrame:
    """The columns `FIXED`; of a dead row the error is the reason."""
    there = frame.columns
    reasons = pl.lit(None)
    if "reasons" in there:
        reasons = pl.col("reasons")
    elif "error" in there:
        reasons = pl.concat_list("error")
    known = pl.col("language") if language is None and "language" in there else pl.lit(language)
    made = {
        "id": pl.col("id"),
        "outcome": pl.lit(OUTCOMES[kind]),
        "language": known,
        "stage": pl.col("stage") if "stage" in there else pl.lit(None),
        "reasons": reasons,
    }
    return frame.select(expression.cast(_SCHEMA[name]).alias(name) for name, expression in made.items())


def _pieces(frame: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """A frame in pieces whose texts do not need much room beside it."""
    height = max(1, _TEXT_BYTES * frame.height // max(1, int(frame.estimated_size())))
    for start in range(0, frame.height, height):
        yield frame.slice(start, height)
