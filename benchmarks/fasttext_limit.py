"""How fast fastText itself scores: its own command `fasttext predict-prob`, on one process and on several.

Usage: uv run python benchmarks/fasttext_limit.py MODEL.bin TEXTS [--processes 2] [--repeats 5]
       uv run python benchmarks/fasttext_limit.py MODEL.bin TEXTS --from FILES… [--documents 20000]

TEXTS has the tokens of one document a line, as the model was trained on them. With `--from`, Parquet with a column
`text`, it is written first: documents of about 2 kB, in the tokens of our fastText family. Needs the command `fasttext`
(Debian: the package fasttext).

The command reads tokens from a file and writes two labels and probabilities a line. Cutting words and making tokens is
not in it: this is what scoring could reach if these cost nothing. Seconds of loading the model are measured with one
line and taken off; the best of the repeats counts. Several processes get every second (third, …) line each. Where
others use the machine too, seconds of processors say more than those of the clock.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import polars as pl

SIZE = 2_000  # bytes of a document, about


def write(files: list[str], documents: int, out: Path) -> None:
    """So many documents of about 2 kB as lines of tokens, the same ones each time."""
    from filters import _segments
    from filters._classifier import tokens

    pieces: list[str] = []
    for file in files:
        for text in pl.read_parquet(file, columns=["text"])["text"]:
            raw = text.encode()
            pieces += [raw[at : at + SIZE].decode(errors="ignore") for at in range(0, len(raw) - SIZE // 2, SIZE)]
    texts = pl.Series(pieces).unique(maintain_order=True)
    texts = texts.sample(min(documents, len(texts)), seed=1, shuffle=True)
    lines = tokens.texts(tokens.lines(_segments.cut_words(texts)).lines)
    out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def seconds(model: Path, files: list[Path], repeats: int) -> tuple[float, float]:
    """The least time in which the command scores the files, one process each, side by side: by the clock, and of all
    processors together."""
    clock, processor = [], []
    for _ in range(repeats):
        before, began = used(), time.perf_counter()
        running = [
            subprocess.Popen(["fasttext", "predict-prob", model, file, "2"], stdout=subprocess.DEVNULL)
            for file in files
        ]
        if any(process.wait() for process in running):
            sys.exit(f"fasttext could not read {model}")
        clock.append(time.perf_counter() - began)
        processor.append(used() - before)
    return min(clock), min(processor)


def used() -> float:
    """Seconds of processors that the processes which have ended took."""
    took = resource.getrusage(resource.RUSAGE_CHILDREN)
    return took.ru_utime + took.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("texts", type=Path)
    parser.add_argument("--from", dest="files", nargs="+", metavar="FILE", help="Parquet that TEXTS is written from")
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    if shutil.which("fasttext") is None:
        parser.error("the command `fasttext` is not there. Install it (Debian: apt-get install fasttext).")
    if arguments.files:
        write(arguments.files, arguments.documents, arguments.texts)
    lines = arguments.texts.read_bytes().splitlines(keepends=True)
    size = sum(map(len, lines)) / 1e6
    print(f"{len(lines):,} documents, {size:.1f} MB of tokens, model {arguments.model.stat().st_size / 1e6:.1f} MB\n")
    print(
        "| processes | seconds | documents/s | MB/s | seconds of processors | documents/s of one |\n"
        + "| ---: " * 6
        + "|"
    )
    with tempfile.TemporaryDirectory() as folder:
        for processes in dict.fromkeys((1, arguments.processes)):
            parts = [lines[i::processes] for i in range(processes)]
            whole = seconds(arguments.model, written(folder, parts), arguments.repeats)
            loading = seconds(arguments.model, written(folder, [part[:1] for part in parts]), arguments.repeats)
            clock, processor = (one - other for one, other in zip(whole, loading, strict=True))
            print(f"| {processes} | {clock:.2f} | {len(lines) / clock:,.0f} | {size / clock:.1f} ", end="")
            print(f"| {processor:.2f} | {len(lines) / processor:,.0f} |", flush=True)


def written(folder: str, parts: list[list[bytes]]) -> list[Path]:
    """The parts as files."""
    files = [Path(folder, f"{i}.txt") for i in range(len(parts))]
    for file, part in zip(files, parts, strict=True):
        file.write_bytes(b"".join(part))
    return files


if __name__ == "__main__":
    main()
