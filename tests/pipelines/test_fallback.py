"""Where the limits of a language come from."""

from __future__ import annotations

from pathlib import Path

from pipelines.fallback import origins
from pipelines.plan import plan
from schemas.recipe import read


def test_rules_by_origin(tmp_path: Path) -> None:
    for label in ("hin_Deva", "Deva"):
        (tmp_path / f"{label}.yaml").write_text(
            f"language: {label}\nstages: {{exact: {{}}}}\n".replace("exact: {}", "lists: {max_list_words: 0.5}")
        )
    text = (
        f"name: small\nsources: {{a: {{paths: x}}, b: {{paths: y}}}}\nthresholds: {tmp_path}\nstages:\n  language:\n"
        "  lists: {max_link_words: {th: 0.3}, max_sorted_lines: {sources: {b: 0.2}}}\n"
    )
    found = origins(plan(*read(text)), ["tha_Thai", "mar_Deva", "hin_Deva"])
    told = {label: (one.file, one.source, one.language, one.script, one.default) for label, one in found.items()}
    # Rules: two of `language` and four of `lists`; one of them has a limit for source b.
    assert told == {
        "hin_Deva": ("language", 1, 1, 0, 4),
        "mar_Deva": ("script", 1, 0, 1, 4),
        "tha_Thai": (None, 1, 1, 0, 4),
    }
    assert list(told) == sorted(told)
