"""CSV and TSV: strict about quotes and counts, generous about length."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.readers import csv as reader
from pipelines.readers.contract import Unit
from schemas.errors import SourceError
from schemas.recipe import Source

Read = Callable[..., Any]


@pytest.mark.parametrize(("name", "separator"), [("a.csv", ","), ("a.tsv", "\t"), ("a.tsv.gz", "\t")])
def test_every_script_survives(everything: Read, tmp_path: Path, texts: list[str], name: str, separator: str) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    writer.writerow(["id", "text", "declared_language"])
    for index, text in enumerate(texts):
        writer.writerow([index, f'{text}, "so"\nsecond{separator} line', "th"])
    content = out.getvalue().encode()
    (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    found = everything(tmp_path / name, "csv")
    assert found.texts == [f'{text}, "so"\nsecond{separator} line' for text in texts]
    assert found.rows["position"].to_list() == [2 + 2 * index for index in range(len(texts))]
    assert set(found.rows["declared_language"]) == {"tha_Thai"}


def test_each_bad_row_dies_for_its_own_reason(everything: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        b"\xef\xbb\xbfid,text\r\n"
        b"1,good\r\n"
        b"2,too,many\r\n"
        b"3\r\n"
        b"\r\n"
        b"4,\xff\xfe\r\n"
        b'5,"quoted\r\nand \xff broken"\r\n'
        b'6,"mal"formed\r\n'
        b"7,last\r\n"
        b'8,"never closed\r\n9,swallowed\r\n'
    )
    found = everything(path, "csv")
    assert found.rows["id"].to_list() == ["1", "7"]
    assert found.errors == [
        (3, "wrong_number_of_fields"),
        (4, "wrong_number_of_fields"),
        (6, "invalid_utf8"),
        (7, "invalid_utf8"),
        (9, "damaged_record"),
        (11, "damaged_record"),
    ]
    assert "3 fields, but the header has 2" in found.dead["message"][0]
    assert found.dead["raw"][0] == "2,too,many\r\n"
    assert found.dead["raw"][5] == '8,"never closed\r\n9,swallowed\r\n'
    unit = Unit(source="web", file=str(path), format="csv", digest="d", size=1)
    assert reader.count(unit, Source(paths=["x"]), 100) == 8
    assert reader.count(unit, Source(paths=["x"]), 3) == 3
    assert everything(path, "csv", limit=3).errors == found.errors[:2]


def test_a_quote_that_is_never_closed_costs_only_so_much(
    everything: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = reader._Feed.__init__

    def small(self: Any, unit: Unit, source: Source) -> None:
        original(self, unit, source)
        self._longest = 50

    monkeypatch.setattr(reader._Feed, "__init__", small)
    path = tmp_path / "a.csv"
    path.write_text('id,text\n1,"open\n' + "x\n" * 60 + "2,b\n3,c\n")
    found = everything(path, "csv")
    assert found.errors[0] == (2, "document_too_long")
    assert "quote" in found.dead["message"][0]
    assert found.rows["id"].to_list() == ["2", "3"]


def test_very_long_fields(everything: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('text\n"' + "y\n" * 2_000_000 + '"\n')
    assert everything(path, "csv").texts == ["y\n" * 2_000_000]


def test_headers(everything: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"")
    assert everything(path, "csv").batches == []
    path.write_text("id,text\n")
    assert everything(path, "csv").batches == []
    path.write_text("id,body\n1,a\n")
    with pytest.raises(SourceError, match=r"no column 'text'.*id, body"):
        everything(path, "csv")
    path.write_text("text,text\na,b\n")
    with pytest.raises(SourceError, match="'text' twice"):
        everything(path, "csv")
    path.write_bytes(b"\xff\n1\n")
    with pytest.raises(SourceError, match="header cannot be read"):
        everything(path, "csv")


def test_empty_values(everything: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,text,url,note\n,"",,\n')
    rows = everything(path, "csv", metadata=["note"]).rows
    assert rows["text"].to_list() == [""]
    assert rows["made_id"].to_list() == [True]
    assert rows["url"].to_list() == [None]
    assert rows["metadata"].to_list() == ['{"note":""}']


def test_truncated_gzip(everything: Read, tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    content = "id,text\n" + "".join(f"{i},{i * 7919 % 10007}\n" for i in range(20_000))
    path.write_bytes(gzip.compress(content.encode())[:-20])
    found = everything(path, "csv")
    assert [error for _, error in found.errors] == ["damaged_file"]
    assert 10_000 < found.rows.height < 20_000
    assert found.dead["position"].item() == found.rows.height + 2


FIELD = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(FIELD, FIELD), max_size=6))
def test_what_pythons_writer_writes_is_read(everything: Read, tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(["id", "text"])
    writer.writerows(rows)
    path = tmp_path / "any.csv"
    path.write_bytes(out.getvalue().encode())
    found = everything(path, "csv")
    assert found.texts == [text for _, text in rows]
    assert found.dead.height == 0
