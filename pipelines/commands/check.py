"""`glotmill check`: what a run would do."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

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
from schemas.card_texts import missing
from schemas.errors import RecipeError


def check(
    recipe: RecipeArgument,
    set_: SetOption = None,
    limit: LimitOption = None,
    out: OutOption = None,
    work: WorkOption = None,
    card: Annotated[
        bool, typer.Option("--card/--no-card", help="Whether a card without its written parts fails")
    ] = True,
    json_: JsonOption = False,
) -> None:
    """Validate a recipe and print the plan: phases, stages, columns, what is there already, what its card lacks."""
    from pipelines import catalogue
    from pipelines.beam import run as beam_run

    loaded, checked = load(recipe, set_)
    with nice_os_errors():
        ready = make_context(
            loaded, checked, work=work, out=out, limit=limit, workers=1, frame_bytes=None, runner="local", options=(),
            only=frozenset(), quiet=True,
        )  # fmt: skip
        states = beam_run.status(ready)
    phase_of = {"Edit": "measure", "Measure": "measure", "Group": "dedup", "Derive": "derive"}
    stages = [
        {
            "stage": step.name,
            "version": step.stage.version,
            "kind": catalogue.kind(step.stage),
            "phase": phase_of[catalogue.kind(step.stage)],
            "reads": list(step.stage.reads),
            "adds": [c.name for c in step.stage.adds],
            "reasons": list(catalogue.reasons_of(step.stage)),
        }
        for step in checked.steps()
    ]
    lacking = missing(loaded.content())
    if json_:
        plan_told = {"recipe": loaded.name, "phases": [vars(s) for s in states], "stages": stages, "out": ready.out}
        print_json({**plan_told, "unwritten": lacking})
        _written(lacking if card else [])
        return
    table = Table(title=f"{loaded.name}: stages", title_justify="left", pad_edge=False, box=SIMPLE_HEAD)
    for heading in ("stage", "kind", "phase", "reads", "adds"):
        table.add_column(heading)
    for row in stages:
        table.add_row(
            f"{row['stage']} {row['version']}",
            str(row["kind"]),
            str(row["phase"]),
            ", ".join(row["reads"]),
            ", ".join(row["adds"]),
        )
    OUT.print(table)
    phases = Table(title="phases", title_justify="left", pad_edge=False, box=SIMPLE_HEAD)
    for heading in ("phase", "there already"):
        phases.add_column(heading)
    for state in states:
        told = {"done": "complete", "missing": f"{state.done} of {state.total} shards", "unknown": "to do"}[state.state]
        phases.add_row(state.phase, told)
    OUT.print(phases)
    say(f"the recipe is valid; the release goes to {ready.out}")
    _written(lacking if card else [])


def _written(lacking: list[str]) -> None:
    if lacking:
        raise RecipeError(
            f"the card lacks what only a person can say: {', '.join(lacking)}. Write it into the recipe (docs/card.md "
            "has examples). `glotmill run` makes the release all the same, and the card says what is missing; "
            "`glotmill publish` refuses it. `--no-card` leaves this check out."
        )
