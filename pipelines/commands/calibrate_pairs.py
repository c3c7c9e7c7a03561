"""`glotmill calibrate-pairs`: limits of the gates of translations by language pair, from human translations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from pipelines.commands._shared import (
    ERR,
    OUT,
    JsonOption,
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
    from pipelines.calibration.pairs import Back, Result
    from pipelines.plan import Plan
    from schemas.recipe import Recipe


def calibrate_pairs(
    recipe: RecipeArgument,
    files: Annotated[list[str], typer.Argument(metavar="BITEXT", help="Files with human translations")],
    out: Annotated[str, typer.Option(metavar="DIR", help="Folder of the threshold files")] = "thresholds",
    refuse: Annotated[
        float, typer.Option(min=0.0, max=0.5, help="Share of human translations that all gates together may refuse")
    ] = 0.05,
    pairs: Annotated[int, typer.Option(min=1, help="Most pairs of each language pair")] = 2_000,
    least: Annotated[int, typer.Option(min=2, help="Pairs that a language pair needs for a file of its own")] = 100,
    round_trip: Annotated[
        bool, typer.Option("--round-trip", help="Also BLEU and chrF: asks the recipe's role `back`, which costs money")
    ] = False,
    over_all: Annotated[
        bool, typer.Option("--over-all", help="That share is of all language pairs together, not of each")
    ] = False,
    tighten: Annotated[bool, typer.Option("--tighten", help="Limits may become stricter than the recipe's")] = False,
    keep_faults: Annotated[
        bool, typer.Option("--keep-faults", help="Count pairs that are untranslated or in another language too")
    ] = False,
    source: Annotated[str, typer.Option(metavar="NAME", help="Column with the source text")] = "source",
    target: Annotated[str, typer.Option(metavar="NAME", help="Column with the translation")] = "target",
    source_language: Annotated[
        str | None, typer.Option(metavar="CODE", help="Language of all sources, where no column says it")
    ] = None,
    target_language: Annotated[
        str | None, typer.Option(metavar="CODE", help="Language of all translations, where no column says it")
    ] = None,
    source_language_field: Annotated[
        str, typer.Option(metavar="NAME", help="Column with the source's language")
    ] = "source_language",
    target_language_field: Annotated[
        str, typer.Option(metavar="NAME", help="Column with the translation's language")
    ] = "target_language",
    set_: SetOption = None,
    work: WorkOption = None,
    force: Annotated[bool, typer.Option(help="Replace the threshold files that are in the folder")] = False,
    json_: JsonOption = False,
) -> None:
    """Derive limits of translation gates for each language pair from human translations, with the evidence."""
    from pipelines.calibration import pair_scores
    from pipelines.calibration import pairs as calibration
    from translators.knowledge.bitext import Skipped
    from translators.knowledge.described import BitextFile

    settings = calibration.Settings(refuse, least, tighten, keep_faults, over_all)
    loaded, plan = load(recipe, set_)
    calibration.stages_of(plan)
    specs = [
        BitextFile(
            path=path,
            source=source,
            target=target,
            source_language=source_language,
            target_language=target_language,
            source_language_column=source_language_field,
            target_language_column=target_language_field,
        )
        for path in files
    ]
    skipped = Skipped()
    with nice_os_errors():
        humans = pair_scores.read(specs, pairs, skipped)
        with _way_back(loaded, plan, work, round_trip) as back:
            result = calibration.calibrate(plan, humans, settings, back)
        calibration.write(result, out, force=force)
    if json_:
        print_json(
            {
                "out": out,
                "files": [
                    {"label": f.label, "pairs": f.pairs, "left_out": len(f.faults), "stages": f.stages, **f.evidence}
                    for f in result.files
                ],
                "too_few": result.too_few,
                "skipped": vars(skipped),
                "warnings": result.warnings,
            }
        )
        return
    OUT.print(_table(result))
    if result.too_few:
        named = ", ".join(f"{label} {n}" for label, n in result.too_few.items())
        say(f"fewer than {least} pairs, so no file (the recipe's limits hold): {named}")
    if lost := skipped.empty + skipped.unknown_language:
        say(f"{lost} rows of no use: {skipped.empty} with an empty side, {skipped.unknown_language} without a language")
    for warning in result.warnings:
        say(f"warning: {warning}", ERR)
    say(f"wrote {len(result.files)} files to {out}; use them in a recipe: thresholds: {out}")


@contextmanager
def _way_back(recipe: Recipe, plan: Plan, work: str | None, wanted: bool) -> Iterator[Back | None]:
    """Whoever translates back, with the run's cache and under its cap; None where nobody is to be asked."""
    if not wanted:
        yield None
        return
    from dataclasses import replace

    from pipelines.beam.phases import derive
    from pipelines.calibration import pair_round_trip
    from schemas.errors import RecipeError

    if recipe.client is None:
        raise RecipeError(f"{recipe.name}: --round-trip asks a model, and the recipe has no `client`. Add one.")
    context = make_context(
        recipe, plan, work=work, out=None, limit=None, workers=None, frame_bytes=None, runner="local", options=(),
        only=frozenset(), quiet=True,
    )  # fmt: skip
    with derive.server(recipe.client) as address:
        endpoint = replace(derive.endpoint_of(context, recipe.client), local_url=address())
        models = derive.models(endpoint)
        assert models is not None
        yield lambda pairs, step: pair_round_trip.scores(pairs, models, step)


def _table(result: Result) -> Table:
    table = Table(pad_edge=False, box=SIMPLE_HEAD)
    headings = ("for", "pairs", "faults", "refused before", "first half", "second half", "changed")
    for heading in headings:
        words = heading in ("for", "changed")
        table.add_column(heading, justify="left" if words else "right", no_wrap=words)
    for file in result.files:
        for stage, values in file.stages.items():
            refused = file.evidence[stage]["refused"]
            table.add_row(
                file.label,
                f"{file.pairs:,}",
                f"{len(file.faults):,}",
                f"{refused['second_half']['given']:.1%}",
                f"{refused['first_half']['calibrated']:.1%}",
                f"{refused['second_half']['calibrated']:.1%}",
                "\n".join(f"{name} {value:.3g}" for name, value in values.items()) or "–",
            )
    return table
