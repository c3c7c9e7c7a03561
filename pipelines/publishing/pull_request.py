"""The pull request of a release: found by the manifest's SHA-256, or opened; and whether it is still only ours."""

from __future__ import annotations

import re
from dataclasses import dataclass

from data_cards.visible import brief, visible
from pipelines.publishing.hub import Hub
from pipelines.publishing.release import Release
from pipelines.publishing.remote import Pull
from schemas.errors import OutputError, RetryLater

_NAME = 80
_SHA256 = re.compile(r"SHA-256 `([0-9a-f]{64})`")
_BASE = re.compile(r"from main at `([0-9a-f]{40})`")


@dataclass(frozen=True)
class Ours:
    """The pull request that a release goes into.

    Args:
        pull: number and status.
        base: the commit of main that it started from.
        head: its last commit.
        parts: commits of ours that it has.
    """

    pull: Pull
    base: str
    head: str
    parts: int


def begins(release: Release) -> str:
    """What titles of its pull requests begin with."""
    return f"Release {release.short} of "


def part(release: Release, number: int | None = None) -> str:
    """The title of its commits, or what they begin with."""
    return f"Release {release.short}, part {'' if number is None else number}"


def _title(release: Release) -> str:
    return begins(release) + visible(brief(release.name, _NAME))


def _description(release: Release, base: str, tag: str) -> str:
    return (
        f"{len(release.files):,} files, whose manifest.json has the SHA-256 `{release.sha256}`, made from main at "
        f"`{base}`.\n\n`glotmill publish` sends the files, checks each of them here, then merges and tags `{tag}`. "
        "Please add no commits: it would refuse to merge them."
    )


def merged(hub: Hub, release: Release) -> list[str]:
    """Commits of main that pull requests of this release were merged as, the newest first."""
    found = []
    for pull in hub.pulls():
        if pull.status == "merged" and pull.title.startswith(begins(release)):
            details = hub.details(pull.number)
            if details.merged is not None and _is(release, details.description):
                found.append(details.merged)
    return found


def find(hub: Hub, release: Release, account: str) -> Ours | None:
    """The open pull request of this release; of two, the later one is closed.

    Raises:
        OutputError: it is somebody else's, somebody else committed to it, or main has moved since.
    """
    found = open_ones(hub, release, account)
    for pull, _ in found[1:]:
        hub.close_pull(pull.number, f"Pull request {found[0][0].number} is for the same release.")
    return _checked(hub, release, account, *found[0]) if found else None


def open_ones(hub: Hub, release: Release, account: str) -> list[tuple[Pull, str]]:
    """Open pull requests of this release with their descriptions, the oldest first."""
    found = []
    for pull in reversed(hub.pulls()):
        if pull.status not in ("open", "draft") or not pull.title.startswith(begins(release)):
            continue
        description = hub.details(pull.number).description
        if not _is(release, description):
            continue
        if pull.author != account:
            raise OutputError(
                f"pull request {pull.number} of {hub.repo} by {visible(brief(pull.author))} is for the same release. "
                "Let that account finish it, or close it and run the same command again."
            )
        found.append((pull, description))
    return found


def open_new(hub: Hub, release: Release, account: str, tag: str) -> Ours:
    """Open a pull request for this release."""
    base = hub.refs().main

    def settled() -> int | None:
        found = open_ones(hub, release, account)
        return found[0][0].number if found else None

    hub.open_pull(_title(release), _description(release, base, tag), settled)
    # Another run may have opened one at the same time: both go on with the older one.
    found = find(hub, release, account)
    if found is None:
        raise RetryLater(f"the pull request that was just opened in {hub.repo} is gone. Run the same command again.")
    return found


def _is(release: Release, description: str) -> bool:
    said = _SHA256.search(description)
    return said is not None and said[1] == release.sha256


def _checked(hub: Hub, release: Release, account: str, pull: Pull, description: str) -> Ours:
    said = _BASE.search(description)
    mend = (
        f"Look at {hub.url}/discussions/{pull.number}, close it, and run the same command again: it opens another one."
    )
    if said is None:
        raise OutputError(f"the description of pull request {pull.number} was changed. {mend}")
    base = said[1]
    history = hub.history(pull.ref)
    own = 0
    for commit in history:
        if commit.oid == base:
            break
        if not commit.title.startswith(part(release)) or (commit.authors and account not in commit.authors):
            by = visible(brief(", ".join(commit.authors) or "somebody"))
            raise OutputError(
                f"pull request {pull.number} of {hub.repo} has a commit that is not ours: {commit.oid[:12]} "
                f"'{visible(brief(commit.title, _NAME))}' by {by}. Nothing was merged. {mend}"
            )
        own += 1
    else:
        raise OutputError(f"pull request {pull.number} of {hub.repo} no longer starts from {base[:12]}. {mend}")
    unmoved(hub, base, pull.number)
    return Ours(pull, base, history[0].oid, own)


def unmoved(hub: Hub, base: str, number: int) -> None:
    """Raise unless main is where the pull request started.

    Raises:
        OutputError: somebody committed to main meanwhile; merging would mix both.
    """
    main = hub.refs().main
    if main != base:
        raise OutputError(
            f"main of {hub.repo} has moved from {base[:12]} to {main[:12]} since pull request {number} was opened: "
            f"merging would mix the release with what was committed there. Nothing was merged. Close "
            f"{hub.url}/discussions/{number} and run the same command again: large files are not sent again."
        )
