"""What publishing would do: from the folder alone, and beside what the Hub says where it can be asked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pipelines.publishing import compare, pull_request, upload
from pipelines.publishing.hub import Hub
from pipelines.publishing.publish import check_tag
from pipelines.publishing.release import Release
from schemas.errors import GlotmillError
from schemas.manifest import NAME


@dataclass(frozen=True)
class Folder:
    """The files of one folder of the release, with those below it."""

    name: str
    files: int
    bytes: int


@dataclass(frozen=True)
class There:
    """What the Hub says.

    Args:
        exists: whether there is such a dataset that we see; without one the rest is empty.
        private: whether only its members see it.
        pull_request: the open one of this release.
        published: whether the tag is there, on this release.
        tag_taken: whether the tag is there, on something else.
        missing: files that would be sent.
        missing_bytes: of these; large files that the Hub has in another revision do not travel again.
        deleted: files of main that would go.
        strangers: files of main that no release put there.
        commits: that it would take.
    """

    exists: bool
    private: bool | None = None
    pull_request: int | None = None
    published: bool = False
    tag_taken: bool = False
    missing: int = 0
    missing_bytes: int = 0
    deleted: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()
    commits: int = 0


@dataclass(frozen=True)
class Preview:
    """What would be done.

    Args:
        repo: name of the dataset.
        tag: that it would get.
        sha256: of the manifest.
        files, bytes: of the release.
        folders: of the release.
        commits: if nothing were there.
        there: what the Hub says; None where it was not asked.
        not_asked: why not.
    """

    repo: str
    tag: str
    sha256: str
    files: int
    bytes: int
    folders: tuple[Folder, ...]
    commits: int
    there: There | None
    not_asked: str | None


def preview(release: Release, repo: str, tag: str | None, hub: Hub | None) -> Preview:
    """What publishing would do; nothing is changed.

    Args:
        release: on disk.
        repo: name of the dataset.
        tag: None for the usual one.
        hub: to ask; None without a token.
    """
    name = check_tag(tag or release.tag)
    there, why = None, "HF_TOKEN is not set"
    if hub is not None:
        try:
            with hub.travelling():
                there = _there(release, hub, name)
        except GlotmillError as error:
            why = str(error)
    count = len(list(upload.batches(compare.Difference(release.files, ()))))
    return Preview(
        repo, name, release.sha256, len(release.files), release.bytes, _folders(release), count, there,
        None if there is not None else why,
    )  # fmt: skip


def _folders(release: Release) -> tuple[Folder, ...]:
    files: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    for file in release.files:
        first, slash, _ = file.path.partition("/")
        name = f"{first}/" if slash else first
        files[name] += 1
        sizes[name] += file.bytes
    return tuple(Folder(name, files[name], sizes[name]) for name in sorted(files))


def _there(release: Release, hub: Hub, tag: str) -> There:
    account = hub.account()
    private = hub.private()
    if private is None:
        return There(exists=False)
    refs = hub.refs()
    main = hub.tree(refs.main)
    manifest = hub.content(NAME, refs.main, 1 << 28) if NAME in main else None
    strangers = compare.strangers(release, main, manifest)
    at = hub.tagged(tag)
    published = at is not None and compare.difference(release, hub.tree(at)).none
    open_ones = pull_request.open_ones(hub, release, account)
    pull = open_ones[0][0] if open_ones else None
    rest = compare.difference(release, main if pull is None else hub.tree(hub.head(pull.ref)))
    if published:
        rest = compare.Difference((), ())
    return There(
        True, private, pull.number if pull else None, published, at is not None and not published, len(rest.missing),
        rest.bytes, rest.surplus, tuple(strangers), len(list(upload.batches(rest))),
    )  # fmt: skip
