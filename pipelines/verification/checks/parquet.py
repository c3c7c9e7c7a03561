"""Every data file: schema, order, languages, reasons, texts; and that no id comes twice in a config."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.comparison.release import Kind, Release, batches, parquet
from pipelines.verification import keys
from pipelines.verification.findings import SENTENCE, Findings, shown
from schemas.errors import SourceError
from schemas.manifest import ReleasedFile

_THREADS = 4
_NEEDED: dict[Kind, tuple[str, ...]] = {
    "document": ("id", "text", "source", "language"),
    "derived": ("id", "document_id", "parent_id", "stage", "language", "text"),
    "rejected": ("id", "source", "language", "reasons"),
    "dead": ("id", "source", "error", "message"),
    "quarantined": ("id", "document_id", "stage", "language", "reasons"),
}
_NAMED = 5


def check(release: Release, findings: Findings) -> None:
    """See the module."""
    first = _first_of_each(release)
    with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1)) as pool:
        found = list(pool.map(lambda file: _File(release, file).look(first.get(file.config)), release.data))
    for file in found:
        for message in file.problems:
            findings.add(message, file.file.path)
    _ids_across_files(release, [file for file in found if file.readable], findings)
    _others(release, findings)
    findings.looked_at = f"{sum(file.rows for file in found):,} rows in {len(found):,} data files"


def _first_of_each(release: Release) -> dict[str | None, pa.Schema]:
    """The schema of the first readable file of each config."""
    found: dict[str | None, pa.Schema] = {}
    for file in release.data:
        if file.config not in found:
            try:
                with parquet(release.path(file)) as opened:
                    found[file.config] = opened.schema_arrow
            except SourceError:
                continue
    return found


class _File:
    """One data file, and what is wrong with it: of each kind of fault how many rows have it, and the first."""

    def __init__(self, release: Release, file: ReleasedFile) -> None:
        self.release, self.file = release, file
        self.kind = release.kind(file)
        self.problems: list[str] = []
        self.rows = 0
        self.readable = False
        self.ordered = True
        self._counted: dict[str, tuple[int, str]] = {}

    def look(self, first: pa.Schema | None) -> _File:
        """Look at the whole file; `first` is the schema of the first file of its config."""
        try:
            with parquet(self.release.path(self.file)) as opened:
                self.rows = opened.metadata.num_rows
                self._schema(opened.schema_arrow, first)
                self._rows(opened)
                self.readable = True
        except SourceError as error:
            # The address of the folder says nothing that the path does not.
            self.problems.append(shown(str(error).replace(self.release.path(self.file), "it"), SENTENCE))
        for what, (n, sample) in self._counted.items():
            self.problems.append(f"{what.format(f'{n:,}')}{f'; the first: {sample}' if sample else ''}")
        return self

    def _schema(self, schema: pa.Schema, first: pa.Schema | None) -> None:
        if self.file.rows is not None and self.rows != self.file.rows:
            self.problems.append(f"has {self.rows:,} rows, the manifest says {self.file.rows:,}")
        if not self.rows:
            self.problems.append("has no rows: a file without rows is not released")
        names = [name for name in _NEEDED[self.kind] if name not in schema.names]
        if names:
            self.problems.append(f"lacks the columns {', '.join(names)}")
        bare = [field.name for field in schema if not (field.metadata or {}).get(b"description", b"").strip()]
        if bare:
            more = f" and {len(bare) - _NAMED} more" if len(bare) > _NAMED else ""
            self.problems.append(f"has columns without a description: {', '.join(map(shown, bare[:_NAMED]))}{more}")
        if first is not None and not schema.equals(first, check_metadata=False):
            self.problems.append(f"has another schema than the first file of its config: {_differs(schema, first)}")

    def _rows(self, opened: pq.ParquetFile) -> None:
        wanted = [name for name in ("id", "text", "language", "reasons") if name in opened.schema_arrow.names]
        before: str | None = None
        for batch in batches(opened, wanted):
            for name in wanted:
                if not self._valid(name, batch[name]):
                    return
            if "text" in wanted:  # whose bytes are not needed any longer
                at = batch.schema.get_field_index("text")
                batch = batch.set_column(at, "text", batch["text"].is_null())
            frame = pl.from_arrow(batch)
            assert isinstance(frame, pl.DataFrame)
            if "id" in wanted:
                before = self._ids(frame, before)
            self._values(frame)

    def _valid(self, name: str, column: pa.Array) -> bool:
        try:
            column.validate(full=True)
        except pa.ArrowInvalid as error:
            self.problems.append(f"has damaged values in the column {name}: {shown(error)}")
            return False
        return True

    def _ids(self, frame: pl.DataFrame, before: str | None) -> str | None:
        """Order and nulls of the ids; `before` is the last id of the rows before. Rows without an id come last."""
        ids = frame["id"]
        if self.kind == "dead":
            ids = ids.drop_nulls()
        else:
            self._count_rows("{} rows have no id", frame.filter(pl.col("id").is_null()))
        whole = pl.concat([pl.Series("id", [before], dtype=pl.String), ids]) if before is not None else ids
        pairs = pl.DataFrame({"id": whole[1:], "before": whole[:-1]}) if len(whole) > 1 else None
        if pairs is not None:
            falling = pairs.filter(pl.col("id") < pl.col("before"))
            self._count_rows("{} rows are not in the order of their ids", falling)
            self.ordered = self.ordered and falling.is_empty()
            if self.kind != "dead":
                self._count_rows(
                    "{} rows have the id of the row before", pairs.filter(pl.col("id") == pl.col("before"))
                )
        return str(ids[-1]) if len(ids) and ids[-1] is not None else before

    def _values(self, frame: pl.DataFrame) -> None:
        here = frame.columns
        if self.kind in ("document", "derived") and "text" in here:
            self._count_rows("{} rows have no text", frame.filter("text"))
        language = self.release.language(self.file)
        if language is not None and "language" in here:
            other = frame.filter(pl.col("language").ne_missing(pl.lit(language)))
            self._count_rows(f"{{}} rows have another language than {shown(language)}", other)
        if "reasons" in here:
            carry = pl.col("reasons").list.len().fill_null(0) > 0
            if self.kind in ("rejected", "quarantined"):
                self._count_rows("{} rows carry no reason", frame.filter(~carry))
            else:
                self._count_rows("{} released rows carry a reason", frame.filter(carry))

    def _count_rows(self, what: str, rows: pl.DataFrame) -> None:
        if rows.height:
            sample = rows["id"][0] if "id" in rows.columns else None
            self._count(what, rows.height, "" if sample is None else f"id {shown(sample)}")

    def _count(self, what: str, n: int, sample: str) -> None:
        before, first = self._counted.get(what, (0, sample))
        self._counted[what] = before + n, first


def _differs(schema: pa.Schema, first: pa.Schema) -> str:
    """The first difference of two schemas, in words."""
    lacks = [name for name in first.names if name not in schema.names]
    more = [name for name in schema.names if name not in first.names]
    if lacks or more:
        told = [
            f"{what} {', '.join(map(shown, names[:_NAMED]))}"
            for what, names in (("lacks", lacks), ("has", more))
            if names
        ]
        return " and ".join(told)
    for field in schema:
        if field.type != (kind := first.field(field.name).type):
            return f"{shown(field.name)} is {field.type}, there {kind}"
    return "the columns come in another order"


def _ids_across_files(release: Release, files: Sequence[_File], findings: Findings) -> None:
    """No id twice in a config. Ids that rise are there once, so only configs of several files are read again."""
    by_config: dict[str, list[_File]] = defaultdict(list)
    for file in files:
        if file.kind != "dead" and file.file.config is not None:
            by_config[file.file.config].append(file)
    for config, members in sorted(by_config.items()):
        if len(members) == 1 and members[0].ordered:
            continue
        places = [keys.Place(release.path(file.file), file.file.path, file.file.rows or 0) for file in members]
        twice = keys.repeated(places, pl.col("id"), ("id",))
        if twice.height:
            row = twice.row(0, named=True)
            findings.add(
                f"config {shown(config)}: {twice.height:,} ids come more than once; the first: "
                f"id {shown(row['key'])} in {' and '.join(map(shown, row['names'][:2]))}"
            )


def _others(release: Release, findings: Findings) -> None:
    """The Parquet files that hold no rows of configs: they open."""
    for file in release.manifest.files:
        if file.config is None and file.path.endswith(".parquet"):
            try:
                with parquet(release.path(file)):
                    pass
            except SourceError as error:
                findings.add(shown(error, SENTENCE), file.path)
