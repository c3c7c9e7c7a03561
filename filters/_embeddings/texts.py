"""The texts that a model or its common part is learnt from: JSON lines with a field `text`."""

from __future__ import annotations

import glob
from collections.abc import Sequence

import polars as pl
import xxhash

from schemas import sample
from schemas.errors import SourceError


def read(patterns: Sequence[str], what: str) -> pl.Series:
    """Different texts of all files, in the order of the alphabet: where they lie and in which order does not matter.

    Args:
        patterns: paths, globs or `sample://` paths.
        what: the parameter, for messages.

    Raises:
        SourceError: no file, or one that has no texts.
    """
    found = []
    for pattern in patterns:
        files = sorted(glob.glob(sample.resolve(pattern), recursive=True))
        if not files:
            raise SourceError(f"{what}: no file matches {pattern}. Give JSON lines with a field `text`.")
        found += [_texts(file, what) for file in files]
    texts = pl.concat(found).drop_nulls().unique().sort() if found else pl.Series("text", [], pl.String)
    if patterns and texts.is_empty():
        raise SourceError(f"{what}: there is no text in {', '.join(patterns)}.")
    return texts


def digest(texts: pl.Series) -> str:
    """Digest of the texts."""
    state = xxhash.xxh3_128()
    for text in texts:
        state.update(text.encode())
        state.update(b"\0")
    return state.hexdigest()


def _texts(file: str, what: str) -> pl.Series:
    try:
        frame = pl.read_ndjson(file)
        return frame["text"].cast(pl.String)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise SourceError(
            f"{what}: cannot read texts from {file}: {error}. Give JSON lines with a field `text`."
        ) from error
