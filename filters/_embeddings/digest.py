"""SHA-256 of the files of a model; that of a file which has not changed is not made again."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from schemas.errors import from_os_error


def sha256(file: Path) -> str:
    """SHA-256 of a file.

    Raises:
        SourceError: there is none.
    """
    try:
        stat = file.stat()
        return _sha256(file, stat.st_size, stat.st_mtime_ns)
    except OSError as error:
        raise from_os_error(error, f"reading the model file {file}") from error


@lru_cache(maxsize=64)
def _sha256(file: Path, size: int, changed: int) -> str:
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
