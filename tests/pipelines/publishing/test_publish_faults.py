"""What goes wrong on the way: tried again, within bounds; whatever happens, main is the release or untouched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.publishing import upload
from pipelines.publishing.patience import WAIT_MOST
from pipelines.publishing.publish import Published
from pipelines.publishing.release import Release
from pipelines.publishing.watch import Watch
from schemas.errors import GlotmillError, OutputError, PermissionProblem, RetryLater, SourceError
from tests.hub_server import HubServer
from tests.hub_server.store import Repo

REPO = "org/small"
Go = Callable[..., Published]
ORDERS = (
    "create_repo",
    "discussion_create",
    "preupload",
    "lfs_batch",
    "lfs_verify",
    "commit",
    "status",
    "merge",
    "tag",
)
QUESTIONS = ("whoami", "info", "auth", "refs", "tree", "commits", "discussions", "discussion", "resolve")
FAULTS: dict[str, dict[str, Any]] = {
    "500": {"action": "status", "status": 500, "times": 2},
    "503": {"action": "status", "status": 503, "times": 2},
    "429": {"action": "status", "status": 429, "headers": {"Retry-After": "3"}},
    "drop": {"action": "drop", "times": 2},
    "lost": {"action": "lost"},
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("route", [*ORDERS, *QUESTIONS])
def test_it_passes(
    route: str, fault: str, server: HubServer, release: Release, go: Go, monkeypatch: pytest.MonkeyPatch,
    whole: Callable[..., None],
) -> None:  # fmt: skip
    monkeypatch.setattr(upload, "FILES", 4)
    made = server.fault(route, **FAULTS[fault])
    go()
    assert made.reached.is_set()
    whole(release)


@pytest.mark.parametrize("fault", [{"action": "drop", "after": 700}, {"action": "lost"}, {"action": "status"}])
def test_a_large_file_on_its_way(
    fault: dict[str, Any], server: HubServer, release: Release, go: Go, whole: Callable[..., None]
) -> None:
    server.fault("lfs_put", times=3, **fault)
    go()
    whole(release)
    assert server.received() > sum(file.bytes for file in release.files if file.path.endswith(".parquet"))


def test_the_wait_that_is_asked_for(server: HubServer, go: Go, waits: list[float]) -> None:
    server.fault("merge", "status", status=429, headers={"Retry-After": "7"})
    go()
    assert waits == [7.0]


@pytest.mark.parametrize("route", ["merge", "preupload"])
def test_a_wait_that_is_too_long(route: str, server: HubServer, go: Go, waits: list[float]) -> None:
    server.fault(route, "status", status=429, headers={"Retry-After": str(int(WAIT_MOST) + 1)}, times=9)
    with pytest.raises(RetryLater, match="Run the same command again"):
        go()
    assert waits == []


def test_waits_grow_and_end(
    server: HubServer, release: Release, go: Go, waits: list[float], whole: Callable[..., None]
) -> None:
    server.fault("commit", "status", status=503, times=99)
    with pytest.raises(RetryLater, match="tried 6 times"):
        go()
    assert waits == [1, 2, 4, 8, 16]
    assert len(server.requests("commit")) == 6
    server.well()
    before = server.received()
    go()
    whole(release)
    assert server.received() == before  # what was up is not sent again


def test_notes_of_waits(server: HubServer, go: Go) -> None:
    class Notes(Watch):
        told: list[str] = []  # noqa: RUF012

        def note(self, text: str) -> None:
            self.told.append(text)

    server.fault("merge", "status", status=503, message="we are\x1b[2J busy")
    server.fault("lfs_put", "status", status=500)
    go(watch=Notes())
    assert any("merging pull request 1: we are[U+001B][2J busy; again in 1 s" in text for text in Notes.told)
    assert any("lfs/org/small" in text and "signature" not in text for text in Notes.told)


# Refusals


def test_a_token_that_is_not_known(server: HubServer, go: Go) -> None:
    with pytest.raises(PermissionProblem, match="401"):
        go(token="hf_wrong")


def test_a_namespace_of_others(server: HubServer, go: Go) -> None:
    with pytest.raises(PermissionProblem, match="403"):
        go(repo="others/small")
    assert not server.repos


def test_no_right_to_write(server: HubServer, go: Go) -> None:
    server.repos["others/small"] = Repo("others/small", False, "eve")
    with pytest.raises(PermissionProblem, match=r"403.*write access"):
        go(repo="others/small", public=True)
    assert {one.method for one in server.requests()} == {"GET"}


def test_a_private_dataset_of_others(server: HubServer, go: Go) -> None:
    server.repos["others/small"] = Repo("others/small", True, "eve")
    with pytest.raises(GlotmillError) as caught:
        go(repo="others/small")
    assert isinstance(caught.value, PermissionProblem | SourceError)


def test_a_gated_dataset(server: HubServer, go: Go) -> None:
    server.repos["others/small"] = Repo("others/small", False, "eve")
    server.repos["others/small"].gated = True
    with pytest.raises(PermissionProblem, match="gated"):
        go(repo="others/small", public=True)


@pytest.mark.parametrize(("status", "error"), [(403, PermissionProblem), (409, OutputError), (400, OutputError)])
def test_a_merge_that_is_refused(
    status: int, error: type[GlotmillError], server: HubServer, release: Release, go: Go, whole: Callable[..., None]
) -> None:
    server.fault("merge", "status", status=status, times=99, message="not this one")
    with pytest.raises(error, match="not this one"):
        go()
    assert server.repo(REPO).files("main").keys() == {".gitattributes"}
    assert not server.repo(REPO).tags
    server.well()
    go()
    whole(release)


def test_a_card_that_the_hub_refuses(server: HubServer, tmp_path: Path, go: Go) -> None:
    from tests.pipelines.publishing import making

    with pytest.raises(OutputError, match="no YAML block"):
        go(making.write(tmp_path / "bare", {**making.contents(), "README.md": b"# no metadata\n"}))
    assert server.repo(REPO).files("main").keys() == {".gitattributes"}


def test_bytes_that_changed_up_there(server: HubServer, release: Release, go: Go, monkeypatch: Any) -> None:
    """Something else than was sent arrives: it is found in the pull request, before it is merged."""
    from tests.hub_server.store import Blob

    regular = Blob.regular
    monkeypatch.setattr(Blob, "regular", lambda content: regular(content.replace(b"license: cc-by", b"license: cc-XX")))
    with pytest.raises(OutputError, match=r"README\.md has the SHA-256 .* Nothing was merged"):
        go()
    assert server.repo(REPO).files("main").keys() == {".gitattributes"}
