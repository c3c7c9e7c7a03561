"""The stratified sample out of sources: files are read as a run reads them, and each document gets its language.

The language is what the file's own language column says, else what the source declares, else what the identifier finds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import polars as pl
import xxhash

from filters import language as identification
from pipelines.labelling.strata import Key, Size, Strata
from pipelines.readers import files, read, rows
from pipelines.readers.contract import Batch, Unit
from schemas import languages
from schemas.errors import SourceError
from schemas.recipe import Source

FRAME_BYTES = 8 << 20
ORIGINS = ("column", "declared", "identified")
"""Where the language of a document comes from, in the order of who is asked."""
_WITH_COLUMNS = ("jsonl", "parquet", "csv")


@dataclass
class Sample:
    """What was drawn, and out of what.

    Args:
        rows: the columns that a reader gives, and `language`, `language_from`, `band`, `hash`; sorted by language,
            source and id.
        documents: documents that were read, the blank ones too.
        dead: rows that no document could be made of.
        blank: documents without a visible character; none is drawn.
        origins: documents by where their language comes from.
        strata: documents of each stratum.
        digest: of all files that were read; their names and order do not matter.
    """

    rows: pl.DataFrame
    documents: int = 0
    dead: int = 0
    blank: int = 0
    origins: dict[str, int] = field(default_factory=dict)
    strata: dict[Key, int] = field(default_factory=dict)
    digest: str = ""


def draw(
    sources: Mapping[str, Source],
    size: Size,
    *,
    language_field: str | None = "language",
    identify: tuple[Any, Any] | None = None,
    limit: int | None = None,
    frame_bytes: int = FRAME_BYTES,
) -> Sample:
    """Draw the sample.

    Args:
        sources: what is read, by name.
        size: how much is drawn.
        language_field: column with the language, where a file has it; None for none.
        identify: parameters of the language stage and what it opened; as shipped when None.
        limit: rows of each source that are read, in the order of its files; None for all.
        frame_bytes: text worked on at a time; memory follows it, the sample does not.

    Raises:
        SourceError: a file cannot be read, or none of the sources holds a document.
        PermissionProblem: not allowed to read.
    """
    params, model = identify or _shipped()
    strata = Strata(size)
    sample = Sample(pl.DataFrame())
    origins: Counter[str] = Counter()
    digests = []
    for name, source in sorted(sources.items()):
        for unit in files.units(name, source, limit=limit):
            digests.append(f"{name}\n{unit.digest}\n{unit.first}\n{unit.last}\n{unit.limit}")
            for batch in _batches(unit, source, language_field, frame_bytes):
                sample.dead += batch.dead.height
                sample.documents += batch.rows.height
                visible = batch.rows.filter(pl.col("text").str.contains(r"\S"))
                sample.blank += batch.rows.height - visible.height
                if visible.height:
                    labelled = _with_language(visible, language_field, params, model)
                    origins.update(labelled["language_from"].to_list())
                    strata.add(labelled)
    sample.rows = strata.drawn()
    if sample.rows.is_empty():
        raise SourceError(
            f"there is nothing to label: {sample.documents:,} documents were read, {sample.blank:,} of them blank, and "
            f"{sample.dead:,} rows were no documents. Check the files and the name of the field with the text."
        )
    sample.rows = _own_ids(sample.rows, sources, language_field)
    sample.origins = {origin: origins[origin] for origin in ORIGINS}
    sample.strata = dict(sorted(strata.seen.items()))
    sample.digest = xxhash.xxh3_128_hexdigest("\n".join(sorted(digests)).encode())
    return sample


def _shipped() -> tuple[Any, Any]:
    params = identification.Params()
    return params, identification.open_model(params)


def _batches(unit: Unit, source: Source, language_field: str | None, frame_bytes: int) -> Iterator[Batch]:
    """Batches of a unit, with its language column in `metadata` where there is one.

    As metadata, because a reader that is told of a column wants it to be there, and takes one column for the declared
    language.
    """
    if language_field is None or unit.format not in _WITH_COLUMNS or language_field in source.metadata:
        yield from read(unit, source, frame_bytes)
        return
    wider = source.model_copy(update={"metadata": [*source.metadata, language_field]})
    batches = read(unit, wider, frame_bytes)
    try:
        first = next(batches, None)
    except SourceError:  # no such column, most likely; whatever else it was comes again
        yield from read(unit, source, frame_bytes)
        return
    if first is not None:
        yield first
        yield from batches


def _with_language(frame: pl.DataFrame, language_field: str | None, params: Any, model: Any) -> pl.DataFrame:
    """Add `language` and `language_from`."""
    known = pl.DataFrame(
        {"column": _column(frame["metadata"], language_field), "declared": frame["declared_language"]},
        schema={"column": pl.String, "declared": pl.String},
    ).select(pl.all().replace(languages.UNDETERMINED, None))
    missing = known.select(pl.all_horizontal(pl.all().is_null())).to_series()
    found = pl.repeat(None, frame.height, dtype=pl.String, eager=True)
    if missing.any():
        answers = identification.measure(frame.filter(missing), params, model)["language"]
        found = found.scatter(missing.arg_true(), answers.fill_null(languages.UNDETERMINED))
    known = known.with_columns(found.alias("identified"))
    return frame.with_columns(
        known.select(
            pl.coalesce(ORIGINS).alias("language"),
            pl.coalesce(pl.when(pl.col(one).is_not_null()).then(pl.lit(one)) for one in ORIGINS).alias("language_from"),
        )
    )


def _column(metadata: pl.Series, field: str | None) -> pl.Series:
    """The labels of the language column; null where it has none that anybody knows."""
    if field is None:
        return pl.repeat(None, len(metadata), dtype=pl.String, eager=True)
    codes = [orjson.loads(one).get(field) if one else None for one in metadata]
    labels = {code: rows.language(code) for code in {one for one in codes if isinstance(one, str)}}
    return pl.Series([labels[one] if isinstance(one, str) else None for one in codes], dtype=pl.String)


def _own_ids(frame: pl.DataFrame, sources: Mapping[str, Source], language_field: str | None) -> pl.DataFrame:
    """The sample with metadata and made ids as a run of the same sources has them: without our language column."""
    if language_field is None:
        return frame
    metadata: list[str | None] = []
    ids: list[str] = []
    for source, text, url, held, id, made in frame.select(
        "source", "text", "url", "metadata", "id", "made_id"
    ).iter_rows():
        if held is not None and language_field not in sources[source].metadata:
            content = orjson.loads(held)
            content.pop(language_field, None)
            held = rows.json(content) if content else None
        metadata.append(held)
        ids.append(rows.make_id(text, url, held) if made else id)
    return frame.with_columns(
        pl.Series("metadata", metadata, dtype=pl.String), pl.Series("id", ids, dtype=pl.String)
    ).sort("language", "source", "id", "hash")
