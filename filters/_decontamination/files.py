"""The files of a benchmark: found by path or pattern at any fsspec address, read whole, known by their SHA-256."""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import lru_cache
from io import BytesIO

from schemas.addresses import file_system, our_errors
from schemas.errors import SourceError

_MAGIC, _MAGIC_WEB = re.compile(r"[*?\[]"), re.compile(r"[*\[]")  # on the web, `?` begins a query


def find(benchmark: str, paths: list[str]) -> list[str]:
    """The files that paths and patterns name, each once, sorted within a pattern.

    Args:
        benchmark: its name, for messages.

    Raises:
        SourceError: a path is missing or a folder, or no file matches a pattern.
    """
    found: dict[str, None] = {}
    for path in paths:
        where = f"benchmark {benchmark!r}: {path}"
        fs, inside = file_system(path)
        magic = _MAGIC_WEB if path.startswith(("http://", "https://")) else _MAGIC
        with our_errors(f"looking for {path} (benchmark {benchmark!r})"):
            if magic.search(path):
                matched = [
                    name for name, info in sorted(fs.glob(inside, detail=True).items()) if info["type"] == "file"
                ]
                if not matched:
                    raise SourceError(f"{where}: no file matches this pattern. Check it (** goes into folders below).")
                found |= dict.fromkeys(str(fs.unstrip_protocol(name)) for name in matched)
                continue
            try:
                kind = fs.info(inside)["type"]
            except FileNotFoundError:
                raise SourceError(f"{where}: no such file. Check the path in the recipe.") from None
            if kind == "directory":
                raise SourceError(f"{where} is a folder. Add a pattern for the files in it, such as /*.jsonl.")
        found[path] = None
    return list(found)


def content(file: str) -> bytes:
    """The bytes of a file, unpacked where its name ends in .gz or .zst.

    Raises:
        SourceError: not there, or not what its name says.
    """
    data = _read(file)
    try:
        if file.endswith(".gz"):
            return gzip.decompress(data)
        if file.endswith(".zst"):
            import zstandard

            return zstandard.ZstdDecompressor().stream_reader(BytesIO(data)).read()
    except Exception as error:  # each library has errors of its own
        raise SourceError(f"{file}: cannot be unpacked: {error}. Download it again.") from error
    return data


def sha256(file: str) -> str:
    """SHA-256 of a file as it is stored."""
    fs, inside = file_system(file)
    with our_errors(f"looking at {file}"):
        info = fs.info(inside)
    # What tells one state of a file from another; a store that says nothing of it is asked once a process.
    state = [str(info.get(key)) for key in ("size", "mtime", "ino", "ETag", "etag", "blob_id", "last_commit")]
    return _sha256(file, *state)


@lru_cache(maxsize=4_096)
def _sha256(file: str, *state: str) -> str:
    return hashlib.sha256(_read(file)).hexdigest()


def _read(file: str) -> bytes:
    fs, inside = file_system(file)
    with our_errors(f"reading {file}"), fs.open(inside, "rb") as handle:
        return bytes(handle.read())
