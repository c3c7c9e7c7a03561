"""The release phase alone: seconds, MB of text a second, and how far that is from pyarrow writing the same rows.

Usage: uv run python benchmarks/release.py FILES… [--workers N]

The recipe `web` runs once over the files; then the released folder and the phase's own work are removed, and the same
command makes them again. The peer reads the released shards into memory and writes them again in one process with the
same settings (zstd 6, page index, content-defined chunks), reading not counted: it sorts nothing, splits nothing,
counts nothing, hashes nothing.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow.parquet as pq


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        command = [sys.executable, "-m", "pipelines.cli", "run", "web", "--work", str(folder / "work")]
        command += ["--out", str(folder / "out"), "--workers", str(arguments.workers)]
        command += ["--set", f"source.paths=[{', '.join(arguments.files)}]"]
        _timed(command)
        nothing = _timed(command)
        for path in (folder / "work" / "web" / "release", folder / "work" / "web" / "scatter", folder / "out"):
            shutil.rmtree(path, ignore_errors=True)
        seconds = _timed(command) - nothing
        files = [file for kind in ("data", "rejected") for file in (folder / "out" / kind).rglob("*.parquet")]
        tables = [pq.read_table(file) for file in files]
        text = sum(table["text"].nbytes for table in tables) / 1e6
        started = time.perf_counter()
        for number, table in enumerate(tables):
            pq.write_table(
                table, folder / f"{number}.parquet", compression="zstd", compression_level=6, write_page_index=True,
                use_content_defined_chunking=True,
            )  # fmt: skip
        peer = time.perf_counter() - started
        rows = sum(table.num_rows for table in tables)
        print(f"{rows:,} rows, {text:.0f} MB of text, {arguments.workers} workers")
        print(
            f"release phase: {seconds:.1f} s, {text / seconds:.1f} MB/s ({nothing:.1f} s of a finished run taken off)"
        )
        print(
            f"pyarrow writing the same rows, one process: {peer:.1f} s, {text / peer:.1f} MB/s; {seconds / peer:.1f} x"
        )
        for file in sorted((folder / "out").iterdir()):
            if file.is_file():
                print(f"{file.name}: {file.stat().st_size:,} bytes")


def _timed(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
