"""What the Hub says of files, refs, commits and pull requests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """A file of a revision.

    Args:
        path: inside the repository.
        bytes: its size.
        git_oid: the name that git gives it (for a large file: its pointer).
        sha256: of a large file; the Hub does not say it of others.
    """

    path: str
    bytes: int
    git_oid: str
    sha256: str | None


@dataclass(frozen=True)
class Refs:
    """Where branches and tags are."""

    main: str
    tags: Mapping[str, str]


@dataclass(frozen=True)
class Pull:
    """A pull request, as lists have it."""

    number: int
    title: str
    author: str
    status: str

    @property
    def ref(self) -> str:
        """Where its commits go."""
        return f"refs/pr/{self.number}"


@dataclass(frozen=True)
class Details:
    """What more there is to say of a pull request."""

    status: str
    description: str
    merged: str | None


@dataclass(frozen=True)
class CommitTitle:
    """A commit of a history."""

    oid: str
    title: str
    authors: Sequence[str]
