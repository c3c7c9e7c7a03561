"""The door to files: atomic writes, addresses, and errors of ours."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import fsspec
import pytest

from pipelines import storage
from schemas import addresses
from schemas.errors import MissingPackage, OutputError, PermissionProblem, RetryLater, SourceError


@pytest.fixture(params=["plain", "file", "memory"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty folder, as three kinds of address."""
    if request.param == "memory":
        fsspec.filesystem("memory").store.clear()
        return "memory://box"
    return str(tmp_path) if request.param == "plain" else f"file://{tmp_path}"


def test_what_is_written_is_read(folder: str) -> None:
    path = storage.join(folder, "deep/er/a.bin")
    storage.write_bytes_atomic(path, b"\x00\xffabc")
    assert storage.exists(path)
    assert storage.size(path) == 5
    assert storage.read_bytes(path) == b"\x00\xffabc"
    assert storage.sha256(path) == hashlib.sha256(b"\x00\xffabc").hexdigest()
    with storage.open_read(path) as handle:
        handle.seek(2)
        assert handle.read() == b"abc"
    assert storage.is_folder(storage.join(folder, "deep"))
    assert not storage.is_folder(path)


def test_files_are_listed_in_the_form_of_the_folder_without_temporary_ones(folder: str) -> None:
    for name in ("b.txt", "a.txt", "below/c.txt", ".a.txt.tmp-12-ab"):
        storage.write_bytes_atomic(storage.join(folder, name), b"x")
    assert storage.list_files(folder) == [f"{folder}/a.txt", f"{folder}/b.txt"]
    assert storage.list_files(folder + "/", recursive=True) == [
        f"{folder}/{n}" for n in ("a.txt", "b.txt", "below/c.txt")
    ]
    assert storage.list_files(storage.join(folder, "nowhere")) == []


def test_relative_paths_stay_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    storage.write_bytes_atomic("here.txt", b"1")
    storage.write_bytes_atomic("data/a.txt", b"1")
    assert storage.list_files("data") == ["data/a.txt"]
    with storage.atomic("data/b.txt") as temporary:
        assert temporary.startswith("data/.b.txt.tmp-")
        Path(temporary).write_bytes(b"2")
    assert (tmp_path / "data/b.txt").read_bytes() == b"2"


def test_a_failed_write_leaves_the_old_file_and_nothing_else(folder: str) -> None:
    path = storage.join(folder, "a.json")
    storage.write_bytes_atomic(path, b"old")
    with pytest.raises(ZeroDivisionError), storage.atomic(path) as temporary:
        with storage.open_write(temporary) as handle:
            handle.write(b"half")
        raise ZeroDivisionError
    assert storage.read_bytes(path) == b"old"
    fs, inside = storage.file_system(folder)
    assert [name.rpartition("/")[2] for name in fs.find(inside)] == ["a.json"]


def test_nobody_sees_the_file_before_it_is_whole(folder: str) -> None:
    path = storage.join(folder, "a")
    with storage.atomic(path) as temporary:
        with storage.open_write(temporary) as handle:
            handle.write(b"whole")
        assert not storage.exists(path)
        assert storage.is_temporary(temporary)
    assert storage.read_bytes(path) == b"whole"
    with storage.atomic(path) as one, storage.atomic(path) as two:
        assert one != two
        storage.open_write(one).close()
        storage.open_write(two).close()


def test_json_keeps_order_and_every_script(folder: str) -> None:
    path = storage.join(folder, "a.json")
    value = {"z": "ไทย", "a": ["עברית", "አማርኛ", None, 1.5]}
    storage.write_json(path, value)
    assert storage.read_json(path) == value
    assert list(storage.read_json(path)) == ["z", "a"]
    storage.write_bytes_atomic(path, b"{")
    with pytest.raises(SourceError, match="not JSON"):
        storage.read_json(path)


def test_removing_is_fine_twice_and_takes_whole_folders(folder: str) -> None:
    storage.write_bytes_atomic(storage.join(folder, "x/a"), b"")
    storage.remove(storage.join(folder, "x"))
    storage.remove(storage.join(folder, "x"))
    assert not storage.exists(storage.join(folder, "x/a"))
    storage.make_folder(storage.join(folder, "y"))
    storage.make_folder(storage.join(folder, "y"))


def test_what_is_missing_is_a_source_error(folder: str) -> None:
    path = storage.join(folder, "no")
    for call in (storage.open_read, storage.size, storage.read_json, storage.sha256):
        with pytest.raises(SourceError, match="no"):
            call(path)
    assert not storage.exists(path)


@pytest.mark.parametrize(
    ("error", "ours"),
    [
        (PermissionError(errno.EACCES, "denied"), PermissionProblem),
        (OSError(errno.ENOSPC, "full"), OutputError),
        (ConnectionResetError(errno.ECONNRESET, "reset"), RetryLater),
        (TimeoutError("slow"), RetryLater),
    ],
)
def test_errors_of_the_system_become_ours(
    error: OSError, ours: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise error

    (tmp_path / "a").write_bytes(b"x")
    local = type(fsspec.filesystem("file"))
    monkeypatch.setattr(local, "_open", refuse)
    with pytest.raises(ours, match="a"):
        storage.open_read(str(tmp_path / "a"))
    monkeypatch.setattr(local, "info", refuse)
    with pytest.raises(ours):  # a refusal is not an absence
        storage.exists(str(tmp_path / "a"))


def test_a_full_disk_while_writing_cleans_up(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="no space left"), storage.atomic(str(tmp_path / "a")) as temporary:
        Path(temporary).write_bytes(b"half")
        raise OSError(errno.ENOSPC, "full")
    assert os.listdir(tmp_path) == []


def test_addresses_nobody_knows() -> None:
    with pytest.raises(SourceError, match="hf://"):
        storage.exists("nosuch://a/b")


def test_an_address_whose_package_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(path: str) -> None:
        raise ImportError("Install s3fs to access S3")

    monkeypatch.setattr(addresses, "url_to_fs", absent)
    with pytest.raises(MissingPackage, match="Install s3fs"):
        storage.open_read("s3://bucket/a")


def test_the_sample_ships() -> None:
    files = storage.list_files("sample://documents")
    assert "sample://documents/tha_Thai.jsonl" in files
    assert storage.size(files[0]) > 1000


def test_the_same_place(tmp_path: Path) -> None:
    inside = tmp_path / "release"
    assert storage.same_place(str(inside), f"{inside}/") and storage.same_place(f"file://{inside}", str(inside))
    assert not storage.same_place(str(inside), str(tmp_path))
    assert not storage.same_place(str(inside), f"memory:/{inside}")
