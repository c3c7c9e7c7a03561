"""A small release to look into: the sample's documents in two sources, copies of some, and hostile ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_cards.visible import brief, visible
from pipelines.comparison import release as releases
from pipelines.inspection import recipe_file, thresholds
from pipelines.inspection.app import Inspected
from pipelines.inspection.rows import Rows
from tests import running

STAGES: dict[str, Any] = {
    "normalise": None,
    "language": {"min_confidence": 0.0},
    "gopher_quality": {"min_words": {"default": 40, "sources": {"forum": 30}}, "min_stop_words": None},
    "gopher_repetition": {"max_top_2gram": 0.2},
    "quality": {"share": {"default": 0.8}, "fewest": 4, "train_on": "sample://quality/*.jsonl"},
    "exact_dedup": None,
    "minhash": None,
}
SCRIPT = '<script>window.hacked = 1</script><img src=x onerror="window.hacked = 2">'
UNSEEN = "a\u202etxt.exe\u202c \x1b[31mred"
HOSTILE_ID = "<b>x\"'--;\u202e\x1b[31m"
HOSTILE = f"{SCRIPT} {UNSEEN} =cmd|' /C calc'!A0 " + "kind words about harmless things that nobody minds " * 12
LONG = "x" * 1_000_000


@dataclass(frozen=True)
class Small:
    """The release and what made it."""

    folder: Path
    content: dict[str, Any]

    @property
    def out(self) -> Path:
        return self.folder / "out"

    @property
    def work(self) -> Path:
        return self.folder / "work"

    def rows(self) -> Rows:
        return Rows(releases.read(str(self.out)))

    def inspected(self, rows: Rows, path: Path, **more: Any) -> Inspected:
        target = recipe_file.Target(str(path), f"{self.out}-changed", str(self.work))
        return Inspected(rows, thresholds.load(rows), target, **more)


def documents() -> list[dict[str, Any]]:
    found = [{"id": one["id"], "text": one["text"]} for one in running.sample_documents()]
    found += [{"id": f"copy-of-{one['id']}", "text": one["text"]} for one in found[:24:3]]
    found.append({"id": HOSTILE_ID, "text": HOSTILE})
    found.append({"id": "long", "text": LONG})
    return found


def make(folder: Path) -> Small:
    rows = documents()
    sources = {}
    for name, part in (("web", rows[::2]), ("forum", rows[1::2])):
        sources[name] = {"paths": [str(running.jsonl(folder / "in" / f"{name}.jsonl", part))]}
    content = {"name": "small", "sources": sources, "stages": STAGES}
    assert running.run(content, folder) is not None
    return Small(folder, content)


def visible_id(row_id: str) -> str:
    """An id as the page shows it."""
    return brief(visible(row_id))
