"""What publishing does where nothing goes wrong: on main is exactly the release, tagged, or nothing was touched."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from huggingface_hub import CommitOperationAdd, constants

from pipelines.publishing import upload
from pipelines.publishing.hub import Hub
from pipelines.publishing.publish import Published
from pipelines.publishing.release import Release
from pipelines.publishing.watch import Watch
from schemas.errors import OutputError, PermissionProblem, RecipeError, ReleaseFault
from tests.hub_server import HubServer
from tests.hub_server.store import Repo
from tests.pipelines.publishing import making

REPO = "org/small"
Go = Callable[..., Published]
Whole = Callable[..., None]


def test_a_new_dataset(server: HubServer, release: Release, go: Go, whole: Whole) -> None:
    done = go()
    whole(release)
    repo = server.repo(REPO)
    assert repo.private and done.private and done.created and not done.already
    assert (done.tag, done.commit) == (release.tag, repo.resolve("main").oid)
    assert (done.sent, done.files, done.deleted, done.pull_request) == (9, 9, 0, 1)
    assert server.received() == sum(file.bytes for file in release.files if file.path.endswith(".parquet"))
    # Each small file was read back from the pull request before it was merged.
    read = [one.path for one in server.requests("resolve")]
    assert any("README.md" in path for path in read) and any("manifest.json" in path for path in read)


def test_run_again_after_the_end(server: HubServer, release: Release, go: Go, whole: Whole) -> None:
    first = go()
    server.log.clear()
    again = go()
    assert again.already and (again.commit, again.tag) == (first.commit, first.tag)
    assert {one.method for one in server.requests()} == {"GET"}
    whole(release)


def test_commits_have_at_most_fifty_files(server: HubServer, tmp_path: Path, go: Go, whole: Whole) -> None:
    release = making.write(tmp_path / "many", making.contents(shards=120, size=50))
    go(release)
    whole(release)
    commits = server.repo(REPO).history("refs/pr/1")
    sizes = [
        len(one.tree.keys() - server.repo(REPO).commits[one.parent].tree.keys()) for one in commits[:-1] if one.parent
    ]
    assert sizes == [23, 50, 50]


def test_the_next_release(server: HubServer, release: Release, tmp_path: Path, go: Go) -> None:
    go()
    files = making.contents()
    gone = sorted(files)[:3]
    after = making.write(
        tmp_path / "next",
        {**{p: c for p, c in files.items() if p not in gone}, "data/tha_Thai/new.parquet": b"new" * 9},
    )
    before = server.received()
    done = go(after)
    repo = server.repo(REPO)
    assert repo.files("main").keys() == {*(file.path for file in after.files), ".gitattributes"}
    assert {path: repo.files("main")[path] for path in making.local(after)} == making.local(after)
    assert (done.sent, done.deleted) == (2, 3)  # the new shard and the manifest
    assert server.received() - before == 27
    # The earlier release is still what its tag says.
    assert {path: repo.files(release.tag)[path] for path in making.local(release)} == making.local(release)
    assert repo.tags == {release.tag: repo.history("main")[1].oid, after.tag: repo.history("main")[0].oid}


def test_another_tag(server: HubServer, release: Release, go: Go) -> None:
    assert go(tag="v1.0").tag == "v1.0"
    assert server.repo(REPO).tags.keys() == {"v1.0"}
    with pytest.raises(OutputError, match=r"tagged v1\.0"):
        go(tag="v2.0")
    assert server.repo(REPO).tags.keys() == {"v1.0"}


@pytest.mark.parametrize("tag", [" v1", "a..b", "main", "-x", "v1.lock", "v 1", "ก", "a\x1b[31m", "v" * 200])
def test_a_tag_that_git_refuses(tag: str, go: Go) -> None:
    with pytest.raises(RecipeError, match="no name of a tag"):
        go(tag=tag)


def test_a_tag_that_is_taken(server: HubServer, release: Release, tmp_path: Path, go: Go) -> None:
    go(tag="v1")
    other = making.write(tmp_path / "other", making.contents(seed=2))
    before = server.repo(REPO).resolve("main").oid
    with pytest.raises(OutputError, match=r"the tag v1 .* not this release"):
        go(other, tag="v1")
    assert server.repo(REPO).resolve("main").oid == before
    assert len(server.repo(REPO).pull_requests) == 1


def test_main_moved_on_after_the_release(server: HubServer, release: Release, go: Go) -> None:
    go()
    head = server.repo(REPO).put("main", "README.md", b"edited")
    again = go()
    assert again.already and again.main == head != again.commit


def test_back_to_an_earlier_release(server: HubServer, release: Release, tmp_path: Path, go: Go) -> None:
    go()
    go(making.write(tmp_path / "next", making.contents(seed=2)))
    before = server.received()
    go(tag="again")
    repo = server.repo(REPO)
    assert {path: repo.files("main")[path] for path in making.local(release)} == making.local(release)
    assert repo.tags["again"] == repo.resolve("main").oid != repo.tags[release.tag]
    assert server.received() == before  # the Hub had these large files


def test_merged_by_hand_on_the_site(server: HubServer, release: Release, go: Go, whole: Whole) -> None:
    server.fault("merge", "status", status=403, times=9)
    with pytest.raises(PermissionProblem):
        go()
    server.well()
    server.repo(REPO).merge(1, "me")
    server.repo(REPO).put("main", "notes.txt", b"later")
    done = go()
    repo = server.repo(REPO)
    assert repo.tags == {release.tag: repo.history("main")[1].oid} and done.commit != done.main


# Xet: the client chooses it by itself where its package is installed


def test_a_hub_without_xet(
    server: HubServer, release: Release, go: Go, whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", False)
    go()
    whole(release)
    assert len(server.requests("xet")) == 1 and len(server.requests("lfs_put")) == 6
    assert constants.HF_HUB_DISABLE_XET is False


def test_a_hub_with_xet(
    server: HubServer, release: Release, go: Go, whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever way the bytes go, what comes after is the same. The way itself is made up here."""

    def upload_xet(*, additions: list[CommitOperationAdd], **_: object) -> None:
        for one in additions:
            content = Path(str(one.path_or_fileobj)).read_bytes()
            one.upload_info.sha256 = hashlib.sha256(content).digest()
            server.repo(REPO).large[one.upload_info.sha256.hex()] = content

    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", False)
    monkeypatch.setattr("huggingface_hub._commit_api._upload_xet_files", upload_xet)
    server.xet = True
    go()
    whole(release)
    assert not server.requests("lfs_put") and not server.requests("lfs_batch")


# Whose files, and who sees them


def test_public_has_to_be_said(server: HubServer, go: Go, whole: Whole, release: Release) -> None:
    server.repos[REPO] = Repo(REPO, False, "me")
    with pytest.raises(PermissionProblem, match="--public"):
        go()
    assert {one.method for one in server.requests()} == {"GET"}
    assert not go(public=True).private
    whole(release)
    assert not server.repo(REPO).private


def test_public_where_it_is_made(server: HubServer, go: Go) -> None:
    assert not go(public=True).private
    assert not server.repo(REPO).private


def test_private_stays_private(server: HubServer, go: Go) -> None:
    class Notes(Watch):
        def __init__(self) -> None:
            self.told: list[str] = []

        def note(self, text: str) -> None:
            self.told.append(text)

    server.repos[REPO] = Repo(REPO, True, "me")
    notes = Notes()
    assert go(public=True, watch=notes).private
    assert server.repo(REPO).private
    assert any("stays so" in text for text in notes.told)


def test_files_of_somebody(server: HubServer, release: Release, go: Go, whole: Whole) -> None:
    repo = server.repos[REPO] = Repo(REPO, True, "me")
    repo.put("main", "notes\x1b[31m.txt", b"mine")
    repo.put("main", "README.md", b"made on the site")
    with pytest.raises(OutputError, match="--replace") as caught:
        go()
    assert "\x1b" not in str(caught.value) and "notes" in str(caught.value)
    assert not repo.pull_requests
    done = go(replace=True)
    assert done.deleted == 1
    assert repo.files("main").keys() == {*(file.path for file in release.files), ".gitattributes"}


def test_an_ignore_file_drops_nothing(server: HubServer, release: Release, go: Go) -> None:
    repo = server.repos[REPO] = Repo(REPO, True, "me")
    repo.put("main", ".gitignore", b"README.md\ncroissant.json\n")
    go(replace=True)
    assert repo.files("main").keys() == {*(file.path for file in release.files), ".gitattributes"}


def test_a_file_changed_meanwhile(server: HubServer, release: Release, go: Go) -> None:
    class Change(Watch):
        def step(self, text: str, *, total: int | None = None) -> None:
            if text.startswith("sending"):
                place = Path(release.files[0].place)
                place.write_bytes(b"x" * len(place.read_bytes()))

    with pytest.raises(ReleaseFault, match="changed while it was published"):
        go(watch=Change())
    assert server.repo(REPO).files("main").keys() == {".gitattributes"}


# Somebody else at work


class Meanwhile(Watch):
    """Does something once, when a step begins or a commit is there."""

    def __init__(self, when: str, what: Callable[[], object]) -> None:
        self._when, self._what = when, what

    def _now(self, text: str) -> None:
        if self._when and text.startswith(self._when):
            self._when = ""
            self._what()

    def step(self, text: str, *, total: int | None = None) -> None:
        self._now(text)

    def done(self, count: int) -> None:
        self._now("done")


@pytest.mark.parametrize("when", ["sending", "done", "checking pull", "merging"])
def test_somebody_commits_to_the_pull_request(
    when: str, server: HubServer, release: Release, go: Go, monkeypatch: pytest.MonkeyPatch, whole: Whole
) -> None:
    monkeypatch.setattr(upload, "FILES", 4)
    watch = Meanwhile(when, lambda: server.repo(REPO).put("refs/pr/1", "data/tha_Thai/more.parquet", b"x", "eve"))
    with pytest.raises(OutputError, match="pull request 1") as caught:
        go(watch=watch)
    assert "Nothing was merged" in str(caught.value)
    repo = server.repo(REPO)
    assert repo.files("main").keys() == {".gitattributes"} and not repo.tags
    with pytest.raises(OutputError, match=r"not ours.*by eve"):
        go()
    repo.discussion(1).status = "closed"
    before = server.received()
    go()
    whole(release)
    assert server.received() - before <= sum(file.bytes for file in release.files)
    assert repo.discussion(2).status == "merged"


@pytest.mark.parametrize("when", ["sending", "checking pull", "merging"])
def test_somebody_commits_to_main(when: str, server: HubServer, release: Release, go: Go, whole: Whole) -> None:
    with pytest.raises(OutputError, match="has moved"):
        go(watch=Meanwhile(when, lambda: server.repo(REPO).put("main", "README.md", b"x", "eve")))
    repo = server.repo(REPO)
    assert not repo.tags and repo.discussion(1).status in ("draft", "open")
    with pytest.raises(OutputError, match="has moved"):
        go()
    repo.discussion(1).status = "closed"
    before = server.received()
    go()
    assert repo.files("main").keys() == {*(file.path for file in release.files), ".gitattributes"}
    assert server.received() == before


def test_somebody_commits_to_main_at_the_last_moment(
    server: HubServer, release: Release, go: Go, monkeypatch: pytest.MonkeyPatch
) -> None:
    merge = Hub.merge

    def late(hub: Hub, number: int, settled: Callable[[], bool | None]) -> None:
        server.repo(REPO).put("main", "notes.txt", b"x", "eve")
        merge(hub, number, settled)

    monkeypatch.setattr(Hub, "merge", late)
    with pytest.raises(OutputError, match=r"notes\.txt is no file of the release.*not tagged"):
        go()
    assert not server.repo(REPO).tags
    monkeypatch.undo()


def test_a_pull_request_of_another_account(server: HubServer, release: Release, go: Go) -> None:
    server.fault("merge", "status", status=403, times=9)
    with pytest.raises(PermissionProblem):
        go()
    server.well()
    with pytest.raises(OutputError, match="pull request 1 of org/small by me"):
        go(token=server.account("friend", "org"))
    assert len(server.repo(REPO).pull_requests) == 1


def test_two_pull_requests_of_one_release(server: HubServer, release: Release, go: Go, whole: Whole) -> None:
    server.fault("merge", "status", status=403, times=9)
    with pytest.raises(PermissionProblem):
        go()
    server.well()
    repo = server.repo(REPO)
    first = repo.discussion(1)
    repo.discuss(first.title, first.events[0]["data"]["latest"]["raw"], "me", True)
    go()
    whole(release)
    assert [one.status for one in repo.pull_requests] == ["merged", "closed"]


def test_a_title_alone_is_no_proof(server: HubServer, release: Release, go: Go) -> None:
    repo = server.repos[REPO] = Repo(REPO, True, "me")
    repo.discuss(f"Release {release.short} of small", "something else", "eve", True)
    assert go().pull_request == 2
    assert repo.discussion(1).status == "draft"
