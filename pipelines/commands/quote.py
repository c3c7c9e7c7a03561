"""`glotmill quote`: what the stages that ask a model will cost, from a pilot."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from pipelines.commands._estimates import DOLLARS, NUMBER, TOKENS, spoken
from pipelines.commands._shared import (
    OUT,
    JsonOption,
    LimitOption,
    RecipeArgument,
    SetOption,
    WorkOption,
    load,
    make_context,
    nice_os_errors,
    print_json,
    say,
)

if TYPE_CHECKING:
    from pipelines.beam.quoting import RunQuote


def quote(
    recipe: RecipeArgument,
    pilot: Annotated[int, typer.Option(min=3, help="Documents that are taken through all stages")] = 200,
    set_: SetOption = None,
    limit: LimitOption = None,
    work: WorkOption = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Worker processes of the local runner [default: all cores]")
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Say what the translations and rewrites of a recipe will cost, from a pilot whose answers are kept."""
    loaded, checked = load(recipe, set_)
    with nice_os_errors():
        from pipelines.beam import quoting
        from pipelines.beam.run import survivors

        context = quoting.before_derive(
            make_context(
                loaded, checked, work=work, out=None, limit=limit, workers=workers, frame_bytes=None, runner="local",
                options=(), only=frozenset(), quiet=json_,
            )
        )  # fmt: skip
        found = quoting.quote(context, survivors(context), pilot)
    cap = loaded.client.cap if loaded.client is not None else None
    over = _over(found, cap)
    if json_:
        print_json({"recipe": loaded.name, **asdict(found), "over_cap": over})
        return
    OUT.print(_table(found))
    say(f"from {found.pilot:,} of {found.documents:,} documents, whose answers ({found.spent:,} tokens) are kept")
    say(f"in all: {spoken(found.tokens, TOKENS)}" + (f", {spoken(found.dollars, DOLLARS)}" if found.dollars else ""))
    if found.dollars is None:
        say("no dollars: give client.price (and that of each role) in dollars for a million tokens")
    elif loaded.client is not None and loaded.client.mode == "online":
        price = loaded.client.price
        if price is not None and price.batch < 1 and found.dollars.mean is not None:
            say(f"in the Batch API (client.mode: batch) about {DOLLARS.format(price.batch * found.dollars.mean)}")
    for one in over:
        say(f"warning: {one}")


def _over(found: RunQuote, cap: Any) -> list[str]:
    """What of the quote is above the cap."""
    said: list[str] = []
    if cap is None:
        return said
    for limit, estimate, form in ((cap.tokens, found.tokens, TOKENS), (cap.dollars, found.dollars, DOLLARS)):
        if limit is not None and estimate is not None and estimate.high is not None and estimate.high > limit:
            said.append(
                f"it may take up to {form.format(estimate.high)}, and the cap is {form.format(limit)}: the run would "
                "stop there. Raise client.cap, or translate less."
            )
    return said


def _table(found: RunQuote) -> Table:
    table = Table(pad_edge=False, box=SIMPLE_HEAD)
    for heading in ("stage", "role", "model"):
        table.add_column(heading)
    for heading in ("requests", "tokens in", "tokens out", "dollars"):
        table.add_column(heading, justify="right")
    for line in found.lines:
        table.add_row(
            line.stage,
            line.role,
            line.model,
            spoken(line.requests, NUMBER),
            spoken(line.prompt_tokens, NUMBER),
            spoken(line.completion_tokens, NUMBER),
            "–" if line.dollars is None else spoken(line.dollars, DOLLARS),
        )
    return table
