"""`glotmill stages`: what there is to put into a recipe."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.table import Table

from pipelines.commands._shared import OUT, JsonOption, print_json


def stages(json_: JsonOption = False) -> None:
    """List all stages: kind, columns, reasons."""
    from pipelines import catalogue

    if json_:
        print_json(
            [
                {
                    "stage": stage.name,
                    "version": stage.version,
                    "kind": catalogue.kind(stage),
                    "summary": stage.summary,
                    "reads": list(stage.reads),
                    "adds": {c.name: c.description for c in stage.adds},
                    "reasons": catalogue.reasons_of(stage),
                    "parameters": stage.params.model_json_schema().get("properties", {}),
                }
                for stage in catalogue.stages().values()
            ]
        )
        return
    table = Table(pad_edge=False, box=SIMPLE_HEAD)
    for heading in ("stage", "kind", "what it does", "reasons"):
        table.add_column(heading)
    for stage in catalogue.stages().values():
        table.add_row(
            f"{stage.name} {stage.version}",
            catalogue.kind(stage),
            stage.summary,
            ", ".join(catalogue.reasons_of(stage)),
        )
    OUT.print(table)
