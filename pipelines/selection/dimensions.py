"""Dimensions: what documents of a language are told apart by, and the name of a document's stratum in each.

A dimension is `source`, `domain`, `length`, `declared_language` or `metadata.FIELD`. What it needs of a document that
is not at hand (the host of its address, the length of its text) is worked out once: see `described`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import orjson
import polars as pl
from w3lib.url import canonicalize_url

from filters._selection import METADATA, SelectionParams
from pipelines.plan import Step

NONE = "(none)"
"""Name of the stratum of documents that have no value."""
_GIVEN = ("source", "declared_language")  # columns that every document has
_HOST = r"^\s*[A-Za-z][A-Za-z0-9+.\-]*://(?:[^/?#\\]*@)?(\[[^\]]*\]|[^/?#\\:@]*)"


def of(steps: Iterable[Step[Any]]) -> tuple[str, ...]:
    """The dimensions that the shares of some steps ask for, sorted."""
    asked = {name for step in steps if isinstance(step.params, SelectionParams) for name in step.params.dimensions}
    return tuple(sorted(asked))


def column(dimension: str) -> str:
    """Column of a document's value: no stage has one of that name."""
    return dimension if dimension in _GIVEN else f"dimension.{dimension}"


def reads(dimensions: Iterable[str]) -> list[str]:
    """Columns of a document that `described` reads for some dimensions."""
    needed = {"text"}
    for name in dimensions:
        needed |= {"url"} if name == "domain" else {"metadata"} if name.startswith(METADATA) else set()
    return sorted(needed)


def described(frame: pl.DataFrame, dimensions: Sequence[str]) -> pl.DataFrame:
    """What is worked out of documents, once.

    Args:
        frame: the columns `reads(dimensions)`.
        dimensions: names.

    Returns:
        `text_bytes` (Int64) and, for those dimensions that are no column of a document, `column(dimension)`: the host
        (String), the number of characters (UInt32), a field of `metadata` (String).
    """
    found = [pl.col("text").str.len_bytes().cast(pl.Int64).alias("text_bytes")]
    for name in dimensions:
        if name == "length":
            found.append(pl.col("text").str.len_chars().alias(column(name)))
    out = frame.select(found)
    if "domain" in dimensions:
        out = out.with_columns(hosts(frame["url"]).alias(column("domain")))
    names = [name for name in dimensions if name.startswith(METADATA)]
    return out.with_columns(_fields(frame["metadata"], names)) if names else out


def _fields(metadata: pl.Series, names: Sequence[str]) -> list[pl.Series]:
    """Fields of JSON objects as text; null where an object has no such field."""
    read = [{} if one is None else orjson.loads(one) for one in metadata]
    fields = ((name, name.removeprefix(METADATA)) for name in names)
    return [
        pl.Series(column(name), [_as_text(one.get(field)) for one in read], dtype=pl.String) for name, field in fields
    ]


def _as_text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()


def hosts(urls: pl.Series) -> pl.Series:
    """The host of each address: lower case, punycode, without `www.`, user and port; null where there is none.

    >>> hosts(pl.Series(["HTTP://www.Example.org:80/a", "https://bücher.example", "no address", None])).to_list()
    ['example.org', 'xn--bcher-kva.example', None, None]
    """
    name = "host"
    found = urls.cast(pl.String).str.extract(_HOST, 1).str.to_lowercase().alias(name)
    odd = found.filter(found.str.contains(r"[^\x00-\x7f]")).unique()
    forms = {host: _canonical(host) for host in odd.drop_nulls()}
    found = found.replace(list(forms), list(forms.values())) if forms else found
    found = found.str.strip_chars_end(".").str.strip_prefix("www.")
    return pl.select(pl.when(found != "").then(found).alias(name))[name]


def _canonical(host: str) -> str:
    try:
        return urlsplit(canonicalize_url(f"http://{host}/")).hostname or host
    except ValueError:  # no host by any rule: it stays as it is written
        return host


def name_of(dimension: str, params: SelectionParams) -> pl.Expr:
    """The name of each document's stratum; null where it has no value."""
    value = pl.col(column(dimension))
    if dimension != "length":
        return value
    bounds = [0, *params.length_bands]
    bands = [f"{low}-{high - 1}" for low, high in pairwise(bounds)]
    # A band begins with its bound: as many bounds are at or below the length as the band has before it.
    band = pl.sum_horizontal([(value >= bound).cast(pl.Int64) for bound in bounds[1:]] or pl.lit(0))
    names = pl.lit(pl.Series([*bands, f"{bounds[-1]}-"]))
    return pl.when(value.is_not_null()).then(names.gather(band.fill_null(0)))


def stratum(params: SelectionParams) -> pl.Expr:
    """One name for the combination of a document's strata, the same for two documents only if all are; "" without
    strata.
    """
    if not params.strata:
        return pl.lit("")
    return pl.struct(name_of(one, params).alias(one) for one in params.strata).struct.json_encode()
