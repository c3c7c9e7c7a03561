"""A release on disk: its manifest, what kind of rows each file holds, and its rows by column, some at a time."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import orjson
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import ValidationError

from pipelines import storage
from schemas.errors import SourceError
from schemas.manifest import FORMAT, NAME, Manifest, ReleasedFile

Kind = Literal["document", "derived", "rejected", "dead", "quarantined"]
_BATCH_BYTES, _MOST_ROWS = 32 << 20, 100_000
_ASIDE: dict[str, Kind] = {"rejected": "rejected", "dead": "dead", "quarantine": "quarantined"}


@dataclass(frozen=True)
class Release:
    """A release.

    Args:
        folder: where it is.
        manifest: what it says it holds.
        sha256: of its manifest.
    """

    folder: str
    manifest: Manifest
    sha256: str = field(compare=False)

    @property
    def name(self) -> str:
        """Name of its recipe and the first digits of its manifest's SHA-256, as `web@0f3a9c12d4b7`."""
        return f"{self.manifest.name}@{self.sha256[:12]}"

    def path(self, file: ReleasedFile) -> str:
        """Where a file is."""
        return storage.join(self.folder, file.path)

    @cached_property
    def data(self) -> tuple[ReleasedFile, ...]:
        """The files that hold rows, by path; those whose path leaves the folder are left out."""
        rows = (file for file in self.manifest.files if file.config is not None and is_inside(file.path))
        return tuple(sorted(rows, key=lambda file: file.path))

    def kind(self, file: ReleasedFile) -> Kind:
        """What kind of rows a file holds, by its config."""
        assert file.config is not None, file.path
        return _ASIDE.get(file.config) or ("derived" if self._stage(file.config) else "document")

    def language(self, file: ReleasedFile) -> str | None:
        """The language of a file's rows, where its config has one."""
        config = file.config or ""
        if config in _ASIDE:
            return None
        stage = self._stage(config)
        return config.removesuffix(f"-{stage}") if stage else config

    def split(self, file: ReleasedFile) -> str:
        """The split that a file is loaded as."""
        if file.split is not None:
            return file.split
        return "train" if file.config in _ASIDE else file.path.rpartition("/")[2].partition("-")[0]

    def _stage(self, config: str) -> str | None:
        """The Derive stage that made a config's rows."""
        return next((stage for stage in self._derive_stages if config.endswith(f"-{stage}")), None)

    @cached_property
    def _derive_stages(self) -> tuple[str, ...]:
        return tuple(stage.name for stage in self.manifest.stages if stage.kind.lower() == "derive")


def read(folder: str) -> Release:
    """The release in a folder (any address), or that a manifest belongs to.

    Raises:
        SourceError: no manifest there, or none that this Glotmill can read.
    """
    folder = folder.rstrip("/").removesuffix(f"/{NAME}")
    path = storage.join(folder, NAME)
    if not storage.exists(path):
        raise SourceError(f"there is no release in {folder} (no {NAME}). Give the folder of a release of Glotmill.")
    content = storage.read_bytes(path)
    return Release(folder, parse(content, path), hashlib.sha256(content).hexdigest())


def parse(content: bytes, path: str) -> Manifest:
    """A manifest.

    Raises:
        SourceError: it is no JSON, of a format that this Glotmill does not know, or none of Glotmill's.
    """
    try:
        raw = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise SourceError(f"{path} is not JSON: {error}") from error
    if isinstance(raw, dict) and raw.get("format") != FORMAT:
        raise SourceError(
            f"{path} has the format {raw.get('format')!r}; this Glotmill knows {FORMAT}. Use a Glotmill of its time."
        )
    try:
        return Manifest.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise SourceError(f"{path} is no manifest that this Glotmill can read: {place}: {first['msg']}") from error


def is_inside(path: str) -> bool:
    """Whether a path of a manifest stays in the release's folder and says so plainly."""
    return bool(path) and path == posixpath.normpath(path) and not path.startswith(("/", "..")) and "\\" not in path


@contextmanager
def parquet(path: str) -> Iterator[pq.ParquetFile]:
    """A Parquet file, open.

    Raises:
        SourceError: it cannot be read as Parquet, now or while its rows are read.
    """
    with storage.our_errors(f"reading {path}"), storage.open_read(path) as handle:
        try:
            yield pq.ParquetFile(handle)
        except (pa.ArrowException, pl.exceptions.PolarsError) as error:
            raise SourceError(f"{path} cannot be read as Parquet: {error}") from error
        except OSError as error:
            # Arrow says of a damaged page that it is an OSError; those of the system have a number or a class.
            if type(error) is not OSError or error.errno is not None:
                raise
            raise SourceError(f"{path} cannot be read as Parquet: {error}") from error


def batches(file: pq.ParquetFile, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """The rows of an open file, some at a time: about 32 MB if all columns are wanted, whatever a row group holds."""
    groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
    size, rows = sum(group.total_byte_size for group in groups), file.metadata.num_rows
    many = min(_MOST_ROWS, max(1, _BATCH_BYTES * rows // max(1, size)))
    yield from file.iter_batches(batch_size=many, columns=list(columns))


def frames(path: str, columns: Sequence[str] | None = None) -> Iterator[pl.DataFrame]:
    """A file's rows, some at a time (see `batches`).

    Args:
        path: where it is.
        columns: those that are wanted, of which a file may lack some; None: all.
    """
    with parquet(path) as file:
        there = file.schema_arrow.names
        wanted = there if columns is None else [name for name in there if name in columns]
        for batch in batches(file, wanted):
            frame = pl.from_arrow(batch)
            assert isinstance(frame, pl.DataFrame)
            yield frame


def columns_of(path: str) -> list[str]:
    """Column names of a file."""
    with parquet(path) as file:
        return list(file.schema_arrow.names)
