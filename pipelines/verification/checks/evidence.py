"""Tables of evidence that can be counted again from the rows alone: languages, reasons, clusters, tokens, confusion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import polars as pl

from pipelines.comparison.release import Kind, Release, frames
from pipelines.verification.findings import Findings, shown
from schemas.languages import UNDETERMINED

_FOLDER = "evidence/"
_KIND: dict[Kind, str] = {
    "document": "documents",
    "derived": "derived",
    "rejected": "rejected",
    "quarantined": "quarantine",
    "dead": "dead",
}
_LANGUAGE = pl.col("language").fill_null(UNDETERMINED)
_TOLD = 20


@dataclass(frozen=True)
class _Table:
    """A table: what names its rows, the counts that it holds, the columns it is made from, and how.

    `count` gets rows with all `reads` (null where a file lacks one) and the name of their kind; None: not of this kind.
    """

    keys: tuple[str, ...]
    counts: tuple[str, ...]
    reads: Mapping[str, pl.DataType]
    count: Callable[[pl.DataFrame, str], pl.DataFrame | None]


def check(release: Release, findings: Findings) -> None:
    """See the module."""
    listed = {file.path for file in release.manifest.files}
    wanted = {name: table for name, table in _TABLES.items() if f"{_FOLDER}{name}.parquet" in listed}
    if not wanted:
        findings.skipped = "the release has none"
        return
    parts: dict[str, list[pl.DataFrame]] = {name: [] for name in wanted}
    reads = {column: kind for table in wanted.values() for column, kind in table.reads.items()}
    for file in release.data:
        if release.kind(file) == "dead":
            continue
        for frame in frames(release.path(file), list(reads)):
            lacking = [pl.lit(None, kind).alias(n) for n, kind in reads.items() if n not in frame.columns]
            whole = frame.with_columns(lacking)
            for name, table in wanted.items():
                if (found := table.count(whole, _KIND[release.kind(file)])) is not None:
                    parts[name].append(found)
    for name, table in wanted.items():
        path = f"{_FOLDER}{name}.parquet"
        told = pl.concat(list(frames(f"{release.folder}/{path}")) or [pl.DataFrame()])
        _compare(findings, path, table, parts[name], told)
    findings.looked_at = ", ".join(wanted)


def _compare(findings: Findings, path: str, table: _Table, parts: list[pl.DataFrame], told: pl.DataFrame) -> None:
    columns = [*table.keys, *table.counts]
    if told.is_empty() and not parts:
        return
    if lacks := [name for name in columns if name not in told.columns]:
        findings.add(f"lacks the columns {', '.join(lacks)}", path)
        return
    types = {name: told[name].dtype for name in columns}
    sums = [pl.when(pl.col(n).is_not_null().any()).then(pl.col(n).sum()).alias(n) for n in table.counts]
    counted = pl.DataFrame(schema=types)
    if parts:
        counted = pl.concat(parts, how="vertical_relaxed").group_by(table.keys).agg(sums).select(columns).cast(types)  # type: ignore[arg-type]
    both = counted.with_columns(pl.lit(True).alias(" here")).join(
        told.select(columns), on=list(table.keys), how="full", coalesce=True, suffix=" told", nulls_equal=True
    )
    differ = both.filter(pl.any_horizontal(pl.col(n).ne_missing(pl.col(f"{n} told")) for n in table.counts)).sort(
        table.keys, nulls_last=True
    )
    for row in differ.head(_TOLD).iter_rows(named=True):
        where = ", ".join(shown(row[name]) for name in table.keys if row[name] is not None)
        for name in table.counts:
            if row[name] != row[f"{name} told"]:
                findings.add(
                    f"{where}: {name}: the files have {_n(row[name])}, the table says {_n(row[f'{name} told'])}", path
                )
    if differ.height > _TOLD:
        findings.add(f"{differ.height - _TOLD:,} more rows differ", path)


def _n(value: int | None) -> str:
    return "none" if value is None else f"{value:,}"


def _languages(rows: pl.DataFrame, kind: str) -> pl.DataFrame:
    text = pl.col("text")
    sums = {"characters": text.str.len_chars(), "words": pl.col("word_count"), "bytes": text.str.len_bytes()}
    return (
        rows.select(
            pl.lit(kind).alias("kind"), "stage", _LANGUAGE, **{n: one.cast(pl.Int64) for n, one in sums.items()}
        )
        .group_by("kind", "stage", "language")
        .agg(
            pl.len().cast(pl.Int64).alias("documents"),
            *(pl.when(pl.col(n).is_not_null().any()).then(pl.col(n).sum()).alias(n) for n in sums),
        )
    )


def _reasons(rows: pl.DataFrame, kind: str) -> pl.DataFrame | None:
    if kind != "rejected":
        return None
    each = rows.select(
        _LANGUAGE,
        pl.col("reasons").list.first().alias("at_first"),
        (pl.col("reasons").list.len() == 1).alias("is_alone"),
        pl.col("reasons").alias("reason"),
    ).explode("reason")
    return each.group_by("language", "reason").agg(
        pl.len().cast(pl.Int64).alias("documents"),
        (pl.col("reason") == pl.col("at_first")).sum().cast(pl.Int64).alias("first"),
        pl.col("is_alone").sum().cast(pl.Int64).alias("alone"),
    )


def _clusters(rows: pl.DataFrame, kind: str) -> pl.DataFrame | None:
    if kind != "documents":
        return None
    by = rows.select(_LANGUAGE, pl.col("cluster_size").alias("size")).group_by("language", "size")
    return by.agg(pl.len().cast(pl.Int64).alias("clusters"))


def _tokens(rows: pl.DataFrame, kind: str) -> pl.DataFrame | None:
    if kind != "documents":
        return None
    flat = rows.select(_LANGUAGE, "tokens").explode("tokens").drop_nulls().unnest("tokens")
    return flat.group_by("language", "tokenizer").agg(
        pl.len().cast(pl.Int64).alias("documents"), pl.col("tokens").sum()
    )


def _confusion(rows: pl.DataFrame, kind: str) -> pl.DataFrame | None:
    if kind not in ("documents", "rejected"):
        return None
    both = rows.drop_nulls("declared_language").select(
        pl.col("declared_language").alias("declared"), "language", pl.lit(kind).alias("kind")
    )
    return both.group_by("declared", "language", "kind").agg(pl.len().cast(pl.Int64).alias("documents"))


_TEXT, _INT = pl.String(), pl.Int64()
_COUNTED_TOKENS = pl.List(pl.Struct({"tokenizer": _TEXT, "tokens": _INT}))
_TABLES = {
    "languages": _Table(
        ("kind", "stage", "language"),
        ("documents", "characters", "words", "bytes"),
        {"stage": _TEXT, "language": _TEXT, "text": _TEXT, "word_count": _INT},
        _languages,
    ),
    "reasons": _Table(
        ("language", "reason"),
        ("documents", "first", "alone"),
        {"language": _TEXT, "reasons": pl.List(pl.String)},
        _reasons,
    ),
    "clusters": _Table(("language", "size"), ("clusters",), {"language": _TEXT, "cluster_size": _INT}, _clusters),
    "tokens": _Table(
        ("language", "tokenizer"), ("documents", "tokens"), {"language": _TEXT, "tokens": _COUNTED_TOKENS}, _tokens
    ),
    "confusion": _Table(
        ("declared", "language", "kind"),
        ("documents",),
        {"language": _TEXT, "declared_language": _TEXT},
        _confusion,
    ),
}
