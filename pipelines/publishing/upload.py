"""Sends what a pull request lacks, in commits of few files: a killed run loses one of them at most."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from data_cards.visible import brief, visible
from pipelines.publishing import pull_request
from pipelines.publishing.compare import Difference
from pipelines.publishing.hub import Hub
from pipelines.publishing.pull_request import Ours
from pipelines.publishing.release import LocalFile, Release
from pipelines.publishing.watch import Watch
from schemas.errors import OutputError, ReleaseFault

# 50 to 100 files a commit is what the Hub advises; the bytes bound what a killed run has to look at again.
FILES, BYTES = 50, 5 * 10**9


@dataclass(frozen=True)
class Batch:
    """What one commit holds."""

    files: tuple[LocalFile, ...]
    deleted: tuple[str, ...]

    @property
    def bytes(self) -> int:
        """Of its files."""
        return sum(file.bytes for file in self.files)


def batches(difference: Difference, files: int | None = None, most: int | None = None) -> Iterator[Batch]:
    """Deletions first, then files in their order; each batch has at most so many of both, and so many bytes.

    A file that is larger than `most` is alone in its batch.
    """
    files, most = files or FILES, most or BYTES
    gone = list(difference.surplus)
    while len(gone) >= files:
        yield Batch((), tuple(gone[:files]))
        gone = gone[files:]
    batch: list[LocalFile] = []
    for file in difference.missing:
        if batch and (len(batch) + len(gone) >= files or sum(one.bytes for one in batch) + file.bytes > most):
            yield Batch(tuple(batch), tuple(gone))
            batch, gone = [], []
        batch.append(file)
    if batch or gone:
        yield Batch(tuple(batch), tuple(gone))


def upload(hub: Hub, release: Release, ours: Ours, difference: Difference, watch: Watch) -> str:
    """Make the pull request the release; gives its last commit.

    Raises:
        ReleaseFault: a file of the release was changed meanwhile.
        OutputError: somebody else committed to the pull request.
    """
    head = ours.head
    for number, batch in enumerate(batches(difference), start=ours.parts + 1):
        head = _commit(hub, release, ours, batch, number, head)
        watch.done(batch.bytes)
    return head


def _commit(hub: Hub, release: Release, ours: Ours, batch: Batch, number: int, parent: str) -> str:
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    adds = [CommitOperationAdd(path_in_repo=file.path, path_or_fileobj=file.place) for file in batch.files]
    if adds:
        hub.send(adds, ours.pull.ref)
    _unchanged(batch.files, adds)
    title = pull_request.part(release, number)

    def settled() -> str | None:
        """The commit may have been made though no answer came."""
        now = hub.head(ours.pull.ref)
        if now == parent:
            return None
        newest, before = hub.history(ours.pull.ref)[:2]
        if (newest.oid, newest.title, before.oid) == (now, title, parent):
            return now
        raise OutputError(
            f"somebody else committed to pull request {ours.pull.number} of {hub.repo} meanwhile: {newest.oid[:12]} "
            f"'{visible(brief(newest.title, 80))}'. Nothing was merged. Close {hub.url}/discussions/{ours.pull.number} "
            "and run the same command again: it opens another one."
        )

    deletes = [CommitOperationDelete(path_in_repo=path, is_folder=False) for path in batch.deleted]
    return hub.commit(
        [*deletes, *adds], ours.pull.ref, title,
        f"Manifest {release.sha256}: {len(adds)} files, {len(deletes)} deleted", parent, settled,
    )  # fmt: skip


def _unchanged(files: Sequence[LocalFile], adds: Sequence[Any]) -> None:
    for file, add in zip(files, adds, strict=True):
        came = add.upload_info.sha256 if add.upload_info.is_hashed else _digest(file)
        if came.hex() != file.sha256:
            raise ReleaseFault(
                f"{visible(brief(file.path))} was changed while it was published: nothing of it was committed. "
                "Run the recipe again, or wait until it is done, then run the same command."
            )


def _digest(file: LocalFile) -> bytes:
    with open(file.place, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").digest()
