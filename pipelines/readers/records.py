"""Cuts a WARC file into records, and goes on behind those that are damaged.

warcio's own iterator ends silently at the first damaged byte; here it only parses records that are whole.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

from pipelines import storage
from pipelines.readers.lines import GZIP

_READ = 1 << 20
_FED = 1 << 14  # compressed bytes at a time
_PEEKED = 1 << 12  # compressed bytes that tell whether a record begins
_MEMBER = b"\x1f\x8b\x08"
_START = re.compile(rb"WARC/[0-9]\.[0-9]+\r?\n")
_NEXT = re.compile(rb"\r?\n\r?\n(WARC/[0-9]\.[0-9]+\r?\n)")
_BLANK = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^content-length:[ \t]*([0-9]{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_HEADERS = 1 << 20  # bytes; longer headers are none
_SIGNED = 16  # bytes that hold the first line of any record
_KEPT = 1 << 16  # bytes of a broken record that are kept to be shown


@dataclass(frozen=True)
class Record:
    """One record as it stands in the file.

    Args:
        content: the WARC headers, a blank line and the block; only the beginning where there is a problem.
        problem: null when the record is whole.
        words: the problem in words.
    """

    content: bytes
    problem: Literal["too_long", "damaged"] | None = None
    words: str = ""


@dataclass(frozen=True)
class _Gap:
    """Bytes could not be decompressed; the next bytes begin a record."""

    words: str


class _Checked:
    """All bytes so far were decompressed and their checksum was right."""


def records(file: str, longest: int) -> Iterator[Record]:
    """The records of a file in order. A stretch that cannot be read counts as one record.

    Args:
        file: address of a `.warc` or `.warc.gz` file.
        longest: bytes of the longest record that is kept.
    """
    with storage.our_errors(f"reading {file}"), storage.open_read(file) as stream:
        head = stream.read(2)
        stream.seek(0)
        pieces = _members(stream) if file.endswith(".gz") or head == GZIP else _plain(stream)
        yield from _cut(pieces, longest)


def _plain(stream: BinaryIO) -> Iterator[bytes | _Gap | _Checked]:
    while block := stream.read(_READ):
        yield block
    yield _Checked()


def _members(stream: BinaryIO) -> Iterator[bytes | _Gap | _Checked]:
    """What is in the gzip members, one after the other; behind a damaged one comes the next that begins a record."""
    start = 0  # where the current member begins
    while True:
        stream.seek(start)
        data = stream.read(_FED)
        if not data:
            return
        padding = len(data) - len(data.lstrip(b"\0"))
        if padding:
            start += padding
            continue
        machine = zlib.decompressobj(wbits=31)
        taken = 0
        problem = ""
        while data and not machine.eof:
            try:
                out = machine.decompress(data)
            except zlib.error as error:
                problem = f"the gzip data is corrupt: {error}"
                break
            taken += len(data)
            if out:
                yield out
            data = b"" if machine.eof else stream.read(_FED)
        if not problem and not machine.eof:
            problem = "the file ends in the middle of the gzip data"
        if problem:
            yield _Gap(f"{problem} (gzip member at byte {start:,})")
            found = _next_member(stream, start + 1)
            if found is None:
                return
            start = found
        else:
            yield _Checked()
            start += taken - len(machine.unused_data)


def _next_member(stream: BinaryIO, start: int) -> int | None:
    """Where, from byte `start` on, the next gzip member begins that begins with a record."""
    stream.seek(start)
    at = start
    held = b""
    while block := stream.read(_READ):
        held += block
        found = held.find(_MEMBER)
        while found >= 0:
            here = stream.tell()
            stream.seek(at + found)
            beginning = stream.read(_PEEKED)
            stream.seek(here)
            try:
                if _START.match(zlib.decompressobj(wbits=31).decompress(beginning, 64)):
                    return at + found
            except zlib.error:
                pass
            found = held.find(_MEMBER, found + 1)
        keep = len(_MEMBER) - 1
        at += len(held) - len(held[-keep:])
        held = held[-keep:]
    return None


@dataclass(frozen=True)
class _Step:
    """What can be done with the bytes at hand: hand over a record, drop some bytes, or wait for more."""

    record: Record | None = None
    used: int = 0  # bytes that are done with; 0 means wait
    wanted: int = 0  # bytes that must be there before looking again is worth while
    skip: int = 0  # bytes that are to be dropped when they come


def _cut(pieces: Iterator[bytes | _Gap | _Checked], longest: int) -> Iterator[Record]:
    """Records from bytes; a record is handed over when its checksum was checked, or the next one begins behind it."""
    held = bytearray()  # begins where a record begins
    wanted = skip = 0
    border = False  # a gzip member ended, and the record in `held` did not
    for piece in pieces:
        if isinstance(piece, _Gap):
            yield Record(bytes(held[:_KEPT]), "damaged", piece.words)
            held.clear()
            wanted = skip = 0
            border = False
            continue
        if isinstance(piece, bytes):
            if border and _START.match(piece):
                yield Record(
                    bytes(held[:_KEPT]), "damaged", "its gzip member ends before its Content-Length is reached"
                )
                held.clear()
                wanted = 0
            border = False
            dropped = min(skip, len(piece))
            skip -= dropped
            held += memoryview(piece)[dropped:]
            if len(held) < wanted:
                continue
        else:
            skip = 0  # an overlong record does not reach into the next member
        while held:
            step = _first(held, longest, checked=isinstance(piece, _Checked))
            if step.record is not None:
                yield step.record
            wanted, skip = step.wanted, step.skip
            del held[: step.used]
            if not step.used:
                break
        border = isinstance(piece, _Checked) and bool(held)
    while held:
        step = _first(held, longest, checked=True)
        if not step.used:  # it waits for what does not come; a wrong length may have swallowed whole records
            step = _lost(held, 1, 0, "the file ends before its headers or its Content-Length do")
        if step.record is not None:
            yield step.record
        del held[: step.used]


def _first(held: bytearray, longest: int, *, checked: bool) -> _Step:
    """What to do with the first record in `held`."""
    blanks = len(held) - len(held.lstrip(b"\r\n"))
    if blanks:
        return _Step(used=blanks)
    start = _START.match(held)
    if start is None:
        if len(held) < _SIGNED and not checked:
            return _Step(wanted=_SIGNED)
        return _lost(held, 0, longest, "there is no WARC/1.0 or WARC/1.1 where a record should begin")
    blank = _BLANK.search(held)
    if blank is None:
        if len(held) > _HEADERS:
            return _lost(held, start.end(), longest, "its headers do not end")
        return _Step(wanted=len(held) + 1)
    length = _LENGTH.search(held, 0, blank.start() + 2)
    if length is None:
        return _lost(held, blank.start(), longest, "it has no Content-Length")
    end = blank.end() + int(length[1])
    if end > longest:
        record = Record(bytes(held[:_KEPT]), "too_long", f"the record has {end:,} bytes, and {longest:,} are allowed")
        return _Step(record, used=min(end, len(held)), skip=max(0, end - len(held)))
    if len(held) < end:
        return _Step(wanted=end)
    behind = held[end : end + 2 * _SIGNED].lstrip(b"\r\n")
    if _START.match(behind) or (not behind and checked):
        return _Step(Record(bytes(held[:end])), used=end)
    if len(behind) < _SIGNED and not checked:
        return _Step(wanted=max(end + 2 * _SIGNED, len(held) + 1))
    return _lost(held, blank.start(), longest, "no other record begins where its Content-Length says that it ends")


def _lost(held: bytearray, after: int, longest: int, words: str) -> _Step:
    """Gives up the record in `held` and looks for the next one behind byte `after`."""
    following = _NEXT.search(held, after)
    if following is None and len(held) < longest:
        return _Step(wanted=len(held) + _READ)
    used = len(held) if following is None else following.start(1)
    return _Step(Record(bytes(held[:_KEPT]), "damaged", words), used=used)
