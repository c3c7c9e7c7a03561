"""Plain text: files, paragraphs and lines."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from pipelines.readers import text as reader
from pipelines.readers.contract import Unit
from schemas.errors import SourceError
from schemas.recipe import Source

Read = Callable[..., Any]
CONTENT = "\n\nПервый абзац,\r\nвторая строка.\r\n \t\n\n第二段。\nไทย\n\n\nend"


@pytest.mark.parametrize("ending", ["", ".gz", ".zst"])
@pytest.mark.parametrize(
    ("cut", "documents", "positions"),
    [
        ("file", [CONTENT], [1]),
        ("paragraph", ["Первый абзац,\nвторая строка.", "第二段。\nไทย", "end"], [3, 7, 11]),
        ("line", ["Первый абзац,", "вторая строка.", "第二段。", "ไทย", "end"], [3, 4, 7, 8, 11]),
    ],
)
def test_what_is_a_document(
    everything: Read, tmp_path: Path, ending: str, cut: str, documents: list[str], positions: list[int]
) -> None:
    pack = {"": bytes, ".gz": gzip.compress, ".zst": zstandard.compress}[ending]
    path = tmp_path / f"a.txt{ending}"
    path.write_bytes(b"\xef\xbb\xbf" + pack(CONTENT.encode()) if not ending else pack(CONTENT.encode()))
    found = everything(path, "text", text_unit=cut)
    assert found.texts == documents
    assert found.rows["position"].to_list() == positions
    assert found.rows["made_id"].all()
    assert found.rows["url"].null_count() == len(documents)
    unit = Unit(source="web", file=str(path), format="text", digest="d", size=1)
    assert reader.count(unit, Source(paths=["x"], text_unit=cut), 100) == len(documents)
    limited = everything(path, "text", text_unit=cut, limit=2)
    assert limited.texts == documents[:2]


def test_an_empty_file_is_one_empty_document_and_no_line(everything: Read, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    assert everything(tmp_path / "a.txt", "text").texts == [""]
    assert everything(tmp_path / "a.txt", "text", text_unit="line").batches == []
    assert everything(tmp_path / "a.txt", "text", text_unit="paragraph").batches == []


def test_invalid_utf8(everything: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("good\n\nmore\nстрока \xff".encode("cp1251", "replace") + b"\xff\n\n\xd0\xba\n")
    assert everything(path, "text").errors == [(1, "invalid_utf8")]
    paragraphs = everything(path, "text", text_unit="paragraph")
    assert paragraphs.texts == ["good", "к"]
    assert paragraphs.errors == [(3, "invalid_utf8")]
    assert "line 4 " in paragraphs.dead["message"].item()
    found = everything(path, "text", text_unit="line")
    assert found.texts == ["good", "more", "к"]
    assert found.errors == [(4, "invalid_utf8")]


@pytest.mark.parametrize("cut", ["file", "paragraph", "line"])
def test_too_long(everything: Read, tmp_path: Path, cut: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"short\n\n" + b"ab" * 50_000 + b"\nstill the second\n\nlast\n")
    found = everything(path, "text", text_unit=cut, max_document_bytes=50_000)
    assert found.errors == [(1 if cut == "file" else 3, "document_too_long")]
    assert len(found.dead["raw"].item()) == 2000
    expected = {"file": [], "paragraph": ["short", "last"], "line": ["short", "still the second", "last"]}
    assert found.texts == expected[cut]
    assert everything(path, "text", text_unit=cut).dead.height == 0


@pytest.mark.parametrize(("cut", "living"), [("file", 0), ("paragraph", 1), ("line", 2)])
def test_truncated(everything: Read, tmp_path: Path, cut: str, living: int) -> None:
    path = tmp_path / "a.txt.gz"
    packed = gzip.compress(b"whole\n\nin the damaged paragraph\ncut")
    path.write_bytes(packed[:-8])
    found = everything(path, "text", text_unit=cut)
    assert found.rows.height == living
    assert [error for _, error in found.errors] == ["damaged_file"]


def test_metadata_needs_fields(everything: Read, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(SourceError, match="has no fields"):
        everything(tmp_path / "a.txt", "text", metadata=["author"])
