"""The release beside the files of a revision."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from data_cards.visible import brief, visible
from pipelines.publishing.release import LocalFile, Release
from pipelines.publishing.remote import Entry
from schemas.manifest import NAME

# The Hub's own file, which says what is stored as a large file.
HUBS_OWN = ".gitattributes"
_THREADS = 8


@dataclass(frozen=True)
class Difference:
    """What a revision lacks of a release, and what it has besides."""

    missing: tuple[LocalFile, ...]
    surplus: tuple[str, ...]

    @property
    def none(self) -> bool:
        """Whether the revision is the release."""
        return not self.missing and not self.surplus

    @property
    def bytes(self) -> int:
        """Of the missing files."""
        return sum(file.bytes for file in self.missing)


def difference(release: Release, tree: Mapping[str, Entry]) -> Difference:
    """What differs, by the names that the Hub gives contents; nothing is downloaded."""
    missing = tuple(file for file in release.files if not same(file, tree.get(file.path)))
    return Difference(missing, tuple(sorted(set(tree) - set(release.by_path) - {HUBS_OWN})))


def same(file: LocalFile, entry: Entry | None) -> bool:
    """Whether a file of the Hub has the content of one of ours."""
    if entry is None or entry.bytes != file.bytes:
        return False
    return entry.sha256 == file.sha256 if entry.sha256 is not None else entry.git_oid == file.git_oid()


def problems(release: Release, tree: Mapping[str, Entry], sha256: Callable[[str], str]) -> list[str]:
    """All in which a revision is not what the manifest says, a line each.

    Args:
        release: what it should be.
        tree: its files.
        sha256: of a file, downloaded; asked for files whose SHA-256 the Hub does not say.
    """
    found = [f"{visible(brief(path))} is no file of the release" for path in difference(release, tree).surplus]
    small = []
    for file in release.files:
        entry, shown = tree.get(file.path), visible(brief(file.path))
        if entry is None:
            found.append(f"{shown} is not there")
        elif entry.bytes != file.bytes:
            found.append(f"{shown} has {entry.bytes:,} bytes, the manifest says {file.bytes:,}")
        elif entry.sha256 is None:
            small.append(file)
        elif entry.sha256 != file.sha256:
            found.append(f"{shown} has the SHA-256 {entry.sha256}, the manifest says {file.sha256}")
    with ThreadPoolExecutor(_THREADS) as threads:
        for file, came in zip(small, threads.map(lambda file: sha256(file.path), small), strict=True):
            if came != file.sha256:
                shown = visible(brief(file.path))
                found.append(f"{shown} has the SHA-256 {came}, the manifest says {file.sha256}")
    return found


def strangers(release: Release, tree: Mapping[str, Entry], manifest: bytes | None) -> list[str]:
    """Files of main that no release put there: publishing would delete or replace them.

    Args:
        release: what is to be published.
        tree: of main.
        manifest: the content of `manifest.json` there, if there is one.
    """
    # A dataset that was made on the site may start with a README.md.
    known = {HUBS_OWN, "README.md"}
    try:
        said = json.loads(manifest) if manifest is not None else {}
        known |= {str(one["path"]) for one in said["files"]} | {NAME}
    except (ValueError, KeyError, TypeError):
        pass  # a manifest, but none of Glotmill's
    ours = release.by_path
    return sorted(path for path in tree if path not in known and not (path in ours and same(ours[path], tree[path])))
