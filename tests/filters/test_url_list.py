"""Lists of addresses: domains with what lies below, whole addresses, words, and errors that name the line."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from filters.url_list import STAGE, Params, fingerprint, open_lists
from schemas.errors import SourceError


def write(folder: Path, **lists: str) -> Params:
    given = {}
    for name, content in lists.items():
        (folder / name).write_text(content, encoding="utf-8")
        given[name] = str(folder / name)
    return Params.model_validate(given)


def score(params: Params, *urls: str | None) -> list[tuple[int, int]]:
    frame = pl.DataFrame({"text": ["a"] * len(urls), "url": urls}, schema={"text": pl.String, "url": pl.String})
    return STAGE.measure(frame, params, open_lists(params)).rows()


def hits(params: Params, *urls: str | None) -> list[int]:
    return [row[0] for row in score(params, *urls)]


def test_domains_with_all_that_lies_below(tmp_path: Path) -> None:
    params = write(tmp_path, domains="# bad\nexample.org\n*.пример.example\n\n")
    listed = ["https://example.org", "http://a.b.example.org:8080/x", "EXAMPLE.ORG/y", "//example.org?q", "http://u@example.org.",
              "https://www.пример.example/", "https://xn--e1afmkfd.example/ok"]  # fmt: skip
    free = ["https://notexample.org", "https://example.org.evil.example", "https://e.com/example.org", "", "nonsense"]
    assert hits(params, *listed, *free) == [1] * len(listed) + [0] * len(free)


def test_whole_addresses(tmp_path: Path) -> None:
    params = write(tmp_path, urls="https://example.org/a/b\nexample.net\n")
    assert hits(params, "http://Example.org/a/b/", "https://example.org/a/b#top", "example.net/") == [1, 1, 1]
    assert hits(params, "https://example.org/a", "https://example.org/A/b", "https://example.net/x") == [0, 0, 0]


def test_words_and_parts_in_every_script(tmp_path: Path) -> None:
    params = write(tmp_path, words="казино\nslots\n", soft_words="รัก\nlove\ngirls\n", parts="bet365\nคาสิโน\n")
    urls = ["https://e.org/kat/%D0%BA%D0%B0%D0%B7%D0%B8%D0%BD%D0%BE", "https://slots.example", "https://myslots.example",
            "https://e.org/xBET365x", "https://e.org/เล่นคาสิโนสด", "https://e.org/love-girls",
            "https://e.org/รัก/gloves"]  # fmt: skip
    assert score(params, *urls) == [(1, 0), (1, 0), (0, 0), (1, 0), (1, 0), (0, 2), (0, 1)]


def test_no_address_is_on_no_list_and_no_text_is_not_measured(tmp_path: Path) -> None:
    params = write(tmp_path, domains="example.org")
    assert score(params, None) == [(0, 0)]
    frame = pl.DataFrame({"text": [None], "url": ["https://example.org"]}, schema={"text": pl.String, "url": pl.String})
    assert STAGE.measure(frame, params, open_lists(params)).rows() == [(None, None)]
    assert score(Params(), "https://example.org") == [(0, 0)]


@pytest.mark.parametrize(
    ("lists", "message"),
    [({"domains": "a.example\nhttp://b.example/\n"}, "line 2: 'http://b.example/': a domain is wanted"),
     ({"words": "one\n\ntwo words\n"}, "line 3: 'two words': one word is wanted"),
     ({"urls": "a b\n"}, "line 1: 'a b': an address is wanted")],
)  # fmt: skip
def test_a_wrong_line_is_named(lists: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=message):
        open_lists(write(tmp_path, **lists))


def test_a_missing_file_and_one_that_is_not_utf8(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no_such_list"):
        open_lists(Params(domains=["no_such_list"]))
    (tmp_path / "latin").write_bytes(b"ok.example\ncaf\xe9.example\n")
    with pytest.raises(SourceError, match="line 2: not UTF-8"):
        open_lists(Params(domains=[str(tmp_path / "latin")]))


def test_the_fingerprint_follows_the_content(tmp_path: Path) -> None:
    before = fingerprint(write(tmp_path, domains="a.example\n"))
    assert list(before) == ["domains 0"] and len(before["domains 0"]) == 64
    assert fingerprint(write(tmp_path, domains="b.example\n")) != before
    assert fingerprint(Params()) == {}
