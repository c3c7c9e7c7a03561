"""Figure 14: what rewriting did to prompts, and whether too much is noticed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.llm_stages import runs
from benchmarks.llm_stages.figures import Figure
from pipelines import rewrites
from tests import running
from tests.fault_server import FaultServer
from translators.prompts.rewrites import REWRITES


def rewriting(folder: Path) -> Figure:
    """Figure 14: the shipped examples of rewrites as what a model answers, and then one that never ends.

    Args:
        folder: for everything.
    """
    rows, pairs, wordy = [], [], []
    for language in sorted(REWRITES["difficulty"]):
        for number, (before, _) in enumerate(REWRITES["difficulty"][language]):
            rows.append({"id": f"{language}-{number}", "text": before, "lang": language})
        for operator in ("culture", "difficulty", "naturalness"):
            for before, after in REWRITES[operator].get(language, ()):  # type: ignore[call-overload]
                said = {"source": before, "source_language": language, "target_language": language}
                pairs.append({**said, "target": after})
                wordy.append({**said, "target": f"{after} " * 12})
    paths = runs.write(folder / "in", rows)
    stages = {
        "rewriting": {"of": "source", "naturalness": False, "culture_share": 0.0, **running.open_gates("rewriting")}
    }
    seen: dict[str, Any] = {"prompts": len(rows)}
    warned: dict[str, list[str]] = {}
    for name, known in (("as_examples", pairs), ("never_ending", wordy)):
        with FaultServer(known, truth=False) as server:
            place = folder / name
            running.run(runs.recipe(paths, server.base_url, stages, max_tokens=4_000), place)
        made = runs.accepted(place / "out", "rewriting").with_columns(pl.lit(None).alias("reasons"))
        found = rewrites.measures(made)
        warned[name] = rewrites.problems(found)
        seen[name] = {
            "operators and languages": len(found),
            "length ratio": round(max(one.length_ratio for one in found), 2),
            "edit distance": round(min(one.edit_distance for one in found), 2),
            "distinct-1": [round(one.distinct_after[0] or 0.0, 3) for one in found][:3],
            "language loss": max(one.language_loss for one in found), "warnings": len(warned[name]),
        }  # fmt: skip
        del server
    whole = ("length_ratio", "edit_distance", "distinct_after", "perplexity_after", "difficulty_after", "language_loss")
    seen["measures"] = [name for name in whole if name in rewrites.Measures.__annotations__]
    met = not warned["as_examples"] and len(warned["never_ending"]) > 0 and len(seen["measures"]) == len(whole)
    asked = "all measures; fails where difficulty grows a median > 5 times or > 5 % lose their language"
    note = "Perplexity and ratings need a model that gives them: null here"
    return Figure(14, "Rewrites", asked, seen, met, note)
