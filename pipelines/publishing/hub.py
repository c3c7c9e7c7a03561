"""The calls to the Hub that publishing needs; each either succeeds, tries again, or ends in an error of ours."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote

from pipelines.publishing.failures import NotYetError, clean
from pipelines.publishing.patience import Patience
from pipelines.publishing.remote import CommitTitle, Details, Entry, Pull, Refs
from pipelines.publishing.transport import travelling
from pipelines.publishing.watch import Watch
from schemas.errors import OutputError, SourceError

T = TypeVar("T")
MAIN = "main"
_KIND = "dataset"
_THREADS = 5
_SECONDS = 300.0


class Hub:
    """A dataset on the Hub.

    Args:
        repo: name with its namespace.
        token: None asks as nobody.
        endpoint: address of the Hub; None for HF_ENDPOINT or the usual one.
        patience: how often to try.
        watch: is told what happens.
    """

    def __init__(
        self, repo: str, token: str | None, *, endpoint: str | None = None, patience: Patience | None = None,
        watch: Watch | None = None,
    ) -> None:  # fmt: skip
        from huggingface_hub import HfApi

        self.repo = repo
        self._token = token
        self._watch = watch or Watch()
        self._xet_settled = False
        self._patience = patience or Patience(tell=self._watch.note)
        self._api: Any = HfApi(endpoint=endpoint, token=token if token else False, library_name="glotmill")
        self.endpoint: str = self._api.endpoint
        self._of: dict[str, Any] = {"repo_id": repo, "repo_type": _KIND}

    @contextmanager
    def travelling(self) -> Iterator[None]:
        """Around all calls: timeouts, counted bytes."""
        with travelling(self._token, self._watch.sent, self._watch.note):
            yield

    @property
    def url(self) -> str:
        """The page of the dataset."""
        return f"{self.endpoint}/datasets/{self.repo}"

    def _call(self, doing: str, act: Callable[[], T], settled: Callable[[], T | None] | None = None) -> T:
        return self._patience.call(act, doing, self.repo, self._token, settled)

    # Reading

    def account(self) -> str:
        """Whose token it is."""
        return str(self._call("asking whose token this is", self._api.whoami)["name"])

    def private(self) -> bool | None:
        """Whether it is private; None where there is no such dataset that we see."""
        try:
            return bool(self._call("looking for the dataset", self._info).private)
        except SourceError:
            return None

    def _info(self, revision: str | None = None) -> Any:
        return self._api.dataset_info(self.repo, revision=revision, timeout=_SECONDS)

    def may_write(self) -> None:
        """Raise unless the account may change the dataset: better before sending it than after."""
        self._call("asking for the right to write", lambda: self._api.auth_check(**self._of, write=True))

    def refs(self) -> Refs:
        """Where main and the tags are."""
        found = self._call("reading branches and tags", lambda: self._api.list_repo_refs(**self._of))
        heads = {one.name: one.target_commit for one in found.branches}
        if MAIN not in heads:
            raise OutputError(f"{self.repo} has no branch main. Make one on its page, or delete the repository.")
        return Refs(heads[MAIN], {one.name: one.target_commit for one in found.tags})

    def head(self, ref: str) -> str:
        """The commit of a ref."""
        return str(self._call(f"reading {ref}", lambda: self._info(ref)).sha)

    def tagged(self, name: str) -> str | None:
        """The commit that a tag is on; None without such a tag."""
        return self.head(name) if name in self.refs().tags else None

    def tree(self, revision: str) -> dict[str, Entry]:
        """Path -> file, of a revision."""
        from huggingface_hub.hf_api import RepoFile

        def listed() -> dict[str, Entry]:
            every = self._api.list_repo_tree(**self._of, recursive=True, revision=revision)
            return {
                one.path: Entry(one.path, one.size, one.blob_id, one.lfs.sha256 if one.lfs else None)
                for one in every
                if isinstance(one, RepoFile)
            }

        return self._call(f"listing the files of {revision[:12]}", listed)

    def content(self, path: str, revision: str, most: int) -> bytes:
        """A small file, up to so many bytes."""
        found = b""

        def take(block: bytes) -> None:
            nonlocal found
            if len(found) < most:
                found += block[: most - len(found)]

        def clear() -> None:
            nonlocal found
            found = b""

        self._call(f"reading {path}", lambda: self._download(path, revision, take, clear))
        return found

    def sha256(self, path: str, revision: str) -> str:
        """SHA-256 of a file's bytes, downloaded."""
        digest = hashlib.sha256()

        def clear() -> None:
            nonlocal digest
            digest = hashlib.sha256()

        self._call(f"reading {path}", lambda: self._download(path, revision, lambda block: digest.update(block), clear))
        return digest.hexdigest()

    def _download(self, path: str, revision: str, take: Callable[[bytes], None], clear: Callable[[], None]) -> None:
        from huggingface_hub import hf_hub_url
        from huggingface_hub.utils import (  # type: ignore[attr-defined]
            build_hf_headers,
            get_session,
            hf_raise_for_status,
        )

        clear()
        url = hf_hub_url(self.repo, path, repo_type=_KIND, revision=revision, endpoint=self.endpoint)
        headers = build_hf_headers(token=self._token or False, library_name="glotmill")
        headers["Accept-Encoding"] = "identity"
        with get_session().stream("GET", url, headers=headers) as answer:
            hf_raise_for_status(answer)
            for block in answer.iter_bytes(1 << 20):
                take(block)

    def history(self, revision: str) -> list[CommitTitle]:
        """Commits from the newest on."""
        found = self._call(
            f"reading the commits of {revision}", lambda: self._api.list_repo_commits(**self._of, revision=revision)
        )
        return [CommitTitle(one.commit_id, one.title, one.authors) for one in found]

    def pulls(self) -> list[Pull]:
        """All pull requests, the newest first."""
        return self._call(
            "listing pull requests",
            lambda: [
                Pull(one.num, one.title, one.author, one.status)
                for one in self._api.get_repo_discussions(**self._of, discussion_type="pull_request")
                if one.is_pull_request
            ],
        )

    def details(self, number: int) -> Details:
        """A pull request."""
        found = self._call(
            f"reading pull request {number}",
            lambda: self._api.get_discussion_details(self.repo, number, repo_type=_KIND),
        )
        texts = [one.content for one in found.events if one.type == "comment"]
        return Details(found.status, texts[0] if texts else "", found.merge_commit_oid)

    # Writing

    def create(self, private: bool) -> None:
        """Make the dataset, unless it is there."""
        self._call(
            "making the dataset",
            lambda: self._api.create_repo(**self._of, visibility="private" if private else "public", exist_ok=True),
        )

    def open_pull(self, title: str, description: str, settled: Callable[[], int | None]) -> int:
        """Open a pull request (as a draft); gives its number."""
        return self._call(
            "opening a pull request",
            lambda: int(self._api.create_pull_request(**self._of, title=title, description=description).num),
            settled,
        )

    def close_pull(self, number: int, comment: str) -> None:
        """Close a pull request without merging it."""
        self._set_status(number, "closed", comment)

    def ready(self, number: int) -> None:
        """Turn a draft into a pull request that can be merged."""
        self._set_status(number, "open", None)

    def _set_status(self, number: int, status: str, comment: str | None) -> None:
        self._call(
            f"setting pull request {number} to {status}",
            lambda: bool(
                self._api.change_discussion_status(self.repo, number, status, comment=comment, repo_type=_KIND)
            ),
            lambda: True if self.details(number).status == status else None,
        )

    def send(self, operations: Sequence[Any], ref: str) -> None:
        """Upload the content of large files; a commit makes them part of a revision."""
        self._settle_xet(ref)
        self._call(
            "sending files",
            lambda: self._api.preupload_lfs_files(
                self.repo, additions=operations, repo_type=_KIND, revision=ref, num_threads=_THREADS, free_memory=False,
                gitignore_content="",  # a .gitignore up there must not drop files of the release
            ),
        )  # fmt: skip

    def _settle_xet(self, ref: str) -> None:
        """Without Xet where the Hub does not speak it (a mirror, a server for tests): the library would only fail."""
        from huggingface_hub import constants
        from huggingface_hub.utils import build_hf_headers, get_session  # type: ignore[attr-defined]
        from huggingface_hub.utils._runtime import is_xet_available

        if self._xet_settled or not is_xet_available():
            return
        url = f"{self.endpoint}/api/{_KIND}s/{self.repo}/xet-write-token/{quote(ref, safe='')}"
        headers = build_hf_headers(token=self._token or False, library_name="glotmill")
        status = self._call("asking for Xet", lambda: int(get_session().get(url, headers=headers).status_code))
        if status == HTTPStatus.NOT_FOUND:
            constants.HF_HUB_DISABLE_XET = True
            self._watch.note(f"{self.endpoint} does not speak Xet: files go by plain HTTP")
        self._xet_settled = True

    def commit(
        self, operations: Sequence[Any], ref: str, title: str, description: str, parent: str,
        settled: Callable[[], str | None],
    ) -> str:  # fmt: skip
        """One commit on a ref whose head is `parent`; gives its SHA."""

        def act() -> str:
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("always")
                made = self._api.create_commit(
                    self.repo, operations, commit_message=title, commit_description=description, repo_type=_KIND,
                    revision=ref, parent_commit=parent,
                )  # fmt: skip
            for one in told:
                self._watch.note(clean(str(one.message), self._token))
            return str(made.oid)

        return self._call(f"committing to {ref}", act, settled)

    def merge(self, number: int, settled: Callable[[], bool | None]) -> None:
        """Merge a pull request."""

        def act() -> bool:
            self._api.merge_pull_request(self.repo, number, repo_type=_KIND)
            if settled() is None:
                raise NotYetError("the Hub took the order and has not merged yet")
            return True

        self._call(f"merging pull request {number}", act, settled)

    def tag(self, name: str, revision: str, message: str, settled: Callable[[], bool | None]) -> None:
        """Tag a commit."""

        def act() -> bool:
            self._api.create_tag(**self._of, tag=name, revision=revision, tag_message=message)
            return True

        self._call(f"making the tag {name}", act, settled)
