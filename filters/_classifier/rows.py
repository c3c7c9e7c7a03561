"""Labelled rows: JSON lines with `text`, `label` (one of two classes) and, where given, `language`."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import xxhash

from filters._classifier.kinds import KINDS, Kind
from schemas import languages
from schemas.errors import SourceError

SCHEMA = pl.Schema({"text": pl.String, "label": pl.String, "language": pl.String, "source": pl.String})


def read(files: Sequence[str], kind: Kind = "quality") -> pl.DataFrame:
    """Labelled rows from JSONL files.

    Args:
        files: paths on this machine.
        kind: what is told apart.

    Returns:
        The columns `SCHEMA`; `language` and `source` are null where a file has none.

    Raises:
        SourceError: no file, a column, label or language that does not fit, or one label only.
    """
    classes = KINDS[kind]
    allowed = f"{classes.positive} or {classes.negative}"
    frames = []
    for file in files:
        try:
            frame = pl.read_ndjson(file)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise SourceError(
                f"cannot read labelled rows from {file}: {error}. They are JSON lines with text and label."
            ) from error
        missing = {"text", "label"} - set(frame.columns)
        if missing:
            raise SourceError(f"{file} has no column {', '.join(sorted(missing))}; it has {', '.join(frame.columns)}. "
                              f"Labelled rows need text and label ({allowed}).")  # fmt: skip
        given = {name: pl.col(name) if name in frame.columns else pl.lit(None) for name in SCHEMA}
        frames.append(frame.select(given[name].cast(dtype).alias(name) for name, dtype in SCHEMA.items()))
    if not frames:
        raise SourceError(
            f"no labelled rows: no file matches what was given. Give JSON lines with text and label ({allowed})."
        )
    return check(pl.concat(frames).drop_nulls("text"), kind)


def check(rows: pl.DataFrame, kind: Kind) -> pl.DataFrame:
    """The rows, with languages as labels.

    Raises:
        SourceError: see `read`.
    """
    classes = KINDS[kind]
    wrong = rows.filter(~pl.col("label").is_in(list(classes)).fill_null(False))
    if wrong.height:
        raise SourceError(
            f"label {wrong['label'][0]!r} in {wrong.height} rows: it is {classes.positive} or {classes.negative}, "
            "nothing else."
        )
    if rows["label"].n_unique() < 2:
        raise SourceError(f"labelled rows need both labels, {classes.positive} and {classes.negative}; only one came.")
    return rows.with_columns(_labels(rows["language"]))


def _labels(codes: pl.Series) -> pl.Series:
    known = {}
    for code in codes.drop_nulls().unique():
        try:
            known[code] = languages.label(code)
        except ValueError as error:
            raise SourceError(f"language {code!r} of labelled rows: {error}") from error
    return codes.replace_strict(known, default=None, return_dtype=pl.String) if known else codes


def digest(rows: pl.DataFrame) -> str:
    """Digest of rows, whatever their order: XXH3 of 128 bits, 32 hexadecimal digits."""
    state = xxhash.xxh3_128()
    columns = (rows[name].fill_null("") for name in ("text", "label", "language"))
    for text, label, language in sorted(zip(*columns, strict=True)):
        state.update(f"{label}\0{language}\0{text}\0".encode())
    return state.hexdigest()
