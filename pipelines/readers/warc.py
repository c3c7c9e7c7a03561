"""Reads WARC files, plain or with gzip: the text of web pages (trafilatura) and of plain-text records."""

from __future__ import annotations

import codecs
import logging
import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import trafilatura
from warcio.bufferedreaders import ChunkedDataReader
from warcio.recordloader import ArcWarcRecordLoader

from pipelines.readers.contract import Batch, Unit
from pipelines.readers.records import Record, records
from pipelines.readers.rows import Rows, metadata
from schemas.recipe import Source

# Pages are broken in a thousand ways; what matters of it becomes a dead row or an empty text.
for _name in ("trafilatura", "htmldate", "courlan", "charset_normalizer", "warcio"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

_KINDS = ("response", "resource", "conversion")
_HTML = ("text/html", "application/xhtml+xml")
_KIND = re.compile(rb"^warc-type:[ \t]*(\S+)", re.IGNORECASE | re.MULTILINE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_LANG = re.compile(rb"<html\b[^>]{0,1000}?\blang\s*=\s*[\"']?([A-Za-z0-9_-]{2,35})", re.IGNORECASE)
_LOOKS_LIKE_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_LOOKED_AT = 4096  # bytes; HTML says its charset and language there
_LONGEST_PAGE = 20_000_000  # bytes; trafilatura says of longer pages that they are empty

# What pages call these charsets, and what browsers read them as (WHATWG Encoding Standard).
_AS_BROWSERS_DO = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
# Servers send these as their default, whatever the page is in.
_DEFAULTS = ("cp1252", "utf-8")


class _Unusable(Exception):
    """Why a record gives no document."""

    def __init__(self, error: str, message: str) -> None:
        self.error = error
        self.message = message


def read(unit: Unit, source: Source, frame_bytes: int) -> Iterator[Batch]:
    """Batches of about `frame_bytes` of text. A position is the number of a record from 1, all kinds counted.

    `source.metadata` names WARC or HTTP headers; of `source.fields`, only a null `id`, `url` or `date` has a meaning
    here. The date is WARC-Date: when the page was fetched.

    Raises:
        SourceError: the file cannot be opened.
        PermissionProblem: not allowed to read the file.
    """
    rows = Rows(unit, source, frame_bytes, place="record")
    for number, record in _wanted(unit, source):
        if rows.done:
            break
        _add(rows, number, record, source)
        if rows.full:
            yield rows.take()
    if len(rows):
        yield rows.take()


def count(unit: Unit, source: Source, most: int) -> int:
    """Rows of the unit, living or dead, counted up to `most`; no text is extracted."""
    found = 0
    for _ in _wanted(unit, source):
        found += 1
        if found == most:
            break
    return found


def _wanted(unit: Unit, source: Source) -> Iterator[tuple[int, Record]]:
    """Records with content, and those that cannot be read, with their numbers."""
    # Markup is longer than the text in it.
    longest = 8 * source.max_document_bytes + (16 << 20)
    for number, record in enumerate(records(unit.file, longest), start=1):
        kind = _KIND.search(record.content[:_LOOKED_AT])
        if record.problem == "damaged" or kind is None or kind[1].lower().decode("ascii", "replace") in _KINDS:
            yield number, record


def _add(rows: Rows, number: int, record: Record, source: Source) -> None:
    if record.problem is not None:
        error = "damaged_record" if record.problem == "damaged" else "document_too_long"
        mend = "Fetch the file again" if record.problem == "damaged" else "Raise source.max_document_bytes"
        rows.bury(number, error, f"record {number} cannot be read: {record.words}. {mend}.", record.content)
        return
    id = None
    try:
        parsed = _parsed(record.content)
        id = _identity(parsed)
        _check_status(parsed)
        text, lang = _text(parsed)
    except _Unusable as error:
        rows.bury(number, error.error, f"record {number}: {error.message}", record.content, id=id)
        return
    fields = source.fields
    headers = parsed.rec_headers
    names = source.metadata
    rows.add(
        number,
        text,
        id=_clean(id) if fields.id else None,
        url=_clean(headers.get_header("WARC-Target-URI")) if fields.url else None,
        date=_clean(headers.get_header("WARC-Date")) if fields.date else None,
        declared_language=(_header(parsed, "Content-Language") or "").split(",")[0].strip() or lang,
        metadata=metadata(names, [_clean(headers.get_header(name) or _header(parsed, name)) for name in names])
        if names
        else None,
    )


def _parsed(content: bytes) -> Any:
    try:
        return ArcWarcRecordLoader(verify_http=False).parse_record_stream(BytesIO(content), known_format="warc")
    except Exception as error:  # warcio raises whatever the broken header led to
        raise _Unusable("damaged_record", f"its headers cannot be read ({error}). Fetch the page again.") from error


def _identity(parsed: Any) -> str | None:
    id = parsed.rec_headers.get_header("WARC-Record-ID")
    return str(id).strip().removeprefix("<").removesuffix(">") if id else None


def _header(parsed: Any, name: str) -> str | None:
    """A header of the HTTP answer, if there is one."""
    value = parsed.http_headers.get_header(name) if parsed.http_headers else None
    return str(value) if value else None


def _clean(value: Any) -> str | None:
    """A header as text that polars takes: lone surrogates, which bytes in headers can become, are replaced."""
    return None if value is None else str(value).encode("utf-8", "replace").decode()


def _check_status(parsed: Any) -> None:
    if parsed.http_headers is None:
        return
    status = parsed.http_headers.get_statuscode()
    if status != "200":
        raise _Unusable(
            "http_error",
            f"the server answered {_clean(status)!r}, and only pages with 200 are read. Nothing is to be mended.",
        )


def _text(parsed: Any) -> tuple[str, str | None]:
    """The text of a record, and the language that its markup declares."""
    declared = _header(parsed, "Content-Type") if parsed.http_headers else parsed.content_type
    kind = (declared or "").partition(";")[0].strip().lower()
    if kind not in (*_HTML, "text/plain", ""):
        raise _unsupported(kind)
    payload = _payload(parsed)
    if kind == "" and _LOOKS_LIKE_HTML.match(payload[:_LOOKED_AT]):
        kind = "text/html"
    if kind == "":
        raise _unsupported("no type")
    charset = _CHARSET.search(declared or "")
    said = charset[1] if charset else None
    if kind == "text/plain":
        try:
            return _codec_text(payload, _codec(said) or "utf-8"), None
        except UnicodeDecodeError as error:
            raise _Unusable(
                "invalid_utf8",
                f"its text is not {error.encoding}: byte {payload[error.start]:#04x} at byte {error.start + 1}. "
                "Only the one who wrote it can mend that.",
            ) from error
    lang = _LANG.search(payload[:_LOOKED_AT])
    return _extracted(_as_utf8(payload, said)), lang[1].decode("ascii") if lang else None


def _unsupported(kind: str) -> _Unusable:
    return _Unusable(
        "unsupported_content_type",
        f"{_clean(kind)} came, and only {', '.join(_HTML)} and text/plain are read. "
        "Extract its text with a tool for that format and read it as JSON lines.",
    )


def _payload(parsed: Any) -> bytes:
    """The content of a record without transfer and content encoding."""
    stream = parsed.raw_stream
    if (_header(parsed, "Transfer-Encoding") or "").lower() == "chunked":
        stream = ChunkedDataReader(stream)  # takes content that was stored without chunks as it is
    payload = bytes(stream.read())
    encodings = (_header(parsed, "Content-Encoding") or "").lower().replace("x-gzip", "gzip").split(",")
    for encoding in reversed([name.strip() for name in encodings]):
        if encoding == "gzip" and payload.startswith(b"\x1f\x8b"):  # crawlers may store it unpacked
            payload = _inflated(payload, 31)
        elif encoding == "deflate":
            payload = _inflated(payload, 15 if payload[:1] == b"\x78" else -15)
        elif encoding not in ("", "identity", "gzip", "utf-8") and not _LOOKS_LIKE_HTML.match(payload[:_LOOKED_AT]):
            raise _Unusable(
                "unsupported_content_type",
                f"Content-Encoding {_clean(encoding)!r} came, and only gzip and deflate are read. "
                "Fetch the page again without it.",
            )
    return payload


def _inflated(payload: bytes, wbits: int) -> bytes:
    machine = zlib.decompressobj(wbits=wbits)
    most = 1000 * len(payload) + 1024  # zlib cannot do more
    try:
        content = machine.decompress(payload, most)
    except zlib.error as error:
        raise _Unusable(
            "damaged_record", f"its content cannot be decompressed: {error}. Fetch the page again."
        ) from error
    if not machine.eof:
        raise _Unusable("damaged_record", "its compressed content ends in the middle. Fetch the page again.")
    return content


def _codec(name: str | None) -> str | None:
    """Python's codec for a charset as pages call it; None for one that nobody knows."""
    if not name:
        return None
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    # Python counts hex, rot13 and the like as codecs too.
    return _AS_BROWSERS_DO.get(codec.name, codec.name) if codec._is_text_encoding else None


def _codec_text(payload: bytes, codec: str) -> str:
    return payload.decode("utf-8-sig" if codec == "utf-8" else codec)


def _as_utf8(payload: bytes, said: str | None) -> bytes:
    """The page in UTF-8, by the charset of the HTTP header or else of the page; unchanged when neither says one.

    A page that is valid UTF-8 is UTF-8 even where the server's default says otherwise; text in another charset
    that is not plain ASCII all but never is.
    """
    meta = _META.search(payload[:_LOOKED_AT])
    for name in (said, meta[1].decode("ascii") if meta else None):
        codec = _codec(name)
        if codec is None:
            continue
        if codec in _DEFAULTS:
            try:
                payload.decode()
                return payload
            except UnicodeDecodeError:
                pass
            if codec == "utf-8":
                continue  # it is not what it says: the page may say better
        return payload.decode(codec, "replace").encode("utf-8", "replace")
    return payload


def _extracted(page: bytes) -> str:
    """The main text of a page; empty when there is none (a rule rejects that)."""
    if len(page) > _LONGEST_PAGE:
        raise _Unusable(
            "document_too_long",
            f"the page has {len(page):,} bytes, and {_LONGEST_PAGE:,} are allowed. Fetch it in parts.",
        )
    try:
        text = trafilatura.extract(
            page, fast=True, favor_recall=True, include_comments=False, include_tables=True, deduplicate=False
        )
    except Exception as error:  # parsers fail on broken pages in ways that nobody lists
        raise _Unusable("damaged_record", f"no text can be extracted ({type(error).__name__}: {error}).") from error
    return _clean(text) or ""
