"""`glotmill run`: a recipe becomes a release."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from pipelines.commands._shared import (
    OUT,
    JsonOption,
    LimitOption,
    OutOption,
    RecipeArgument,
    SetOption,
    WorkOption,
    load,
    make_context,
    nice_os_errors,
    print_json,
    say,
)
from schemas.errors import RecipeError, one_of


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
    from pipelines.plan import PHASES

    if phase is not None and phase not in PHASES:
        raise RecipeError(one_of("phase", phase, PHASES))
    loaded, checked = load(recipe, set_)
    only = frozenset([phase] if phase else PHASES)
    with nice_os_errors():
        from pipelines.beam import run as beam_run
        from pipelines.beam.context import Runner

        if not Runner(runner).local:  # Beam takes seconds to load: a finished run does not
            from pipelines.beam import runner as beam_runner

            beam_runner.check(runner)
        started = time.monotonic()
        ready = make_context(
            loaded, checked, work=work, out=out, limit=limit, workers=workers, frame_bytes=frame_bytes, runner=runner,
            options=tuple(context.args), only=only, quiet=quiet,
        )  # fmt: skip
        manifest = beam_run.run(ready)
    seconds = time.monotonic() - started
    if manifest is not None and not quiet and not json_:
        from pipelines.progress import funnel, thresholds

        for table in funnel(manifest, checked):
            OUT.print(table)
        if told := thresholds(manifest):
            say(told)
        if manifest.expected is not None:
            right, planted = manifest.expected.as_written, manifest.expected.rows
            say(f"planted verdicts: {right} of {planted} as written ({right / planted:.1%})")
            for line in manifest.expected.differing[:10]:
                say(f"  {line}")
        for earlier in manifest.against:
            say(f"left out because {earlier.name} has them: {earlier.removed:,} documents")
        say(f"released to {ready.out} in {seconds:.1f} s")
    if json_:
        print_json(
            {
                "recipe": loaded.name,
                "phase": phase,
                "out": ready.out,
                "work": ready.work,
                "manifest": f"{ready.out}/manifest.json" if manifest is not None else None,
                "counts": None
                if manifest is None
                else manifest.counts.model_dump(
                    include={"input", "released_sources", "rejected", "dead", "derived", "quarantined"}
                ),
                "seconds": round(seconds, 1),
            }
        )
