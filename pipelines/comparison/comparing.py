"""Two releases compared: every row that differs, written to a file if asked for, and counted for people and cards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines import storage
from pipelines.comparison import release, rows, settings
from pipelines.comparison.digests import Slices, slices_for
from pipelines.comparison.release import Release
from pipelines.comparison.tally import Tally, added_up, nested
from schemas.changes import Changes
from schemas.columns import polars_schema
from schemas.manifest import Manifest


def summary(a: str, b: str, manifest: Manifest | None = None, sha256: str = "") -> Changes:
    """What changed from the release in `a` to that in `b`, both any address.

    Args:
        a: folder of the earlier release.
        b: folder of the later one.
        manifest: manifest of the later release, while it is not written yet: with its files and counts.
        sha256: of that manifest, if it is known.

    Raises:
        SourceError: there is no release, or a file of it cannot be read.
    """
    later = release.read(b) if manifest is None else Release(b.rstrip("/"), manifest, sha256)
    return compare(release.read(a), later)


def compare(before: Release, after: Release, out: str | None = None) -> Changes:
    """What changed from one release to another.

    Files that both have byte for byte are not read. Memory holds one slice of about 400,000 rows of each (more beyond
    50 million rows), texts as hashes.

    Args:
        before: the earlier release.
        after: the later one.
        out: where to write every row that differs (Parquet, the columns of `rows.COLUMNS`).

    Raises:
        SourceError: a file cannot be read.
    """
    same = _same(before, after)
    count = slices_for(before, after)
    tally = Tally()
    with _writing(out) as write, Slices(before, same, count) as was, Slices(after, same, count) as is_:
        for number in range(count):
            found, columns = rows.differing(was.read(number), is_.read(number))
            tally.add(found, columns)
            write(found)
        nameless = was.nameless, is_.nameless
    columns_before, columns_after = _columns(before), _columns(after)
    documents, derived = tally.by_language(before, after)
    return Changes(
        earlier=before.name,
        earlier_sha256=before.sha256,
        documents=added_up(documents.values()),
        by_language=documents,
        derived=derived,
        removed_to=nested(tally.removed_to),
        removed_by_reason=nested(tally.removed_by_reason),
        added_from=nested(tally.added_from),
        added_by_reason=nested(tally.added_by_reason),
        columns=dict(sorted(tally.columns.items(), key=lambda item: (-item[1], item[0]))),
        new_columns=sorted(columns_after - columns_before),
        lost_columns=sorted(columns_before - columns_after),
        verdicts=tally.others["verdict"],
        came=tally.others["came"],
        gone=tally.others["gone"],
        nameless=nameless,
        settings=settings.differing(before.manifest, after.manifest),
    )


def _same(before: Release, after: Release) -> set[str]:
    """Paths of data files that both releases have, byte for byte, in the same place."""
    known = {(file.path, file.config, before.split(file), file.sha256) for file in before.data}
    return {file.path for file in after.data if (file.path, file.config, after.split(file), file.sha256) in known}


def _columns(of: Release) -> set[str]:
    """Columns of a release's documents and derived rows: those of one file of each config and stage speak for all."""
    found: set[str] = set()
    seen = set()
    for file in of.data:
        kind = of.kind(file)
        family = kind, (file.config or "").removeprefix(of.language(file) or "")
        if kind in ("document", "derived") and family not in seen:
            seen.add(family)
            found |= set(release.columns_of(of.path(file)))
    return found


class _Write(Protocol):
    def __call__(self, frame: pl.DataFrame) -> None: ...


@contextmanager
def _writing(out: str | None) -> Iterator[_Write]:
    """Writes frames of rows that differ to a Parquet file, which is there whole or not at all."""
    if out is None:
        yield lambda frame: None
        return
    schema = pl.DataFrame(schema=polars_schema(rows.COLUMNS)).to_arrow().schema
    described = pa.schema(
        field.with_metadata({"description": column.description})
        for field, column in zip(schema, rows.COLUMNS, strict=True)
    )
    with (
        storage.atomic(out) as temporary,
        storage.our_errors(f"writing {out}"),
        storage.open_write(temporary) as handle,
    ):
        writer = pq.ParquetWriter(handle, described, compression="zstd")
        try:
            yield lambda frame: writer.write_table(frame.to_arrow().cast(described))
        finally:
            writer.close()
