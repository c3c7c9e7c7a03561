"""Recall and precision of `private_data` by kind and language on the labelled set of the tests, and its speed.

Usage: uv run python benchmarks/private_data.py [FILES…] [--misses]

FILES are Parquet with a column `text` (and `declared_language`, if they have it): the stage runs over them in frames of
8 MB on one core, best of three.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from pathlib import Path

os.environ.setdefault("POLARS_MAX_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "filters"))

import polars as pl
from private_data_cases import Case, cases

from filters._private_data.find import KINDS, find
from filters._private_data.kinds import Options
from filters.private_data import STAGE, Params
from schemas import languages

Label = tuple[int, int, int, str]


def found(labelled: list[Case]) -> set[Label]:
    """(case, first character, character after the last, kind) of all that is found."""
    texts = [case.text for case in labelled]
    spans = find(pl.Series(texts), pl.Series([c.language for c in labelled]), {k.name for k in KINDS}, Options())
    return {
        (s.row, len(texts[s.row].encode()[: s.start].decode()), len(texts[s.row].encode()[: s.end].decode()), s.kind)
        for s in spans
    }


def table(name: str, keys: list[str], right: Counter[str], wanted: Counter[str], got: Counter[str]) -> None:
    print(f"\n| {name} | spans | recall | precision |\n| --- | ---: | ---: | ---: |")
    for key in keys:
        recall = f"{right[key] / wanted[key]:.3f}" if wanted[key] else "–"
        print(f"| {key} | {wanted[key]} | {recall} | {right[key] / max(got[key], 1):.3f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--misses", action="store_true", help="print what was missed or found wrongly")
    arguments = parser.parse_args()
    labelled = cases()
    truth = {(i, *span) for i, case in enumerate(labelled) for span in case.spans}
    got = found(labelled)
    print(f"{len(labelled)} texts, {len(truth)} spans, {sum(c.looks for c in labelled)} values that only look private")
    for name, key in (("kind", lambda s: s[3]), ("language", lambda s: labelled[s[0]].language)):
        counts = [Counter(map(key, spans)) for spans in (truth & got, truth, got)]
        table(name, sorted(counts[1]), *counts)
    print(f"\nrecall {len(truth & got) / len(truth):.4f}, precision {len(truth & got) / len(got):.4f}")
    if arguments.misses:
        for what, spans in (("missed", truth - got), ("wrong", got - truth)):
            for case, start, end, kind in sorted(spans):
                print(
                    f"{what} {kind} [{labelled[case].text[start:end]}] {labelled[case].language} {labelled[case].text}"
                )
    if arguments.files:
        speed(arguments.files)


def speed(files: list[str]) -> None:
    frame = pl.concat([pl.read_parquet(file) for file in files])
    declared = frame["declared_language"] if "declared_language" in frame.columns else pl.Series([None] * frame.height)
    labels = [None if code is None else languages.label(code) for code in declared]
    frame = frame.select("text", pl.Series("declared_language", labels, dtype=pl.String))
    size = frame["text"].str.len_bytes().sum()
    rows = max(1, round(frame.height * (8 << 20) / size))
    STAGE.edit(frame.head(10), Params(), None)
    seconds, parts = float("inf"), []
    for _ in range(3):
        started = time.perf_counter()
        parts = [STAGE.edit(frame.slice(a, rows), Params(), None) for a in range(0, frame.height, rows)]
        seconds = min(seconds, time.perf_counter() - started)
    print(f"\n{frame.height} documents, {size / 1e6:.0f} MB: {seconds:.2f} s, {size / 1e6 / seconds:.0f} MB/s")
    for name, count in pl.concat(parts).select(pl.exclude("text").sum()).row(0, named=True).items():
        print(f"  {name} {count}")


if __name__ == "__main__":
    main()
