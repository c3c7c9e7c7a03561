"""Reads Parquet: one row group at a time, whole columns at once, only the columns that the recipe names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines import storage
from pipelines.readers.contract import DEAD, READ, Batch, Unit
from pipelines.readers.rows import (
    COLLECTED,
    MOST_ROWS,
    as_string,
    check_columns,
    dead_frame,
    heads,
    living,
    metadata,
)
from schemas.columns import empty
from schemas.errors import RecipeError, SourceError
from schemas.recipe import Fields, Source
from translators.text.records import rendering


class Undecodable(Exception):
    """The footer or a row group is damaged."""


def read(unit: Unit, source: Source, frame_bytes: int) -> Iterator[Batch]:
    """Batches of about `frame_bytes` of text. A position is a row number from 1 over the whole file.

    Raises:
        SourceError: no such file, no text column, or a column of a wrong type.
        PermissionProblem: not allowed to read the file.
    """
    with storage.our_errors(f"reading {unit.file}"), storage.open_read(unit.file) as handle:
        try:
            with _damage():
                file = pq.ParquetFile(handle, page_checksum_verification=True)
                footer, schema = file.metadata, file.schema_arrow
        except Undecodable as error:
            yield Batch(empty(READ), _damaged_file(unit, error))
            return
        columns = _columns(unit, source, schema)
        first = unit.first or 0
        last = footer.num_row_groups if unit.last is None else unit.last
        before = sum(footer.row_group(group).num_rows for group in range(first))
        left = unit.limit
        for group in range(first, last):
            promised = footer.row_group(group).num_rows
            wanted = promised if left is None else min(promised, left)
            if wanted:
                try:
                    table = _row_group(file, group, columns, promised)
                except Undecodable as error:
                    yield from _damaged_group(unit, group, before, wanted, error)
                else:
                    yield from _batches(unit, source, table.slice(0, wanted), before, frame_bytes)
            before += promised
            if left is not None:
                left -= wanted
                if not left:
                    break


def row_groups(file: str) -> list[tuple[int, int]] | None:
    """Rows and compressed bytes of each row group, from the footer; None when the footer is damaged."""
    with storage.our_errors(f"reading {file}"), storage.open_read(file) as handle:
        try:
            with _damage():
                footer = pq.ParquetFile(handle).metadata
        except Undecodable:
            return None
    groups = (footer.row_group(index) for index in range(footer.num_row_groups))
    return [(g.num_rows, sum(g.column(c).total_compressed_size for c in range(g.num_columns))) for g in groups]


@contextmanager
def _damage() -> Iterator[None]:
    """Turns what Arrow says about damaged bytes into `Undecodable`; trouble with the disk or network passes."""
    try:
        yield
    except OSError as error:
        # Arrow reports damage as OSError too, but without the number that the operating system gives.
        if error.errno is not None or hasattr(error, "response") or isinstance(error, ConnectionError | TimeoutError):
            raise
        raise Undecodable(str(error)) from error
    except (pa.ArrowException, ValueError, MemoryError) as error:  # a damaged length can ask for any memory
        raise Undecodable(str(error)) from error


def _row_group(file: Any, group: int, columns: list[str], promised: int) -> Any:
    with _damage():
        table = file.read_row_group(group, columns=columns, use_threads=False)
        if table.num_rows != promised:
            raise Undecodable(f"{table.num_rows:,} rows came, and the footer promises {promised:,}")
    return table


def _columns(unit: Unit, source: Source, schema: Any) -> list[str]:
    """The columns to read, all of them there and of a type that can be used."""
    check_columns(unit, source, schema.names)
    fields = source.fields
    if not fields.texts and not _is_text(_without_wrapping(text := schema.field(fields.text).type)):
        raise SourceError(
            f"{unit.file}: column {fields.text!r} holds {text}, but text is needed. "
            f"Set source.fields.text to one of the columns with text: {_text_columns(schema)}."
        )
    for key, name in (("id", fields.id), ("url", fields.url)):
        if name in schema.names and pa.types.is_nested(schema.field(name).type):
            raise SourceError(
                f"{unit.file}: column {name!r} holds {schema.field(name).type}, but source.fields.{key} needs text "
                f"or a number. Name another column, or null for none: source.fields.{key}=null."
            )
    wanted = [
        *(heads(fields) or [fields.text]), fields.id, fields.url, fields.date, fields.declared_language,
        fields.expected, *source.metadata,
    ]  # fmt: skip
    return [name for name in dict.fromkeys(wanted) if name is not None and name in schema.names]


def _text_columns(schema: Any) -> str:
    names = [field.name for field in schema if _is_text(_without_wrapping(field.type))]
    return ", ".join(names) or "there is none"


def _without_wrapping(kind: Any) -> Any:
    if isinstance(kind, pa.BaseExtensionType):
        kind = kind.storage_type
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _is_text(kind: Any) -> bool:
    types = pa.types
    return any(
        test(kind)
        for test in (
            types.is_string,
            types.is_large_string,
            types.is_string_view,
            types.is_binary,
            types.is_large_binary,
            types.is_binary_view,
            types.is_null,
        )
    )


def _plain(column: Any) -> Any:
    """The column without extension type and dictionary."""
    if isinstance(column.type, pa.BaseExtensionType):
        column = pa.chunked_array([chunk.storage for chunk in column.chunks], column.type.storage_type)
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _strings(column: Any) -> tuple[pl.Series, pl.Series]:
    """The column as text, and which values are not UTF-8 (of those, the text has replacement characters)."""
    column = _plain(column)
    if pa.types.is_fixed_size_binary(column.type):
        column = pa.chunked_array([[None if v is None else v.hex() for v in column.to_pylist()]], pa.large_string())
    elif not _is_text(column.type):
        column = column.cast(pa.large_string())
    # Parquet readers take strings as they come, and polars trusts Arrow: only this cast checks them.
    column = column.cast(pa.large_binary())
    try:
        return pl.Series(column.cast(pa.large_string())), pl.repeat(False, len(column), eager=True)
    except pa.ArrowInvalid:
        texts, bad = [], []
        for value in column.to_pylist():
            text = None if value is None else value.decode("utf-8", "replace")
            texts.append(text)
            bad.append(text is not None and "\ufffd" in text and not _is_utf8(value))
        return pl.Series(texts, dtype=pl.String), pl.Series(bad, dtype=pl.Boolean)


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


def _batches(unit: Unit, source: Source, table: Any, before: int, frame_bytes: int) -> Iterator[Batch]:
    """Batches of one row group, whose first row is number `before + 1`."""
    fields = source.fields
    named = ", ".join(fields.texts) or fields.text
    texts, bad_texts = _rendered(table, fields) if fields.texts else _strings(table.column(fields.text))
    ends = np.cumsum(texts.str.len_bytes().fill_null(0).to_numpy(), dtype=np.int64)
    start = 0
    while start < len(texts):
        used = int(ends[start - 1]) if start else 0
        # The row that fills the frame belongs to it.
        stop = min(int(np.searchsorted(ends, used + frame_bytes)) + 1, start + MOST_ROWS, len(texts))
        part = table.slice(start, stop - start)
        height = stop - start
        columns = {
            "position": pl.int_range(before + start + 1, before + stop + 1, eager=True),
            "text": texts[start:stop],
        }
        bad = {named: bad_texts[start:stop]}
        for key in ("id", "url", "declared_language", "expected"):
            name = getattr(fields, key)
            if name in part.column_names and _useful(key, part.schema.field(name).type):
                columns[key], bad[name] = _strings(part.column(name))
                if key == "url":
                    columns[key] = columns[key].replace("", None)
            else:
                columns[key] = pl.repeat(None, height, dtype=pl.String, eager=True)
        if fields.date in part.column_names:
            columns["date"] = _dates(part.column(fields.date))
        else:
            columns["date"] = pl.repeat(None, height, dtype=pl.String, eager=True)
        if source.metadata:
            columns["metadata"], bad["metadata"] = _metadata(part, source.metadata)
        else:
            columns["metadata"] = pl.repeat(None, height, dtype=pl.String, eager=True)
        frame = pl.DataFrame(columns, schema=COLLECTED)
        yield _batch(unit, source, frame, bad)
        start = stop


def _rendered(table: Any, fields: Fields) -> tuple[pl.Series, pl.Series]:
    """The text of each record, null where the record is of another shape, and which records are not UTF-8."""
    names = heads(fields)
    columns, broken = zip(*(_values(_plain(table.column(name))) for name in names), strict=True)
    texts: list[str | None] = []
    for row in zip(*columns, strict=True):
        try:
            texts.append(rendering(dict(zip(names, row, strict=True)), fields.texts))
        except RecipeError:
            texts.append(None)
    return pl.Series(texts, dtype=pl.String), pl.Series(map(any, zip(*broken, strict=True)), dtype=pl.Boolean)


def _useful(key: str, kind: Any) -> bool:
    """Numbers can be ids; they are no languages and no verdicts."""
    return key in ("id", "url") or _is_text(_without_wrapping(kind))


def _dates(column: Any) -> pl.Series:
    """The column as text: dates and times in ISO 8601, numbers in digits, and anything else as it is (no date then).

    What is not UTF-8 has replacement characters, and is no date either: no row is lost for that.
    """
    column = _plain(column)
    kind = column.type
    if _is_text(kind):
        return _strings(column)[0]
    if pa.types.is_timestamp(kind):
        # What is stored is UTC: a zone says only how it is shown, and no zone is taken as UTC.
        return pl.Series(column.cast(pa.int64()).cast(pa.timestamp(kind.unit)).cast(pa.large_string()))
    if pa.types.is_date(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        return pl.Series(column.cast(pa.large_string()))
    if pa.types.is_floating(kind):
        return pl.Series(column.cast(pa.float64())).fill_nan(None).cast(pl.String)
    if pa.types.is_duration(kind):
        return pl.Series(column).dt.to_string("iso")  # Arrow writes a bare number
    values, broken = _values(column)
    texts = ["\ufffd" if bad else as_string(value) for value, bad in zip(values, broken, strict=True)]
    return pl.Series(texts, dtype=pl.String)


def _metadata(part: Any, names: list[str]) -> tuple[pl.Series, pl.Series]:
    """The carried columns as JSON objects, and which of them hold what is not UTF-8."""
    columns, broken = zip(*(_values(_plain(part.column(name))) for name in names), strict=True)
    made = [metadata(names, row) for row in zip(*columns, strict=True)]
    return pl.Series(made, dtype=pl.String), pl.Series(map(any, zip(*broken, strict=True)), dtype=pl.Boolean)


def _values(column: Any) -> tuple[list[Any], list[bool]]:
    """The column in Python, and which values are not UTF-8 (None then)."""
    if pa.types.is_temporal(column.type):
        column = column.cast(pa.string())  # one spelling, whichever packages are installed
    try:
        return column.to_pylist(), [False] * len(column)
    except UnicodeDecodeError:
        values: list[Any] = []
        broken = []
        for value in column:
            try:
                values.append(value.as_py())
                broken.append(False)
            except UnicodeDecodeError:
                values.append(None)
                broken.append(True)
        return values, broken


def _batch(unit: Unit, source: Source, frame: pl.DataFrame, bad: dict[str, pl.Series]) -> Batch:
    """Living and dead rows of a frame; `bad` says for each column which rows are not UTF-8."""
    dead = []
    null = frame["text"].is_null()
    if any(series.any() for series in bad.values()) or null.any():
        spoilt = pl.repeat(False, frame.height, eager=True)
        for name, series in bad.items():
            rows = frame.filter(series & ~spoilt)
            message = pl.format(
                "Row {} is not UTF-8 in column {}. Write that text as UTF-8 and the file again.",
                "position",
                pl.lit(repr(name)),
            )
            dead.append(dead_frame(unit, rows, "invalid_utf8", message))
            spoilt = spoilt | series
        message = pl.format(
            "Row {} has null in column {}, but a text is needed. Fill it in or remove the row.",
            "position",
            pl.lit(repr(", ".join(source.fields.texts) or source.fields.text)),
        )
        dead.append(dead_frame(unit, frame.filter(null & ~spoilt), "null_text", message))
        frame = frame.filter(~(null | spoilt))
    batch = living(unit, source, frame)
    if not dead:
        return batch
    return Batch(batch.rows, pl.concat([*dead, batch.dead]).sort("position", maintain_order=True))


def _damaged_group(unit: Unit, group: int, before: int, promised: int, error: Undecodable) -> Iterator[Batch]:
    """One dead row for each row that the footer promises."""
    message = (
        f"{unit.file}: row group {group} cannot be decoded: {error}. Its {promised:,} rows are lost until the file is "
        "written or downloaded again; other row groups were read."
    )
    for start in range(before, before + promised, MOST_ROWS):
        stop = min(start + MOST_ROWS, before + promised)
        rows = pl.DataFrame({"position": pl.int_range(start + 1, stop + 1, eager=True)})
        yield Batch(empty(READ), dead_frame(unit, rows, "damaged_row_group", pl.lit(message)))


def _damaged_file(unit: Unit, error: Undecodable) -> pl.DataFrame:
    message = (
        f"{unit.file} cannot be read as Parquet: {error}. Nobody can say how many rows it held. "
        "Download or write the file again, or set source.format if it is of another kind."
    )
    rows = pl.DataFrame({"position": [1]}, schema={"position": pl.Int64})
    return dead_frame(unit, rows, "damaged_file", pl.lit(message)).select(column.name for column in DEAD)
