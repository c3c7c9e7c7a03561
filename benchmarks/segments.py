"""Words, sentences and graphemes by script: how they are cut, and how fast on one core.

Usage: uv run python benchmarks/segments.py FILES… [--markdown docs/segmentation.md]

FILES are Parquet with a column `text`; short rows do (the paragraphs of a declaration). Languages are told by the
default identifier, or read from a column `bcp47`. With --markdown the table between the markers in that file is
written anew.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

os.environ["POLARS_MAX_THREADS"] = "1"

import polars as pl

from filters import _segments
from schemas import languages

HOW = {
    "Thai": "dictionary (ICU)", "Laoo": "dictionary (ICU)", "Khmr": "dictionary (ICU)", "Mymr": "dictionary (ICU)",
    "Hans": "dictionary (ICU)", "Hant": "dictionary (ICU)", "Jpan": "dictionary (ICU)",
    "Hani": "dictionary (ICU)",
    "Tibt": "syllables, between tshegs: no dictionary in ICU", "Hang": "spaces and signs: eojeol",
    "Lana": "runs between signs: no dictionary", "Tavt": "runs between signs: no dictionary",
}  # fmt: skip
SPACED = "spaces and signs (UAX #29)"
BEGIN, END = "<!-- table: benchmarks/segments.py -->", "<!-- end of table -->"
_BYTES = 2_000_000


def rate(cut: Callable[[pl.Series], object], text: pl.Series) -> float:
    """Megabytes a second, the best of three."""
    cut(text.head(5))
    best = 0.0
    for _ in range(3):
        started = time.perf_counter()
        cut(text)
        best = max(best, text.str.len_bytes().sum() / 1e6 / (time.perf_counter() - started))
    return best


def table(frame: pl.DataFrame) -> list[str]:
    """The Markdown table, scripts with most languages first."""
    lines = [
        "| script | languages tried | words by | words MB/s | million characters/s | sentences MB/s | graphemes MB/s |",
        "| --- | ---: | --- | ---: | ---: | ---: | ---: |",
    ]
    groups = frame.group_by("script").agg("text", pl.col("language").n_unique())
    for script, texts, count in groups.sort("language", "script", descending=[True, False]).iter_rows():
        text = pl.Series("text", texts)
        text = pl.concat([text] * max(1, _BYTES // max(1, int(text.str.len_bytes().sum()))))
        words = rate(_segments.cut_words, text)
        characters = words * text.str.len_chars().sum() / text.str.len_bytes().sum()
        lines.append(
            f"| {script} | {count} | {HOW.get(script, SPACED)} | {words:.0f} | {characters:.0f} "
            f"| {rate(_segments.cut_sentences, text):.0f} | {rate(_segments.cut_graphemes, text):.0f} |"
        )
    return lines


def write(file: Path, lines: list[str], begin: str = BEGIN, end: str = END) -> None:
    """Put the table between the markers of a Markdown file."""
    before, _, rest = file.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    file.write_text(f"{before}{begin}\n" + "\n".join(lines) + f"\n{end}{after}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--markdown", type=Path)
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    frames = []
    for file in arguments.files:
        rows = pl.read_parquet(file)
        if "bcp47" not in rows.columns:
            from filters import language

            params = language.Params()
            rows = rows.with_columns(language.measure(rows, params, language.open_model(params))["language"])
        else:
            label = pl.col("bcp47").map_elements(_label, pl.String)
            rows = rows.with_columns(label.alias("language"))
        frames.append(rows.select("text", "language"))
    frame = pl.concat(frames).drop_nulls().with_columns(pl.col("language").str.slice(4).alias("script"))
    lines = table(frame.filter(pl.col("script") != "Zyyy"))
    print("\n".join(lines))
    if arguments.markdown is not None:
        write(arguments.markdown, lines)


def _label(code: str) -> str | None:
    try:
        return languages.label(code)
    except ValueError:
        return None


if __name__ == "__main__":
    main()
