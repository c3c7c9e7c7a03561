"""The measure phase on one core: documents a second, share of the time by stage, and the cost of Parquet alone.

Usage: uv run python benchmarks/measure.py FILES… [--recipe rules]

Reads, measures and writes in this process what a worker would: every Edit and Measure stage of the recipe. Then the
same files are read and written with no stage at all.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections import Counter
from pathlib import Path

os.environ["POLARS_MAX_THREADS"] = "1"

import polars as pl

import pipelines
from filters import _segments
from pipelines import measure, plan
from pipelines.beam import shards
from pipelines.beam.phases.measure import columns
from pipelines.readers import read
from pipelines.readers.contract import READ
from pipelines.readers.files import units
from schemas import recipe
from schemas.columns import polars_schema
from schemas.stage import Edit

FRAME = 8 << 20


class Clock:
    """Seconds by what they were spent on."""

    def __init__(self) -> None:
        self.spent: Counter[str] = Counter()
        self._since = time.perf_counter()

    def to(self, what: str) -> None:
        """Everything since the last call was spent on `what`."""
        now = time.perf_counter()
        self.spent[what] += now - self._since
        self._since = now


def run(loaded: recipe.Recipe, stages: plan.Plan | None, folder: str) -> tuple[Clock, int, int]:
    """Read, measure and write; returns the clock, documents and bytes of text."""
    resources = {} if stages is None else measure.open_resources(stages)
    schema = polars_schema(READ if stages is None else columns(stages))
    clock, documents, size = Clock(), 0, 0
    for name, source in loaded.all_sources().items():
        for number, unit in enumerate(units(name, source)):
            with shards.writing(f"{folder}/{number}.parquet", schema) as out:
                for batch in read(unit, source, FRAME):
                    frame = batch.rows
                    documents += frame.height
                    size += int(frame["text"].str.len_bytes().sum())
                    clock.to("read")
                    for step in () if stages is None else stages.frame_steps:
                        frame = _segments.add(frame, step.stage.reads)
                        clock.to("words and sentences")
                        if isinstance(step.stage, Edit):
                            done = step.stage.edit(frame, step.params, resources[step.name])
                            frame = _segments.drop(frame)
                        else:
                            done = step.stage.measure(frame, step.params, resources[step.name])
                        frame = frame.with_columns(done.get_columns())
                        clock.to(step.name)
                    frame = _segments.drop(frame)
                    out.write(frame.select(pl.col(n).cast(t) for n, t in schema.items()))
                    clock.to("write")
            clock.to("write")
    return clock, documents, size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--recipe", default="rules")
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    file = Path(pipelines.__path__[0]) / "recipes" / f"{arguments.recipe}.yaml"
    text = file.read_text(encoding="utf-8")
    paths = f"source.paths=[{', '.join(arguments.files)}]"
    loaded, lines = recipe.read(text, file=file.name, overrides=[paths])
    with tempfile.TemporaryDirectory() as folder:
        alone, documents, size = run(loaded, None, folder)
        stages = plan.plan(loaded, lines).prepared(Path(folder))
        run(recipe.read(text, file=file.name, overrides=["source.paths=sample://documents/*.jsonl"])[0], stages, folder)
        clock, _, _ = run(loaded, stages, folder)
    for what, told in (("measure", clock), ("Parquet read and written, no stage", alone)):
        seconds = sum(told.spent.values())
        print(f"{what}: {documents / seconds:,.0f} documents/s, {size / 1e6 / seconds:.1f} MB/s ({seconds:.1f} s)")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB\n")
    print("| what | seconds | share |\n| --- | ---: | ---: |")
    total = sum(clock.spent.values())
    for what, seconds in clock.spent.most_common():
        print(f"| {what} | {seconds:.1f} | {seconds / total:.1%} |")


if __name__ == "__main__":
    main()
