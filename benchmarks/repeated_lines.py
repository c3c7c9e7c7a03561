"""What `repeated_lines` removes from your documents, and how fast it counts and removes.

Usage: uv run python benchmarks/repeated_lines.py FILES… [--set NAME=VALUE…] [--examples N]

FILES are Parquet with a column `text`, and `url`, `source` and `declared_language` where they have them. `--set` sets
parameters of the stage. Documents go through `normalise` first, and then in frames of 8 MB through the stage, on one
core; seconds are of the processor.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from difflib import SequenceMatcher
from typing import Any

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import polars as pl
import yaml

from filters import normalise
from filters.repeated_lines import STAGE, Params
from pipelines import counts
from pipelines.plan import Step
from schemas import languages
from schemas.columns import DOCUMENT, conform

FRAME_BYTES = 8 << 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--examples", type=int, default=20)
    arguments = parser.parse_args()
    given = dict(one.split("=", 1) for one in arguments.set)
    params = Params.model_validate({name: yaml.safe_load(value) for name, value in given.items()})
    run(frames(arguments.files), Step(STAGE, params), arguments.examples)


def frames(files: list[str]) -> list[pl.DataFrame]:
    """The documents after `normalise`, in frames."""
    corpus = conform(pl.concat([pl.read_parquet(file) for file in files], how="diagonal"), DOCUMENT)
    codes = corpus["declared_language"].unique().drop_nulls().to_list()
    labels = {code: languages.label(code) for code in codes}
    corpus = corpus.with_columns(pl.col("declared_language").replace_strict(labels, return_dtype=pl.String))
    corpus = corpus.with_columns(normalise.STAGE.edit(corpus, normalise.Params(), None)["text"])
    rows = max(1, round(corpus.height * FRAME_BYTES / size(corpus)))
    return [corpus.slice(start, rows).rechunk() for start in range(0, corpus.height, rows)]


def size(frame: pl.DataFrame) -> int:
    return int(frame["text"].str.len_bytes().sum())


def run(corpus: list[pl.DataFrame], step: Step[Any], examples: int) -> None:
    total = sum(map(size, corpus))
    step.stage.edit(corpus[0].head(5), step.params, counts.count(corpus[0].head(5), step)["key"].sort().to_numpy())
    found, counting = timed(lambda: [counts.count(frame, step) for frame in corpus])
    merged, adding = timed(lambda: counts.add(pl.concat(found), step))
    common = counts.common(counts.repeated(merged, step), step)
    out, editing = timed(lambda: [step.stage.edit(frame, step.params, common) for frame in corpus])
    before, after = pl.concat(corpus), pl.concat(out)
    keys = merged["key"].n_unique()
    print(f"{before.height:,} documents, {total / 1e6:.0f} MB; {len(common):,} common keys of {keys:,}")
    for what, seconds in (("counting", counting), ("adding up", adding), ("removing", editing)):
        print(f"  {what:<10} {seconds:6.2f} s {seconds / total * 1e9:6.2f} ns/byte")
    table(before, after)
    show(before, after, examples)


def timed(work: Any) -> tuple[Any, float]:
    started = time.process_time()
    return work(), time.process_time() - started


def table(before: pl.DataFrame, after: pl.DataFrame) -> None:
    both = before.select("source", text=pl.col("text").str.len_chars()).hstack(after.drop("text"))
    by = both.group_by("source").agg(
        pl.len(), pl.col("text").sum(), (pl.col("repeated_lines") > 0).sum().alias("changed"),
        *(pl.col(c).sum() for c in ("repeated_lines", "repeated_lines_characters", "repeated_lines_emptied")),
    )  # fmt: skip
    print("\n| source | documents | changed | lines removed | characters removed | nothing left |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for source, n, text, changed, lines, characters, emptied in by.sort("source").iter_rows():
        print(
            f"| {source} | {n:,} | {changed:,} | {lines:,} | {characters:,} ({characters / text:.2%}) | {emptied:,} |"
        )


def show(before: pl.DataFrame, after: pl.DataFrame, examples: int) -> None:
    """Different removed stretches, each from another document, with the line before and behind."""
    changed = before.select("id", "source", "declared_language", "text").hstack(after.select(now="text"))
    changed = changed.filter(pl.col("text") != pl.col("now")).sample(fraction=1, shuffle=True, seed=5)
    seen: set[str] = set()
    for one, source, language, text, now in changed.iter_rows():
        if len(seen) >= examples:
            return
        old, new = ([line for line in side.splitlines() if line.strip()] for side in (text, now))
        for kind, a, b, _, _ in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            removed = "\n".join(old[a:b])
            if kind == "equal" or removed in seen:
                continue
            seen.add(removed)
            print(f"\n{source} {language} {one}")
            for sign, lines in ((" ", old[max(0, a - 1) : a]), ("-", old[a:b]), (" ", old[b : b + 1])):
                for line in lines:
                    print(f"  {sign} {line[:160]}")
            break


if __name__ == "__main__":
    sys.exit(main())
