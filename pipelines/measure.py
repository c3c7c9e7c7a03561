"""Edit and Measure stages over one frame. A row that a stage cannot take becomes a dead row; the others go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from filters import _segments
from pipelines import counts
from pipelines.plan import Plan, Step
from schemas import languages
from schemas.columns import DEAD, conform, empty
from schemas.errors import GlotmillError, StageError
from schemas.stage import Edit, Measure

FAILED = "stage_failed"


def open_resources(plan: Plan) -> dict[str, Any]:
    """What each Edit and Measure stage opens (models), by stage name. For a counting stage nothing is common yet."""
    opened = {step.name: step.stage.open(step.params) for step in plan.frame_steps}
    return with_common(opened, plan, np.zeros(0, np.uint64))


def with_common(resources: Mapping[str, Any], plan: Plan, common: npt.NDArray[np.uint64]) -> dict[str, Any]:
    """The resources, with the common keys for the stage that counts, if there is one."""
    counting = plan.counting
    return dict(resources) if counting is None else {**resources, counting.name: common}


def count(frame: pl.DataFrame, plan: Plan, resources: Mapping[str, Any]) -> pl.DataFrame:
    """What the counting stage of a plan counts in a frame.

    Args:
        frame: as a reader gives it.
        plan: with a counting stage.
        resources: of the steps before it, from `open_resources`.

    Returns:
        The columns `counts.COUNTS`. A document that a stage fails on is not counted: `measure` makes it a dead row.

    Raises:
        StageError: a stage broke its contract.
    """
    counting = plan.counting
    assert counting is not None
    return _count(measure(frame, plan.before_counting(), resources)[0], counting)


def _count(frame: pl.DataFrame, step: Step[Edit]) -> pl.DataFrame:
    try:
        return counts.count(frame, step)
    except GlotmillError:
        raise
    except Exception:
        if frame.height == 1:
            return counts.count(frame.clear(), step)
        half = frame.height // 2
        return pl.concat([_count(part, step) for part in (frame.head(half), frame.slice(half))])


def whole(corpus: pl.DataFrame, plan: Plan) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`measure` of a frame that is all there is, so what is common is counted in it."""
    resources = open_resources(plan)
    if (counting := plan.counting) is not None:
        found = counts.repeated(counts.add(count(corpus, plan, resources), counting), counting)
        resources = with_common(resources, plan, counts.common(found, counting))
    return measure(corpus, plan, resources)


def measure(frame: pl.DataFrame, plan: Plan, resources: Mapping[str, Any]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Run all Edit and Measure steps over a frame.

    Args:
        frame: as a reader gives it (`pipelines.readers.contract.READ`).
        plan: the plan.
        resources: from `open_resources`.

    Returns:
        The frame with the edited text and all added columns, and the rows that a stage failed on (columns `DEAD`).

    Raises:
        StageError: a stage broke its contract.
    """
    try:
        return _steps(frame, plan, resources), empty(DEAD)
    except GlotmillError:
        raise
    except Exception as error:
        # Whatever a stage raises: find the rows that it fails on, and let the others go on.
        if frame.height == 1:
            return _steps(frame.clear(), plan, resources), _dead(frame, error)
        half = frame.height // 2
        parts = [measure(part, plan, resources) for part in (frame.head(half), frame.slice(half))]
        return pl.concat([p[0] for p in parts]), pl.concat([p[1] for p in parts])


def _steps(frame: pl.DataFrame, plan: Plan, resources: Mapping[str, Any]) -> pl.DataFrame:
    for step in plan.frame_steps:
        frame = _segments.add(frame, step.stage.reads)
        match step.stage:
            case Edit():
                out = step.stage.edit(frame, step.params, resources.get(step.name))
                _check(step, frame, out, ["text", *(c.name for c in step.stage.adds)])
                frame = _segments.drop(frame).with_columns(out.get_columns())
            case Measure():
                out = step.stage.measure(frame, step.params, resources.get(step.name))
                _check(step, frame, out, [c.name for c in step.stage.adds])
                frame = frame.with_columns(out.get_columns())
    frame = _segments.drop(frame)
    if "language" not in frame.columns:
        # Without an identifier the source's word is all there is.
        frame = frame.with_columns(pl.col("declared_language").fill_null(languages.UNDETERMINED).alias("language"))
    return frame.with_columns(pl.col(c.name).cast(c.dtype) for c in plan.added())


def _check(step: Step[Any], frame: pl.DataFrame, out: pl.DataFrame, columns: Sequence[str]) -> None:
    if out.height != frame.height or set(out.columns) != set(columns):
        raise StageError(
            f"stage {step.name!r} must return {frame.height} rows with the columns {', '.join(columns)}; "
            f"it returned {out.height} rows with {', '.join(out.columns)}. This is a bug in the stage."
        )


def _dead(row: pl.DataFrame, error: Exception) -> pl.DataFrame:
    text = row["text"][0]
    dead = row.with_columns(
        pl.lit(FAILED).alias("error"),
        pl.lit(
            f"a stage failed on this document: {type(error).__name__}: {str(error)[:500]}. "
            "Please report it with the text; the other documents were not affected."
        ).alias("message"),
        pl.lit(None if text is None else _segments.prefix(text, 2_000), dtype=pl.String).alias("raw"),
        pl.lit(f"glotmill run RECIPE --set source.paths={row['file'][0]}").alias("replay"),
    )
    return conform(dead, DEAD)
