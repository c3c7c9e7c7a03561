"""Labelled rows for a quality classifier: prose against menus, tables and indexes, by the layout of their page.

Usage: uv run python benchmarks/quality_rows.py CORPORA OUT [--rows 400]

CORPORA is a folder with `realdocs-*.parquet`: `id`, `text` with one block of the page a line, `declared_language`,
`source`. OUT is written as JSON lines: `text`, `label` (high or low), `language`, `source`, `id`. No word decides a
label, only how wide the lines of a page are:

- high: wide lines (paragraphs);
- low: runs of many narrow lines (menus, tables of contents, tables of options, indexes, captions).

Lines of other widths are left out, and so are, whatever their width, code, lines that repeat the one before, and those
made of the lines after them. A row is the lines of a page and label with spaces for line ends, cut into pieces. Of each
language and source, rows of both labels are paired by length and cut to the same one at a word, so that neither length
nor lines tell which is which. The row's language is what the shipped identifier says, where that is the declared one or
English. Of rows of the same language that share much of their text one stays.

`quality_labels.py` says how true the labels are.
"""

from __future__ import annotations

import argparse
import json
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Literal, NamedTuple

import polars as pl
import regex
import xxhash

from filters import language
from schemas import languages

Label = Literal["high", "low"]

NARROW = 60  # a line of this width at most can be part of a table or menu
MEAN = 32  # mean width of the lines of such a run, at most
FEWEST = 5  # lines of such a run, at least
WIDE = 120  # a line of this width at least is a paragraph
LEAST = 250  # width of a row, at least
SHORTEST, LONGEST = 400, 1_200  # width that a row is cut to, where there is so much
PIECES = 8  # rows of a page and label, at most
CANDIDATES = 6  # how many times the rows wanted are looked at
BROKEN = 0.85  # a line of this share of the widest one may go on in the next line, where a page was broken

_MANUAL = regex.compile(r"(\S+\(\S+\)).* \1")  # first line of a manual page: its name at both ends
_EAST_ASIAN = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]")
# Where a line says by itself that it is an item of a list: numbers and bullets are layout, not words.
ITEM = regex.compile(r"^(?:[\p{N}]+(?:[.)절章節节]+[\p{N}]*)+|[A-Z](?:\.\p{N}+)+\.?|[\p{So}\p{Sm}•·∙*–—─-]+) +")
_SIGNS = regex.compile(r"[\[\]{}<>|=_\\/$#*~^&+@`]")
SIGNS = 0.05  # a line with a greater share of them is of a listing or synopsis, and left out whatever its width
_NOT_LETTERS = regex.compile(r"[^\p{L}\p{M}]+")
_SHINGLE, _KEYS = 24, 8  # letters of a shingle, and how many of a row's smallest digests are its keys


class Run(NamedTuple):
    """Consecutive lines of a page with the same label."""

    label: Label
    lines: list[str]


def columns(text: str) -> int:
    """Columns of a terminal that a text takes."""
    return len(text) + len(_EAST_ASIAN.findall(text))


def width(text: str) -> int:
    """Letters of a text, where an East Asian one counts three times: it says as much as two or three others."""
    return len(text) + 2 * len(_EAST_ASIAN.findall(text))


def unbroken(lines: list[str]) -> list[str]:
    """Paragraphs of a manual page put together again: it was broken into lines of equal width."""
    if not lines or not _MANUAL.fullmatch(lines[0]):
        return lines
    widest = max(map(columns, lines))
    out: list[str] = []
    last = 0
    for line in lines:
        if last > BROKEN * widest and last + 1 + columns(line.split(" ", 1)[0]) > widest:
            out[-1] += " " + line
        else:
            out.append(line)
        last = columns(line)
    return out


def is_made_of(line: str, following: list[str]) -> bool:
    """Whether a line is mostly the lines after it, put together: a table as one line before its cells."""
    at = covered = 0
    for part in following:
        found = at if line.startswith(part, at) else -1 if part in line[:at] else line.find(part, at)
        if found < 0:
            if part in line:  # a part of a part that was found, or the same again
                continue
            break
        if len(part) < len(line):
            covered += len(part)
        at = found + len(part) + 1
    return covered * 2 >= len(line)


def blocks(text: str) -> list[str]:
    """The lines of a page, each once: without repeats, lines made of those after them, and code."""
    lines = unbroken([line for line in map(str.strip, text.split("\n")) if line])
    each = [
        line
        for i, line in enumerate(lines)
        if line not in lines[i + 1 : i + 2] and not is_made_of(line, lines[i + 1 :])
    ]
    return [line for line in each if len(_SIGNS.findall(line)) <= SIGNS * len(line)]


def runs(text: str) -> Iterator[Run]:
    """The runs of a page that have a label."""
    for label, lines in groupby(blocks(text), label_of):
        run = list(lines)
        if label == "high":
            yield Run("high", run)
        elif label == "low" and len(run) >= FEWEST and sum(map(width, run)) <= MEAN * len(run):
            yield Run("low", run)


def label_of(line: str) -> Label | None:
    """What a line alone can be part of."""
    here = width(line)
    return "low" if here <= NARROW else "high" if here >= WIDE else None


def labelled(text: str) -> dict[Label, list[str]]:
    """The lines of a page's runs by label, without the numbers and bullets that items of a list start with."""
    out: dict[Label, list[str]] = {"high": [], "low": []}
    for run in runs(text):
        out[run.label] += filter(None, (ITEM.sub("", line) for line in run.lines))
    return out


def cut(text: str, characters: int) -> str:
    """The start of a text of so many characters at most, up to a word, or a letter where words have no spaces."""
    if len(text) <= characters:
        return text
    space = text.rfind(" ", 0, characters + 1)
    if space > characters - 30:
        return text[:space]
    while characters and unicodedata.category(text[characters]).startswith("M"):
        characters -= 1
    return text[:characters]


def pieces(text: str, name: str) -> Iterator[str]:
    """A run as rows: pieces of lengths that only the name decides."""
    for number in range(PIECES):
        wanted = SHORTEST + digest(f"{name}/{number}") % (LONGEST - SHORTEST + 1)
        piece = cut(text, round(wanted * len(text) / max(width(text), 1)))
        if width(piece) < LEAST:
            return
        yield piece
        text = text[len(piece) :].lstrip()


def digest(text: str) -> int:
    return xxhash.xxh3_64_intdigest(text.encode())


def keys(text: str) -> list[int]:
    """Digests that rows share if they share much of their text, whatever their numbers and signs."""
    letters = _NOT_LETTERS.sub("", text).lower()
    shingles = {letters[i : i + _SHINGLE] for i in range(max(len(letters) - _SHINGLE, 0) + 1)}
    return sorted(map(digest, shingles))[:_KEYS]


def candidates(file: Path, most: int) -> pl.DataFrame:
    """Rows of a file before languages are known: `id`, `text`, `label`, `source`, `declared`, `order`.

    At most so many of a source, language and label, chosen by their names.
    """
    found: list[tuple[str, str, str, str, str, int]] = []
    for page, text, code, source in (
        pl.read_parquet(file).select("id", "text", "declared_language", "source").iter_rows()
    ):
        for label, lines in labelled(text).items():
            for number, piece in enumerate(pieces(" ".join(lines), f"{page}/{label}")):
                name = f"{page}#{label}{number}"
                found.append((name, piece, label, source, languages.label(code), digest(name)))
    frame = pl.DataFrame(
        found,
        schema={"id": pl.String, "text": pl.String, "label": pl.String, "source": pl.String, "declared": pl.String,
                "order": pl.UInt64},
        orient="row",
    )  # fmt: skip
    return frame.sort("order").group_by("source", "declared", "label", maintain_order=True).head(most)


def identified(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows in the language that their page is published in, or in English, with `language`."""
    params = language.Params()
    scores = language.measure(frame.select("text"), params, language.open_model(params))
    frame = frame.with_columns(scores["language"])
    return frame.filter(pl.col("language").is_in(["eng_Latn"]) | (pl.col("language") == pl.col("declared")))


def different(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows that share less than half of their keys with the rows before them of the same language."""
    seen: set[tuple[str, int]] = set()
    stays = []
    for text, code in frame.select("text", "language").iter_rows():
        mine = {(code, key) for key in keys(text)}
        stays.append(2 * len(mine & seen) < len(mine))
        if stays[-1]:
            seen |= mine
    return frame.filter(pl.Series(stays, dtype=pl.Boolean))


def paired(frame: pl.DataFrame, most: int) -> pl.DataFrame:
    """As many rows of one label as of the other, of equal lengths, of each language and source."""
    out: list[pl.DataFrame] = []
    for (code, source), part in frame.group_by("language", "source", maintain_order=True):
        sides = [part.filter(pl.col("label") == label) for label in ("high", "low")]
        rows = min(most, *(side.height for side in sides))
        high, low = (side.head(rows).sort("characters", "order", descending=True) for side in sides)
        lengths = [min(pair) for pair in zip(high["characters"], low["characters"], strict=True)]
        for side in (high, low):
            texts = [cut(text, length) for text, length in zip(side["text"], lengths, strict=True)]
            pair = [f"{code}/{source}/{number}" for number in range(rows)]
            out.append(side.with_columns(pl.Series("text", texts, pl.String), pl.Series("pair", pair, pl.String)))
    # What was cut off may be what was in the language: then the pair goes.
    again = identified(pl.concat(out).rename({"language": "before"})).filter(pl.col("language") == pl.col("before"))
    return again.filter(pl.len().over("pair") == 2).sort("id")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--rows", type=int, default=400, help="of a language, source and label, at most")
    arguments = parser.parse_args()
    files = sorted(arguments.corpora.glob("realdocs-*.parquet"))
    found = pl.concat([identified(candidates(file, CANDIDATES * arguments.rows)) for file in files])
    found = different(found.sort("order")).with_columns(pl.col("text").str.len_chars().alias("characters"))
    rows = paired(found, arguments.rows)
    with arguments.out.open("w", encoding="utf-8") as file:
        for row in rows.select("text", "label", "language", "source", "id").iter_rows(named=True):
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    counts = rows.group_by("language", "source").len().pivot("source", index="language", values="len").sort("language")
    with pl.Config(tbl_rows=-1, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True):
        print(counts.fill_null(0))


if __name__ == "__main__":
    main()
