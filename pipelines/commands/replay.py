"""`glotmill replay`: ask again for derived rows that were quarantined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.commands import _running
from pipelines.commands._shared import (
    JsonOption,
    LimitOption,
    OutOption,
    RecipeArgument,
    SetOption,
    WorkOption,
    latest_run,
    load,
    say,
)
from schemas import languages
from schemas.errors import RecipeError

if TYPE_CHECKING:
    import polars as pl


def replay(
    recipe: RecipeArgument,
    id_: Annotated[list[str] | None, typer.Option("--id", help="Id of a derived row; may be repeated")] = None,
    reason: Annotated[list[str] | None, typer.Option(help="Rows that were quarantined for it; may be repeated")] = None,
    language: Annotated[list[str] | None, typer.Option(help="Rows in this language; may be repeated")] = None,
    set_: SetOption = None,
    limit: LimitOption = None,
    out: OutOption = None,
    work: WorkOption = None,
    json_: JsonOption = False,
) -> None:
    """Ask again for quarantined rows, each with another seed, then run the recipe: what passes now is released."""
    if not (id_ or reason or language):
        raise RecipeError("say which rows: --id, --reason or --language. All reasons stand on the card and in dead/.")
    from pipelines import plan, replays
    from pipelines.beam import look

    loaded, _ = load(recipe, set_)
    home = (work or loaded.run.work).rstrip("/")
    latest = latest_run(home, loaded.name)
    steps = plan.plan(look.recipe_of(latest)).derive_steps
    found = look.quarantined(latest, steps)
    chosen = _chosen(found, id_ or [], reason or [], [languages.label(one) for one in language or []])
    if not chosen:
        raise RecipeError(f"none of the {found.height:,} quarantined rows of the last run is meant. {_there(found)}")
    replays.add(f"{home}/{loaded.name}", chosen)
    if not json_:
        say(f"asking again for {len(chosen):,} of {found.height:,} quarantined rows")
    _running.run(recipe, set_, limit=limit, out=out, work=work, json_=json_)


def _chosen(found: pl.DataFrame, ids: list[str], reasons: list[str], labels: list[str]) -> list[str]:
    """Ids of the rows that are meant: all that is said has to hold."""
    import polars as pl

    wanted = pl.lit(True)
    if ids:
        wanted &= pl.col("id").is_in(ids)
    if reasons:
        wanted &= pl.col("reasons").list.set_intersection(reasons).list.len() > 0
    if labels:
        wanted &= pl.col("language").is_in(labels)
    return found.filter(wanted)["id"].to_list()


def _there(found: pl.DataFrame) -> str:
    reasons = sorted({one for of_row in found["reasons"].to_list() for one in of_row})
    return f"Reasons that there are: {', '.join(reasons) or 'none'}."
