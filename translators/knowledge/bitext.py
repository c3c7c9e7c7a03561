"""Bitext files, whatever their format, as frames of pairs: what a translation memory and a pool of examples read.

| format | one pair is |
| --- | --- |
| `.parquet`, `.jsonl`, `.csv` | a row with a source and a target column, or with one column a language |
| `.tsv` | the same; or, without a header, two columns. No quotes: a tab ends a cell, wherever it is |
| `.tmx` | two variants of a unit, in both directions |

A column is one of a language where its name is a code of it (`eng_Latn`, `en`, `pt-BR`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.addresses import our_errors
from schemas.errors import RecipeError, SourceError
from schemas.languages import label
from translators.knowledge import tmx
from translators.knowledge.described import BitextFile
from translators.knowledge.files import ending, expand, open_binary
from translators.knowledge.tables import columns_of_languages, json_records, label_of, table_rows

ENDINGS = (".parquet", ".jsonl", ".csv", ".tsv", ".tmx")
_ROWS = 50_000
_SCHEMA = pl.Schema(
    {"source": pl.String, "target": pl.String, "source_language": pl.String, "target_language": pl.String}
)


@dataclass
class Skipped:
    """What was read and is of no use, counted.

    Args:
        empty: pairs with a side that is empty.
        other_language: pairs of languages that nobody asked for.
        unknown_language: pairs or variants whose language code nobody knows.
    """

    empty: int = 0
    other_language: int = 0
    unknown_language: int = 0


def read(
    files: Sequence[str | BitextFile],
    sources: Iterable[str] | None,
    targets: Iterable[str] | None,
    skipped: Skipped,
) -> Iterator[pl.DataFrame]:
    """Pairs of files, some ten thousand at a time.

    Args:
        files: addresses, or files with their columns named.
        sources: labels of source languages; None: all that there are.
        targets: labels of target languages, likewise.
        skipped: counts what is left out.

    Yields:
        Frames with `source`, `target` (never empty), `source_language`, `target_language` (labels, never the same).

    Raises:
        RecipeError: a file does not say its languages, or lacks a column.
        SourceError: a file cannot be read; the message says the line.
    """
    wanted = _Wanted(_labels(sources), _labels(targets))
    for given in files:
        spec = given if isinstance(given, BitextFile) else BitextFile(path=given)
        for path in expand([spec.path], ENDINGS):
            for frame in _FORMATS[ending(path)](path, spec, wanted, skipped):
                yield _clean(frame, wanted, skipped)


@dataclass(frozen=True)
class _Wanted:
    sources: frozenset[str] | None
    targets: frozenset[str] | None


def _labels(codes: Iterable[str] | None) -> frozenset[str] | None:
    return None if codes is None else frozenset(label(code) for code in codes)


def _clean(frame: pl.DataFrame, wanted: _Wanted, skipped: Skipped) -> pl.DataFrame:
    rows = frame.height
    known = frame.drop_nulls(["source_language", "target_language"])
    skipped.unknown_language += rows - known.height
    asked = known.filter(pl.col("source_language") != pl.col("target_language"))
    for column, labels in (("source_language", wanted.sources), ("target_language", wanted.targets)):
        if labels is not None:
            asked = asked.filter(pl.col(column).is_in(sorted(labels)))
    skipped.other_language += known.height - asked.height
    text = asked.with_columns(pl.col("source", "target").str.strip_chars())
    full = text.filter(pl.all_horizontal(pl.col("source", "target").str.len_bytes().fill_null(0) > 0))
    skipped.empty += text.height - full.height
    return full


def _tables(
    path: str,
    spec: BitextFile,
    wanted: _Wanted,
    tables: Iterable[pl.DataFrame],
    there: Sequence[str] | None = None,
) -> Iterator[pl.DataFrame]:
    """Frames of pairs from tables as they stand in a file, all with the same columns.

    Args:
        path: the file.
        spec: what is where in it.
        wanted: the languages that are asked for.
        tables: what was read.
        there: all columns of the file, where not all were read.
    """
    columns: Sequence[str] | None = None
    shape: Callable[[pl.DataFrame], Iterable[pl.DataFrame]] | None = None
    for table in tables:
        if shape is None or table.columns != columns:
            columns, shape = table.columns, _shape(path, spec, wanted, table.columns, there or table.columns)
        yield from shape(table)


def _shape(
    path: str, spec: BitextFile, wanted: _Wanted, columns: Sequence[str], there: Sequence[str]
) -> Callable[[pl.DataFrame], Iterable[pl.DataFrame]]:
    if spec.source in columns and spec.target in columns:
        languages = [
            _language(path, spec.source_language_column, spec.source_language, wanted.sources, columns, "source"),
            _language(path, spec.target_language_column, spec.target_language, wanted.targets, columns, "target"),
        ]
        texts = [pl.col(spec.source).alias("source"), pl.col(spec.target).alias("target")]
        return lambda table: [table.select(*texts, *languages)]
    of_language = columns_of_languages(path, columns)
    pairs = [
        (one, other)
        for one in sorted(of_language)
        for other in sorted(of_language)
        if one != other
        and (wanted.sources is None or one in wanted.sources)
        and (wanted.targets is None or other in wanted.targets)
    ]
    if not pairs:
        raise RecipeError(
            f"{path}: neither the columns {spec.source!r} and {spec.target!r} nor one for each of the languages "
            f"{_named(wanted.sources)} and {_named(wanted.targets)}. It has: {', '.join(there)}. Name the "
            f"columns and their languages, for example {{path: {path}, source: english, target: german, "
            "source_language: eng_Latn, target_language: deu_Latn}."
        )

    def wide(table: pl.DataFrame) -> Iterator[pl.DataFrame]:
        for one, other in pairs:
            both = [pl.col(of_language[one]).alias("source"), pl.col(of_language[other]).alias("target")]
            known = [pl.lit(one).alias("source_language"), pl.lit(other).alias("target_language")]
            # In a table of many languages most cells are empty: a missing one is no lost pair.
            yield table.select(*both, *known).drop_nulls(["source", "target"])

    return wide


def _language(
    path: str, column: str, code: str | None, wanted: frozenset[str] | None, columns: Sequence[str], side: str
) -> pl.Expr:
    name = f"{side}_language"
    if code is None and column in columns:
        codes = pl.col(column).cast(pl.String)
        return codes.map_batches(_as_labels, return_dtype=pl.String).alias(name)
    if code is not None:
        known = label_of(code)
        if known is None:
            raise RecipeError(f"{path}: {name}: {code!r} is not a language code. Write it like fra_Latn, fr or pt-BR.")
        return pl.lit(known).alias(name)
    if wanted is not None and len(wanted) == 1:
        return pl.lit(next(iter(wanted))).alias(name)
    raise RecipeError(
        f"{path}: nothing says which language the {side} column is in. Say it in the recipe, as in {{path: {path}, "
        f"source_language: eng_Latn, target_language: fra_Latn}}, or add a column {column!r} with a code such as "
        "fra_Latn in each row."
    )


def _as_labels(codes: pl.Series) -> pl.Series:
    kinds = codes.drop_nulls().unique().to_list()
    known = {code: label_of(code) for code in kinds}
    return codes.replace_strict(known, default=None, return_dtype=pl.String) if known else codes


def _named(labels: frozenset[str] | None) -> str:
    return "(any)" if labels is None else ", ".join(sorted(labels))


def _parquet(path: str, spec: BitextFile, wanted: _Wanted, skipped: Skipped) -> Iterator[pl.DataFrame]:
    with our_errors(f"reading {path}"), open_binary(path) as handle:
        try:
            file = pq.ParquetFile(handle)
            names = file.schema_arrow.names
            used = _used(spec, names)
            batches = file.iter_batches(batch_size=_ROWS, columns=used)
            tables = (pl.DataFrame(pl.from_arrow(pa.table(batch))) for batch in batches)
            yield from _tables(path, spec, wanted, (table.cast(pl.String) for table in tables), names)
        except pa.ArrowInvalid as error:
            raise SourceError(f"{path}: not a Parquet file that can be read: {error}") from error
        except pl.exceptions.InvalidOperationError as error:
            raise RecipeError(f"{path}: a column of the bitext does not hold text: {error}") from error


def _used(spec: BitextFile, names: Sequence[str]) -> list[str]:
    """Columns that may matter: not the vectors and lists that a file also has."""
    if spec.source in names and spec.target in names:
        named = {spec.source, spec.target, spec.source_language_column, spec.target_language_column}
        return [name for name in names if name in named]
    return [name for name in names if label_of(name) is not None]


def _jsonl(path: str, spec: BitextFile, wanted: _Wanted, skipped: Skipped) -> Iterator[pl.DataFrame]:
    def tables() -> Iterator[pl.DataFrame]:
        rows: list[dict[str, Any]] = []
        keys: dict[str, None] = {}
        for _, record in json_records(path):
            rows.append(record)
            if len(rows) == _ROWS:
                yield _records(rows, keys)
                rows = []
        if rows:
            yield _records(rows, keys)

    yield from _tables(path, spec, wanted, tables())


def _records(rows: list[dict[str, Any]], keys: dict[str, None]) -> pl.DataFrame:
    keys.update(dict.fromkeys(key for row in rows for key in row))  # a column that came once stays
    texts = {key: [_text(row.get(key)) for row in rows] for key in keys}
    return pl.DataFrame(texts, schema=dict.fromkeys(keys, pl.String))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _separated(path: str, spec: BitextFile, wanted: _Wanted, skipped: Skipped) -> Iterator[pl.DataFrame]:
    def tables() -> Iterator[pl.DataFrame]:
        rows = table_rows(path)
        first = next(rows, None)
        if first is None:
            return
        header, kept = first[1], []
        if not _is_header(spec, wanted, header):
            if ending(path) != ".tsv" or len(header) != 2:
                raise RecipeError(
                    f"{path}:1: the first line names no columns that are known: {', '.join(header[:8])}. Add a header "
                    f"such as {spec.source}, {spec.target}, or name the columns beside the path."
                )
            header, kept = [spec.source, spec.target], [header]
        for number, row in rows:
            if len(row) != len(header):
                raise SourceError(
                    f"{path}:{number}: {len(row)} columns came where the first line has {len(header)}. Mend that line."
                )
            kept.append(row)
            if len(kept) == _ROWS:
                yield pl.DataFrame(kept, schema=dict.fromkeys(header, pl.String), orient="row")
                kept = []
        if kept:
            yield pl.DataFrame(kept, schema=dict.fromkeys(header, pl.String), orient="row")

    yield from _tables(path, spec, wanted, tables())


def _is_header(spec: BitextFile, wanted: _Wanted, cells: Sequence[str]) -> bool:
    # `the` and `die` are codes of languages too: what counts is whether those are named that were asked for.
    named = {label_of(cell) for cell in cells} - {None}
    asked = all(labels is None or named & labels for labels in (wanted.sources, wanted.targets))
    return {spec.source, spec.target} <= set(cells) or (asked and len(named) > 1)


def _tmx(path: str, spec: BitextFile, wanted: _Wanted, skipped: Skipped) -> Iterator[pl.DataFrame]:
    rows: list[tuple[str, str, str | None, str | None]] = []
    for unit in tmx.units(path):
        known = [(label_of(code), text) for code, text in unit]
        skipped.unknown_language += sum(language is None for language, _ in known)
        rows.extend(
            (text, other, language, its_language)
            for at, (language, text) in enumerate(known)
            for its_at, (its_language, other) in enumerate(known)
            if at != its_at
            and language
            and its_language
            and language != its_language
            and (wanted.sources is None or language in wanted.sources)
            and (wanted.targets is None or its_language in wanted.targets)
        )
        if len(rows) >= _ROWS:
            yield pl.DataFrame(rows, schema=_SCHEMA, orient="row")
            rows = []
    if rows:
        yield pl.DataFrame(rows, schema=_SCHEMA, orient="row")


_FORMATS: Mapping[str, Callable[[str, BitextFile, _Wanted, Skipped], Iterator[pl.DataFrame]]] = {
    ".parquet": _parquet,
    ".jsonl": _jsonl,
    ".csv": _separated,
    ".tsv": _separated,
    ".tmx": _tmx,
}
