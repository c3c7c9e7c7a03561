"""Reads plain text: a file, a paragraph or a line is a document; plain or compressed with gzip or zstd."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines import storage
from pipelines.readers.contract import Batch, Unit
from pipelines.readers.lines import BOM, Damaged, Problem, blocks, damage_message, lines
from pipelines.readers.rows import RAW_CHARACTERS, Rows
from schemas.errors import SourceError
from schemas.recipe import Source

Piece = tuple[int, bytes, Problem | None, str]  # line that it begins on, content, what is wrong, that in words


def read(unit: Unit, source: Source, frame_bytes: int) -> Iterator[Batch]:
    """Batches of about `frame_bytes` of text. A position is the line that a document begins on, from 1.

    A whole file is one document even when it is empty; blank lines are neither lines nor paragraphs.

    Raises:
        SourceError: the file cannot be opened, or the recipe asks for fields, which plain text does not have.
        PermissionProblem: not allowed to read the file.
    """
    if source.metadata:
        raise SourceError(
            f"{unit.file}: plain text has no fields, but source.metadata names {', '.join(source.metadata)}. "
            "Leave source.metadata out, or use JSON lines."
        )
    rows = Rows(unit, source, frame_bytes)
    for number, content, problem, words in _pieces(unit, source):
        if rows.done:
            break
        if problem == "damaged":
            rows.bury(number, "damaged_file", damage_message(unit.file, number, words), content)
        elif problem == "too_long":
            message = (
                f"line {number}: {words}. Split the document, raise source.max_document_bytes or set source.text_unit."
            )
            rows.bury(number, "document_too_long", message, content)
        else:
            _add(rows, number, content)
        if rows.full:
            yield rows.take()
    if len(rows):
        yield rows.take()


def count(unit: Unit, source: Source, most: int) -> int:
    """Rows of the unit, living or dead, counted up to `most`."""
    if source.text_unit == "file":
        return min(most, 1)
    found = 0
    for _ in _pieces(unit, source):
        found += 1
        if found == most:
            break
    return found


def _add(rows: Rows, number: int, content: bytes) -> None:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = number + content.count(b"\n", 0, error.start)
        message = (
            f"line {line} is not UTF-8 (byte {content[error.start]:#04x}). Convert the file, for example with iconv."
        )
        rows.bury(number, "invalid_utf8", message, content)
        return
    rows.add(number, text)


def _pieces(unit: Unit, source: Source) -> Iterator[Piece]:
    most = source.max_document_bytes
    if source.text_unit == "file":
        yield _file(unit.file, most)
    elif source.text_unit == "line":
        for number, line, problem, words in lines(unit.file, most):
            if problem or not _blank(line):
                yield number, line.removesuffix(b"\r"), problem, words
    else:
        yield from _paragraphs(unit.file, most)


def _blank(line: bytes) -> bool:
    return not line or line.isspace()


def _file(file: str, most: int) -> Piece:
    parts = []
    held = 0
    with storage.our_errors(f"reading {file}"), storage.open_read(file) as stream:
        try:
            for block in blocks(stream, file):
                parts.append(block)
                held += len(block)
                if held > most + len(BOM):
                    words = f"the file has more than {most:,} bytes, the most that a document may have"
                    return 1, b"".join(parts)[: 4 * RAW_CHARACTERS], "too_long", words
        except Damaged as error:
            # Half a document is not a document.
            return 1, b"".join(parts)[: 4 * RAW_CHARACTERS], "damaged", str(error)
    return 1, b"".join(parts).removeprefix(BOM), None, ""


def _paragraphs(file: str, most: int) -> Iterator[Piece]:
    first = held = 0
    parts: list[bytes] = []
    long = False
    for number, line, problem, words in lines(file, most):
        if problem == "damaged":
            # The paragraph that the damage fell into is not whole.
            yield first or number, b"\n".join([*parts, line])[: 4 * RAW_CHARACTERS], "damaged", words
            return
        if problem is None and _blank(line):
            if parts:
                yield _paragraph(first, parts, long, most)
            parts, held, long = [], 0, False
            continue
        if not parts:
            first = number
        held += len(line) + 1
        long = long or problem == "too_long" or held > most + 1
        if not long or sum(map(len, parts[:2])) < RAW_CHARACTERS:
            parts.append(line.removesuffix(b"\r"))
    if parts:
        yield _paragraph(first, parts, long, most)


def _paragraph(first: int, parts: list[bytes], long: bool, most: int) -> Piece:
    if long:
        words = f"the paragraph has more than {most:,} bytes, the most that a document may have"
        return first, b"\n".join(parts)[: 4 * RAW_CHARACTERS], "too_long", words
    return first, b"\n".join(parts), None, ""
