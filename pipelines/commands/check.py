"""`glotmill check`: what a run would do."""

from __future__ import annotations

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


def check(
    recipe: RecipeArgument,
    set_: SetOption = None,
    limit: LimitOption = None,
    out: OutOption = None,
    work: WorkOption = None,
    json_: JsonOption = False,
) -> None:
    """Validate a recipe and print the plan: phases, stages, columns, and what is there already."""
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
    if json_:
        print_json({"recipe": loaded.name, "phases": [vars(s) for s in states], "stages": stages, "out": ready.out})
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
