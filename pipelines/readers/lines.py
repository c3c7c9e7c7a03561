"""Bytes and lines of plain, gzip and zstd files, up to the place where a file is damaged."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Literal, Protocol

import zstandard

from pipelines import storage
from pipelines.readers.rows import RAW_CHARACTERS

GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
BOM = b"\xef\xbb\xbf"
_READ = 1 << 20
_FED = 1 << 14  # compressed bytes at a time: bounds what a file of zeros can blow up to
_KEPT = 4 * RAW_CHARACTERS  # bytes of an overlong line that are kept to be shown

Problem = Literal["too_long", "damaged"]


class Damaged(Exception):
    """The file cannot be decompressed further; all that could be has been handed over."""


class _Machine(Protocol):
    """What zlib's and zstandard's decompressors have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


def _gzip() -> _Machine:
    return zlib.decompressobj(wbits=31)


def _zstd() -> _Machine:
    return zstandard.ZstdDecompressor().decompressobj()


def blocks(stream: BinaryIO, file: str) -> Iterator[bytes]:
    """The bytes of a file, decompressed.

    Args:
        stream: opened for reading, at its beginning; it can seek.
        file: its name: `.gz` and `.zst` say how it is compressed; other names go by the first bytes,
            which no text in UTF-8 begins with.

    Raises:
        Damaged: the rest is corrupt or missing.
    """
    head = stream.read(4)
    stream.seek(0)
    if file.endswith(".gz") or head.startswith(GZIP):
        yield from _decompressed(stream, _gzip, "gzip")
    elif file.endswith(".zst") or head == ZSTD:
        yield from _decompressed(stream, _zstd, "zstd")
    else:
        while block := stream.read(_READ):
            yield block


def _decompressed(stream: BinaryIO, new: Callable[[], _Machine], kind: str) -> Iterator[bytes]:
    fed = 0  # compressed bytes whose content was handed over
    try:
        for taken, out in _steps(stream, new):
            fed = taken
            if out:
                yield out
        return
    except (zlib.error, zstandard.ZstdError) as error:
        problem = f"the {kind} data is corrupt after byte {fed:,}: {error}"
    except EOFError:
        raise Damaged(f"the {kind} data ends in the middle, after {fed:,} bytes") from None
    # A decompressor that fails keeps back what the last bytes still gave: go there again, byte by byte.
    stream.seek(0)
    try:
        for taken, out in _steps(stream, new, careful_from=fed):
            if taken > fed and out:
                yield out
    except (zlib.error, zstandard.ZstdError, EOFError):
        pass
    raise Damaged(problem)


def _steps(
    stream: BinaryIO, new: Callable[[], _Machine], careful_from: int | None = None
) -> Iterator[tuple[int, bytes]]:
    """How many compressed bytes were taken so far, and what the last of them gave.

    Several compressed streams in one file follow on each other.

    Args:
        careful_from: from this byte on, one byte at a time.
    """
    machine = new()
    fresh = True  # nothing of the current stream was fed yet
    taken = 0
    while block := stream.read(_READ):
        start = 0
        while start < len(block):
            step = 1 if careful_from is not None and taken >= careful_from else _FED
            rest = block[start : start + step]
            start += step
            taken += len(rest)
            gave = b""
            while rest:
                if fresh:
                    rest = rest.lstrip(b"\0")  # padding between streams, as gzip allows
                    if not rest:
                        break
                    fresh = False
                gave += machine.decompress(rest)
                rest = b""
                if machine.eof:
                    rest = machine.unused_data
                    machine, fresh = new(), True
            yield taken, gave
    if not fresh:
        raise EOFError


def lines(file: str, longest: int) -> Iterator[tuple[int, bytes, Problem | None, str]]:
    """The lines of a file, without the line feed.

    Args:
        file: address of the file.
        longest: bytes; of a longer line only the beginning is kept.

    Yields:
        Line number from 1, the line, what is wrong with it, and that in words. After a `damaged` line, which
        is what came of it before the damage, nothing more comes.
    """
    number = 0
    parts: list[bytes] = []  # the line that the last block ended in
    held = 0
    with storage.our_errors(f"reading {file}"), storage.open_read(file) as stream:
        damage = None
        source = blocks(stream, file)
        while True:
            try:
                block = next(source, None)
            except Damaged as error:
                damage = str(error)
                break
            if block is None:
                break
            pieces = block.split(b"\n")
            last = pieces.pop()
            for piece in pieces:
                if parts:
                    held += len(piece)
                    parts.append(piece)
                    piece = b"".join(parts)
                    parts = []
                else:
                    held = len(piece)
                number += 1
                if number == 1:
                    piece = piece.removeprefix(BOM)
                if held > longest:
                    yield number, piece[:_KEPT], "too_long", _too_long(held, longest)
                else:
                    yield number, piece, None, ""
                held = 0
            if last:
                held += len(last)
                parts.append(last)
                if held > longest:
                    parts = [b"".join(parts)[:_KEPT]]
        rest = b"".join(parts)
        if number == 0:
            rest = rest.removeprefix(BOM)
        if damage is not None:
            yield number + 1, rest[:_KEPT], "damaged", damage
        elif held > longest:
            yield number + 1, rest[:_KEPT], "too_long", _too_long(held, longest)
        elif rest:
            yield number + 1, rest, None, ""


def _too_long(held: int, longest: int) -> str:
    return f"the line has {held:,} bytes, and {longest:,} are the most that a document of the allowed size can need"


def damage_message(file: str, number: int, problem: str) -> str:
    """What to say about a file that ends in damage."""
    return (
        f"{file} cannot be read further than line {number}: {problem}. What came before it was read. "
        "Download or compress the file again, then run the same command."
    )
