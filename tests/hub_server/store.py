"""Repositories: commits, refs, large files by SHA-256, pull requests."""

from __future__ import annotations

import fnmatch
import hashlib
from dataclasses import dataclass, field
from typing import Any

DATE = "2026-01-01T00:00:00.000Z"
MAIN = "refs/heads/main"
ATTRIBUTES = b"*.parquet filter=lfs diff=lfs merge=lfs -text\n*.zst filter=lfs diff=lfs merge=lfs -text\n"
REGULAR_MOST = 10_000_000


class Problem(Exception):
    """What the server answers with an error."""

    def __init__(self, status: int, message: str, code: str = "") -> None:
        super().__init__(message)
        self.status, self.message, self.code = status, message, code


@dataclass(frozen=True)
class Blob:
    """A file in a commit: its bytes, or what stands for a large file."""

    content: bytes | None
    sha256: str
    size: int

    @classmethod
    def regular(cls, content: bytes) -> Blob:
        return cls(content, hashlib.sha256(content).hexdigest(), len(content))

    @property
    def large(self) -> bool:
        return self.content is None

    @property
    def pointer(self) -> bytes:
        return f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.sha256}\nsize {self.size}\n".encode()

    @property
    def oid(self) -> str:
        """As git names it."""
        content = self.pointer if self.content is None else self.content
        return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@dataclass(frozen=True)
class Commit:
    """A commit."""

    oid: str
    parent: str | None
    tree: dict[str, Blob]
    title: str
    message: str
    author: str


@dataclass
class Discussion:
    """A pull request, or a discussion."""

    num: int
    title: str
    author: str
    pull_request: bool
    status: str
    base: str
    events: list[dict[str, Any]] = field(default_factory=list)
    merged: str | None = None


class Repo:
    """A repository of a dataset.

    Args:
        name: with its namespace.
        private: whether only its members see it.
        author: of the first commit.
    """

    def __init__(self, name: str, private: bool, author: str) -> None:
        self.name, self.private = name, private
        self.gated = False
        self.commits: dict[str, Commit] = {}
        self.refs: dict[str, str] = {}
        self.discussions: list[Discussion] = []
        self.large: dict[str, bytes] = {}
        self.commit(MAIN, {".gitattributes": Blob.regular(ATTRIBUTES)}, "initial commit", "", author)

    # Reading

    def resolve(self, revision: str) -> Commit:
        """The commit of a branch, a tag, a ref or a SHA."""
        for ref in (f"refs/heads/{revision}", f"refs/tags/{revision}", revision):
            if ref in self.refs:
                return self.commits[self.refs[ref]]
        if revision in self.commits:
            return self.commits[revision]
        raise Problem(404, f"no revision {revision}", "RevisionNotFound")

    def files(self, revision: str) -> dict[str, bytes]:
        """Path -> bytes, as a reader gets them."""
        return {path: self.content(blob) for path, blob in self.resolve(revision).tree.items()}

    def content(self, blob: Blob) -> bytes:
        return self.large[blob.sha256] if blob.content is None else blob.content

    @property
    def tags(self) -> dict[str, str]:
        """Tag -> commit."""
        return {ref.removeprefix("refs/tags/"): oid for ref, oid in self.refs.items() if ref.startswith("refs/tags/")}

    @property
    def pull_requests(self) -> list[Discussion]:
        return [one for one in self.discussions if one.pull_request]

    def history(self, revision: str) -> list[Commit]:
        """From the newest to the first."""
        found: list[Commit] = []
        at: str | None = self.resolve(revision).oid
        while at is not None:
            found.append(self.commits[at])
            at = self.commits[at].parent
        return found

    def discussion(self, num: int) -> Discussion:
        for one in self.discussions:
            if one.num == num:
                return one
        raise Problem(404, f"no discussion {num}")

    # Writing

    def commit(self, ref: str, tree: dict[str, Blob], title: str, message: str, author: str) -> Commit:
        parent = self.refs.get(ref)
        content = "\n".join(f"{path} {blob.oid}" for path, blob in sorted(tree.items()))
        key = f"{parent}\n{ref}\n{title}\n{message}\n{author}\n{len(self.commits)}\n{content}"
        oid = hashlib.sha1(key.encode()).hexdigest()
        self.commits[oid] = Commit(oid, parent, dict(tree), title, message, author)
        self.refs[ref] = oid
        if ref.startswith("refs/pr/"):
            self.add_event(self.discussion(int(ref[8:])), "commit", author, {"subject": title, "oid": oid})
        return self.commits[oid]

    def put(self, revision: str, path: str, content: bytes, author: str = "somebody") -> str:
        """A commit with one small file, for what somebody else does."""
        ref = MAIN if revision == "main" else revision
        tree = {**self.resolve(revision).tree, path: Blob.regular(content)}
        return self.commit(ref, tree, f"Upload {path}", "", author).oid

    def discuss(self, title: str, description: str, author: str, pull_request: bool) -> Discussion:
        num = len(self.discussions) + 1
        base = self.refs[MAIN]
        one = Discussion(num, title, author, pull_request, "draft" if pull_request else "open", base)
        self.discussions.append(one)
        self.add_event(
            one, "comment", author, {"edited": False, "hidden": False, "latest": {"raw": description, "html": ""}}
        )
        if pull_request:
            self.refs[f"refs/pr/{num}"] = base
        return one

    def add_event(self, one: Discussion, kind: str, author: str, data: dict[str, Any]) -> dict[str, Any]:
        event = {
            "id": f"{one.num:06x}{len(one.events):06x}",
            "type": kind,
            "createdAt": DATE,
            "author": {"name": author},
            "data": data,
        }
        one.events.append(event)
        return event

    def merge(self, num: int, author: str) -> None:
        """Puts what the pull request changes onto main, in one commit."""
        one = self.discussion(num)
        if not one.pull_request or one.status != "open":
            raise Problem(400, f"pull request {num} is {one.status}: only an open one can be merged")
        base, head = self.commits[one.base].tree, self.resolve(f"refs/pr/{num}").tree
        tree = dict(self.resolve("main").tree)
        for path in sorted({*base, *head}):
            if base.get(path) == head.get(path):
                continue
            if tree.get(path) not in (base.get(path), head.get(path)):
                raise Problem(409, f"conflict in {path}")
            tree.pop(path, None)
            if path in head:
                tree[path] = head[path]
        one.merged = self.commit(MAIN, tree, f"{one.title} (#{num})", "", author).oid
        one.status = "merged"
        self.add_event(one, "status-change", author, {"status": "merged"})

    def upload_mode(self, path: str, size: int) -> str:
        """Whether a file goes with the large ones."""
        attributes = self.resolve("main").tree.get(".gitattributes")
        lines = (attributes.content or b"").decode().splitlines() if attributes else []
        patterns = [line.split()[0] for line in lines if "filter=lfs" in line]
        name = path.rpartition("/")[2]
        listed = any(fnmatch.fnmatch(name, pattern) for pattern in patterns)
        return "lfs" if listed or size > REGULAR_MOST else "regular"
