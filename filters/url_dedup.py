"""The same page again: documents whose addresses differ only in what does not name another page.

Addresses are brought to one form by w3lib (RFC 3986, section 6.2: case, percent escapes, dots in the path, order of the
query, punycode; no fragment). Beyond that the scheme, a leading `www.`, the default port, a slash at the end, session
ids and parameters of advertisers are left out.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

import polars as pl
import regex
import xxhash
from pydantic import Field
from w3lib.url import canonicalize_url

from filters._group import GroupParams, choose, prefers, within
from schemas.columns import polars_schema
from schemas.stage import KEYS, Group

_IGNORED = (
    "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id", "gclid", "dclid", "fbclid",
    "msclkid", "yclid", "igshid", "mc_cid", "mc_eid", "_ga", "phpsessid", "jsessionid", "sessionid", "aspsessionid",
)  # fmt: skip
_SESSION = regex.compile(r";jsessionid=[^/?#]*", regex.IGNORECASE)
_PORTS = {"http": ":80", "https": ":443"}


class Params(GroupParams):
    """Which addresses are the same, among which documents, and who stays."""

    ignored_parameters: tuple[str, ...] = Field(
        _IGNORED,
        description="Parameters of the query that name no other page, in any case. Giving some replaces the list",
    )


def key(frame: pl.DataFrame, params: Params, resource: None) -> pl.DataFrame:
    """One key for each document that has an address.

    Args:
        frame: with `url`.

    Returns:
        `row` and `key`; a null or blank address has no key.
    """
    urls = frame.select(pl.col("url").str.strip_chars().alias("url")).with_row_index("row")
    urls = urls.filter(pl.col("url").is_not_null() & (pl.col("url") != ""))
    ignored = frozenset(name.lower() for name in params.ignored_parameters)
    keys = [xxhash.xxh3_128_digest(canonical(url, ignored).encode()) for url in urls["url"]]
    return pl.DataFrame({"row": urls["row"], "key": keys}, schema=polars_schema(KEYS))


@lru_cache(maxsize=1 << 14)
def canonical(url: str, ignored: frozenset[str]) -> str:
    """The one form of an address; what is no web address stays as it is.

    Args:
        url: without white space around it.
        ignored: names of parameters to leave out, in lower case.

    >>> canonical("HTTP://www.Example.org:80/a/../b/?utm_source=x&q=2#top", frozenset({"utm_source"}))
    'example.org/b?q=2'
    """
    try:
        parts = urlsplit(canonicalize_url(_SESSION.sub("", url)))
    except ValueError:  # an unclosed bracket, say
        return url
    if parts.scheme not in _PORTS or not parts.netloc:
        return url
    host = parts.netloc.removesuffix(_PORTS[parts.scheme]).removeprefix("www.")
    query = "&".join(one for one in parts.query.split("&") if one and one.partition("=")[0].lower() not in ignored)
    return host + parts.path.rstrip("/;") + (f"?{query}" if query else "")


STAGE = Group(
    name="url_dedup",
    version=1,
    summary="Finds documents from the same address, however it is written",
    params=Params,
    reads=("url",),
    key=key,
    choose=choose,
    prefers=prefers,
    within=within,
    reason="same_url",
    why="A page that was fetched several times stays once",
)
