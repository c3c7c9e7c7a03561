"""Addresses of one page share a key, those of others do not."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.url_dedup import STAGE, Params, canonical

IGNORED = frozenset(name.lower() for name in Params().ignored_parameters)


def same(*urls: str | None) -> list[set[int]]:
    """Rows that share a key."""
    found = STAGE.key(pl.DataFrame({"url": pl.Series(urls, dtype=pl.String)}), Params(), None)
    return [set(rows) for rows in found.group_by("key", maintain_order=True).agg("row")["row"].to_list()]


@pytest.mark.parametrize(
    "urls",
    [
        (
            "https://example.org/a",
            "http://example.org/a",
            "https://www.example.org/a/",
            "HTTPS://EXAMPLE.org:443/a#part",
        ),
        ("http://example.org", "http://example.org/", "http://www.example.org:80", " https://example.org/?  "),
        (
            "http://example.org/?b=2&a=1",
            "http://example.org/?a=1&b=2&utm_source=x",
            "http://example.org/?a=1&FBCLID=y&b=2",
        ),
        ("http://example.org/~x/%c3%a9", "http://example.org/%7Ex/é", "http://example.org/~x/%C3%A9"),
        ("http://bücher.example/หน้า", "http://xn--bcher-kva.example/%E0%B8%AB%E0%B8%99%E0%B9%89%E0%B8%B2"),
        ("http://example.org/a/../b/./c", "http://example.org/b/c"),
        ("http://example.org/p;jsessionid=A1?x=1", "http://example.org/p?x=1", "http://example.org/p?PHPSESSID=9&x=1"),
    ],
)
def test_one_page(urls: tuple[str, ...]) -> None:
    assert same(*urls) == [set(range(len(urls)))]


def test_other_pages() -> None:
    urls = [
        "http://example.org/a", "http://example.org/A", "http://example.com/a", "http://m.example.org/a",
        "http://example.org:8080/a", "http://example.org/a?x", "http://example.org/a?x=1", "http://example.org/a/b",
        "ftp://example.org/a", "urn:isbn:0", "http://[::1", "http://example.org/हिन्दी",
        "http://example.org/ሰላም",
    ]  # fmt: skip
    assert same(*urls) == [{i} for i in range(len(urls))]


def test_without_an_address() -> None:
    assert same(None, "", "  ") == []
    assert same("not an address", "not an address") == [{0, 1}]


def test_parameters_can_be_given() -> None:
    frame = pl.DataFrame(
        {"url": ["http://example.org/?ref=a", "http://example.org/?ref=b", "http://example.org/?gclid=c"]}
    )
    keys = STAGE.key(frame, Params(ignored_parameters=("Ref",)), None)["key"].to_list()
    assert keys[0] == keys[1] != keys[2]


@given(st.text("aA/.?#&=%:é@ \u0e01", max_size=20))
def test_the_form_is_its_own_form(rest: str) -> None:
    once = canonical(f"http://example.org/{rest}".strip(), IGNORED)
    assert canonical(f"http://{once}", IGNORED) == once or not once.startswith("example.org")


def test_the_key_is_a_fixed_function() -> None:
    found = STAGE.key(pl.DataFrame({"url": ["http://www.example.org/a/"]}), Params(), None)
    assert found["key"][0].hex() == "63eb0fabf4b36076fb7a6583a99658c1"
