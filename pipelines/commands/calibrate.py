"""`glotmill calibrate`: thresholds by language from reference text."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from pipelines.commands._shared import ERR, OUT, JsonOption, SetOption, load, nice_os_errors, print_json, say


def calibrate(
    files: Annotated[list[str], typer.Argument(metavar="FILES", help="Reference text, in any format that a run reads")],
    out: Annotated[str, typer.Option(metavar="DIR", help="Folder of the threshold files")] = "thresholds",
    recipe: Annotated[
        str, typer.Option(metavar="RECIPE", help="Recipe whose stages and normalisation count: a file or a name")
    ] = "web",
    set_: SetOption = None,
    text_field: Annotated[str, typer.Option(metavar="NAME", help="Field with the text")] = "text",
    language_field: Annotated[str, typer.Option(metavar="NAME", help="Field with the language of the text")] = (
        "language"
    ),
    english_field: Annotated[
        str | None, typer.Option(metavar="NAME", help="Another field, with text in English, to compare with")
    ] = None,
    method: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=METHOD",
            help="For a stage, a reason or a parameter: english, mean_std, quantile, 10tail, median_ratio or none; "
            "may be repeated",
        ),
    ] = None,
    least: Annotated[int, typer.Option(min=2, help="Documents that a language needs for a file of its own")] = 50,
    tail: Annotated[float, typer.Option(min=0.0, max=0.5, help="Share of the reference that 10tail cuts off")] = 0.1,
    join: Annotated[
        int, typer.Option(min=0, help="Join rows of a language until they hold so many characters; 0: never")
    ] = 0,
    loss: Annotated[
        float,
        typer.Option(
            min=0.0, max=1.0, help="Share of the reference that a limit stricter than the recipe's may drop; 1: any"
        ),
    ] = 0.01,
    stop_words: Annotated[bool, typer.Option(help="Choose stop words by their frequency in the reference")] = True,
    force: Annotated[bool, typer.Option(help="Replace the threshold files that are in the folder")] = False,
    json_: JsonOption = False,
) -> None:
    """Derive thresholds for each language from reference text, with the evidence beside them."""
    from pipelines.calibration import calibrate as calibration
    from pipelines.calibration.reference import ENGLISH, Text

    settings = calibration.Settings(calibration.parse_methods(method or ()), least, tail, join, stop_words, loss)
    _, plan = load(recipe, set_)
    texts = [Text(tuple(files), text_field, language_field)]
    if english_field is not None:
        texts.append(Text(tuple(files), english_field, None, ENGLISH))
    with nice_os_errors():
        result = calibration.calibrate(plan, texts, settings)
        calibration.write(result, out, force=force)
    if json_:
        print_json(
            {
                "out": out,
                "files": [{"label": f.label, "documents": f.documents, "stages": f.stages} for f in result.files],
                "too_few": result.too_few,
                "warnings": result.warnings,
            }
        )
        return
    table = Table(pad_edge=False, box=SIMPLE_HEAD)
    for heading in ("for", "documents", "values", "by another method", "kept in range", "too strict", "confidence"):
        table.add_column(heading, justify="left" if heading == "for" else "right")
    for file in result.files:
        rules = [told for told in file.evidence.get("rules", {}).values() if "threshold" in told]
        values = sum(len(parameters) for parameters in file.stages.values())
        cut = file.stages.get("language", {}).get("min_confidence")
        table.add_row(
            file.label,
            f"{file.documents:,}",
            str(values),
            str(sum("asked" in told for told in rules)),
            str(sum("clipped_from" in told for told in rules)),
            str(sum("too_strict" in told for told in rules)),
            "" if cut is None else f"{cut:.3g}",
        )
    OUT.print(table)
    if result.too_few:
        named = ", ".join(f"{label} {n}" for label, n in result.too_few.items())
        say(f"fewer than {least} documents, so no file (the script's file or the default holds): {named}")
    for warning in result.warnings:
        say(f"warning: {warning}", ERR)
    say(f"wrote {len(result.files)} files to {out}; use them in a recipe: thresholds: {out}")
