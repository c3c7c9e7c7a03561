"""The recipe `web` from raw files to a release: seconds by phase, and peak memory of the largest process.

Usage: uv run python benchmarks/web.py FILES… [--workers N]
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "pipelines.cli",
            "run",
            "web",
            "--work",
            f"{folder}/work",
            "--out",
            f"{folder}/out",
        ]
        command += ["--workers", str(arguments.workers), "--set", f"source.paths=[{', '.join(arguments.files)}]"]
        for again in ("first run", "same command again"):
            started = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            print(f"{again}: {time.perf_counter() - started:.1f} s")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory of the largest process: {peak:.0f} MiB")


if __name__ == "__main__":
    main()
