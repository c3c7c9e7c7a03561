"""What is read from the folder, what the Hub would not take, and how files are put into commits."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Callable
from email.utils import formatdate
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.publishing import compare, upload
from pipelines.publishing import release as releases
from pipelines.publishing.compare import Difference
from pipelines.publishing.failures import wait_of
from pipelines.publishing.progress import size
from pipelines.publishing.publish import check_name, check_verified
from pipelines.publishing.release import BYTES_MOST, FILES_MOST, FOLDER_MOST, LocalFile, Release
from pipelines.publishing.remote import Entry
from schemas.errors import RecipeError, ReleaseFault, SourceError
from tests.pipelines.publishing import making


def _files(count: int, folder: str = "data") -> list[LocalFile]:
    return [LocalFile(f"{folder}/{number}.parquet", "", 1, "0" * 64) for number in range(count)]


def test_a_release(tmp_path: Path) -> None:
    found = making.write(tmp_path, making.contents())
    assert found.files[-1].path == "manifest.json"
    assert found.sha256 == hashlib.sha256((tmp_path / "manifest.json").read_bytes()).hexdigest()
    assert found.tag == f"v{found.sha256[:12]}"
    assert found.bytes == sum(len(content) for content in making.local(found).values())


def test_no_manifest(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"no manifest\.json"):
        releases.read(str(tmp_path))


@pytest.mark.parametrize("text", ["{", "[]", '{"name": 1}', '{"\\u001b[31m": 1}'])
def test_a_manifest_that_is_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(SourceError, match="no manifest that") as caught:
        releases.read(str(tmp_path))
    assert "\x1b" not in str(caught.value)


def test_a_release_elsewhere() -> None:
    with pytest.raises(SourceError, match="not on this machine"):
        releases.read("memory://release")


@pytest.mark.parametrize(
    "path", ["../secret", "/etc/passwd", "data/../../x", "a//b", ".git/config", "a\\b", "a\nb", "a/./b", "\x1b[31m", ""]
)
def test_a_path_that_leads_elsewhere(path: str, tmp_path: Path) -> None:
    making.write(tmp_path, making.contents())
    said = json.loads((tmp_path / "manifest.json").read_text())
    said["files"][0]["path"] = path
    (tmp_path / "manifest.json").write_text(json.dumps(said))
    with pytest.raises(ReleaseFault, match="no path inside a release") as caught:
        releases.read(str(tmp_path))
    assert "\x1b" not in str(caught.value) and "\n" not in str(caught.value)


def test_a_file_that_is_not_there_or_shorter(tmp_path: Path) -> None:
    found = making.write(tmp_path, making.contents())
    place = Path(found.files[0].place)
    place.write_bytes(b"short")
    with pytest.raises(ReleaseFault, match=r"has 5 bytes.*says"):
        releases.read(str(tmp_path))
    place.unlink()
    with pytest.raises(ReleaseFault, match="is not there"):
        releases.read(str(tmp_path))


def test_a_file_named_twice(tmp_path: Path) -> None:
    found = making.write(tmp_path, making.contents())
    with pytest.raises(ReleaseFault, match="twice"):
        releases.check_limits([*found.files, found.files[0]])


def test_limits_of_the_hub() -> None:
    releases.check_limits(_files(FOLDER_MOST))
    with pytest.raises(SourceError, match=r"10,001 files in data/.*shard_bytes"):
        releases.check_limits(_files(FOLDER_MOST + 1))
    many = [file for folder in range(101) for file in _files(FILES_MOST // 100, f"data/{folder}")]
    releases.check_limits(many[:FILES_MOST])
    with pytest.raises(SourceError, match=r"101,000 files.*shard_bytes"):
        releases.check_limits(many)
    big = LocalFile("data/a.parquet", "", BYTES_MOST + 1, "0" * 64)
    with pytest.raises(SourceError, match=r"50,000,000,001 bytes.*shard_bytes"):
        releases.check_limits([big])


def test_a_large_file_is_looked_at_before_anything_is_sent(tmp_path: Path) -> None:
    making.write(tmp_path, making.contents())
    said = json.loads((tmp_path / "manifest.json").read_text())
    place = tmp_path / said["files"][1]["path"]
    os.truncate(place, BYTES_MOST + 1)  # sparse: no byte of it is on the disk
    said["files"][1]["bytes"] = BYTES_MOST + 1
    (tmp_path / "manifest.json").write_text(json.dumps(said))
    with pytest.raises(SourceError, match="lower release"):
        releases.read(str(tmp_path))


@pytest.mark.parametrize(
    "name", ["small", "a/b/c", "/b", "a/", "a b/c", "ก/ข", "a/b\x1b[31m", "a/../b", "-a/b", "a/b--c"]
)
def test_a_name_that_is_none(name: str) -> None:
    with pytest.raises(RecipeError, match="no name of a dataset") as caught:
        check_name(name)
    assert "\x1b" not in str(caught.value)


def test_a_release_that_does_not_verify() -> None:
    problems = [SimpleNamespace(check="files", path=f"{n}\x1b[31m.parquet", message="is gone") for n in range(7)]
    with pytest.raises(ReleaseFault, match=r"does not verify.*files: 0.*is gone.*and 2 more") as caught:
        check_verified("folder", lambda folder: problems)
    assert "\x1b" not in str(caught.value)
    check_verified("folder", lambda folder: [])


def test_the_name_that_git_gives(tmp_path: Path) -> None:
    found = making.write(tmp_path, making.contents())
    readme = found.by_path["README.md"]
    by_git = subprocess.run(["git", "hash-object", readme.place], capture_output=True, text=True, check=True)
    assert readme.git_oid() == by_git.stdout.strip()


# Beside a revision


def _tree(release: Release) -> dict[str, Entry]:
    return {
        file.path: Entry(file.path, file.bytes, file.git_oid(), file.sha256 if file.path.endswith("t") else None)
        for file in release.files
    }


def test_what_differs(release: Release) -> None:
    tree = {**_tree(release), ".gitattributes": Entry(".gitattributes", 3, "x", None)}
    assert compare.difference(release, tree).none

    def sha256(path: str) -> str:
        return release.by_path[path].sha256

    assert compare.problems(release, tree, sha256) == []
    shard = release.files[2].path
    tree[shard] = Entry(shard, release.files[2].bytes, "x", "f" * 64)
    tree["data/old.parquet"] = Entry("data/old.parquet", 3, "x", None)
    del tree["croissant.json"]
    found = compare.difference(release, tree)
    assert {file.path for file in found.missing} == {shard, "croissant.json"}
    assert found.surplus == ("data/old.parquet",)
    told = "\n".join(compare.problems(release, tree, sha256))
    for part in (f"{shard} has the SHA-256 {'f' * 64}", "croissant.json is not there", "data/old.parquet is no file"):
        assert part in told


def test_the_content_of_small_files_counts(release: Release) -> None:
    told = compare.problems(release, _tree(release), lambda path: "0" * 64)
    assert {line.split()[0] for line in told} == {"README.md", "croissant.json", "manifest.json"}


@given(
    sizes=st.lists(st.integers(0, 50), max_size=60), deleted=st.integers(0, 40), files=st.integers(1, 12),
    most=st.integers(1, 80),
)  # fmt: skip
def test_batches(sizes: list[int], deleted: int, files: int, most: int) -> None:
    missing = tuple(LocalFile(f"{n}", "", size, "") for n, size in enumerate(sizes))
    gone = tuple(f"old {n}" for n in range(deleted))
    found = list(upload.batches(Difference(missing, gone), files, most))
    assert [file for batch in found for file in batch.files] == list(missing)
    assert [path for batch in found for path in batch.deleted] == list(gone)
    for batch in found:
        assert 0 < len(batch.files) + len(batch.deleted) <= max(files, 1)
        assert batch.bytes <= most or len(batch.files) == 1


def test_strangers(release: Release) -> None:
    tree = _tree(release)
    assert compare.strangers(release, tree, None) == []
    tree["old.parquet"] = Entry("old.parquet", 1, "x", None)
    assert compare.strangers(release, tree, None) == ["old.parquet"]
    known = json.dumps({"files": [{"path": "old.parquet"}]}).encode()
    assert compare.strangers(release, tree, known) == []
    for other in (b"{", b"[]", b'{"files": 3}', b'{"files": [3]}', b"null"):
        assert compare.strangers(release, tree, other) == ["old.parquet"]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"Retry-After": "3"}, 3.0), ({"retry-after": "0"}, 0.0), ({"Retry-After": "soon"}, None), ({}, None),
     ({"Retry-After": "Mon, 01 Jan 2001 00:00:00 GMT"}, 0.0), ({"ratelimit": '"api";r=0;t=55'}, 55.0),
     ({"ratelimit": '"api";r=9;t=55'}, None)],
)  # fmt: skip
def test_the_wait_in_an_answer(headers: dict[str, str], seconds: float | None) -> None:
    assert wait_of(headers) == seconds


def test_a_date_to_wait_for() -> None:
    import time

    wait = wait_of({"Retry-After": formatdate(time.time() + 3600, usegmt=True)})
    assert wait is not None and 3000 < wait <= 3600


def test_sizes() -> None:
    assert [size(count) for count in (0, 999, 1000, 1500, 999_999, 20e6, 3e15)] == [
        "0 bytes", "999 bytes", "1.0 kB", "1.5 kB", "1.0 MB", "20 MB", "3000 TB",
    ]  # fmt: skip


def test_the_server_takes_no_other_bytes(server: Any, client: Callable[..., Any]) -> None:
    """What the other tests rest on."""
    import urllib.error
    import urllib.request

    client().create(private=True)
    url = f"{server.address}/lfs/org/small/{'0' * 64}?signature={server.signature}"
    request = urllib.request.Request(url, b"something", method="PUT")
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with pytest.raises(urllib.error.HTTPError, match="400"):
        direct.open(request)
