"""Each file of the manifest is there, with its size and SHA-256; nothing else in the folder loads as data."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

from pipelines import storage
from pipelines.comparison.release import Release, is_inside
from pipelines.verification.findings import Findings, shown
from schemas.errors import SourceError
from schemas.manifest import NAME, ReleasedFile

BUILDING = ".glotmill-building.json"
_DATA = ("data/", "rejected/", "dead/")
_WELCOME = (NAME, ".gitattributes")
_TOLD = 20
_THREADS = 8


def check(release: Release, findings: Findings) -> None:
    """See the module."""
    files = [file for file in release.manifest.files if is_inside(file.path)]
    # hashlib and the file system let go of the interpreter, so threads do.
    with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1)) as pool:
        for file, wrong in zip(files, pool.map(lambda one: _wrong(release, one), files), strict=True):
            if wrong is not None:
                findings.add(wrong, file.path)
    findings.looked_at = f"{len(files):,} files, {_size(sum(file.bytes for file in files))}"
    _others(release, {file.path for file in files}, findings)


def _wrong(release: Release, file: ReleasedFile) -> str | None:
    path = release.path(file)
    try:
        size = storage.size(path)
        if size != file.bytes:
            return f"has {size:,} bytes, the manifest says {file.bytes:,}"
        found = storage.sha256(path)
    except SourceError:
        return "is missing" if not storage.exists(path) else "is no file that can be read"
    if found != file.sha256:
        return f"has other bytes than the manifest says: SHA-256 {found}, not {shown(file.sha256)}"
    return None


def _others(release: Release, listed: set[str], findings: Findings) -> None:
    """What the folder holds beside the files of the manifest."""
    prefix = storage.join(release.folder, "")
    there = (path.removeprefix(prefix) for path in storage.list_files(release.folder, recursive=True))
    strays = []
    for path in there:
        if path in listed or path in _WELCOME:
            continue
        if path == BUILDING:
            findings.add("says that the release is being written or was interrupted: run the recipe again", path)
        elif path.startswith(_DATA) and path.endswith(".parquet"):
            findings.add("is not in the manifest, but would be loaded as data: remove it", path)
        else:
            strays.append(path)
    findings.notes += [f"{shown(path)} is not in the manifest" for path in strays[:_TOLD]]
    if len(strays) > _TOLD:
        findings.notes.append(f"{len(strays) - _TOLD:,} more files are not in the manifest")


def _size(size: int) -> str:
    amount = float(size)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:,.0f} {unit}" if unit == "bytes" else f"{amount:,.1f} {unit}"
        amount /= 1000
    return f"{amount:,.1f} TB"
