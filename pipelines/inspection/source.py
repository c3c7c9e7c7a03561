"""The text of a document as it was before anything was edited: read again from its source."""

from __future__ import annotations

from pipelines import readers, storage
from pipelines.readers.contract import Unit
from pipelines.readers.files import ENDINGS
from pipelines.readers.parquet import row_groups
from schemas.errors import SourceError
from schemas.recipe import Source

_FRAME_BYTES = 8 << 20


def text(name: str, source: Source, file: str, position: int, row_id: str) -> str | None:
    """The text at a place of an input file.

    Args:
        name: of the source.
        source: how it is read.
        file: the input file, as the run found it.
        position: row, line or record in it, from 1.
        row_id: the document that was there.

    Returns:
        None where the row has no text.

    Raises:
        SourceError: the file is gone, or has another document there now.
    """
    unit = Unit(name, file, _format(source, file), digest="", size=storage.size(file), limit=position)
    if unit.format == "parquet":
        unit = _narrowed(unit, position)
    for batch in readers.read(unit, source, _FRAME_BYTES):
        found = batch.rows.filter(position=position)
        if found.height:
            id_, text_ = found["id"][0], found["text"][0]
            # Ids that are made from content get a number where several documents have the same.
            if row_id != id_ and not row_id.startswith(f"{id_}-"):
                break
            return None if text_ is None else str(text_)
    raise SourceError(
        f"{file} has no document {row_id!r} at position {position} any more: it was changed since the run."
    )


def _narrowed(unit: Unit, position: int) -> Unit:
    """The unit of the one row group that has the row."""
    before = 0
    for group, (rows, _) in enumerate(row_groups(unit.file) or []):
        if before < position <= before + rows:
            return Unit(
                unit.source, unit.file, unit.format, "", unit.size, first=group, last=group + 1, limit=position - before
            )
        before += rows
    return unit


def _format(source: Source, file: str) -> str:
    if source.format != "auto":
        return source.format
    plain = file.partition("?")[0].lower()
    for compression in (".gz", ".zst"):
        plain = plain.removesuffix(compression)
    return next((format_ for ending, format_ in ENDINGS.items() if plain.endswith(ending)), "text")
