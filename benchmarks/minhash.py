"""MinHash keys beside datatrove's signatures, one core, one run, by script.

Usage: uv run python benchmarks/minhash.py FILES… [--join-by COLUMN] [--documents N]

FILES are Parquet with a column `text`; documents of 1 to 4 kB are taken, at most N of a script. Both sides cut words
themselves and make 14 x 8 hash functions over shingles of five words. datatrove runs in an environment of its own,
which uv makes (`benchmarks/peers/`).
"""

from __future__ import annotations

import argparse
import os
import tempfile

os.environ["POLARS_MAX_THREADS"] = "1"

import polars as pl
from rules import our_seconds, peer_seconds, report, sample, script_sizes


def ours(frame: pl.DataFrame) -> None:
    """The keys of each document."""
    from filters import minhash

    minhash.key(frame, minhash.Params(), None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--join-by")
    parser.add_argument("--documents", type=int, default=200, help="at most so many of each script")
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    frame = sample(arguments.files, arguments.join_by, arguments.documents)
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/documents.jsonl"
        frame.write_ndjson(file)
        results = {
            "glotmill": our_seconds(frame, ours),
            "datatrove, its tokenizers": peer_seconds(file, "datatrove_minhash.py", "default"),
            "datatrove, white space": peer_seconds(file, "datatrove_minhash.py", "whitespace"),
            "glotmill, again": our_seconds(frame, ours),
        }
    report(script_sizes(frame), results)


if __name__ == "__main__":
    main()
