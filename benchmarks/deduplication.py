"""Deduplication of all documents on two cores, and a second release against a first one.

Usage: uv run python benchmarks/deduplication.py FILES…

FILES are Parquet with columns `id` and `text`. First the phase alone over all of them (measuring and judging are not
counted), with and without `verify`. Then one half of the files becomes a release, and the other half a second one
against it: what the second run took, what it left out, and how long the phase took once everything else was there.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from typing import Any

from growth import STAGES, deduplicated

VERIFIED: dict[str, Any] = {"exact_dedup": {}, "minhash": {"verify": 0.8}}


def released(name: str, paths: list[str], stages: dict[str, Any], folder: str, against: list[str]) -> tuple[float, Any]:
    """Seconds of a whole run, and its manifest."""
    from pipelines import plan
    from pipelines.beam import run
    from pipelines.beam.context import Context, Runner
    from schemas import recipe

    content = {"name": name, "source": {"paths": paths}, "stages": stages, "against": against}
    loaded, lines = recipe.read(json.dumps(content))
    context = Context(
        plan.plan(loaded, lines), f"{folder}/work/{name}", f"{folder}/{name}", Runner(workers=2), 8 << 20,
        only=frozenset(plan.PHASES),
    )  # fmt: skip
    start = time.perf_counter()
    done = run.run(context)
    return time.perf_counter() - start, done


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    files = sorted(parser.parse_args().files)
    print("| stages | documents | MB | seconds | keys | links and comparisons | clusters | removed |")
    print("| --- " + "| ---: " * 7 + "|")
    for label, stages in (("exact, minhash", STAGES), ("the same, verified at 0.8", VERIFIED)):
        with tempfile.TemporaryDirectory() as folder:
            one = deduplicated(files, stages, folder)
        reasons = ", ".join(f"{n:,} {reason}" for reason, n in one["by_reason"].items())
        print(
            f"| {label} | {one['documents']:,} | {one['bytes'] / 1e6:.0f} | {one['seconds']:.1f} | {one['keys']:.1f} "
            f"| {one['links']:.1f} | {one['rest']:.1f} | {reasons} |",
            flush=True,
        )
    half = len(files) // 2
    with tempfile.TemporaryDirectory() as folder:
        print("\n| release | input | released | seconds | left out because an earlier release has it |")
        print("| --- | ---: | ---: | ---: | --- |")
        for name, paths, against in (
            ("first", files[:half], []),
            ("second", files[half:], []),
            ("second-against", files[half:], [f"{folder}/first"]),
            ("verified", files[half:], [f"{folder}/first"]),
        ):
            stages = VERIFIED if name == "verified" else STAGES
            seconds, done = released(name, paths, stages, folder, against)
            told = ", ".join(f"{one.removed:,} in {one.name}" for one in done.against) or "-"
            counts = done.counts
            print(f"| {name} | {counts.input:,} | {counts.released_sources:,} | {seconds:.1f} | {told} |", flush=True)


if __name__ == "__main__":
    main()
