"""Publish a release: pull request, checks, merge, checks, tag; each step only when the one before it is done.

Where a run finds the work of an earlier one, it goes on from there:

    the tag is there, on this release                        nothing is left to do
    a pull request of this release is merged, not tagged     tag its commit
    main is this release                                     tag main
    a pull request of this release is open                   send what it lacks
    else                                                     open one
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from data_cards.visible import brief, visible
from pipelines.publishing import compare, pull_request, upload
from pipelines.publishing.failures import TOKEN
from pipelines.publishing.hub import Hub
from pipelines.publishing.release import Release
from pipelines.publishing.remote import Refs
from pipelines.publishing.watch import Watch
from schemas.errors import OutputError, PermissionProblem, RecipeError, ReleaseFault, SourceError
from schemas.manifest import NAME

_SHOWN = 5
_MANIFEST_MOST = 1 << 28
_NAME = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*\Z", re.ASCII)
_TAG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z")


@dataclass(frozen=True)
class Published:
    """What came of it.

    Args:
        repo: name of the dataset.
        url: its page.
        private: whether only its members see it.
        created: whether this run made it.
        already: whether everything was done before this run.
        pull_request: number of the one that this run merged; None where it needed none.
        commit: that holds the release.
        tag: on that commit.
        main: where main is: another commit where somebody went on since.
        files: of the release.
        sent: files that this run put into commits.
        deleted: files that it took out.
    """

    repo: str
    url: str
    private: bool
    created: bool
    already: bool
    pull_request: int | None
    commit: str
    tag: str
    main: str
    files: int
    sent: int
    deleted: int


def check_name(repo: str) -> str:
    """The name of a dataset with its namespace; RecipeError says what it may be."""
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import validate_repo_id  # type: ignore[attr-defined]

    shown = visible(brief(repo, 100))
    if not _NAME.match(repo):
        raise RecipeError(f"{shown!r} is no name of a dataset. Write account/name, as acme/web-th.")
    try:
        validate_repo_id(repo)
    except HFValidationError as error:
        raise RecipeError(f"{shown!r} is no name of a dataset: {error}") from error
    return repo


def check_tag(tag: str) -> str:
    """The name of a tag; RecipeError says what it may be."""
    if not _TAG.match(tag) or ".." in tag or tag.endswith((".", ".lock")) or tag == "main":
        raise RecipeError(
            f"{visible(brief(tag, 100))!r} is no name of a tag. Letters, digits, '.', '-' and '_', as v1.2; not 'main'."
        )
    return tag


def check_verified(folder: str, verify: Callable[[str], Sequence[Any]]) -> None:
    """Raise unless the release verifies.

    Args:
        folder: of the release.
        verify: gives the problems of a folder, each with `check`, `path` and `message`.
    """
    found = list(verify(folder))
    if not found:
        return
    lines = [f"{one.check}: {one.path + ': ' if one.path else ''}{one.message}" for one in found[:_SHOWN]]
    told = "; ".join(visible(brief(line)) for line in lines)
    more = f"; and {len(found) - _SHOWN:,} more" if len(found) > _SHOWN else ""
    raise ReleaseFault(f"{folder} does not verify and is not published: {told}{more}. See `glotmill verify {folder}`.")


def check_written(release: Release) -> None:
    """Raise where nobody has written what a reader of the card cannot do without."""
    if release.unwritten:
        raise ReleaseFault(
            f"{release.folder} is not published: its card lacks {', '.join(release.unwritten)}. Write it into the "
            "recipe and run that again, which writes the card anew and no shard; or say --no-card."
        )


def publish(
    release: Release, hub: Hub, *, tag: str | None = None, public: bool = False, replace: bool = False,
    watch: Watch | None = None,
) -> Published:  # fmt: skip
    """Publish a release, or finish what an earlier run began.

    Args:
        release: that verifies.
        hub: where to.
        tag: to give it; None for `v` and the first digits of the manifest's SHA-256.
        public: a dataset that has to be made is public, and one that is public is meant.
        replace: files on main that no release put there may go.
        watch: is told what happens.

    Raises:
        PermissionProblem: the token is unknown, or may not do this.
        OutputError: somebody else is at work there, or something that is there is in the way.
        SourceError: the dataset is not there.
        ReleaseFault: a file of the release was changed meanwhile.
        RetryLater: the Hub is busy or away; run it again.
    """
    run = _Run(release, hub, check_tag(tag or release.tag), watch or Watch())
    with hub.travelling():
        return run.all(public=public, replace=replace)


@dataclass
class _Run:
    release: Release
    hub: Hub
    tag: str
    watch: Watch
    sent: int = 0
    deleted: int = 0

    def all(self, *, public: bool, replace: bool) -> Published:
        self.watch.step(f"asking {self.hub.endpoint}")
        account = self.hub.account()
        private, created = self._dataset(public)
        self.hub.may_write()
        refs = self.hub.refs()
        number, already = None, False
        commit = self._tagged()
        if commit is not None:
            already = True
        else:
            commit = self._merged(refs)
            if commit is None:
                number, commit = self._through_pull_request(refs, account, replace)
            self._make_tag(commit)
        return Published(
            self.hub.repo, self.hub.url, private, created, already, number, commit, self.tag, self.hub.refs().main,
            len(self.release.files), self.sent, self.deleted,
        )  # fmt: skip

    def _dataset(self, public: bool) -> tuple[bool, bool]:
        """Whether the dataset is private, and whether it was made now."""
        private, created = self.hub.private(), False
        if private is None:
            self.hub.create(private=not public)
            private, created = self.hub.private(), True
        if private is None:
            raise SourceError(f"{self.hub.repo} is there, but the account of {TOKEN} may not see it.")
        if not private and not public:
            raise PermissionProblem(
                f"{self.hub.repo} is public: everybody could read the release as soon as it is sent. "
                "Say --public if that is meant; nothing was sent."
            )
        if private and public:
            self.watch.note(f"{self.hub.repo} is private and stays so: only its settings page changes that")
        return private, created

    def _is_release(self, revision: str) -> bool:
        return compare.difference(self.release, self.hub.tree(revision)).none

    def _tagged(self) -> str | None:
        """The commit of the tag, if it is there."""
        at = self.hub.tagged(self.tag)
        if at is not None and not self._is_release(at):
            raise OutputError(
                f"the tag {self.tag} of {self.hub.repo} is on {at[:12]}, which is not this release. Tags are not "
                "moved: choose another one with --tag. Nothing was sent."
            )
        return at

    def _merged(self, refs: Refs) -> str | None:
        """The commit that holds the release already, and waits for its tag."""
        named = {commit: name for name, commit in refs.tags.items()}
        for commit in [*pull_request.merged(self.hub, self.release), refs.main]:
            known = commit in named
            if (known and commit != refs.main) or not self._is_release(commit):
                continue
            if known:
                raise OutputError(
                    f"{self.hub.repo} has this release on main, at {commit[:12]}, tagged {visible(named[commit])}. "
                    f"A second tag is not made; leave out --tag {self.tag}, or make it on the site."
                )
            return commit
        return None

    def _through_pull_request(self, refs: Refs, account: str, replace: bool) -> tuple[int, str]:
        """Number of the merged pull request, and the commit on main."""
        if not replace:
            self._no_strangers(refs.main)
        ours = pull_request.find(self.hub, self.release, account)
        if ours is None:
            ours = pull_request.open_new(self.hub, self.release, account, self.tag)
        number = ours.pull.number
        missing = compare.difference(self.release, self.hub.tree(ours.head))
        self.watch.step(
            f"sending {len(missing.missing):,} of {len(self.release.files):,} files to pull request {number}",
            total=missing.bytes,
        )
        head = upload.upload(self.hub, self.release, ours, missing, self.watch)
        self.sent, self.deleted = len(missing.missing), len(missing.surplus)
        self.watch.step(f"checking pull request {number}")
        self._check(head, f"pull request {number}", "Nothing was merged.")
        return number, self._merge(number, ours.base, head)

    def _no_strangers(self, main: str) -> None:
        tree = self.hub.tree(main)
        manifest = self.hub.content(NAME, main, _MANIFEST_MOST) if NAME in tree else None
        if found := compare.strangers(self.release, tree, manifest):
            shown = ", ".join(visible(brief(path, 100)) for path in found[:_SHOWN])
            raise OutputError(
                f"{self.hub.repo} has {len(found):,} files that no release put there ({shown}"
                f"{', …' if len(found) > _SHOWN else ''}), and main becomes exactly the release. Choose another name, "
                "or say --replace to let them go. Nothing was sent."
            )

    def _check(self, revision: str, where: str, state: str) -> None:
        tree = self.hub.tree(revision)
        found = compare.problems(self.release, tree, lambda path: self.hub.sha256(path, revision))
        if found:
            more = f"; and {len(found) - _SHOWN:,} more" if len(found) > _SHOWN else ""
            raise OutputError(
                f"{where} of {self.hub.repo} is not the release: {'; '.join(found[:_SHOWN])}{more}. {state} Run the "
                "same command again: it sends what differs."
            )

    def _merge(self, number: int, base: str, head: str) -> str:
        """The commit on main."""
        self.watch.step(f"merging pull request {number}")
        ref = f"refs/pr/{number}"
        if (now := self.hub.head(ref)) != head:
            raise OutputError(
                f"somebody else committed to pull request {number} of {self.hub.repo} meanwhile ({now[:12]}). Nothing "
                f"was merged. Close {self.hub.url}/discussions/{number} and run the same command again."
            )
        pull_request.unmoved(self.hub, base, number)
        if self.hub.details(number).status == "draft":
            self.hub.ready(number)

        def settled() -> bool | None:
            details = self.hub.details(number)
            if details.status == "closed":
                raise OutputError(
                    f"pull request {number} of {self.hub.repo} was closed meanwhile. Nothing was merged; run the same "
                    "command again: it opens another one."
                )
            return True if details.status == "merged" else None

        self.hub.merge(number, settled)
        commit = self.hub.details(number).merged or self.hub.refs().main
        self.watch.step("checking main")
        self._check(commit, f"main at {commit[:12]}", "It was merged, but not tagged.")
        return commit

    def _make_tag(self, commit: str) -> None:
        self.watch.step(f"tagging {commit[:12]} as {self.tag}")

        def settled() -> bool | None:
            at = self.hub.tagged(self.tag)
            if at is not None and at != commit:
                raise OutputError(
                    f"somebody else made the tag {self.tag} of {self.hub.repo} meanwhile, on {at[:12]}. The release is "
                    f"on main at {commit[:12]}: run the same command again with another --tag."
                )
            return True if at == commit else None

        self.hub.tag(self.tag, commit, f"Release whose manifest has the SHA-256 {self.release.sha256}", settled)
        if self.hub.tagged(self.tag) != commit:
            raise OutputError(f"the tag {self.tag} is not on {commit[:12]}. Look at {self.hub.url}/tree/{self.tag}.")
