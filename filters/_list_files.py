"""Lists that a recipe names by path: one entry a line, UTF-8; blank lines and lines that begin with # are left out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator

from schemas import sample
from schemas.errors import SourceError, from_os_error


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Paths = Annotated[list[str], BeforeValidator(_as_list, json_schema_input_type=list[str] | str)]
"""A parameter: one path or several."""


def _bytes(path: str) -> bytes:
    try:
        return Path(sample.resolve(path)).read_bytes()
    except OSError as error:
        raise from_os_error(error, f"reading the list {path}") from error


def entries(path: str, clean: Callable[[str], str]) -> Iterator[str]:
    """The entries of a list.

    Args:
        path: the file.
        clean: brings an entry into the form that is matched; raises ValueError, which says what is wanted.

    Raises:
        SourceError: the file cannot be read, is not UTF-8, or holds a line that `clean` refuses.
    """
    for number, line in enumerate(_bytes(path).split(b"\n"), start=1):
        try:
            text = line.decode("utf-8-sig" if number == 1 else "utf-8").strip()
        except UnicodeDecodeError as error:
            raise SourceError(f"{path}, line {number}: not UTF-8 ({error.reason}). Save the list as UTF-8.") from error
        if not text or text.startswith("#"):
            continue
        try:
            yield clean(text)
        except ValueError as error:
            raise SourceError(f"{path}, line {number}: {text[:80]!r}: {error}") from error


def digests(lists: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    """SHA-256 of each file, by the list's name and its place in it: where the files lie does not matter."""
    return {
        f"{name} {place}": hashlib.sha256(_bytes(path)).hexdigest()
        for name, paths in lists
        for place, path in enumerate(paths)
    }
