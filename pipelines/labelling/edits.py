"""What a recipe changes in the text is changed in the sample too: the model is to judge what will be released.

It also keeps from a server what the recipe takes out, such as private data.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from pipelines import measure
from pipelines.plan import Plan
from pipelines.readers.contract import READ
from schemas.stage import Edit

WHY = "why"


def edited(rows: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """The sample with its text as the recipe's Edit stages leave it.

    A stage that asks what is common in the whole corpus (`repeated_lines`) is left out: a sample cannot say.

    Args:
        rows: a sample's rows.
        plan: the recipe.

    Returns:
        The rows, in their order, with a column `why`: `stage_failed` where a stage failed on the document (its text is
        as it was), `blank` where nothing is left of it, else null.
    """
    steps = [step for step in plan.frame_steps if not (isinstance(step.stage, Edit) and step.stage.counted is not None)]
    last = max((n for n, step in enumerate(steps, 1) if isinstance(step.stage, Edit)), default=0)
    if not last:
        return rows.with_columns(pl.lit(None, pl.String).alias(WHY))
    with TemporaryDirectory() as folder:  # models that stages before the last edit train
        ready = replace(plan, frame_steps=tuple(steps[:last]), group_steps=(), derive_steps=()).prepared(Path(folder))
        numbered = rows.with_row_index("number")
        frame = numbered.select("number", *(column.name for column in READ))
        after, _ = measure.measure(frame, ready, measure.open_resources(ready))
    text = numbered.join(
        after.select("number", pl.col("text").alias("edited")), on="number", how="left", maintain_order="left"
    )["edited"]
    why = (
        pl.when(text.is_null())
        .then(pl.lit("stage_failed"))
        .when(~pl.lit(text).str.contains(r"\S"))
        .then(pl.lit("blank"))
        .alias(WHY)
    )
    return rows.with_columns(why, pl.coalesce(pl.lit(text), "text").alias("text"))


def identifier(plan: Plan, folder: Path) -> tuple[Any, Any] | None:
    """Parameters of the recipe's language stage and what it opens; None where the recipe has none."""
    for step in plan.frame_steps:
        if step.name == "language":
            params = step.stage.prepare(step.params, folder)
            return params, step.stage.open(params)
    return None
