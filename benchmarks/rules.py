"""The four rule families (Gopher quality, Gopher repetition, C4, FineWeb) beside the peers', one core, one run.

Usage: uv run python benchmarks/rules.py FILES… [--join-by COLUMN] [--documents N] [--peers datatrove,dolma,juicer]

FILES are Parquet with a column `text`; documents of 1 to 4 kB are taken, at most N of a script. `--join-by` makes
documents of about 2 kB out of short rows (the paragraphs of one declaration, say). Everybody cuts words and sentences
himself, and computes every figure. Peers run in environments of their own, which uv makes (`benchmarks/peers/`).
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

os.environ["POLARS_MAX_THREADS"] = "1"

import polars as pl

PEERS = {
    "datatrove, its tokenizers": ("datatrove_rules.py", "default"),
    "datatrove, white space": ("datatrove_rules.py", "whitespace"),
    "dolma gopher_v1": ("dolma_rules.py", "gopher_v1"),
    "dolma c4_v2": ("dolma_rules.py", "c4_v2"),
    "Data-Juicer, seven filters": ("juicer_rules.py",),
}


def sample(files: list[str], join_by: str | None, documents: int) -> pl.DataFrame:
    """Up to `documents` of each script: `text`, `language`, `script`."""
    from filters import language

    frames = []
    for file in files:
        rows = pl.read_parquet(file)
        if join_by in rows.columns:
            piece = (pl.col("text").str.len_bytes().cum_sum() // 2_000).over(join_by).alias("piece")
            rows = rows.with_columns(piece).group_by(join_by, "piece", maintain_order=True)
            rows = rows.agg(pl.col("text").str.join("\n"))
        frames.append(rows.select("text"))
    frame = pl.concat(frames).filter(pl.col("text").str.len_bytes().is_between(1_000, 4_000)).unique("text")
    frame = frame.sort(pl.col("text").str.slice(100, 40)).head(20_000)
    params = language.Params()
    frame = frame.with_columns(language.measure(frame, params, language.open_model(params)).select("language"))
    frame = frame.filter(pl.col("language") != "und_Zyyy").with_columns(pl.col("language").str.slice(4).alias("script"))
    frame = frame.group_by("script", maintain_order=True).head(documents)
    return frame.filter(pl.len().over("script") >= 20)


def ours(frame: pl.DataFrame) -> None:
    """All four families over a frame."""
    from filters import _segments, c4_lines, c4_quality, fineweb_quality, gopher_quality, gopher_repetition

    frame = _segments.add(frame.with_columns(pl.lit("source").alias("source")), ["words"])
    for stage in (gopher_quality, gopher_repetition, fineweb_quality):
        stage.measure(frame, stage.Params(), None)
    edited = c4_lines.edit(frame, c4_lines.Params(), None).select("text")
    c4_quality.measure(_segments.add(edited, ["sentences"]), c4_quality.Params(), None)


def best_of_three(run: Callable[[], object]) -> float:
    """Seconds of the fastest of three runs: the first ones fill memory, which a worker does once."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return min(times)


def our_seconds(frame: pl.DataFrame, run: Callable[[pl.DataFrame], object]) -> dict[str, float]:
    """Seconds that `run` takes over the documents of each script."""
    run(frame.head(10))  # kernels compile, or load
    seconds = {}
    for (script,), part in frame.group_by("script", maintain_order=True):
        # A frame as the measure phase makes it, about 8 MB of text, holds the documents several times.
        times = max(1, 8_000_000 // int(part["text"].str.len_bytes().sum()))
        whole = pl.concat([part] * times)
        seconds[str(script)] = best_of_three(lambda whole=whole: run(whole)) / times  # type: ignore[misc]
    return seconds


def peer_seconds(file: str, script: str, *arguments: str) -> dict[str, float]:
    command = ["uv", "run", "--no-project", "--script", str(Path(__file__).parent / "peers" / script), file, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{script} {' '.join(arguments)} did not run: {done.stderr.strip().splitlines()[-1]}")
        return {}
    told = json.loads(done.stdout.strip().splitlines()[-1])
    for where, why in told["failed"].items():
        print(f"{script} {' '.join(arguments)} on {where}: {why}")
    return dict(told["seconds"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--join-by")
    parser.add_argument("--documents", type=int, default=200, help="at most so many of each script")
    parser.add_argument("--peers", default="datatrove,dolma,juicer")
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    frame = sample(arguments.files, arguments.join_by, arguments.documents)
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/documents.jsonl"
        frame.write_ndjson(file)
        results = {"glotmill": our_seconds(frame, ours)}
        for name, (script, *rest) in PEERS.items():
            if any(script.startswith(wanted) for wanted in arguments.peers.split(",") if wanted):
                results[name] = peer_seconds(file, script, *rest)
        results["glotmill, again"] = our_seconds(frame, ours)
    report(script_sizes(frame), results)


def script_sizes(frame: pl.DataFrame) -> pl.DataFrame:
    """Documents and megabytes of each script."""
    return frame.group_by("script", maintain_order=True).agg(
        pl.len().alias("documents"), (pl.col("text").str.len_bytes().sum() / 1e6).alias("megabytes")
    )


def report(sizes: pl.DataFrame, results: dict[str, dict[str, float]]) -> None:
    """Print documents/s and MB/s by script, and how many times ours is faster."""
    print("| script | documents | who | documents/s | MB/s | glotmill is faster by |")
    print("| --- | ---: | --- | ---: | ---: | ---: |")
    for script, documents, megabytes in [
        *sizes.iter_rows(),
        ("all", sizes["documents"].sum(), sizes["megabytes"].sum()),
    ]:
        for name, seconds in results.items():
            if script == "all":
                if set(seconds) != set(sizes["script"]):
                    continue
                took, mine = sum(seconds.values()), sum(results["glotmill"].values())
            elif script in seconds:
                took, mine = seconds[script], results["glotmill"][script]
            else:
                continue
            print(
                f"| {script} | {documents} | {name} | {documents / took:,.0f} | {megabytes / took:.2f} "
                f"| {took / mine:.1f} |"
            )


if __name__ == "__main__":
    main()
