"""What all readers share: from what a record holds to batches of living and dead rows.

Formats that give one record at a time collect them in `Rows`; Parquet hands whole columns to `living`.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson
import polars as pl
import xxhash

from filters import _segments
from pipelines.readers import dates
from pipelines.readers.contract import DEAD, READ, Batch, Unit
from schemas import paths
from schemas.columns import empty, polars_schema
from schemas.errors import RecipeError, SourceError, one_of
from schemas.languages import label
from schemas.recipe import Fields, Source
from translators.text.records import rendering

# The closed list of what can be wrong with a row.
ERRORS = (
    "invalid_json",
    "not_an_object",
    "missing_text",
    "null_text",
    "text_not_a_string",
    "invalid_utf8",
    "document_too_long",
    "damaged_row_group",
    "damaged_file",
    "damaged_record",
    "wrong_number_of_fields",
    "unsupported_content_type",
    "http_error",
)
RAW_CHARACTERS = 2_000
# A million empty rows hold no text, but a frame of them all would still be large.
MOST_ROWS = 65_536
_LONGEST_CODE = 64  # characters; a longer "language code" is something else

# The columns of living rows before `living` completes them.
COLLECTED = pl.Schema(
    {
        "position": pl.Int64,
        "text": pl.String,
        "id": pl.String,
        "url": pl.String,
        "date": pl.String,
        "declared_language": pl.String,
        "expected": pl.String,
        "metadata": pl.String,
    }
)
_DEAD_SCHEMA = polars_schema(DEAD)


def make_id(text: str, url: str | None, metadata: str | None) -> str:
    """An id made from content: 32 hex digits of xxh3_128. The same content gives the same id everywhere."""
    # JSON as the frame: no text can imitate the border between two fields.
    return xxhash.xxh3_128_hexdigest(orjson.dumps([text, url, metadata]))


def language(code: str) -> str | None:
    """The label of a declared language code, or None when nobody knows the code."""
    if len(code) > _LONGEST_CODE:
        return None
    try:
        return label(code)
    except ValueError:
        return None


def as_string(value: Any) -> str | None:
    """A value as the text that ids and addresses have: numbers become strings, empty and null become None."""
    if value is None or isinstance(value, str):
        return value or None
    return json(value)


def json(value: Any) -> str:
    """A value as JSON with sorted keys, the same from every format."""
    options = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS
    return orjson.dumps(value, default=_unusual, option=options).decode()


def metadata(names: Sequence[str], values: Sequence[Any]) -> str | None:
    """The carried fields as a JSON object with sorted keys; nulls are left out, nothing left gives None."""
    held = {name: value for name, value in zip(names, values, strict=True) if value is not None}
    return json(held) if held else None


def _unusual(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def readable(raw: bytes | str | None) -> str | None:
    """The first characters of what came, with what is not Unicode replaced."""
    if raw is None:
        return None
    if isinstance(raw, bytes):
        raw = raw[: 4 * RAW_CHARACTERS].decode("utf-8", "replace")
    return _segments.prefix(raw[: 2 * RAW_CHARACTERS].encode("utf-8", "replace").decode("utf-8"), RAW_CHARACTERS)


def replay(file: str, place: str) -> str:
    """How to read a row again after it was mended."""
    return f"glotmill run RECIPE --set source.paths={shlex.quote(file)}  # {place}"


def living(unit: Unit, source: Source, frame: pl.DataFrame) -> Batch:
    """Rows with the columns `READ`; those with too long a text are dead.

    Args:
        frame: the columns `COLLECTED`; no text is null, dates and languages are as the source has them.
    """
    most = source.max_document_bytes
    long = frame.filter(pl.col("text").str.len_bytes() > most)
    dead = empty(DEAD)
    if long.height:
        frame = frame.filter(pl.col("text").str.len_bytes() <= most)
        message = pl.format(
            "The text has {} bytes, but a document may have {} at most. Split it, or raise source.max_document_bytes.",
            pl.col("text").str.len_bytes(),
            pl.lit(most),
        )
        dead = dead_frame(unit, long, "document_too_long", message)
    codes = frame["declared_language"].drop_nulls().unique().to_list()
    labels = pl.DataFrame(
        {"declared_language": codes, "label": [language(code) for code in codes]},
        schema={"declared_language": pl.String, "label": pl.String},
    )
    made = frame["id"].is_null() | (frame["id"] == "")
    if made.any():
        without = frame.filter(made)
        columns = (without["text"].to_list(), without["url"].to_list(), without["metadata"].to_list())
        ids = pl.Series("id", [make_id(*one) for one in zip(*columns, strict=True)], pl.String)
        frame = frame.with_columns(ids if without.height == frame.height else frame["id"].scatter(made.arg_true(), ids))
    date = dates.canonical(frame["date"])
    rows = frame.select(
        "id",
        "text",
        source=pl.lit(unit.source, pl.String),
        url="url",
        date=date,
        declared_language=pl.col("declared_language").replace_strict(
            labels["declared_language"], labels["label"], default=None, return_dtype=pl.String
        ),
        metadata="metadata",
        expected="expected",
        file=pl.lit(unit.file, pl.String),
        position="position",
        made_id=made,
        unread_date=dates.unread(frame["date"], date),
    )
    return Batch(rows.select(column.name for column in READ), dead)


def dead_frame(unit: Unit, frame: pl.DataFrame, error: str, message: pl.Expr) -> pl.DataFrame:
    """Dead rows from columns.

    Args:
        frame: has `position`, and `id`, `text` and `expected` where they are known.
        message: expression over `frame`.
    """
    known = frame.columns
    return frame.select(
        id=pl.col("id") if "id" in known else pl.lit(None, pl.String),
        source=pl.lit(unit.source, pl.String),
        file=pl.lit(unit.file, pl.String),
        position="position",
        error=pl.lit(error, pl.String),
        message=message,
        raw=pl.col("text").map_elements(readable, pl.String) if "text" in known else pl.lit(None, pl.String),
        replay=pl.format("{}  # row {}", pl.lit(replay(unit.file, "").rstrip(" #")), "position"),
        expected=pl.col("expected") if "expected" in known else pl.lit(None, pl.String),
    )


def check_columns(unit: Unit, source: Source, there: Sequence[str]) -> None:
    """Checks that a file with a header has the columns that the recipe names.

    Raises:
        SourceError: the text column is missing, or another one that the recipe asks for.
    """
    fields = source.fields
    if not fields.texts and fields.text not in there:
        raise SourceError(
            f"{unit.file}: there is no column {fields.text!r} for the text. "
            f"Set source.fields.text to one of: {', '.join(there) or 'none'}."
        )
    for key in ("id", "url", "date", "declared_language", "expected"):
        name = getattr(fields, key)
        # A name that the recipe did not change may be absent: many files have no url.
        if name is not None and name != Fields.model_fields[key].default and name not in there:
            raise SourceError(f"{unit.file}: source.fields.{key}: {one_of('column', name, there)}")
    for name in (*source.metadata, *heads(fields)):
        if name not in there:
            raise SourceError(f"{unit.file}: source.metadata: {one_of('column', name, there)}")


def heads(fields: Fields) -> list[str]:
    """The fields of a record that its text is made of."""
    first = (paths.parse(path)[0] for path in fields.texts)
    return list(dict.fromkeys(step.name for step in first if isinstance(step, paths.Key)))


class Rows:
    """Collects the rows of a unit until they fill a frame.

    Args:
        place: what a position counts, for messages: line, row, record.
    """

    def __init__(self, unit: Unit, source: Source, frame_bytes: int, *, place: str = "line") -> None:
        self._unit = unit
        self._source = source
        self._frame_bytes = frame_bytes
        self._place = place
        self._left = unit.limit
        self._new_frame()

    def _new_frame(self) -> None:
        self._alive: tuple[list[Any], ...] = tuple([] for _ in COLLECTED)
        self._dead: list[tuple[Any, ...]] = []
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._alive[0]) + len(self._dead)

    @property
    def full(self) -> bool:
        """Whether the frame is as large as it should be."""
        return self._bytes >= self._frame_bytes or len(self) >= MOST_ROWS

    @property
    def done(self) -> bool:
        """Whether the unit's limit is reached."""
        return self._left is not None and self._left <= 0

    def add(
        self,
        position: int,
        text: str,
        *,
        id: Any = None,
        url: Any = None,
        date: Any = None,
        declared_language: Any = None,
        expected: Any = None,
        metadata: str | None = None,
    ) -> None:
        """Adds a living row. `text` is a string without lone surrogates."""
        values = (
            position,
            text,
            as_string(id),
            as_string(url),
            as_string(date),
            declared_language if isinstance(declared_language, str) and declared_language else None,
            expected if isinstance(expected, str) else None,
            metadata,
        )
        for column, value in zip(self._alive, values, strict=True):
            column.append(value)
        self._bytes += len(text) if text.isascii() else len(text.encode())
        self._count()

    def bury(
        self,
        position: int,
        error: str,
        message: str,
        raw: bytes | str | None,
        *,
        id: Any = None,
        expected: Any = None,
    ) -> None:
        """Adds a dead row. `message` says what came, what is allowed, how to mend it."""
        shown = readable(raw)
        unit = self._unit
        self._dead.append(
            (
                readable(as_string(id)),
                unit.source,
                unit.file,
                position,
                error,
                readable(message),
                shown,
                replay(unit.file, f"{self._place} {position}"),
                readable(expected) if isinstance(expected, str) else None,
            )
        )
        self._bytes += len(shown or "")
        self._count()

    def add_record(self, position: int, record: Mapping[str, Any], raw: bytes | str) -> None:
        """Adds what the recipe's fields pick from a record; a record without a text is dead."""
        fields = self._source.fields
        id = record.get(fields.id) if fields.id else None
        expected = record.get(fields.expected) if fields.expected else None
        if fields.texts:
            try:
                text: Any = rendering(record, fields.texts)
            except RecipeError as unfit:
                message = f"{self._place} {position}: {unfit}"
                self.bury(position, "missing_text", message, raw, id=id, expected=expected)
                return
        else:
            text = record.get(fields.text, _MISSING)
        if type(text) is str:
            names = self._source.metadata
            self.add(
                position,
                text,
                id=id,
                url=record.get(fields.url) if fields.url else None,
                date=record.get(fields.date) if fields.date else None,
                declared_language=record.get(fields.declared_language) if fields.declared_language else None,
                expected=expected,
                metadata=metadata(names, [record.get(name) for name in names]) if names else None,
            )
            return
        here = f"{self._place} {position}"
        if text is _MISSING:
            error = "missing_text"
            message = (
                f"{here} has no field {fields.text!r}, only {', '.join(map(repr, list(record)[:20])) or 'none'}. "
                "Add it, or name the field with the text in source.fields.text."
            )
        elif text is None:
            error = "null_text"
            message = f"{here} has null in {fields.text!r}, but a text is needed. Fill it in or remove the record."
        else:
            error = "text_not_a_string"
            message = (
                f"{here} has a {_JSON_NAMES.get(type(text), type(text).__name__)} in {fields.text!r}, but a string is "
                "needed. Write it as a string, or name another field in source.fields.text."
            )
        self.bury(position, error, message, raw, id=id, expected=expected)

    def take(self) -> Batch:
        """The frame collected so far; a new one begins."""
        frame = pl.DataFrame(
            [
                pl.Series(name, column, dtype)
                for (name, dtype), column in zip(COLLECTED.items(), self._alive, strict=True)
            ]
        )
        dead = pl.DataFrame(self._dead, schema=_DEAD_SCHEMA, orient="row")
        self._new_frame()
        batch = living(self._unit, self._source, frame)
        if batch.dead.height:
            dead = pl.concat([dead, batch.dead]).sort("position", maintain_order=True)
        return Batch(batch.rows, dead)

    def _count(self) -> None:
        if self._left is not None:
            self._left -= 1


_MISSING = object()
_JSON_NAMES = {int: "number", float: "number", bool: "truth value", list: "list", dict: "object"}
