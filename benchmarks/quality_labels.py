"""How true the labels of `quality_rows.py` are: layout labels beside labels from the HTML tags of the same pages.

Usage: uv run python benchmarks/quality_labels.py CORPORA

CORPORA is a folder with `realdocs-*.parquet` and `pages.warc.gz`, raw HTML of some of its pages. A line of a page is
found in the HTML by its exact text; the innermost element that has this text says what it is:

- prose: a paragraph of the body, also in a note;
- not prose: navigation, tables of contents, indexes, headings, captions, terms of a list of definitions, cells of a
  table, listings;
- open: a paragraph in an item of a list or in a definition, which the tags alone do not decide (a step of a recipe, or
  what an option does), and text that no element has alone.

A row's label by tags is that of most of its decided characters; a row with less than a quarter decided is open.
"""

from __future__ import annotations

import argparse
import gzip
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

sys.path.insert(0, str(Path(__file__).parent))

import polars as pl
import regex
from lxml import html
from quality_rows import ITEM, identified, labelled, pieces

from schemas import languages

Kind = Literal["prose", "not prose", "open"]

_ADDRESS = regex.compile(rb"WARC-Target-URI: https?://[^/]+/(\S+)")
_NEVER_PROSE = {"navheader", "navfooter", "toc", "index", "titlepage", "list-of-figures", "list-of-tables"}
_NOTES = {"note", "tip", "warning", "caution", "important"}
_BLOCKS = {"p", "li", "dt", "dd", "td", "th", "pre", "caption", "h1", "h2", "h3", "h4", "h5", "h6"}
DECIDED = 0.25  # share of a row's characters that tags have to decide


def pages(file: Path) -> Iterator[tuple[str, bytes]]:
    """Name and HTML of each page of a WARC file."""
    for record in gzip.decompress(file.read_bytes()).split(b"WARC/1.0\r\n")[1:]:
        found = _ADDRESS.search(record)
        if found:
            yield found[1].decode(), record.split(b"\r\n\r\n", 2)[2]


def kinds(page: bytes) -> dict[str, Kind]:
    """What each text of a page is, by the text without spaces."""
    root = html.document_fromstring(page.strip(), parser=html.HTMLParser(encoding="utf-8"))
    out: dict[str, Kind] = {}
    for element in root.iter(*_BLOCKS):  # outer elements come before inner ones, which so have the last word
        out[bare(" ".join(element.itertext()))] = kind(element)
    return out


def kind(element: Any) -> Kind:
    """What an element is by its tag, its class and what it stands in."""
    around = [element, *element.iterancestors()]
    tags = [one.tag for one in around]
    classes = {name for one in around for name in (one.get("class") or "").split()}
    if classes & _NEVER_PROSE or "pre" in tags or "title" in (element.get("class") or "").split():
        return "not prose"
    if element.tag in ("li", "dd"):
        return "open"
    if element.tag != "p" or {"dt", "th", "caption"} & set(tags):
        return "not prose"
    if "td" in tags:
        return "prose" if classes & _NOTES else "not prose"
    return "open" if {"li", "dd"} & set(tags) else "prose"


def bare(text: str) -> str:
    """A line without spaces, and without the number or bullet that it starts with."""
    return "".join(ITEM.sub("", " ".join(text.split())).split())


def by_tags(lines: list[str], row: str, start: int, found: dict[str, Kind]) -> Kind:
    """What a row is that starts at a character of the joined lines."""
    counts: Counter[Kind] = Counter()
    at = 0
    for line in lines:
        inside = min(at + len(line), start + len(row)) - max(at, start)
        counts[found.get(bare(line), "open")] += max(inside, 0)
        at += len(line) + 1
    if counts["prose"] + counts["not prose"] < DECIDED * len(row):
        return "open"
    return "prose" if counts["prose"] > counts["not prose"] else "not prose"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--examples", type=int, default=0, help="rows to show of each disagreement")
    arguments = parser.parse_args()
    raw = dict(pages(arguments.corpora / "pages.warc.gz"))
    of_page = {name: kinds(page) for name, page in raw.items()}
    rows: list[dict[str, str]] = []
    for file in sorted(arguments.corpora.glob("realdocs-*.parquet")):
        documents = pl.read_parquet(file).filter(pl.col("id").is_in(list(raw)))
        for page, text, code in documents.select("id", "text", "declared_language").iter_rows():
            found = of_page[page]
            for label, lines in labelled(text).items():
                whole, at = " ".join(lines), 0
                for piece in pieces(whole, f"{page}/{label}"):
                    at = whole.index(piece, at)
                    rows.append({"id": page, "text": piece, "label": label, "declared": languages.label(code),
                                 "tags": by_tags(lines, piece, at, found)})  # fmt: skip
                    at += len(piece)
    print(table(identified(pl.DataFrame(rows)), arguments.examples))


def table(rows: pl.DataFrame, examples: int) -> str:
    """Agreement by language, as Markdown, and some of the rows that do not agree."""
    wrong = rows.filter(pl.col("tags") == pl.col("label").replace_strict({"high": "not prose", "low": "prose"}))
    out = [
        "| language | high | decided | prose by tags | low | decided | not prose by tags |",
        "| --- |" + " ---: |" * 6,
    ]
    for name, part in [*sorted((str(k), p) for (k,), p in rows.group_by("language")), ("all", rows)]:
        cells = [name]
        for label, right in (("high", "prose"), ("low", "not prose")):
            mine = part.filter(pl.col("label") == label)
            decided = mine.filter(pl.col("tags") != "open")
            agree = (decided["tags"] == right).mean()
            cells += [str(mine.height), str(decided.height), "–" if agree is None else f"{float(str(agree)):.1%}"]
        out.append(f"| {' | '.join(cells)} |")
    for label in ("high", "low"):
        shown = wrong.filter(pl.col("label") == label).head(examples)
        out += [f"- {label}, {id}: {text[:300]}" for id, text in shown.select("id", "text").iter_rows()]
    return "\n".join(out)


if __name__ == "__main__":
    main()
