"""Parquet: whole columns, every kind of text column, and damage that stays where it is."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.readers import parquet
from pipelines.readers.parquet import row_groups
from schemas.errors import PermissionProblem, SourceError

Read = Callable[..., Any]
STRING = pa.string()


def raw_strings(values: list[bytes], kind: pa.DataType = STRING) -> pa.Array:
    """A string column that is not checked: this is how invalid UTF-8 gets into files."""
    offsets, at = [0], 0
    for value in values:
        at += len(value)
        offsets.append(at)
    width = pa.int64() if pa.types.is_large_string(kind) else pa.int32()
    buffers = [None, pa.array(offsets, width).buffers()[1], pa.py_buffer(b"".join(values))]
    return pa.Array.from_buffers(kind, len(values), buffers)


@pytest.mark.parametrize(
    "kind",
    [
        pa.string(),
        pa.large_string(),
        pa.string_view(),
        pa.binary(),
        pa.large_binary(),
        pa.binary_view(),
        pa.dictionary(pa.int32(), pa.string()),
    ],
    ids=str,
)
def test_every_kind_of_text_column(everything: Read, tmp_path: Path, texts: list[str], kind: pa.DataType) -> None:
    column = pa.array(texts).dictionary_encode() if pa.types.is_dictionary(kind) else pa.array(texts).cast(kind)
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": range(len(texts)), "text": column}), path, row_group_size=4)
    found = everything(path, "parquet")
    assert found.texts == texts
    assert found.rows["id"].to_list() == [str(i) for i in range(len(texts))]
    assert found.rows["position"].to_list() == list(range(1, len(texts) + 1))
    assert found.dead.height == 0


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())], ids=str)
def test_invalid_utf8_and_null_kill_their_row_only(everything: Read, tmp_path: Path, kind: pa.DataType) -> None:
    values = ["Хлеб".encode(), b"ab\xff\xfe", "ប".encode(), "real \ufffd".encode()]
    if pa.types.is_dictionary(kind):
        column = pa.DictionaryArray.from_arrays(pa.array([0, 1, 2, 3], pa.int32()), raw_strings(values))
    else:
        column = raw_strings(values, kind)
    table = pa.table({"id": ["a", "b", "c", "d"], "text": column, "verdict": ["keep", "dead", "keep", "keep"]})
    table = pa.concat_tables([table, pa.table({"id": ["e"], "text": pa.nulls(1, kind), "verdict": ["dead"]})])
    path = tmp_path / "a.parquet"
    pq.write_table(table, path)
    found = everything(path, "parquet", fields={"expected": "verdict"})
    assert found.rows["id"].to_list() == ["a", "c", "d"]
    assert found.errors == [(2, "invalid_utf8"), (5, "null_text")]
    assert found.dead["id"].to_list() == ["b", "e"]
    assert found.dead["raw"].to_list() == ["ab\ufffd\ufffd", None]
    assert found.dead["expected"].to_list() == ["dead", "dead"]
    assert "Row 2 is not UTF-8 in column 'text'" in found.dead["message"][0]


def test_invalid_utf8_beside_the_text(everything: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    good = ["x", None, "z"]
    pq.write_table(
        pa.table({"text": good, "url": raw_strings([b"u", b"\xff", b"w"]), "m": raw_strings([b"\xff", b"1", b"2"])}),
        path,
    )
    found = everything(path, "parquet", metadata=["m"])
    assert found.texts == ["z"]
    assert found.errors == [(1, "invalid_utf8"), (2, "invalid_utf8")]
    assert "'metadata'" in found.dead["message"][0]
    assert "'url'" in found.dead["message"][1]


def damage_column(path: Path, group: int, column: int) -> None:
    """Inverts bytes in the middle of a column chunk."""
    chunk = pq.ParquetFile(path).metadata.row_group(group).column(column)
    start = chunk.dictionary_page_offset or chunk.data_page_offset
    middle = start + chunk.total_compressed_size // 2
    content = bytearray(path.read_bytes())
    content[middle : middle + 40] = bytes(255 - byte for byte in content[middle : middle + 40])
    path.write_bytes(content)


def test_a_flipped_bit_that_still_is_text_is_found_by_the_page_checksum(everything: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"text": ["bright word", "other"]})
    pq.write_table(table, path, compression="none", write_page_checksum=True, write_statistics=False)
    assert everything(path, "parquet").texts == ["bright word", "other"]
    path.write_bytes(path.read_bytes().replace(b"bright", b"fright"))
    assert everything(path, "parquet").errors == [(1, "damaged_row_group"), (2, "damaged_row_group")]


def test_a_damaged_row_group_costs_its_own_rows_only(everything: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"id": [f"r{i}" for i in range(300)], "text": [f"word {i * 7919}" for i in range(300)]})
    pq.write_table(table, path, row_group_size=100, compression="zstd", write_page_checksum=True)
    damage_column(path, group=1, column=1)
    found = everything(path, "parquet")
    assert found.rows["id"].to_list() == [f"r{i}" for i in (*range(100), *range(200, 300))]
    assert found.errors == [(i, "damaged_row_group") for i in range(101, 201)]
    assert "row group 1 " in found.dead["message"][0]
    assert everything(path, "parquet", limit=150).errors == [(i, "damaged_row_group") for i in range(101, 151)]


def test_damage_in_a_column_nobody_reads_costs_nothing(everything: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"text": [f"{i}" for i in range(300)], "other": [f"{i * 31}" for i in range(300)]})
    pq.write_table(table, path, compression="zstd", write_page_checksum=True)
    damage_column(path, group=0, column=1)
    assert everything(path, "parquet").rows.height == 300
    assert everything(path, "parquet", metadata=["other"]).dead.height == 300


@pytest.mark.parametrize("content", [b"", b"PAR1", b"not parquet at all", b"PAR1" + b"\x99" * 60 + b"PAR1"])
def test_an_unreadable_footer_is_one_dead_row(everything: Read, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(content)
    found = everything(path, "parquet")
    assert found.errors == [(1, "damaged_file")]
    assert str(path) in found.dead["message"].item()
    assert row_groups(str(path)) is None


def test_a_truncated_file_is_one_dead_row(everything: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["a"] * 1000}), path)
    path.write_bytes(path.read_bytes()[:-30])
    assert everything(path, "parquet").errors == [(1, "damaged_file")]


def test_columns_that_are_missing_or_of_a_wrong_type(everything: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"body": ["a"], "n": [1], "tags": [["x"]]}), path)
    with pytest.raises(SourceError, match=r"no column 'text'.*source\.fields\.text.*body, n, tags"):
        everything(path, "parquet")
    with pytest.raises(SourceError, match=r"'n' holds int64.*: body\."):
        everything(path, "parquet", fields={"text": "n"})
    with pytest.raises(SourceError, match=r"'tags' holds list.*source\.fields\.id"):
        everything(path, "parquet", fields={"text": "body", "id": "tags"})
    with pytest.raises(SourceError, match=r"source\.metadata.*did you mean 'tags'"):
        everything(path, "parquet", fields={"text": "body"}, metadata=["tag"])
    with pytest.raises(SourceError, match=r"source\.fields\.url.*'link'"):
        everything(path, "parquet", fields={"text": "body", "url": "link"})
    assert everything(path, "parquet", fields={"text": "body"}).texts == ["a"]  # no id, no url: fine


def test_ids_languages_and_metadata(everything: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table(
        {
            "id": pa.array(["a", None, "", "b"]),
            "text": ["eins", "zwei", "drei", "vier"],
            "url": ["https://a.example", "", None, None],
            "declared_language": ["de", "iw", "??", None],
            "day": pa.array([datetime.date(2024, 1, 2)] * 4),
            "at": pa.array([datetime.datetime(2024, 1, 2, 3, 4, 5, 6)] * 3 + [None], pa.timestamp("ns")),
            "price": pa.array([Decimal("1.50")] * 4, pa.decimal128(5, 2)),
            "deep": pa.array([{"z": [1, None], "a": "ü"}] * 4),
            "nothing": pa.nulls(4),
        }
    )
    pq.write_table(table, path)
    names = ["price", "day", "at", "deep", "nothing"]
    rows = everything(path, "parquet", metadata=names).rows
    assert rows["made_id"].to_list() == [False, True, True, False]
    assert rows["id"][0] == "a"
    assert rows["id"][3] == "b"
    assert len({*rows["id"]}) == 4
    assert len(rows["id"][1]) == 32
    assert rows["url"].to_list() == ["https://a.example", None, None, None]
    assert rows["declared_language"].to_list() == ["deu_Latn", "heb_Hebr", None, None]
    assert rows["metadata"][0] == (
        '{"at":"2024-01-02 03:04:05.000006000","day":"2024-01-02","deep":{"a":"ü","z":[1,null]},"price":"1.50"}'
    )
    assert rows["metadata"][3] == '{"day":"2024-01-02","deep":{"a":"ü","z":[1,null]},"price":"1.50"}'


def test_the_same_record_has_the_same_made_id_in_every_format(everything: Read, tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["ሰላም"], "url": ["https://a.example"], "n": ["5"]}), tmp_path / "a.parquet")
    (tmp_path / "a.jsonl").write_text('{"n": "5", "url": "https://a.example", "text": "ሰላም"}\n', encoding="utf-8")
    (tmp_path / "a.csv").write_text("url,text,n\nhttps://a.example,ሰላም,5\n", encoding="utf-8")
    ids = {everything(tmp_path / f"a.{f}", f, metadata=["n"]).rows["id"].item() for f in ("parquet", "jsonl", "csv")}
    assert len(ids) == 1


def test_frames_row_groups_and_limits(everything: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"id": [str(i) for i in range(100)], "text": ["x" * 100] * 99 + ["y" * 5000]})
    pq.write_table(table, path, row_group_size=40)
    assert [rows for rows, _ in row_groups(str(path)) or []] == [40, 40, 20]
    found = everything(path, "parquet", frame_bytes=1000)
    assert [batch.rows.height for batch in found.batches] == [10] * 10
    assert found.rows["id"].to_list() == [str(i) for i in range(100)]
    assert everything(path, "parquet", first=1, last=2).rows["position"].to_list() == list(range(41, 81))
    assert everything(path, "parquet", limit=45).rows["position"].to_list() == list(range(1, 46))
    assert everything(path, "parquet", first=1, last=3, limit=3).rows["position"].to_list() == [41, 42, 43]
    long = everything(path, "parquet", max_document_bytes=200)
    assert long.errors == [(100, "document_too_long")]
    assert "5000 bytes" in long.dead["message"].item()


def test_a_million_empty_rows_come_in_bounded_frames(everything: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": pa.array([""] * 1_000_000)}), path)
    found = everything(path, "parquet")
    assert found.rows.height == 1_000_000
    assert max(batch.rows.height for batch in found.batches) == 65_536


def test_no_permission_and_trouble_with_the_disk_are_no_damage(
    everything: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["a"]}), path)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(parquet.pq.ParquetFile, "read_row_group", refuse)
        with pytest.raises(PermissionProblem, match=r"a\.parquet"):
            everything(path, "parquet")
    monkeypatch.setattr(type(fsspec.filesystem("file")), "_open", refuse)
    with pytest.raises(PermissionProblem, match=r"a\.parquet"):
        everything(path, "parquet")


def test_other_places(everything: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"text": ["ქართული"]}), path)
    fsspec.filesystem("memory").pipe_file("/box/a.parquet", path.read_bytes())
    assert everything("memory://box/a.parquet", "parquet").texts == ["ქართული"]
