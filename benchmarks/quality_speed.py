"""Scoring speed of a quality model inside the measure phase, and of the command `fasttext` on the same tokens.

Usage: uv run python benchmarks/quality_speed.py FILES… --model MODEL [--model MODEL …] [--documents N] [--workers 2]

FILES are Parquet with a column `text`. Documents of about 2 kB are cut from them and written once. For each model: the
whole measure phase of a recipe with the stages `language` and `quality` (reading, cutting words, scoring, writing), on
so many worker processes, with a quarter of the documents and with all, the best of two runs each, so that starting does
not count; then the stage alone and its parts in this process, on one core. For a fastText model the
command `fasttext predict-prob`, where it is installed, gets the model's tokens as lines: what it can do at best.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ["POLARS_MAX_THREADS"] = "1"

import polars as pl
import yaml

from filters import _segments, quality
from filters._classifier import card, tokens

SIZE = 2_000  # bytes of a document, about


def documents(files: list[str], wanted: int) -> pl.DataFrame:
    """So many documents of about 2 kB: `id` and `text`."""
    parts: list[str] = []
    for file in files:
        for text in pl.read_parquet(file, columns=["text"])["text"]:
            raw = text.encode()
            parts += [raw[a : a + SIZE].decode(errors="ignore") for a in range(0, len(raw) - SIZE // 2, SIZE)]
            if len(parts) >= 3 * wanted:
                break
    frame = pl.DataFrame({"text": parts}).unique("text", maintain_order=True)
    frame = frame.sample(min(wanted, frame.height), seed=1, shuffle=True)
    return frame.with_row_index("id").with_columns(pl.col("id").cast(pl.String))


def phase(recipe: dict[str, Any], folder: Path, workers: int) -> float:
    """Seconds of the measure phase, by a command of its own."""
    file = folder / "recipe.yaml"
    file.write_text(yaml.safe_dump(recipe), encoding="utf-8")
    work = folder / "work"
    shutil.rmtree(work, ignore_errors=True)
    glotmill = Path(sys.executable).with_name("glotmill")
    command = [glotmill, "run", file, "--phase", "measure", "--work", work, "--workers", str(workers), "--quiet"]
    begun = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "POLARS_MAX_THREADS": "1"})
    return time.perf_counter() - begun


def clocked(name: str, n: int, act: Any) -> Any:
    begun = time.process_time()
    out = act()
    print(f"| {name} | {n / (time.process_time() - begun):,.0f} |")
    return out


def alone(model: str, frame: pl.DataFrame) -> None:
    """The stage and its parts in this process."""
    params = quality.Params(model=model, unknown_languages="reject")
    opened = quality.STAGE.open(params)
    languages = sorted(opened[0].languages) or ["eng_Latn"]
    given = frame.with_columns(pl.lit(languages[0]).alias("language"))
    small = given.head(50)
    quality.measure(
        small.with_columns(_segments.cut_words(small["text"]).alias("words")), params, opened
    )  # compiled now
    print("\n| in one process, one core | documents/s |\n| --- | ---: |")
    words = clocked("words cut (shared by all stages)", given.height, lambda: _segments.cut_words(given["text"]))
    given = given.with_columns(words.alias("words"))
    clocked("quality: tokens, scores, columns", given.height, lambda: quality.measure(given, params, opened))


def command_line(model: Path, frame: pl.DataFrame, folder: Path, workers: int) -> None:
    """fastText's own command on the same tokens."""
    if shutil.which("fasttext") is None:
        print("\nthe command `fasttext` is not installed (Debian: apt-get install fasttext)")
        return
    lines = tokens.texts(tokens.lines(_segments.cut_words(frame["text"])).lines)
    print("\n| fasttext predict-prob, tokens ready as lines | documents/s |\n| --- | ---: |")
    for processes in dict.fromkeys((1, workers)):
        files = []
        for k in range(processes):
            files.append(folder / f"lines-{k}.txt")
            files[-1].write_text("".join(f"{line}\n" for line in lines[k::processes]), encoding="utf-8")
        begun = time.perf_counter()
        running = [
            subprocess.Popen(["fasttext", "predict-prob", model, file, "2"], stdout=subprocess.DEVNULL)
            for file in files
        ]
        assert not any(one.wait() for one in running)
        seconds = time.perf_counter() - begun
        print(f"| {processes} process(es), model loaded each time | {len(lines) / seconds:,.0f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--model", action="append", required=True)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    frame = documents(arguments.files, arguments.documents)
    size = int(frame["text"].str.len_bytes().sum())
    print(f"{frame.height:,} documents, {size / frame.height:,.0f} bytes each")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = []
        for k in range(8 * arguments.workers):  # a file is a unit: so all workers have work to the end
            paths.append(str(folder / f"{k}.parquet"))
            frame[k :: 8 * arguments.workers].write_parquet(paths[-1])
        some = len(paths) // 4
        less = sum(frame[k :: len(paths)].height for k in range(some))
        for model in arguments.model:
            family = card.read(Path(model)).family
            print(f"\n## {Path(model).name} ({family})\n")
            told = f"| measure phase, {arguments.workers} workers | {less:,} documents | {frame.height:,} documents |"
            print(f"{told} documents/s, start left out |\n| --- | ---: | ---: | ---: |", flush=True)
            scored = {"model": str(Path(model).resolve()), "unknown_languages": "reject"}
            spent: list[float] = []
            for told, stages in (
                ("language alone", {"language": None}),
                ("language and quality", {"language": None, "quality": scored}),
            ):
                recipe = {"name": "speed", "stages": stages}
                seconds = [
                    min(phase({**recipe, "source": {"paths": given}}, folder, arguments.workers) for _ in range(2))
                    for given in (paths[:some], paths)
                ]
                spent.append(seconds[1] - seconds[0])
                rate = (frame.height - less) / spent[-1]
                print(f"| {told} | {seconds[0]:.1f} s | {seconds[1]:.1f} s | {rate:,.0f} |", flush=True)
            rate = (frame.height - less) / (spent[1] - spent[0])
            print(f"| quality alone, with its words: the difference | | | {rate:,.0f} |")
            alone(model, frame.head(4_000))
            if family == "fasttext":
                weights = next(iter(card.read(Path(model)).weights.values()))
                command_line(Path(model) / weights.file, frame, folder, arguments.workers)


if __name__ == "__main__":
    main()
