"""A DuckDB that can read some files and do nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines import storage
from schemas.errors import MissingPackage, SourceError


def connection(files: Sequence[str]) -> Any:
    """DuckDB in memory, which can read these files and can neither write, load extensions nor be told otherwise."""
    try:
        import duckdb
    except ModuleNotFoundError as error:
        raise MissingPackage(
            f"glotmill inspect needs the package {error.name!r}. Install it with: pip install 'glotmill[inspect]'"
        ) from error
    connection = duckdb.connect(":memory:")
    listed = ", ".join(map(literal, files))
    for setting in (
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        "allow_community_extensions = false",
        "parquet_metadata_cache = true",
        f"allowed_paths = [{listed}]",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        connection.execute(f"SET {setting}")
    return connection


def local(path: str) -> str:
    """The path of a file of the release on this machine.

    Raises:
        SourceError: it is elsewhere, or not there.
    """
    local = storage.local_path(path)
    if local is None:
        raise SourceError(
            f"{path} is not on this machine, and the page reads local files alone. Download the release first: "
            "hf download --repo-type dataset ORG/NAME --local-dir FOLDER"
        )
    if not Path(local).is_file():
        raise SourceError(f"{local} is in the manifest but not there. The release is not whole: glotmill verify DIR")
    return local


def literal(value: str) -> str:
    """A text as a literal of SQL, for paths of ours: views and settings take no parameters."""
    return "'" + value.replace("'", "''") + "'"
