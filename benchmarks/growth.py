"""Deduplication of 1, 2, 4, 8 and 16 times as many documents: seconds, bytes that are shuffled and memory, by document.

Usage: uv run --with matplotlib python benchmarks/growth.py FILES… [--documents 26940] [--times 1 2 4 8 16]
           [--join-by COLUMN] [--plot docs/images/deduplication_growth.svg] [--in-buckets]

FILES are Parquet with a column `text`. Documents of about 2 kB are made of their sentences, drawn anew from those of
one language (`--join-by`), so that text is real and documents are new. Of a hundred, 5 are exact copies of others and
10 near copies, in which one word in fifty is changed. `exact_dedup` and `minhash` run over them with two workers;
measuring and judging are not counted. Every size runs in a process of its own. `--in-buckets`: clusters are found in
rounds of exchanges even where one process would do.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any, Self

import polars as pl

_DOCUMENT = 2_000  # bytes
_IN_A_FILE = 10_000
_EXACT, _NEAR = 0.05, 0.10


def make(files: list[str], join_by: str | None, documents: int, folder: Path, seed: int = 7) -> int:
    """Write new documents; how many of them are copies."""
    from filters import _segments

    draw = random.Random(seed)
    wanted = ["text", *([join_by] if join_by else [])]
    frame = pl.concat([pl.read_parquet(file, columns=wanted) for file in files]).rechunk()
    pools: dict[str, list[str]] = {}
    for part in frame.iter_slices(2_000):
        cut = _segments.cut_sentences(part["text"])
        names = part[join_by] if join_by else pl.Series(["all"] * part.height)
        for name, sentences in zip(names, cut, strict=True):
            pools.setdefault(name or "", []).extend(s for s in sentences if 20 < len(s) < 400)
    pools = {name: pool for name, pool in pools.items() if len(pool) > 1_000}
    weights = [len(pool) for pool in pools.values()]
    recent: list[str] = []
    planted = 0
    rows: list[dict[str, str]] = []
    for number in range(documents):
        kind = draw.random()
        if recent and kind < _EXACT + _NEAR:
            text = draw.choice(recent)
            if kind >= _EXACT:
                words = text.split(" ")
                for _ in range(max(1, len(words) // 50)):
                    words[draw.randrange(len(words))] = str(draw.randrange(10**6))
                text = " ".join(words)
            planted += 1
        else:
            pool = pools[draw.choices([*pools], weights)[0]]
            parts: list[str] = []
            size = 0
            while size < _DOCUMENT:
                parts.append(draw.choice(pool))
                size += len(parts[-1].encode())
            text = " ".join(parts)
            recent.append(text)
            del recent[:-5_000]
        rows.append({"id": f"d{number}", "text": text})
        if len(rows) == _IN_A_FILE or number == documents - 1:
            pl.DataFrame(rows).write_parquet(folder / f"{number:08d}.parquet", row_group_size=2_000)
            rows = []
    return planted


STAGES: dict[str, Any] = {"exact_dedup": {}, "minhash": {}}


def deduplicated(paths: list[str], stages: dict[str, Any], work: str, in_buckets: bool = False) -> dict[str, Any]:
    """Measure, judge, then deduplicate with two workers: seconds of the phase and its parts, bytes, documents."""
    from pipelines import plan
    from pipelines.beam import exchange, transforms
    from pipelines.beam.context import Context, Runner
    from pipelines.beam.phases import dedup, judge, measure
    from schemas import recipe

    content = {"name": "growth", "source": {"paths": paths}, "stages": stages}
    loaded, lines = recipe.read(json.dumps(content))
    context = Context(
        plan.plan(loaded, lines), work, f"{work}/out", Runner(workers=2), 8 << 20, only=frozenset(plan.PHASES)
    )
    measured = measure.run(context)
    judged = judge.run(context, measured)
    if in_buckets:
        dedup.phase._AT_ONCE = 0
    spent: Counter[str] = Counter()
    sent = 0
    _timed(spent, dedup.keys, "run", "keys")
    _timed(spent, exchange, "files", "exchanges")
    real = transforms._Pieces.process

    def counted(self: Any, unit: Any) -> Any:
        nonlocal sent
        for bucket, piece in real(self, unit):
            sent += len(piece)
            yield bucket, piece

    transforms._Pieces.process = counted
    cpu = _processors()
    start = time.perf_counter()
    with _Memory() as memory:
        done = dedup.run(context, measured, judged)
    seconds = time.perf_counter() - start
    found = pl.concat([pl.read_parquet(file) for file in done.files])
    return {
        "documents": sum(shard.rows for shard in measured.shards),
        "bytes": measured.text_bytes,
        "seconds": seconds,
        "keys": spent["keys"],
        "links": spent["exchanges"],
        "rest": seconds - spent["keys"] - spent["exchanges"],
        "cpu": _processors() - cpu,
        "shuffled": sent,
        "memory": memory.most - memory.first,
        "removed": found["reason"].drop_nulls().len(),
        "by_reason": dict(found["reason"].drop_nulls().value_counts().sort("reason").iter_rows()),
    }


def _processors() -> float:
    """Seconds of processors that this process and those that it started and that ended have used."""
    return sum(os.times()[:4])


class _Memory:
    """What this process holds while a block runs, looked at every 20 ms: at first, and at most."""

    def __enter__(self) -> Self:
        self.first = self.most = self._now()
        self._over = threading.Event()
        self._looking = threading.Thread(target=self._look, daemon=True)
        self._looking.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._looking.join()

    def _look(self) -> None:
        while not self._over.wait(0.02):
            self.most = max(self.most, self._now())

    @staticmethod
    def _now() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def _timed(spent: Counter[str], module: Any, name: str, what: str) -> None:
    real = getattr(module, name)

    def timed(*args: Any, **more: Any) -> Any:
        start = time.perf_counter()
        try:
            return real(*args, **more)
        finally:
            spent[what] += time.perf_counter() - start

    setattr(module, name, timed)


def plot(results: list[dict[str, Any]], path: str) -> None:
    """Cost and memory of a document against the number of documents."""
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "growth"
    from matplotlib import pyplot

    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    documents = [one["documents"] for one in results]
    for name, label in (("seconds", "all"), ("keys", "keys"), ("links", "links"), ("rest", "clusters")):
        left.plot(documents, [one[name] / one["documents"] * 1e6 for one in results], marker="o", label=label)
    right.plot(documents, [one["shuffled"] / one["documents"] for one in results], marker="o", label="shuffled")
    right.plot(documents, [one["memory"] / one["documents"] for one in results], marker="o", label="memory added")
    for axis, unit in ((left, "microseconds a document"), (right, "bytes a document")):
        axis.set(xscale="log", xlabel="documents", ylabel=unit, ylim=(0, None))
        axis.set_xticks(documents, [f"{n:,}" for n in documents], rotation=20)
        axis.minorticks_off()
        axis.grid(alpha=0.3)
        axis.legend()
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--join-by")
    parser.add_argument("--documents", type=int, default=26_940)
    parser.add_argument("--times", type=int, nargs="+", default=[1, 2, 4, 8, 16])
    parser.add_argument("--plot")
    parser.add_argument("--in-buckets", action="store_true")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        source, work = arguments.child
        print(json.dumps(deduplicated([f"{source}/*.parquet"], STAGES, work, arguments.in_buckets)))
        return
    results = []
    heads = (
        "documents",
        "MB",
        "seconds",
        "keys",
        "links",
        "clusters",
        "µs a document",
        "of processors",
        "bytes shuffled",
    )
    print("| " + " | ".join((*heads, "bytes of memory", "removed of planted")) + " |")
    print("| ---: " * 11 + "|")
    for times in arguments.times:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "in"
            source.mkdir()
            planted = make(arguments.files, arguments.join_by, arguments.documents * times, source)
            command = [sys.executable, __file__, "--child", str(source), f"{folder}/work"]
            command += ["--in-buckets"] if arguments.in_buckets else []
            environment = {**os.environ, "POLARS_MAX_THREADS": "1"}
            told = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
            if told.returncode:
                sys.exit(told.stderr)
        one = json.loads(told.stdout.splitlines()[-1])
        results.append(one)
        n = one["documents"]
        print(
            f"| {n:,} | {one['bytes'] / 1e6:,.0f} | {one['seconds']:.1f} | {one['keys']:.1f} | {one['links']:.1f} "
            f"| {one['rest']:.1f} | {one['seconds'] / n * 1e6:.0f} | {one['cpu'] / n * 1e6:.0f} "
            f"| {one['shuffled'] / n:.0f} "
            f"| {one['memory'] / n:.0f} | {one['removed']:,} of {planted:,} |",
            flush=True,
        )
    if arguments.plot:
        plot(results, arguments.plot)


if __name__ == "__main__":
    main()
