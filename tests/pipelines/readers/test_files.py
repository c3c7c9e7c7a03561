"""From paths to units: every mistake in a path is told, and what is found does not depend on the machine."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xxhash

from pipelines.readers import files, read
from schemas.errors import PermissionProblem, SourceError
from schemas.recipe import Source

ROW = b'{"text": "a"}\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with some files."""
    monkeypatch.chdir(tmp_path)
    for name in ("data/b.jsonl", "data/a.jsonl", "data/deep/c.jsonl", "data/deep/.hidden.jsonl", "data/[x].jsonl"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(ROW)
    return tmp_path


def names(*paths: str, **given: Any) -> list[str]:
    return [unit.file for unit in files.units("web", Source(paths=list(paths), **given))]


def test_paths_and_patterns(folder: Path) -> None:
    assert names("data/*.jsonl") == ["data/[x].jsonl", "data/a.jsonl", "data/b.jsonl"]
    assert names("data/**/*.jsonl") == ["data/[x].jsonl", "data/a.jsonl", "data/b.jsonl", "data/deep/c.jsonl"]
    assert names("data/?.jsonl", "data/b.jsonl", "./data/a.jsonl") == ["./data/a.jsonl", "data/b.jsonl"]
    assert names("data/b.jsonl", "data/a.jsonl") == ["data/a.jsonl", "data/b.jsonl"]
    assert names("data/[x].jsonl") == ["data/[x].jsonl"]  # a file of that name goes before the pattern
    assert names(f"{folder}/data/a.jsonl", "data/a.jsonl") == [f"{folder}/data/a.jsonl"]
    assert names(f"file://{folder}/data/[ab].jsonl") == [f"file://{folder}/data/{n}.jsonl" for n in "ab"]


def test_other_places_keep_their_address() -> None:
    memory = fsspec.filesystem("memory")
    memory.store.clear()
    for name in ("b", "a"):
        memory.pipe_file(f"/box/{name}.jsonl", ROW)
    found = files.units("web", Source(paths=["memory://box/*.jsonl"]))
    assert [unit.file for unit in found] == ["memory://box/a.jsonl", "memory://box/b.jsonl"]
    assert found[0].digest == xxhash.xxh3_128_hexdigest(ROW)
    assert [batch.rows["text"].to_list() for batch in read(found[0], Source(paths=["x"]), 100)] == [["a"]]


def test_the_sample_keeps_its_name_on_every_machine() -> None:
    found = names("sample://documents/*.jsonl")
    assert "sample://documents/heb_Hebr.jsonl" in found
    assert len(found) == 24
    assert all(file.startswith("sample://documents/") for file in found)


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("a.jsonl", "jsonl"),
        ("a.ndjson.gz", "jsonl"),
        ("a.json.zst", "jsonl"),
        ("A.JSONL", "jsonl"),
        ("a.csv", "csv"),
        ("a.tsv", "csv"),
        ("a.csv.gz", "csv"),
        ("a.txt", "text"),
        ("a.txt.zst", "text"),
        ("a.warc", "warc"),
        ("a.warc.gz", "warc"),
        ("a.parquet", "parquet"),
        ("a.v1.2.parquet", "parquet"),
    ],
)
def test_formats_by_name(tmp_path: Path, name: str, format: str) -> None:
    (tmp_path / name).write_bytes(b"")
    assert files.units("web", Source(paths=[str(tmp_path / name)]))[0].format == format
    assert files.units("web", Source(paths=[str(tmp_path / name)], format="text"))[0].format == "text"


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.jsonl.bz2", "a.parquet.gz", "a.warc.zst", "_SUCCESS", "a.gz"])
def test_names_that_say_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(SourceError, match=r"does not say which format.*\.jsonl.*source\.format"):
        names(str(tmp_path / name))


def test_mistakes_in_paths(folder: Path) -> None:
    with pytest.raises(SourceError, match=r"'web': data is a folder.*data/\*\.jsonl"):
        names("data")
    (folder / "packed/x").mkdir(parents=True)
    (folder / "packed/x/part.csv.gz").write_bytes(b"")
    with pytest.raises(SourceError, match=r"packed/\*\*/\*\.csv\.gz"):
        names("packed/")
    with pytest.raises(SourceError, match=r"no such file\. Did you mean 'a\.jsonl'\?"):
        names("data/aa.jsonl")
    with pytest.raises(SourceError, match="no file matches"):
        names("data/*.parquet")
    with pytest.raises(SourceError, match="no file matches"):
        names("data/dee*")  # folders are no files
    with pytest.raises(SourceError, match="no such file"):
        names("data/a.jsonl", "nowhere/at/all.jsonl")


def test_no_permission(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    local = type(fsspec.filesystem("file"))
    with monkeypatch.context() as patch:
        patch.setattr(local, "_open", refuse)
        with pytest.raises(PermissionProblem, match=r"data/a\.jsonl"):
            names("data/a.jsonl")
    monkeypatch.setattr(local, "info", refuse)
    with pytest.raises(PermissionProblem, match=r"data/a\.jsonl"):
        names("data/a.jsonl")


def test_digests_are_of_the_content_and_remembered(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[str, str] = {}
    source = Source(paths=["data/a.jsonl"])
    first = files.units("web", source, known_digests=known)[0]
    assert first.digest == xxhash.xxh3_128_hexdigest(ROW)
    assert first.size == len(ROW)
    with monkeypatch.context() as patch:
        patch.setattr(files, "_content_digest", lambda file: pytest.fail("read again"))
        assert files.units("web", source, known_digests=known) == [first]
    Path("data/a.jsonl").write_bytes(ROW * 2)
    assert files.units("web", source, known_digests=known)[0].digest == xxhash.xxh3_128_hexdigest(ROW * 2)


def test_a_stores_own_digest_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = fsspec.filesystem("memory")
    memory.pipe_file("/box/a.jsonl", ROW)
    plain = type(memory).info
    monkeypatch.setattr(type(memory), "info", lambda self, path, **k: {**plain(self, path, **k), "ETag": '"e1"'})
    assert files.units("web", Source(paths=["memory://box/a.jsonl"]))[0].digest == "ETag:e1"


def test_large_parquet_files_are_split_at_row_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": [f"{i * 7919}" for i in range(5000)]}), path, row_group_size=1000)
    size = sum(bytes for _, bytes in files.row_groups(str(path)) or []) // 5
    monkeypatch.setattr(files, "SPLIT_BYTES", int(size * 2.5))
    source = Source(paths=[str(path)])
    found = files.units("web", source)
    assert [(unit.first, unit.last) for unit in found] == [(0, 2), (2, 4), (4, 5)]
    assert len({unit.digest for unit in found}) == 1
    positions = [p for unit in found for batch in read(unit, source, 1 << 20) for p in batch.rows["position"]]
    assert positions == list(range(1, 5001))
    limited = files.units("web", source, limit=2500)
    assert [(unit.first, unit.limit) for unit in limited] == [(0, None), (2, 500)]
    whole = files.units("web", source, limit=4000)
    assert [(unit.first, unit.limit) for unit in whole] == [(0, None), (2, None)]
    path.write_bytes(path.read_bytes()[:-1])
    assert [(unit.first, unit.last) for unit in files.units("web", source)] == [(None, None)]


CONTENTS: dict[str, Callable[[int], bytes]] = {
    "jsonl": lambda rows: (ROW + b"\n") * rows,
    "jsonl.gz": lambda rows: gzip.compress(ROW * rows),
    "csv": lambda rows: b"text\n" + b'"a\nb"\n' * rows,
    "txt": lambda rows: b"line\n\n" * rows,
}


@pytest.mark.parametrize("ending", [*CONTENTS, "parquet"])
@pytest.mark.parametrize("limit", [1, 3, 4, 6, 11, 12, 13, 100])
def test_a_limit_takes_the_first_rows_in_file_order(tmp_path: Path, ending: str, limit: int) -> None:
    for index, rows in enumerate((3, 0, 1, 8)):
        path = tmp_path / f"{index}.{ending}"
        if ending == "parquet":
            pq.write_table(pa.table({"text": ["a"] * rows}), path, row_group_size=2)
        else:
            path.write_bytes(CONTENTS[ending](rows))
    source = Source(paths=[f"{tmp_path}/*"], text_unit="line")
    whole = [(u.file, p) for u in files.units("web", source) for b in read(u, source, 10) for p in b.rows["position"]]
    assert len(whole) == 12
    found = files.units("web", source, limit=limit)
    first = [(u.file, p) for u in found for b in read(u, source, 10) for p in b.rows["position"]]
    assert first == whole[:limit]
    assert len(found) <= 4
    if limit <= 3:
        assert len(found) == 1
