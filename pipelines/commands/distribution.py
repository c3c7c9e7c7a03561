"""`glotmill distribution`: how a score is spread, and what another threshold would drop."""

from __future__ import annotations

from typing import Annotated, Any

import polars as pl
import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from pipelines.commands._shared import OUT, JsonOption, latest_run, print_json, say
from schemas.errors import RecipeError, SourceError, one_of

_SHOWN = ("p5", "p50", "p95")  # of the quantiles, those that the table has room for


def distribution(
    reason: Annotated[str, typer.Argument(metavar="REASON", help="Reason that the rule gives, as `stages` lists it")],
    language: Annotated[str | None, typer.Option(help="One language, with ten other thresholds")] = None,
    source: Annotated[str | None, typer.Option(help="One source of the recipe [default: all]")] = None,
    recipe: Annotated[str | None, typer.Option(help="Name of the recipe that ran [default: the last one]")] = None,
    work: Annotated[str, typer.Option(metavar="DIR", help="Folder for what is kept between phases")] = "work",
    json_: JsonOption = False,
) -> None:
    """Show how the scores of a rule are spread and what its threshold drops, by language."""
    from pipelines import distribution as distributions
    from pipelines.beam import shards
    from schemas import languages

    run = latest_run(work, recipe)
    if "distributions" not in run:
        raise SourceError("the last run left no distributions. Run the recipe again; what is measured stays.")
    every = shards.read(run["distributions"])
    rows = every.filter(pl.col("reason") == reason)
    if rows.is_empty():
        raise RecipeError(one_of("reason", reason, every["reason"].unique()))
    if source is not None:
        rows = _of(rows, "source", source)
    if language is not None:
        try:
            rows = _of(rows, "language", languages.label(language))
        except ValueError as error:
            raise RecipeError(f"--language: {error}. Write a code such as th or a label such as tha_Thai.") from error
    told = {
        "reason": reason,
        "stage": rows["stage"][0],
        "score": rows["score"][0],
        "keep": rows["keep"][0],
        "languages": [
            _language(str(code), part, with_choices=language is not None, of=distributions)
            for (code,), part in rows.sort("language").group_by("language", maintain_order=True)
        ],
    }
    if json_:
        print_json(told)
        return
    _print(told, language is not None)


def _of(rows: pl.DataFrame, column: str, wanted: str) -> pl.DataFrame:
    found = rows.filter(pl.col(column) == wanted)
    if found.is_empty():
        raise RecipeError(f"--{column}: {one_of(column, wanted, rows[column].unique())}")
    return found


def _language(code: str, rows: pl.DataFrame, *, with_choices: bool, of: Any) -> dict[str, Any]:
    spread = of.spread(rows)
    thresholds = rows["threshold"].unique().sort(nulls_last=True).to_list()
    told = {
        "language": code,
        "documents": int(rows["documents"].sum()),
        "unmeasured": spread.unmeasured,
        "thresholds": thresholds,
        "drops": of.dropped(rows),
        "quantiles": {f"p{round(share * 100)}": spread.quantile(share) for share in of.QUANTILES},
    }
    if with_choices:
        told["choices"] = [
            {"threshold": value, "drops": n, "share": round(n / spread.measured, 6)}
            for value, n in ((value, spread.drops(value)) for value in spread.choices())
        ]
    return told


def _print(told: dict[str, Any], single: bool) -> None:
    sign = {"at_least": "at least", "at_most": "at most", "top_share": "the best share, at least"}[told["keep"]]
    say(f"{told['stage']}: {told['reason']} where {told['score']} is not {sign} the threshold")
    table = Table(pad_edge=False, box=SIMPLE_HEAD)
    for heading in ("language", "documents", "unmeasured", *_SHOWN, "threshold", "drops", ""):
        table.add_column(heading, justify="left" if heading == "language" else "right", no_wrap=True)
    for one in sorted(told["languages"], key=lambda one: (-one["documents"], one["language"])):
        table.add_row(
            one["language"],
            f"{one['documents']:,}",
            f"{one['unmeasured']:,}" if one["unmeasured"] else "–",
            *(_figure(one["quantiles"][name]) for name in _SHOWN),
            " ".join("off" if value is None else _figure(value) for value in one["thresholds"]),
            f"{one['drops']:,}",
            f"{one['drops'] / one['documents']:.1%}",
        )
    OUT.print(table)
    if single:
        quantiles = told["languages"][0]["quantiles"].items()
        say("quantiles: " + ", ".join(f"{name} {_figure(value)}" for name, value in quantiles))
        choices = Table(title="other thresholds", title_justify="left", pad_edge=False, box=SIMPLE_HEAD)
        for heading in ("threshold", "drops", "of the measured"):
            choices.add_column(heading, justify="right")
        for choice in told["languages"][0]["choices"]:
            choices.add_row(_figure(choice["threshold"]), f"{choice['drops']:,}", f"{choice['share']:.1%}")
        OUT.print(choices)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.6g}"
