"""Addresses that stand on a list of yours: domains, whole addresses, words and parts of words. No list is shipped.

Matched as the lists of RefinedWeb are (Penedo et al. 2023, arXiv:2306.01116, appendix G): a domain with all that lies
below it; an address as a whole; one hard word; two soft words; a part of a word anywhere. Words may be of any script:
percent escapes and punycode are read first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import polars as pl
import regex
from pydantic import Field

from filters._list_files import Paths, digests, entries
from schemas.columns import Column
from schemas.stage import Measure, Rule, StageParams, Threshold, threshold

_LISTS = ("domains", "urls", "words", "soft_words", "parts")
_HOST = regex.compile(r"^(?:[\w+.-]+:)?(?://)?(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:@]*)")
_BETWEEN_WORDS = regex.compile(r"[^\p{L}\p{M}\p{N}]+")


class Params(StageParams):
    """The lists, and how many hits a document may have."""

    domains: Paths = Field(default_factory=list, description="Files of domains; what lies below a domain is listed too")
    urls: Paths = Field(default_factory=list, description="Files of whole addresses; the scheme does not matter")
    words: Paths = Field(default_factory=list, description="Files of words, one of which is enough")
    soft_words: Paths = Field(default_factory=list, description="Files of words of which it takes two")
    parts: Paths = Field(default_factory=list, description="Files of what may stand anywhere, inside words too")
    max_url_hits: Threshold = threshold(
        0, "Kinds of list (domains, urls, words, parts) that hold the address", unit="lists",
        source="RefinedWeb, arXiv:2306.01116",
    )  # fmt: skip
    max_soft_words: Threshold = threshold(
        1, "Soft words that the address may hold", unit="words", source="RefinedWeb, arXiv:2306.01116"
    )


@dataclass(frozen=True)
class Lists:
    """What was read from the files, ready to be matched."""

    domains: frozenset[str]
    urls: frozenset[str]
    words: frozenset[str]
    soft_words: frozenset[str]
    parts: tuple[str, ...]


def _ascii(host: str) -> str:
    """A host in lower case and punycode, without a dot at its end; what is no IDNA stays."""
    host = host.strip(".").lower()
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _host(url: str) -> str:
    found = _HOST.match(url.strip())
    return _ascii(found[1]) if found else ""


def _address(url: str) -> str:
    """An address without its scheme, its fragment and a slash at its end."""
    url = url.strip().partition("#")[0]
    if (scheme := url.find("://")) >= 0:
        url = url[scheme + 3 :]
    host, slash, path = url.partition("/")
    return (_ascii(host) + slash + path).rstrip("/")


def _spoken(url: str) -> str:
    """An address as it is read: escapes and punycode undone, in lower case."""
    if "%" in url:
        url = unquote(url, errors="replace")
    if "xn--" in url.lower():
        host = _host(url)
        try:
            url = url.replace(host, host.encode("ascii").decode("idna"))
        except UnicodeError:
            pass
    return url.lower()


def _domain(entry: str) -> str:
    domain = _ascii(entry.removeprefix("*."))
    if not regex.fullmatch(r"[^\s/:?#@]+", domain):
        raise ValueError("a domain is wanted, such as example.org, without scheme or path")
    return domain


def _url(entry: str) -> str:
    if regex.search(r"\s", entry) or not (address := _address(entry)):
        raise ValueError("an address is wanted, such as example.org/page")
    return address


def _word(entry: str) -> str:
    if _BETWEEN_WORDS.search(entry):
        raise ValueError("one word is wanted, of letters and digits alone; put it in `parts` otherwise")
    return entry.lower()


def open_lists(params: Params) -> Lists:
    """Read the lists.

    Raises:
        SourceError: a file is missing or not UTF-8, or a line is not what its list holds.
    """
    read = {
        name: [one for path in getattr(params, name) for one in entries(path, clean)]
        for name, clean in zip(_LISTS, (_domain, _url, _word, _word, str.lower), strict=True)
    }
    sets = {name: frozenset(read[name]) for name in _LISTS[:-1]}
    return Lists(**sets, parts=tuple(sorted(set(read["parts"]))))


def fingerprint(params: Params) -> dict[str, str]:
    """SHA-256 of each list."""
    return digests((name, getattr(params, name)) for name in _LISTS)


def measure(frame: pl.DataFrame, params: Params, resource: Any) -> pl.DataFrame:
    """Look each document's address up.

    Args:
        frame: with `text` and `url`.
        resource: from `open_lists`.

    Returns:
        The columns in `STAGE.adds`. A document without an address is on no list: 0, so that sources without addresses
        can pass. A null text has null scores.
    """
    # Documents of a frame share hosts, but seldom addresses: a look at each in Python costs microseconds.
    distinct = frame["url"].drop_nulls().unique(maintain_order=True)
    spoken = [_spoken(url) for url in distinct]
    hits = pl.DataFrame(
        {
            "url": distinct,
            "url_hits": [_hits(url, said, resource) for url, said in zip(distinct, spoken, strict=True)],
            "url_soft_words": [_soft(said, resource) for said in spoken],
        },
        schema={"url": pl.String, "url_hits": pl.Int64, "url_soft_words": pl.Int64},
    )
    if resource.parts:
        part = pl.Series(spoken, dtype=pl.String).str.contains_any(list(resource.parts))
        hits = hits.with_columns(pl.col("url_hits") + part.cast(pl.Int64))
    found = frame.select("text", "url").join(hits, on="url", how="left", maintain_order="left")
    return found.select(
        pl.when(pl.col("text").is_not_null()).then(pl.col(c.name).fill_null(0)).alias(c.name) for c in STAGE.adds
    )


def _hits(url: str, said: str, lists: Lists) -> int:
    count = 0
    if lists.domains:
        host = _host(url)
        while host and host not in lists.domains:
            host = host.partition(".")[2]
        count += bool(host)
    if lists.urls:
        count += _address(url) in lists.urls
    if lists.words:
        count += not lists.words.isdisjoint(_BETWEEN_WORDS.split(said))
    return count


def _soft(said: str, lists: Lists) -> int:
    return len(lists.soft_words.intersection(_BETWEEN_WORDS.split(said))) if lists.soft_words else 0


STAGE = Measure(
    name="url_list",
    version=1,
    summary="Addresses on lists that you give by path: domains, whole addresses, words and parts of words",
    params=Params,
    reads=("text", "url"),
    adds=(
        Column("url_hits", pl.Int64, "Kinds of list that hold the document's address, 0 to 4"),
        Column("url_soft_words", pl.Int64, "Different soft words in the document's address"),
    ),
    open=open_lists,
    fingerprint=fingerprint,
    measure=measure,
    rules=(
        Rule("url_listed", "url_hits", "max_url_hits", "at_most", "The address is on a list"),
        Rule("url_soft_words", "url_soft_words", "max_soft_words", "at_most", "Words of a list in the address"),
    ),
)  # fmt: skip
