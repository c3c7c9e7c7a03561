"""What a share does to kinds of documents, with and without strata, on the sample corpus of the recipe `quickstart`.

Usage: uv run python benchmarks/strata.py [--share 0.5]

The classifier is trained as the recipe says. Of each kind the table gives the documents that compete, their mean score,
and how many the share keeps when all documents of a language compete, and when those of a kind do.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import polars as pl

import pipelines
from pipelines import local
from pipelines.plan import plan
from pipelines.readers import read
from pipelines.readers.files import units
from schemas import recipe

_RECIPE = Path(pipelines.__path__[0]) / "recipes" / "quickstart.yaml"
_OVERRIDES = ["stages.translation=false", "stages.rewriting=false", "client=null"]


def strata(share: float, names: list[str]) -> pl.DataFrame:
    """`stratum`, `competed`, `kept` and `mean_score` of each kind, over all languages."""
    overrides = [
        *_OVERRIDES,
        f"stages.quality.share={{default: {share}, sources: {{instructions: null}}}}",
        "stages.quality.fewest=0",
        "stages.quality.fewest_in_stratum=1",
        "stages.quality.compare=[metadata.kind]",
        f"stages.quality.strata=[{', '.join(names)}]",
    ]
    checked = plan(*recipe.read(_RECIPE.read_text(encoding="utf-8"), file=_RECIPE.name, overrides=overrides))
    rows = [
        batch.rows
        for name, source in checked.recipe.all_sources().items()
        for unit in units(name, source)
        for batch in read(unit, source, 8 << 20)
    ]
    found: Any = local.run(pl.concat(rows), checked).strata
    kinds = found.filter((pl.col("dimension") == "metadata.kind") & (pl.col("competed") > 0))
    mean = (pl.col("mean_score") * pl.col("competed")).sum() / pl.col("competed").sum()
    return kinds.group_by("stratum").agg(pl.col("competed", "kept").sum(), mean.alias("mean_score")).sort("stratum")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--share", type=float, default=0.5)
    share = parser.parse_args().share
    off, on = strata(share, []), strata(share, ["metadata.kind"])
    print("| kind | documents | mean score | kept without strata | kept with `strata: [metadata.kind]` |")
    print("| --- | --- | --- | --- | --- |")
    for one, other in zip(off.iter_rows(named=True), on.iter_rows(named=True), strict=True):
        kept = [f"{row['kept']} ({row['kept'] / row['competed']:.0%})" for row in (one, other)]
        print(f"| {one['stratum']} | {one['competed']} | {one['mean_score']:.3f} | {kept[0]} | {kept[1]} |")
    totals = [f"{int(frame['kept'].sum())} of {int(frame['competed'].sum())}" for frame in (off, on)]
    print(f"\nAll kinds: {totals[0]} without strata, {totals[1]} with them.")


if __name__ == "__main__":
    main()
