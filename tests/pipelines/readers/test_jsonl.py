"""JSON lines: every bad line is a dead row with its reason, and all others are read."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import orjson
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.readers import jsonl
from pipelines.readers.contract import Unit
from schemas.errors import PermissionProblem, SourceError
from schemas.recipe import Source

Read = Callable[..., Any]


def lines(*records: object) -> bytes:
    return b"".join(orjson.dumps(record) + b"\n" for record in records)


@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
def test_every_script_survives(everything: Read, tmp_path: Path, texts: list[str], ending: str) -> None:
    pack = {"": bytes, ".gz": gzip.compress, ".zst": zstandard.compress}[ending]
    path = tmp_path / f"a.jsonl{ending}"
    path.write_bytes(pack(lines(*({"id": i, "text": text} for i, text in enumerate(texts)))))
    found = everything(path, "jsonl")
    assert found.texts == texts
    assert found.rows["id"].to_list() == [str(i) for i in range(len(texts))]
    assert found.rows["position"].to_list() == list(range(1, len(texts) + 1))
    assert set(found.rows["file"]) == {str(path)}
    assert found.dead.height == 0


def test_each_bad_line_dies_for_its_own_reason(everything: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        b'{"text": "good"}\n'
        b'{"text": "cut\n'
        b"[1, 2]\n"
        b"\n   \r\n"
        b'{"id": "x", "body": "?"}\n'
        b'{"id": "n", "text": null, "verdict": "dead"}\n'
        b'{"text": 7}\n'
        b'{"text": "\xff\xfe"}\n'
        b'{"id": "s", "text": "\\ud800", "verdict": "dead"}\n'
        b'{"text": NaN}\n' + b"[" * 5000 + b"\n"
        b'{"text": "last"}'
    )
    found = everything(path, "jsonl", fields={"expected": "verdict"})
    assert found.texts == ["good", "last"]
    assert found.rows["position"].to_list() == [1, 13]
    assert found.errors == [
        (2, "invalid_json"),
        (3, "not_an_object"),
        (6, "missing_text"),
        (7, "null_text"),
        (8, "text_not_a_string"),
        (9, "invalid_utf8"),
        (10, "invalid_utf8"),
        (11, "invalid_json"),
        (12, "invalid_json"),
    ]
    by = dict(zip(found.dead["position"], found.dead.to_dicts(), strict=True))
    assert (by[7]["id"], by[7]["expected"]) == ("n", "dead")
    assert (by[10]["id"], by[10]["expected"]) == ("s", "dead")
    assert by[2]["raw"] == '{"text": "cut'
    assert "'id', 'body'" in by[6]["message"]
    assert "source.fields.text" in by[6]["message"]
    assert "number" in by[8]["message"]
    assert "0xff" in by[9]["message"]
    assert str(path) in by[9]["replay"]
    assert "line 9" in by[9]["replay"]


def test_empty_file_and_byte_order_mark(everything: Read, tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_bytes(b"")
    assert everything(tmp_path / "empty.jsonl", "jsonl").batches == []
    (tmp_path / "bom.jsonl").write_bytes(b"\xef\xbb\xbf" + lines({"text": "a"}))
    assert everything(tmp_path / "bom.jsonl", "jsonl").texts == ["a"]


@pytest.mark.parametrize("ending", [".gz", ".zst"])
@pytest.mark.parametrize("damage", ["truncated", "flipped", "garbage behind"])
def test_a_damaged_file_gives_all_before_the_damage(everything: Read, tmp_path: Path, ending: str, damage: str) -> None:
    # Incompressible texts, so that bytes of the file stand for rows.
    dice = random.Random(7)
    records = [{"id": i, "text": f"{dice.getrandbits(64)}" + "ش" * (i % 7)} for i in range(40_000)]
    plain = lines(*records)
    if ending == ".gz":
        packed = gzip.compress(plain)
    else:  # many frames, so that there is something before the damage
        half = plain.index(b"\n", len(plain) // 3) + 1
        checked = zstandard.ZstdCompressor(write_checksum=True)
        packed = checked.compress(plain[:half]) + checked.compress(plain[half:])
    middle = len(packed) // 2
    if damage == "truncated":
        packed = packed[:middle]
    elif damage == "flipped":
        packed = packed[:middle] + bytes(255 - b for b in packed[middle : middle + 64]) + packed[middle + 64 :]
    else:
        packed += b"garbage"
    path = tmp_path / f"a.jsonl{ending}"
    path.write_bytes(packed)
    found = everything(path, "jsonl")
    errors = [error for _, error in found.errors]
    assert errors.count("damaged_file") == 1
    last = found.dead.tail(1)
    assert last["error"].item() == "damaged_file"
    assert str(path) in last["message"].item()
    if damage == "garbage behind":
        assert found.rows.height == 40_000
        return
    # A flipped byte may spoil some rows before the decompressor notices; those before it are as they were.
    whole = found.rows.height
    assert whole > 10_000
    assert last["position"].item() > whole
    if damage == "truncated":
        assert errors == ["damaged_file"]
        assert last["position"].item() == whole + 1
        assert found.texts == [record["text"] for record in records[:whole]]


def test_several_compressed_streams_in_one_file(everything: Read, tmp_path: Path) -> None:
    one, two = lines({"text": "a"}), lines({"text": "b"})
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(one) + b"\0" * 512 + gzip.compress(two))
    (tmp_path / "a.jsonl.zst").write_bytes(zstandard.compress(one) + zstandard.compress(two))
    (tmp_path / "packed-but-not-named-so.jsonl").write_bytes(gzip.compress(one + two))
    for name in ("a.jsonl.gz", "a.jsonl.zst", "packed-but-not-named-so.jsonl"):
        assert everything(tmp_path / name, "jsonl").texts == ["a", "b"]


def test_a_50_mb_document(everything: Read, tmp_path: Path) -> None:
    text = "ก" * (50 * 2**20 // 3)
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines({"id": "big", "text": text}, {"id": "small", "text": "ok"}))
    found = everything(path, "jsonl")
    assert found.texts == ["ok"]
    assert found.errors == [(1, "document_too_long")]
    assert found.dead["id"].item() == "big"
    assert len(found.dead["raw"].item()) == 2000
    assert "source.max_document_bytes" in found.dead["message"].item()
    raised = everything(path, "jsonl", max_document_bytes=60 * 2**20)
    assert raised.texts == [text, "ok"]


def test_a_line_that_no_document_of_the_allowed_size_can_need(
    everything: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonl, "longest", lambda source: 1_500_000)
    path = tmp_path / "a.jsonl"
    for length in (1_500_001, 1_800_000, 4_000_000):  # blocks of a MiB are read
        path.write_bytes(lines({"text": "x" * length}, {"text": "after"}))
        found = everything(path, "jsonl")
        assert found.texts == ["after"]
        assert found.errors == [(1, "document_too_long")]
        assert found.rows["position"].to_list() == [2]
    path.write_bytes(lines({"text": "x" * 4_000_000}).rstrip())
    assert everything(path, "jsonl").errors == [(1, "document_too_long")]


def test_fields_metadata_language_and_made_ids(everything: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        lines(
            {
                "body": "um",
                "key": 12,
                "link": "https://a.example/1",
                "lang": "pt_BR",
                "b": {"z": 1, "a": [None]},
                "a": "ü",
            },
            {"body": "er", "key": "", "link": "", "lang": "zh-cn", "a": None},
            {"body": "er", "lang": "xx-nonsense"},
            {"body": "er", "a": 1, "lang": 5},
        )
    )
    fields = {"text": "body", "id": "key", "url": "link", "declared_language": "lang"}
    rows = everything(path, "jsonl", fields=fields, metadata=["b", "a"]).rows
    assert rows["id"][0] == "12"
    assert rows["made_id"].to_list() == [False, True, True, True]
    assert rows["url"].to_list() == ["https://a.example/1", None, None, None]
    assert rows["declared_language"].to_list() == ["por_Latn", "zho_Hans", None, None]
    assert rows["metadata"].to_list() == ['{"a":"ü","b":{"a":[null],"z":1}}', None, None, '{"a":1}']
    # Made from content: the same for the same content, another for another metadata.
    assert rows["id"][1] == rows["id"][2] != rows["id"][3]
    assert len(rows["id"][1]) == 32


def test_frames_follow_the_size_of_the_text(everything: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines(*({"id": i, "text": "ж" * 500} for i in range(100))))
    found = everything(path, "jsonl", frame_bytes=10_000)
    assert [batch.rows.height for batch in found.batches] == [10] * 10
    assert found.rows.equals(everything(path, "jsonl").rows)


def test_rows_without_text_come_in_bounded_frames(everything: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines({"text": ""}) * 70_000 + b"{\n" * 70_000)
    found = everything(path, "jsonl", frame_bytes=1 << 30)
    assert [batch.rows.height + batch.dead.height for batch in found.batches] == [65_536, 65_536, 8_928]


def test_limit_counts_living_and_dead(everything: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines({"text": "a"}) + b"\n{\n" + lines({"text": "b"}, {"text": "c"}))
    found = everything(path, "jsonl", limit=3)
    assert found.texts == ["a", "b"]
    assert found.errors == [(3, "invalid_json")]
    unit = Unit(source="web", file=str(path), format="jsonl", digest="d", size=1)
    assert jsonl.count(unit, Source(paths=["x"]), 100) == 4
    assert jsonl.count(unit, Source(paths=["x"]), 2) == 2


def test_other_places(everything: Read, tmp_path: Path) -> None:
    fsspec.filesystem("memory").pipe_file("/box/a.jsonl.gz", gzip.compress(lines({"text": "ঘ"})))
    assert everything("memory://box/a.jsonl.gz", "jsonl").texts == ["ঘ"]
    with pytest.raises(SourceError, match="not found"):
        everything(tmp_path / "no.jsonl", "jsonl")


def test_no_permission(everything: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    (tmp_path / "a.jsonl").write_bytes(b"{}")
    monkeypatch.setattr(type(fsspec.filesystem("file")), "_open", refuse)
    with pytest.raises(PermissionProblem, match=r"a\.jsonl"):
        everything(tmp_path / "a.jsonl", "jsonl")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(blob=st.binary(max_size=300))
def test_no_bytes_crash_it_and_no_line_is_lost(everything: Read, tmp_path: Path, blob: bytes) -> None:
    path = tmp_path / "any.jsonl"
    path.write_bytes(blob.removeprefix(b"\x1f\x8b"))
    found = everything(path, "jsonl", frame_bytes=50)
    expected = [line for line in path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip()]
    assert found.rows.height + found.dead.height == len(expected)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text(max_size=40), max_size=8), frame=st.integers(1, 100), escaped=st.booleans())
def test_any_unicode_survives_in_any_frame_size(
    everything: Read, tmp_path: Path, texts: list[str], frame: int, escaped: bool
) -> None:
    path = tmp_path / "any.jsonl"
    path.write_text("".join(json.dumps({"text": t}, ensure_ascii=escaped) + "\n" for t in texts), encoding="utf-8")
    assert everything(path, "jsonl", frame_bytes=frame).texts == texts
