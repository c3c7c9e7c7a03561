"""How the tests of the phases and of the command run things: in this process, or as a user would."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from pipelines import catalogue, plan
from pipelines.beam import run as beam_run
from pipelines.beam.context import Context, Runner
from schemas import recipe as recipes
from schemas.manifest import Manifest

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "pipelines" / "sample"
RULES = ["normalise", "private_data", "language", "gopher_quality", "gopher_repetition", "exact_dedup", "minhash"]
# Worker processes even for little work, in a command that is otherwise the user's.
_COMMAND = "import pipelines.beam.units as u; u._WORTH_PROCESSES = {worth}; from pipelines import cli; cli.main()"


@cache
def sample_documents() -> tuple[dict[str, Any], ...]:
    """The sample's documents that have a text, in the order of their files."""
    found = []
    for file in sorted((SAMPLE / "documents").glob("*.jsonl")):
        for line in file.read_bytes().splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if isinstance(row, dict) and isinstance(row.get("text"), str) and isinstance(row.get("id"), str):
                found.append(row)
    return tuple(found)


def jsonl(path: Path, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Rows as JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def corpus(folder: Path, files: int, rows: int, *, seed: int = 1, texts: int = 40) -> Path:
    """Files with documents drawn from so many of the sample: a text comes several times, so there are duplicates."""
    draw = random.Random(seed)
    documents = sample_documents()[:: len(sample_documents()) // texts]
    for number in range(files):
        chosen = [draw.choice(documents) for _ in range(rows)]
        made = [{"id": f"{number}-{index}", "text": one["text"]} for index, one in enumerate(chosen)]
        jsonl(folder / f"{number:04d}.jsonl", made)
    return folder


def recipe(paths: Any, stages: Any = RULES, **more: Any) -> dict[str, Any]:
    """A recipe as YAML would give it, named `small`."""
    source = {"paths": [str(p) for p in paths] if isinstance(paths, list) else str(paths), **more.pop("source", {})}
    return {"name": "small", "source": source, "stages": stages, **more}


WRITTEN = {
    "summary": "Texts of the sample.",
    "licence": "apache-2.0",
    "card": {"uses": "Trying.", "not_for": "Training.", "removal": "Open an issue."},
}
"""What only a person can say on a card: a `release` of a recipe that may be published."""


def open_gates(stage: str, *keep: str) -> dict[str, None]:
    """Parameters that turn all limits of a Derive stage off, but for some: for servers that translate by a rule."""
    return {name: None for name in catalogue.get(stage).params.thresholds() if name not in keep}


def quickstart() -> dict[str, Any]:
    """The quickstart recipe without the stages that ask an LLM."""
    content = yaml.safe_load((ROOT / "pipelines/recipes/quickstart.yaml").read_text(encoding="utf-8"))
    for name in ("translation", "rewriting"):
        del content["stages"][name]
    del content["client"]
    return content


def write(content: Mapping[str, Any], path: Path) -> Path:
    """A recipe as a file."""
    path.write_text(yaml.safe_dump(dict(content), sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


def context(content: Mapping[str, Any], folder: Path, **more: Any) -> Context:
    """A run of a recipe with its work and its release in `folder`."""
    loaded, lines = recipes.read(yaml.safe_dump(dict(content), sort_keys=False))
    work = folder / "work" / loaded.name
    return Context(
        plan=plan.plan(loaded, lines).prepared(work / "models"),
        work=str(work),
        out=str(more.pop("out", folder / "out")),
        runner=more.pop("runner", Runner()),
        frame_bytes=more.pop("frame_bytes", 8 << 20),
        only=frozenset(more.pop("only", plan.PHASES)),
        **more,
    )


def run(content: Mapping[str, Any], folder: Path, **more: Any) -> Manifest | None:
    """Run a recipe in this process; None where `only` leaves the release out."""
    return beam_run.run(context(content, folder, **more))


def hashes(folder: Path | str) -> dict[str, str]:
    """SHA-256 of every file below a folder, hidden ones too."""
    root = Path(folder)
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def times(folder: Path) -> dict[str, int]:
    """When every file below a folder was changed, in nanoseconds."""
    return {str(p.relative_to(folder)): p.stat().st_mtime_ns for p in sorted(folder.rglob("*")) if p.is_file()}


def released(out: Path, config: str | None = None) -> pl.DataFrame:
    """The rows of all `data/` files (or of one folder of the release), in the order of their files."""
    files = sorted((out / (config or "data")).rglob("*.parquet"))
    return pl.concat([pl.read_parquet(file) for file in files]) if files else pl.DataFrame()


def environment() -> dict[str, str]:
    """For commands: our packages are found from any folder, and the machine's two cores are not fought over."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200", "POLARS_MAX_THREADS": "2"}


def command(*args: str, cwd: Path, worth: float = 12.0, **more: Any) -> subprocess.CompletedProcess[str]:
    """The command, as a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", _COMMAND.format(worth=worth), *args],
        cwd=cwd, env=environment(), capture_output=True, text=True, timeout=180, check=False, **more,
    )  # fmt: skip


@contextmanager
def started(*args: str, cwd: Path, worth: float = 12.0) -> Iterator[subprocess.Popen[str]]:
    """The command, started and left running; whatever is left of it afterwards is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", _COMMAND.format(worth=worth), *args],
        cwd=cwd, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.communicate()


def wait_for(what: Callable[[], Any], *, seconds: float = 60.0) -> Any:
    """The first true value of `what`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = what()
        if found:
            return found
        time.sleep(0.005)
    raise AssertionError(f"nothing came in {seconds} seconds")


def workers_of(launcher: int) -> list[int]:
    """Worker processes that a launcher started, whoever is their parent now."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if b"pipelines.beam.worker" in words and str(launcher).encode() in words and state != "Z":
                found.append(int(entry.name))
    return found
