"""`glotmill run`: a recipe becomes a release."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.commands import _running
from pipelines.commands._shared import JsonOption, LimitOption, OutOption, RecipeArgument, SetOption, WorkOption


def run(
    context: typer.Context,
    recipe: RecipeArgument,
    set_: SetOption = None,
    limit: LimitOption = None,
    out: OutOption = None,
    work: WorkOption = None,
    phase: Annotated[str | None, typer.Option(help="Run this phase alone; earlier ones must be complete")] = None,
    runner: Annotated[str, typer.Option(help="local, or a Beam runner; its options follow after --")] = "local",
    workers: Annotated[
        int | None, typer.Option(min=1, help="Worker processes of the local runner [default: all cores]")
    ] = None,
    frame_bytes: Annotated[int | None, typer.Option(min=1, help="Text worked on at a time, in bytes")] = None,
    json_: JsonOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no tables")] = False,
) -> None:
    """Run a recipe: from raw text to a release. What is there already is not done again."""
    _running.run(
        recipe,
        set_,
        limit=limit,
        out=out,
        work=work,
        phase=phase,
        runner=runner,
        options=tuple(context.args),
        workers=workers,
        frame_bytes=frame_bytes,
        json_=json_,
        quiet=quiet,
    )
