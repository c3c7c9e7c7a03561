"""The recipe `parallel` over the sample bitext: a fault of each kind, in twelve languages, and each is named."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import yaml

from tests import running

PLANTED = {
    "p-1": [],  # French
    "p-2": ["negation_lost"],  # Spanish that says the contrary
    "p-3": ["numbers_lost"],  # German with another number
    "p-4": [],  # Thai
    "p-5": [],  # Hindi
    "p-6": ["echo", "untranslated_part", "wrong_language"],  # Japanese that was never translated
    "p-7": [],  # Arabic
    "p-8": ["markup_lost"],  # Amharic without the code
    "p-9": [],  # Yoruba
    "p-10": ["preamble"],  # Italian that announces itself
    "p-11": [],  # Dutch
    "p-12": ["refusal"],  # Portuguese that declines
}


@pytest.mark.end_to_end
def test_each_fault_is_named_and_good_translations_pass(tmp_path: Path) -> None:
    content = yaml.safe_load((running.ROOT / "pipelines/recipes/parallel.yaml").read_text(encoding="utf-8"))
    manifest = running.run(content, tmp_path)
    assert manifest is not None
    rows = [running.released(tmp_path / "out", "dead/quarantine").select("parent_id", "reasons")]
    for folder in sorted((tmp_path / "out" / "data").glob("*-parallel")):
        good = running.released(folder.parent, folder.name).select("parent_id")
        rows.append(good.with_columns(pl.lit([], dtype=pl.List(pl.String)).alias("reasons")))
    found = {row["parent_id"]: sorted(row["reasons"]) for row in pl.concat(rows).iter_rows(named=True)}
    assert found == PLANTED
    (counts,) = manifest.derived
    assert (counts.wanted, counts.accepted, counts.quarantined) == (12, 6, 6)
    assert manifest.usage == [], "nobody was asked"
