"""`glotmill explain`: what happened to one document."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from pipelines.commands._shared import OUT, JsonOption, latest_run, print_json, say


def explain(
    row_id: Annotated[str, typer.Argument(metavar="ROW_ID", help="Id of a document or of a derived row")],
    recipe: Annotated[str | None, typer.Option(help="Name of the recipe that ran [default: the last one]")] = None,
    work: Annotated[str, typer.Option(metavar="DIR", help="Folder for what is kept between phases")] = "work",
    json_: JsonOption = False,
) -> None:
    """Say what happened to a document: scores, thresholds for its language, reasons, twin, translations."""
    from pipelines import plan
    from pipelines.beam import look

    found = latest_run(work, recipe)
    story = look.explain(found, plan.plan(look.recipe_of(found)), row_id)
    if json_:
        print_json(story)
        return
    _print_story(story)


_TOLD = (
    "reasons",
    "file",
    "position",
    "source",
    "language",
    "declared_language",
    "date",
    "unread_date",
    "error",
    "message",
    "replay",
    "operator",
    "parent_id",
    "model",
    "expected",
)


def _print_story(story: dict[str, Any]) -> None:
    colour = {"released": "green", "derived": "green"}.get(story["outcome"], "red")
    OUT.print(story["id"] or "(no id)", markup=False, highlight=False, soft_wrap=True, style="bold", end=": ")
    OUT.print(f"[{colour}]{story['outcome']}[/]", highlight=False)
    for name in _TOLD:
        if story.get(name) not in (None, []):
            value = ", ".join(story[name]) if isinstance(story[name], list) else story[name]
            say(f"  {name}: {value!s}")
    if story.get("twin_id"):
        where = f" in {story['twin_release']}" if story["twin_release"] else ""
        alike = "" if story["twin_similarity"] is None else f", similarity {story['twin_similarity']:.3f}"
        say(f"  twin that stayed: {story['twin_id']}{where} (cluster of {story['cluster_size']}{alike})")
    elif (story.get("cluster_size") or 1) > 1:
        say(f"  stayed for a cluster of {story['cluster_size']}")
    if "rules" in story:
        table = Table(pad_edge=False, box=SIMPLE_HEAD)
        for heading in ("stage", "score", "value", "", "threshold", "reason"):
            table.add_column(heading)
        sign = {"at_least": "≥", "at_most": "≤", "top_share": "top", "among": "in"}
        for rule in story["rules"]:
            value = f"{rule['value']:.4g}" if isinstance(rule["value"], float) else str(rule["value"])
            limit = "off" if rule["threshold"] is None else str(rule["threshold"])
            table.add_row(
                rule["stage"],
                rule["score"],
                value,
                sign[rule["keep"]],
                limit,
                f"[red]{rule['reason']}[/]" if rule["broken"] else "",
            )
        OUT.print(table)
    elif story.get("scores"):
        for name, value in sorted(story["scores"].items()):
            limit = story.get("thresholds", {}).get(name)
            say(f"  {name}: {value}" + (f" (threshold {limit})" if limit is not None else ""))
    for row in story.get("derived", ()):
        say(f"  {row['outcome']} {row['id']}: {row['text']!s}")
        if row["reasons"]:
            say(f"    reasons: {', '.join(row['reasons'])}")
    for name in ("text", "back_text", "parent_text", "raw"):
        if story.get(name):
            say(f"  {name}: {str(story[name])[:1_500]}")
