"""From the paths of a source to units: which files there are, of which format, and with which digest."""

from __future__ import annotations

import difflib
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import xxhash

from pipelines import storage
from pipelines.readers import counter
from pipelines.readers.contract import Unit
from pipelines.readers.parquet import row_groups
from schemas.errors import SourceError
from schemas.recipe import Source

# Endings, without `.gz` and `.zst`.
ENDINGS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".parquet": "parquet",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "text",
    ".warc": "warc",
}
_COMPRESSIONS = {"jsonl": (".gz", ".zst"), "csv": (".gz", ".zst"), "text": (".gz", ".zst"), "warc": (".gz",)}
SPLIT_BYTES = 128 << 20  # a Parquet file above this many compressed bytes is read in several units
_BLOCK = 1 << 20
# What stores call the digest of a file's content, the safest first.
_STORE_DIGESTS = ("sha256", "lfs", "blob_id", "ETag", "etag", "md5Hash", "content_md5", "checksum", "crc32c")


def units(
    name: str, source: Source, *, limit: int | None = None, known_digests: dict[str, str] | None = None
) -> list[Unit]:
    """The units of a source, in the order of their files' names.

    Args:
        name: name of the source.
        source: where the files are and how to read them.
        limit: rows, living or dead; only the units that hold the first so many are given, the last one with a limit.
        known_digests: digests by path|size|mtime_ns from an earlier call; new ones are added.

    Raises:
        SourceError: a path is missing or a folder, a pattern matches nothing, or a file's format is not known.
        PermissionProblem: not allowed to read.
    """
    known = {} if known_digests is None else known_digests
    found = _plan(name, source, known)
    if limit is None:
        return list(found)
    taken = []
    left = limit
    for unit in found:
        if left <= 0:
            break
        # One row more than needed tells whether the unit ends here.
        rows = _count(unit, source, left + 1)
        taken.append(unit if rows <= left else replace(unit, limit=left))
        left -= rows
    return taken


def _plan(name: str, source: Source, known: dict[str, str]) -> Iterator[Unit]:
    files = _files(name, source)
    formats = {file: _format(name, source, file) for file in files}  # all names are checked before any file is read
    for file, format in formats.items():
        size = storage.size(file)
        unit = Unit(source=name, file=file, format=format, digest=_digest(file, known), size=size)
        yield from _split(unit) if format == "parquet" and size > SPLIT_BYTES else (unit,)


def _split(unit: Unit) -> Iterator[Unit]:
    """Units of consecutive row groups; the whole file when its footer is damaged."""
    groups = row_groups(unit.file)
    if groups is None or len(groups) < 2:
        yield unit
        return
    first = used = 0
    for index, (_, size) in enumerate(groups):
        if used and used + size > SPLIT_BYTES:
            yield replace(unit, first=first, last=index)
            first, used = index, 0
        used += size
    yield replace(unit, first=first, last=len(groups))


def _count(unit: Unit, source: Source, most: int) -> int:
    if unit.format != "parquet":
        return counter(unit.format)(unit, source, most)
    groups = row_groups(unit.file)
    if groups is None:
        return 1  # the dead row that stands for the file
    return min(most, sum(rows for rows, _ in groups[unit.first or 0 : unit.last]))


def _files(name: str, source: Source) -> list[str]:
    """All files by name, each once, however many paths lead to it."""
    by_place: dict[str, str] = {}
    for path in source.paths:
        for file in _expand(name, path):
            fs, inside = storage.file_system(file)
            place = f"{type(fs).__name__}|{inside}"
            by_place[place] = min(file, by_place.get(place, file))
    return sorted(by_place.values())


def _expand(name: str, path: str) -> list[str]:
    fs, inside = storage.file_system(path)
    where = f"source {name!r}: {path}"
    with storage.our_errors(f"looking for {path} (source {name!r})"):
        kind = _kind(fs, inside)
        if kind == "file":
            return [path]
        if kind == "directory":
            raise SourceError(
                f"{where} is a folder, but files are needed. Add a pattern for the files in it, for example "
                f"{storage.join(path, _pattern(fs, inside))}"
            )
        web = path.startswith(("http://", "https://"))  # there, `?` begins a query
        magic = re.search(r"[*\[]" if web else r"[*?\[]", path)
        if magic is None:
            raise SourceError(f"{where}: no such file.{_near(fs, inside)} Check the path in the recipe.")
        if "::" in path[magic.start() :]:
            raise SourceError(f"{where}: a pattern inside an archive is not supported. Name the files one by one.")
        matched = _glob(fs, path, inside, magic.start())
    if not matched:
        raise SourceError(
            f"{where}: no file matches this pattern.{_near(fs, inside)} Check it (** goes into folders below)."
        )
    return matched


def _kind(fs: Any, inside: str) -> str | None:
    try:
        return str(fs.info(inside)["type"])
    except FileNotFoundError:
        return None


def _glob(fs: Any, path: str, inside: str, magic: int) -> list[str]:
    """Files that match, written the way the recipe writes the path: relative stays relative."""
    prefix = path[: path.rfind("/", 0, magic) + 1]
    # What follows the prefix is the same in both spellings of the path.
    base = inside[: len(inside) - (len(path) - len(prefix))] if inside.endswith(path[len(prefix) :]) else None
    matched = []
    for place, info in fs.glob(inside, detail=True).items():
        place = str(place)
        if info["type"] == "directory":
            continue
        inner = place[len(base) :] if base is not None and place.startswith(base) else None
        if any(part.startswith(".") for part in (inner or place.rpartition("/")[2]).split("/")):
            continue  # hidden files, as in a shell
        matched.append(prefix + inner if inner is not None else str(fs.unstrip_protocol(place)))
    return matched


def _pattern(fs: Any, folder: str) -> str:
    """A pattern that matches files in a folder, by what is in it."""
    for file in sorted(map(str, fs.find(folder, maxdepth=2))):
        inner = file[len(folder) :].lstrip("/")
        for ending in ENDINGS:
            at = inner.lower().rfind(ending)
            if at > 0:
                return ("**/*" if "/" in inner else "*") + inner[at:]
    return "*.jsonl"


def _near(fs: Any, inside: str) -> str:
    """A hint with the file that has the nearest name."""
    folder, _, name = inside.rpartition("/")
    try:
        names = [str(place).rpartition("/")[2] for place in fs.ls(folder or "/", detail=False)]
    except (OSError, NotImplementedError, ValueError):
        return ""
    near = difflib.get_close_matches(name, names, n=1)
    return f" Did you mean {near[0]!r}?" if near else ""


def _format(name: str, source: Source, file: str) -> str:
    plain = file.partition("?")[0] if file.startswith(("http://", "https://")) else file
    lower = plain.lower().partition("::")[0]
    stem, ending = os.path.splitext(lower)
    compression = ending if ending in (".gz", ".zst") else ""
    format = ENDINGS.get(os.path.splitext(stem)[1] if compression else ending)
    if source.format != "auto":
        return source.format
    if format is not None and (not compression or compression in _COMPRESSIONS.get(format, ())):
        return format
    came = lower.rpartition("/")[2]
    raise SourceError(
        f"source {name!r}: {file}: the name {came!r} does not say which format the file has. Known endings: "
        f"{', '.join(ENDINGS)}; all but .parquet also with .gz, and all but .parquet and .warc with .zst. "
        "Set source.format, or narrow the pattern in source.paths."
    )


def _digest(file: str, known: dict[str, str]) -> str:
    """A digest that changes when the content does."""
    local = storage.local_path(file)
    if local is not None:
        return _local_digest(file, local, known)
    fs, inside = storage.file_system(file)
    with storage.our_errors(f"looking at {file}"):
        info = fs.info(inside)
        for key in _STORE_DIGESTS:
            value = info.get(key)
            if key == "lfs" and value is not None:
                value = value.get("sha256") if isinstance(value, dict) else getattr(value, "sha256", None)
            if value:
                return f"{key}:{str(value).strip(chr(34))}"
        # A store that knows no digest: the content decides, not the time at which somebody put it there.
        return _content_digest(file)


def _local_digest(file: str, local: str, known: dict[str, str]) -> str:
    with storage.our_errors(f"looking at {file}"):
        status = os.stat(local)
    key = f"{local}|{status.st_size}|{status.st_mtime_ns}"
    if key not in known:
        known[key] = _content_digest(file)
    return known[key]


def _content_digest(file: str) -> str:
    digest = xxhash.xxh3_128()
    with storage.our_errors(f"reading {file}"), storage.open_read(file) as handle:
        for block in iter(partial(handle.read, _BLOCK), b""):
            digest.update(block)
    return digest.hexdigest()
