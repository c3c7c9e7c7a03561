"""`glotmill train-quality`: a classifier from sources or labelled rows, with its evaluation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from pipelines.commands._shared import ERR, OUT, JsonOption, nice_os_errors, print_json, say
from schemas.errors import RecipeError


def train_quality(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="SPEC|ROWS",
            help="One YAML file that says what to train from, or labelled rows: JSON lines with "
            "text, label (high or low), language",
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the model")] = Path("quality-model"),
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="a.b=value", help="Change a value of the spec, such as training.epochs=40"),
    ] = None,
    force: Annotated[bool, typer.Option(help="Replace the model that is in the folder")] = False,
    json_: JsonOption = False,
) -> None:
    """Train a quality classifier (or one of machine-made or toxic text), evaluate it, write its folder."""
    from pipelines.training import plots, spec, train

    specs = [file for file in files if file.endswith((".yaml", ".yml"))]
    if specs and len(files) > 1:
        raise RecipeError(f"{len(files)} files came, {specs[0]} among them: give one YAML file, or labelled rows.")
    with nice_os_errors():
        if specs:
            given = spec.read(Path(specs[0]), set_ or [])
        else:
            given = spec.check(spec.laid_over({"rows": files, "name": out.name}, set_ or []))
        trained = train.train(given, out, force=force, say=lambda text: say(text, ERR))
    card = trained.card
    if json_:
        print_json(card.model_dump(mode="json"))
        return
    for notice in trained.notices:
        say(notice, ERR)
    table = Table(pad_edge=False, box=SIMPLE_HEAD)
    for heading in ("", "rows", "AUC", "precision", "recall", "calibration error"):
        table.add_column(heading, justify="right" if heading else "left")
    for part in ("test", "held_out"):
        if part in card.metrics:
            for name, one in {
                part.replace("_", " "): card.metrics[part]["all"],
                **card.metrics[part]["by_language"],
            }.items():
                figures = (one["auc"], one["precision"], one["recall"], one["calibration_error"])
                table.add_row(name, f"{one['rows']:,}", *("–" if f is None else f"{f:.3f}" for f in figures))
    OUT.print(table)
    if not plots.available():
        say("no plots: install them with pip install 'glotmill[plots]'", ERR)
    say(f"wrote {out}: card.json, README.md, weights, metrics, errors; use it: {card.kind}: {{model: {out}}}")
