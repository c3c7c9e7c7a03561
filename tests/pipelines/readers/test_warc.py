"""WARC: text of pages in the charset that they say, and damage that costs one record."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipelines import readers
from pipelines.readers import records
from pipelines.readers import warc as reader
from pipelines.readers.contract import Unit
from schemas.errors import MissingPackage
from schemas.recipe import Source

Read = Callable[..., Any]

SENTENCES = {
    "fra": "Le moulin tourne depuis trois siècles au bord de la rivière et le meunier y moud encore le blé du village.",
    "rus": "Мельница стоит у реки уже триста лет, и мельник до сих пор мелет там зерно для всей деревни.",
    "jpn": "川のほとりの水車は三百年も回り続けていて、粉屋は今でも村のために麦をひいている。",
    "arb": "تدور الطاحونة على ضفة النهر منذ ثلاثة قرون، وما زال الطحان يطحن فيها قمح القرية.",
    "kor": "강가의 물레방아는 삼백 년 동안 돌고 있으며 방앗간 주인은 지금도 마을의 밀을 빻는다.",
    "tha": "กังหันริมแม่น้ำหมุนมาสามร้อยปีแล้ว และคนโม่แป้งยังคงโม่ข้าวสาลีให้หมู่บ้าน",
    "ell": "Ο μύλος γυρίζει τρεις αιώνες δίπλα στο ποτάμι και ο μυλωνάς αλέθει ακόμη το σιτάρι του χωριού.",
    "hin": "नदी के किनारे की चक्की तीन सौ साल से घूम रही है और चक्कीवाला आज भी गाँव का गेहूँ पीसता है।",
}


def page(text: str, head: str = "", attributes: str = "") -> str:
    return (
        f"<html{attributes}><head>{head}<title>t</title></head><body><nav><a href='/'>Home</a></nav>"
        # Long enough for trafilatura to take it for the main text in every script.
        f"<article><h1>1</h1>{f'<p>{text}</p>' * 12}</article></body></html>"
    )


class Archive:
    """Writes a WARC file record by record."""

    def __init__(self, packed: bool = True) -> None:
        self.out = BytesIO()
        self.packed = packed
        self.writer = WARCWriter(self.out, gzip=packed)
        self.starts: list[int] = []

    def add(
        self,
        body: bytes,
        *headers: tuple[str, str],
        status: str = "200 OK",
        kind: str = "response",
        type: str | None = "text/html",
        uri: str = "https://a.example/p",
        warc: dict[str, str] | None = None,
    ) -> Archive:
        http = [*headers, *([("Content-Type", type)] if type else [])]
        number = len(self.starts) + 1
        warc_headers = {"WARC-Record-ID": f"<urn:uuid:{number}>", "WARC-Date": "2024-01-01T00:00:00Z", **(warc or {})}
        record = self.writer.create_warc_record(
            uri,
            kind,
            payload=BytesIO(body),
            http_headers=StatusAndHeaders(status, http, protocol="HTTP/1.1")
            if kind in ("response", "request")
            else None,
            warc_content_type=type or "" if kind in ("resource", "conversion") else "",
            warc_headers_dict=warc_headers,
        )
        self.starts.append(self.out.tell())
        self.writer.write_record(record)
        return self

    def write(self, path: Path) -> Path:
        path.write_bytes(self.out.getvalue())
        return path


@pytest.mark.parametrize("packed", [True, False], ids=["gz", "plain"])
def test_every_script_survives(everything: Read, tmp_path: Path, packed: bool) -> None:
    archive = Archive(packed)
    for code, text in SENTENCES.items():
        archive.add(page(text, attributes=f' lang="{code}"').encode(), type="text/html; charset=utf-8")
    found = everything(archive.write(tmp_path / ("a.warc.gz" if packed else "a.warc")), "warc", frame_bytes=500)
    assert len(found.batches) > 1
    for got, text in zip(found.texts, SENTENCES.values(), strict=True):
        assert text in got
        assert "Home" not in got
    assert found.rows["id"].to_list() == [f"urn:uuid:{i}" for i in range(1, 9)]
    assert set(found.rows["url"]) == {"https://a.example/p"}
    assert found.rows["declared_language"][:3].to_list() == ["fra_Latn", "rus_Cyrl", "jpn_Jpan"]


@pytest.mark.parametrize(
    ("code", "charset", "header", "head"),
    [
        ("rus", "cp1251", "text/html; charset=windows-1251", ""),
        ("rus", "koi8_r", "text/html", '<meta charset="koi8-r">'),
        ("rus", "utf-8", "text/html; charset=ISO-8859-1", ""),  # a server's default, wrong
        ("jpn", "shift_jis", "text/html", '<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">'),
        ("jpn", "iso2022_jp", "text/html;charset=iso-2022-jp", ""),
        ("fra", "cp1252", "text/html; charset=iso-8859-1", ""),
        ("kor", "cp949", 'text/html; charset="euc-kr"', ""),
        ("arb", "utf-16", "text/html; charset=utf-16", ""),
        ("tha", "cp874", "application/xhtml+xml; charset=TIS-620", ""),
        ("ell", "iso8859_7", "text/html; charset=nonsense", '<meta charset="iso-8859-7">'),
    ],
)
def test_charset_of_header_and_page(
    everything: Read, tmp_path: Path, code: str, charset: str, header: str, head: str
) -> None:
    archive = Archive().add(page(SENTENCES[code], head).encode(charset), type=header)
    found = everything(archive.write(tmp_path / "a.warc.gz"), "warc")
    assert SENTENCES[code] in found.texts[0]


def test_kinds_of_records_and_what_they_become(
    everything: Read, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    good = page(SENTENCES["fra"]).encode()
    archive = (
        Archive()
        .add(b"", kind="request", status="GET / HTTP/1.1")
        .add(good, ("Content-Language", "fr-CA, en"))
        .add(b"%PDF-1.7", type="application/pdf")
        .add(good, status="404 Not Found")
        .add("просто текст".encode(), kind="conversion", type="text/plain")
        .add("plain \xe9".encode("latin-1"), type="text/plain; charset=latin-1")
        .add(b"\xff\xfe\xff", kind="resource", type="text/plain")
        .add(good, type=None)
        .add(b"\x00\x01\x02", type=None)
        .add(b"<html><body></body></html>")
        .add(good, kind="metadata", type="text/html")
        .add(good, ("Content-Encoding", "br"))
        .add(b"\x8b\x02\x80 not html", ("Content-Encoding", "br"))
    )
    path = archive.write(tmp_path / "a.warc.gz")
    found = everything(path, "warc", metadata=["WARC-Date", "Content-Type"])
    assert found.rows["position"].to_list() == [2, 5, 6, 8, 10, 12]
    assert found.rows["declared_language"][0] == "fra_Latn"
    assert found.texts[1:3] == ["просто текст", "plain é"]
    assert SENTENCES["fra"] in found.texts[3]
    assert found.texts[4] == ""
    assert found.rows["metadata"][1] == '{"Content-Type":"text/plain","WARC-Date":"2024-01-01T00:00:00Z"}'
    assert found.errors == [
        (3, "unsupported_content_type"),
        (4, "http_error"),
        (7, "invalid_utf8"),
        (9, "unsupported_content_type"),
        (13, "unsupported_content_type"),
    ]
    assert found.dead["id"].to_list() == [f"urn:uuid:{i}" for i in (3, 4, 7, 9, 13)]
    assert "application/pdf" in found.dead["message"][0]
    assert "404" in found.dead["message"][1]
    unit = Unit(source="web", file=str(path), format="warc", digest="d", size=1)
    assert reader.count(unit, Source(paths=["x"]), 100) == 11
    assert everything(path, "warc", limit=3).rows["position"].to_list() == [2]
    printed = capfd.readouterr()
    assert (printed.out, printed.err) == ("", "")


def test_content_and_transfer_encodings(everything: Read, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    body = page(SENTENCES["hin"]).encode()
    packed = gzip.compress(body)
    chunked = b"%x\r\n" % len(packed) + packed + b"\r\n0\r\n\r\n"
    raw_deflate = zlib.compressobj(wbits=-15)
    archive = (
        Archive()
        .add(packed, ("Content-Encoding", "gzip"))
        .add(chunked, ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked"))
        .add(body, ("Content-Encoding", "gzip"))
        .add(zlib.compress(body), ("Content-Encoding", "deflate"))
        .add(raw_deflate.compress(body) + raw_deflate.flush(), ("Content-Encoding", "deflate"))
        .add(packed[:-12], ("Content-Encoding", "gzip"))
        .add(packed[:30] + b"\x00" * 30 + packed[60:], ("Content-Encoding", "gzip"))
    )
    found = everything(archive.write(tmp_path / "a.warc.gz"), "warc")
    assert found.rows["position"].to_list() == [1, 2, 3, 4, 5]
    assert all(SENTENCES["hin"] in text for text in found.texts)
    assert found.errors == [(6, "damaged_record"), (7, "damaged_record")]
    assert capfd.readouterr().err == ""


def five() -> Archive:
    archive = Archive()
    for text in list(SENTENCES.values())[:5]:
        archive.add(page(text).encode())
    return archive


@pytest.mark.parametrize("fed", [1, 100, 1 << 14])
@pytest.mark.parametrize("where", ["first bytes", "middle", "checksum"])
def test_a_corrupt_gzip_member_costs_one_record(
    everything: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, fed: int
) -> None:
    monkeypatch.setattr(records, "_FED", fed)
    archive = five()
    content = bytearray(archive.out.getvalue())
    start, stop = archive.starts[2], archive.starts[3]
    at = {"first bytes": start, "middle": (start + stop) // 2, "checksum": stop - 8}[where]
    content[at : at + 4] = bytes(255 - byte for byte in content[at : at + 4])
    (tmp_path / "a.warc.gz").write_bytes(content)
    found = everything(tmp_path / "a.warc.gz", "warc")
    assert found.rows["id"].to_list() == [f"urn:uuid:{i}" for i in (1, 2, 4, 5)]
    assert found.errors == [(3, "damaged_record")]


@pytest.mark.parametrize("packed", [True, False], ids=["gz", "plain"])
def test_a_truncated_file(everything: Read, tmp_path: Path, packed: bool) -> None:
    archive = Archive(packed)
    for _ in range(3):
        archive.add(page(SENTENCES["kor"]).encode())
    (tmp_path / "a.warc").write_bytes(archive.out.getvalue()[:-60])
    found = everything(tmp_path / "a.warc", "warc")
    assert found.rows["position"].to_list() == [1, 2]
    assert found.errors == [(3, "damaged_record")]
    (tmp_path / "b.warc").write_bytes(b"")
    assert everything(tmp_path / "b.warc", "warc").batches == []


@pytest.mark.parametrize(
    "wrong",
    [
        b"Content-Length: 7\r\n",
        b"Content-Length: 4000\r\n",
        b"Content-Length: 999999\r\n",
        b"Content-Length: 90000000000\r\n",
        b"Content-Length: x\r\n",
        b"",
    ],
)
def test_a_wrong_length_costs_one_record(everything: Read, tmp_path: Path, wrong: bytes) -> None:
    for packed in (True, False):
        parts = []
        for number, text in enumerate(list(SENTENCES.values())[:3], start=1):
            one = Archive(packed=False).add(page(text).encode(), warc={"WARC-Record-ID": f"<{number}>"}).out.getvalue()
            if number == 2:
                head, _, rest = one.partition(b"Content-Length: ")
                one = head + wrong + rest.partition(b"\r\n")[2]
            parts.append(gzip.compress(one) if packed else one)
        (tmp_path / "a.warc").write_bytes(b"".join(parts))
        found = everything(tmp_path / "a.warc", "warc")
        if b"9000" in wrong and not packed:  # nothing tells where an endless record ends
            assert found.rows["id"].to_list() == ["1"]
            assert found.errors == [(2, "document_too_long")]
            continue
        assert found.rows["id"].to_list() == ["1", "3"], (packed, found.errors)
        assert [position for position, _ in found.errors] == [2]


def test_one_gzip_stream_around_all_records(everything: Read, tmp_path: Path) -> None:
    archive = Archive(packed=False)
    for text in SENTENCES.values():
        archive.add(page(text).encode())
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(archive.out.getvalue()))
    assert everything(tmp_path / "a.warc.gz", "warc").rows.height == len(SENTENCES)


def test_a_record_without_an_id_gets_one_from_its_content(everything: Read, tmp_path: Path) -> None:
    one = Archive(packed=False).add(page(SENTENCES["ell"]).encode()).out.getvalue()
    (tmp_path / "a.warc").write_bytes(one.replace(b"WARC-Record-ID: <urn:uuid:1>\r\n", b""))
    rows = everything(tmp_path / "a.warc", "warc").rows
    assert rows["made_id"].item()
    assert len(rows["id"].item()) == 32


def test_reading_twice_gives_the_same(everything: Read, tmp_path: Path) -> None:
    path = five().write(tmp_path / "a.warc.gz")
    assert everything(path, "warc").rows.equals(everything(path, "warc").rows)


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "pipelines.readers.warc")
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(MissingPackage, match=r"trafilatura.*glotmill\[warc\]"):
        readers.reader("warc")
