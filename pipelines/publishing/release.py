"""A release on disk: the files that its manifest names, and what the Hub would not take."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

from pydantic import ValidationError

from data_cards.visible import brief, visible
from pipelines import storage
from schemas.card_texts import missing
from schemas.errors import ReleaseFault, SourceError
from schemas.manifest import NAME, Manifest

# What the Hub asks for: https://huggingface.co/docs/hub/storage-limits
FILES_MOST, FOLDER_MOST, BYTES_MOST = 100_000, 10_000, 50 * 10**9
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_FORBIDDEN = {"", ".", "..", ".git", ".cache"}
_BLOCK = 1 << 20


@dataclass(frozen=True)
class LocalFile:
    """One file of the release.

    Args:
        path: inside the release.
        place: on this machine.
        bytes: its size.
        sha256: as the manifest has it.
    """

    path: str
    place: str
    bytes: int
    sha256: str

    def git_oid(self) -> str:
        """The name that git gives its content: SHA-1 of a header and the bytes."""
        digest = hashlib.sha1(b"blob %d\0" % self.bytes, usedforsecurity=False)
        with storage.our_errors(f"reading {self.place}"), open(self.place, "rb") as handle:
            while block := handle.read(_BLOCK):
                digest.update(block)
        return digest.hexdigest()


@dataclass(frozen=True)
class Release:
    """A release that can be sent.

    Args:
        folder: where it is.
        name: of its recipe.
        sha256: of its manifest: what tells one release from another.
        files: sorted by path, the manifest last.
        unwritten: parts of the card that a reader cannot do without, and that nobody has written.
    """

    folder: str
    name: str
    sha256: str
    files: tuple[LocalFile, ...]
    unwritten: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The first digits of the manifest's SHA-256."""
        return self.sha256[:12]

    @property
    def tag(self) -> str:
        """The tag that it gets unless another one is asked for."""
        return f"v{self.short}"

    @cached_property
    def by_path(self) -> dict[str, LocalFile]:
        """Path -> file."""
        return {file.path: file for file in self.files}

    @property
    def bytes(self) -> int:
        """Of all files."""
        return sum(file.bytes for file in self.files)


def read(folder: str) -> Release:
    """The release in a folder.

    Raises:
        SourceError: no manifest, or more than the Hub takes.
        ReleaseFault: a file that is not there or of another size, or a path that leads elsewhere.
    """
    place = storage.local_path(folder)
    if place is None:
        raise SourceError(f"{folder} is not on this machine. Copy the release here first: files are sent from disk.")
    manifest_path = os.path.join(place, NAME)
    if not os.path.isfile(manifest_path):
        raise SourceError(f"there is no release in {folder} (no {NAME}). Give the folder of a release.")
    content = storage.read_bytes(manifest_path)
    try:
        manifest = Manifest.model_validate(json.loads(content))
    except (ValueError, ValidationError) as error:
        first = visible(brief(str(error).splitlines()[0]))
        raise SourceError(f"{folder}/{NAME} is no manifest that this Glotmill can read: {first}") from error
    files = [_file(place, one.path, one.bytes, one.sha256) for one in manifest.files]
    sha256 = hashlib.sha256(content).hexdigest()
    found = (*sorted(files, key=lambda file: file.path), LocalFile(NAME, manifest_path, len(content), sha256))
    check_limits(found)
    return Release(folder, manifest.name, sha256, found, tuple(missing(manifest.recipe)))


def check_limits(files: Iterable[LocalFile]) -> None:
    """Raise where the Hub would not take the files.

    Raises:
        ReleaseFault: two files of one path.
        SourceError: too many files, too many in a folder, a file that is too big.
    """
    files = tuple(files)
    paths = Counter(file.path for file in files)
    if twice := [path for path, times in paths.items() if times > 1]:
        raise ReleaseFault(f"the manifest names {visible(brief(twice[0]))} twice. Make the release again.")
    if len(files) > FILES_MOST:
        raise SourceError(
            f"{len(files):,} files: the Hub takes {FILES_MOST:,}. Larger shards make fewer files: raise "
            "release.shard_bytes in the recipe and run it again."
        )
    for folder, count in Counter(str(PurePosixPath(file.path).parent) for file in files).items():
        if count > FOLDER_MOST:
            raise SourceError(
                f"{count:,} files in {visible(brief(folder))}/: the Hub takes {FOLDER_MOST:,} in a folder. Larger "
                "shards make fewer files: raise release.shard_bytes in the recipe and run it again."
            )
    for file in files:
        if file.bytes > BYTES_MOST:
            raise SourceError(
                f"{visible(brief(file.path))} has {file.bytes:,} bytes: the Hub takes {BYTES_MOST:,} a file. Smaller "
                "shards: lower release.shard_bytes in the recipe and run it again."
            )


def _file(place: str, path: str, size: int, sha256: str) -> LocalFile:
    shown = visible(brief(path))
    steps = path.split("/")
    if any(step in _FORBIDDEN for step in steps) or "\\" in path or not path.isprintable():
        raise ReleaseFault(f"the manifest names {shown!r}, which is no path inside a release. Make the release again.")
    if not _SHA256.match(sha256):
        raise ReleaseFault(f"{shown}: {visible(brief(sha256))!r} is no SHA-256. Make the release again.")
    there = os.path.join(place, *steps)
    try:
        real = os.stat(there).st_size if os.path.isfile(there) else None
    except OSError:
        real = None
    if real != size:
        came = "is not there" if real is None else f"has {real:,} bytes"
        raise ReleaseFault(
            f"{shown} {came}, and the manifest says {size:,} bytes. `glotmill verify` lists all that differs; "
            "run the recipe again to make the release anew."
        )
    return LocalFile(path, there, size, sha256)
