"""The same pipeline with a real model: the small one on this machine, a base model that is asked by completion."""

from __future__ import annotations

import json
import shutil
import time
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.llm_stages import runs
from benchmarks.llm_stages.figures import Figure
from tests import running

TARGETS = ("fra_Latn", "spa_Latn", "hin_Deva", "swh_Latn")


def local(folder: Path, prompts: int) -> Figure:
    """What passes of a real model's translations, all gates as they ship; nothing is asked of it.

    Args:
        folder: for everything.
        prompts: of the sample, each into four languages.
    """
    lines = (running.SAMPLE / "instructions.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [{"id": row["id"], "text": row["instruction"], "lang": "en"} for row in map(json.loads, lines)][:prompts]
    stages = {"translation": {"targets": list(TARGETS)}}
    content = running.recipe(
        runs.write(folder / "in", rows), stages, source={"fields": {"declared_language": "lang"}},
        client={"local": True, "form": "completion", "max_tokens": 160},
    )  # fmt: skip
    begun = time.perf_counter()
    running.run(content, folder)
    seconds = time.perf_counter() - begun
    passed, failed = runs.accepted(folder / "out"), runs.quarantined(folder / "out")
    seen: dict[str, Any] = {"prompts": len(rows), "rows": passed.height + failed.height, "seconds": round(seconds)}
    good = Counter(passed["language"].to_list()) if passed.height else Counter()
    seen["accepted"] = {target: good[target] for target in TARGETS}
    seen["by_reason"] = dict(Counter(failed["reasons"].explode().to_list()).most_common(8)) if failed.height else {}
    # Figures 2 and 12 once more, where answers are a real model's.
    before = running.hashes(folder / "out")
    for gone in (folder / "work" / "small", folder / "out"):
        shutil.rmtree(gone)
    running.run(content, folder)
    seen["same_bytes_from_the_cache"] = running.hashes(folder / "out") == before
    seen["missing"] = len(rows) * len(TARGETS) - passed.height - failed.height
    met = seen["same_bytes_from_the_cache"] and not seen["missing"]
    note = "gemma-3-270m, 4 bits. Nothing is asked of its translations"
    return Figure(0, "A real model on this machine", "reported; no row lost, same bytes again", seen, met, note)
