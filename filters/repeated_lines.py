"""Lines that a site repeats over many of its documents: menus, footers, cookie notices, paragraphs of licence.

What repeats is counted over the whole corpus before anything is measured; how a line looks and where it stands does not
matter. A line is common where it stands in many different documents of its site and in a good share of them. What a
whole site repeats is furniture everywhere, so no first occurrence stays: which one that is would depend on an order.

A common line alone is often a heading ("See also", "Ingredients"): common lines that follow each other go if they have
some words together.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import xxhash
from pydantic import Field
from w3lib.url import canonicalize_url

from schemas.columns import Column, polars_schema
from schemas.stage import COUNTED, Counted, Edit, StageParams

_LINES, _CHARACTERS, _EMPTIED = "repeated_lines", "repeated_lines_characters", "repeated_lines_emptied"
_AUTHORITY = r"^\s*(?i:https?)://([^/?#\\\s]+)"


class Params(StageParams):
    """What is compared, among which documents, and how often it may stand there."""

    unit: Literal["line", "paragraph"] = Field(
        "line", description="What is compared: lines, or paragraphs (parted by blank lines)"
    )
    by: Literal["site", "source", "all"] = Field(
        "site",
        description="Among which documents to count: those of a site (the host of `url`; a document without one "
        "belongs to its source), of a source, or all",
    )
    by_language: bool = Field(
        True,
        description="Count each declared language of a site apart: its languages have menus of their own, and the same "
        "program or table in ten of them is no menu",
    )
    min_documents: int = Field(
        10, ge=2, description="Documents that a line stands in before it is common; copies of a document count once",
        json_schema_extra={"unit": "documents"},
    )  # fmt: skip
    min_share: float = Field(
        0.1, ge=0, le=1, description="And their share of the documents that are counted together",
        json_schema_extra={"unit": "share"},
    )  # fmt: skip
    min_words: float = Field(
        5, ge=0, description="Words of the common lines that follow each other, together, from which on they go",
        json_schema_extra={"unit": "words"},
    )  # fmt: skip


def keys(frame: pl.DataFrame, params: Params) -> pl.DataFrame:
    """What is counted: each different line of a document once.

    Args:
        frame: with `text`, `url`, `source` and `declared_language`.

    Returns:
        The columns `COUNTED`.
    """
    from filters._kernels.folding import lines

    groups = _groups(frame, params)
    found = lines(frame["text"], groups, paragraphs=params.unit == "paragraph")
    counted = {"row": found.row, "group": groups[found.row], "key": found.key}
    return pl.DataFrame(counted, schema=polars_schema(COUNTED)).unique(["row", "key"], maintain_order=True)


def least(params: Params) -> int:
    """In how many different documents a line is common."""
    return params.min_documents


def share(params: Params) -> float:
    """In which share of its site's documents a line is common."""
    return params.min_share


def edit(frame: pl.DataFrame, params: Params, resource: npt.NDArray[np.uint64]) -> pl.DataFrame:
    """Remove common lines from `text`.

    Args:
        frame: with `text`, `url`, `source` and `declared_language`.
        resource: the common keys, sorted.

    Returns:
        `text` and the counts, of the frame's height. A null text stays null, with null counts.
    """
    from filters._kernels.boilerplate import without
    from filters._kernels.folding import lines
    from filters._kernels.repeated_lines import gone

    text = frame["text"]
    removed = np.zeros(text.len(), np.int64)
    now = text
    if len(resource):
        found = lines(text, _groups(frame, params), paragraphs=params.unit == "paragraph")
        out = gone(found, _among(found.key, resource), params.min_words)
        removed = np.bincount(found.row[out > 0], minlength=text.len())
        changed = np.flatnonzero(removed)
        into, ends = without(found.data, found.starts, found.of, found.begin, found.end, out, changed)
        shorter = pa.LargeStringArray.from_buffers(len(changed), pa.py_buffer(ends), pa.py_buffer(into))
        now = text.clone().scatter(changed, pl.Series(pl.from_arrow(shorter))) if len(changed) else text
    there = text.is_not_null()
    lost = text.str.len_chars().cast(pl.Int64) - now.str.len_chars().cast(pl.Int64)
    emptied = ((lost > 0) & (now.str.len_bytes() == 0)).cast(pl.Int64)
    return pl.DataFrame({"text": now}).with_columns(
        pl.when(there).then(pl.Series(removed, dtype=pl.Int64)).alias(_LINES),
        lost.alias(_CHARACTERS),
        emptied.alias(_EMPTIED),
    )


def _among(keys: npt.NDArray[np.uint64], common: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    """Which keys are common: shape (m,)."""
    places = np.minimum(np.searchsorted(common, keys), len(common) - 1)
    return np.equal(common[places], keys)


def _groups(frame: pl.DataFrame, params: Params) -> npt.NDArray[np.uint64]:
    """A number for the documents that each document is counted among: XXH3 of what they have in common."""
    address = pl.col("url").str.extract(_AUTHORITY) if params.by == "site" else pl.lit(None, pl.String)
    source = pl.col("source") if params.by != "all" else pl.lit(None, pl.String)
    language = pl.col("declared_language") if params.by_language else pl.lit(None, pl.String)
    named = frame.select(address.alias("address"), source.alias("source"), language.alias("language"))
    return np.array([_digest(*row) for row in named.iter_rows()], np.uint64)


@lru_cache(maxsize=1 << 16)
def _digest(address: str | None, source: str | None, language: str | None) -> int:
    name = ("source", source) if address is None else ("site", site(address))
    return xxhash.xxh3_64_intdigest(repr((*name, language)).encode())


def site(authority: str) -> str:
    """The one form of a host.

    >>> site("user@WWW.Example.org:8080")
    'example.org'
    """
    try:
        host = urlsplit(canonicalize_url(f"http://{authority}/")).hostname
    except ValueError:  # an unclosed bracket, say
        host = None
    return (host or authority.lower()).rstrip(".").removeprefix("www.")


STAGE = Edit(
    name="repeated_lines",
    version=1,
    summary="Removes lines or paragraphs that many documents of a site repeat: menus, footers, notices",
    params=Params,
    reads=("text", "url", "source", "declared_language"),
    adds=(
        Column(_LINES, pl.Int64, "Lines (or paragraphs) removed: many documents of the site have them"),
        Column(_CHARACTERS, pl.Int64, "Characters removed with them"),
        Column(_EMPTIED, pl.Int64, "1 where nothing is left of the text, else 0"),
    ),
    edit=edit,
    counted=Counted(keys=keys, least=least, share=share),
)
