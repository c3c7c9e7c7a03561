"""`glotmill label`: a language model's scores for a sample of documents, as rows to train a quality classifier from."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from pipelines.commands import _label_report as report
from pipelines.commands._shared import (
    ERR,
    OUT,
    JsonOption,
    LimitOption,
    SetOption,
    load,
    nice_os_errors,
    print_json,
    say,
)
from schemas.errors import RecipeError

if TYPE_CHECKING:
    import polars as pl

    from pipelines.labelling.asking import Tell
    from pipelines.labelling.sample import Sample
    from pipelines.labelling.strata import Size
    from pipelines.plan import Plan
    from schemas.recipe import Client, Recipe
    from translators.llm.budget import Cap
    from translators.llm.quote import Quote

_RECIPES = (".yaml", ".yml")
_FILES = "files"  # name of the source where files are given
_DECLINED = 1


def _show_rubric(name: str | None) -> None:
    if name is not None:
        from translators.labelling import rubric

        sys.stdout.write(rubric.text(name)[0])
        raise typer.Exit


def label(
    what: Annotated[list[str], typer.Argument(metavar="RECIPE | FILES", help="A recipe, or files with documents")],
    out: Annotated[str, typer.Option(metavar="DIR", help="Folder of the labels")] = "labels",
    rubric: Annotated[
        str, typer.Option(metavar="NAME", help="The measure: educational_value, well_formed, or a YAML file of yours")
    ] = "educational_value",
    show_rubric: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Print a rubric, to write another from, and end", callback=_show_rubric, is_eager=True
        ),
    ] = None,
    documents: Annotated[int, typer.Option(min=1, help="Documents in all, evenly over languages")] = 500,
    per_language: Annotated[
        int | None, typer.Option(min=1, help="Documents of each language, instead of a number in all")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Another one draws other documents")] = 0,
    limit: LimitOption = None,
    set_: SetOption = None,
    text_field: Annotated[
        str | None, typer.Option(metavar="NAME", help="Field with the text, of files [default: text]")
    ] = None,
    language_field: Annotated[
        str, typer.Option(metavar="NAME", help="Field with the language, where files have it")
    ] = "language",
    base_url: Annotated[str | None, typer.Option(metavar="URL", help="Server to ask, up to and with /v1")] = None,
    model: Annotated[str | None, typer.Option(metavar="NAME", help="Model to ask")] = None,
    api_key_env: Annotated[
        str | None, typer.Option(metavar="NAME", help="Environment variable that holds the key")
    ] = None,
    local: Annotated[bool, typer.Option("--local", help="Ask the small model of the extra local-llm")] = False,
    repeat: Annotated[
        int, typer.Option(min=1, max=9, help="Answers of the documents that are asked about again; 1: none is")
    ] = 1,
    repeat_share: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of each language's documents that is asked about again")
    ] = 0.1,
    price_in: Annotated[
        float | None, typer.Option(min=0.0, metavar="DOLLARS", help="Price of a million tokens sent")
    ] = None,
    price_out: Annotated[
        float | None, typer.Option(min=0.0, metavar="DOLLARS", help="Price of a million tokens received")
    ] = None,
    most_dollars: Annotated[
        float | None, typer.Option(min=0.0, metavar="DOLLARS", help="Cap on the cost of all answers; needs both prices")
    ] = None,
    most_tokens: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Cap on the tokens of all answers, sent and received")
    ] = None,
    quote: Annotated[bool, typer.Option("--quote", help="Ask the pilot, print the quote, and end")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Go on after the quote without asking")] = False,
    work: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="Folder of the response cache [default: the recipe's; work/label for files]"),
    ] = None,
    force: Annotated[bool, typer.Option(help="Replace labels by another rubric or model that are in the folder")] = (
        False
    ),
    json_: JsonOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no tables")] = False,
) -> None:
    """Label a sample of documents by a language model: cost is quoted first, what cannot be read is not labelled."""
    from pipelines.labelling import output
    from pipelines.labelling.asking import Again, Asking
    from pipelines.labelling.strata import Size
    from translators.labelling import rubric as rubrics
    from translators.llm.cache import ResponseCache

    console = ERR if json_ else OUT
    measure = rubrics.load(rubric)
    cap = _cap(price_in, price_out, most_dollars, most_tokens)
    given = _input(what, set_, text_field)
    spec = _client(given.recipe, base_url=base_url, model=model, api_key_env=api_key_env, local=local)
    size = Size(None if per_language is not None else documents, per_language, seed)
    with nice_os_errors():
        sample, rows = _sample(given, size, language_field, limit)
        cache = ResponseCache(_cache_path(work or given.work))
        with Asking(rows, measure, spec, cache, cap, Again(repeat, repeat_share), seed) as asking:
            if not force:
                output.check(out, asking)
            report.sample(sample, asking, console)
            with _progress("pilot", quiet) as tell:
                asking.pilot(tell)
            told = asking.quote()
            report.quote(told, asking, console)
            if quote:
                if json_:
                    print_json({"quote": asdict(told)})
                return
            _agree(told, cap, yes=yes)
            with _progress("labels", quiet) as tell:
                asking.rest(tell)
        made = output.rows(asking)
        written = output.write(out, made, output.summary(sample, size, asking, made))
    if not quiet and not json_:
        OUT.print(report.table(written))
    report.result(written, asking, out, console)
    if json_:
        print_json({"out": out, "requests_sent": asking.calls, **written})
    if asking.stopped is not None:
        raise RecipeError(
            f"the cap was reached: {asking.stopped}. {written['unlabelled'].get('not_asked', 0):,} documents were not "
            f"asked about; {out} has the others. Raise the cap and run the same command to go on."
        )


def _cap(price_in: float | None, price_out: float | None, dollars: float | None, tokens: int | None) -> Cap:
    from translators.llm.budget import Cap
    from translators.llm.quote import Price

    if (price_in is None) != (price_out is None):
        raise RecipeError("--price-in and --price-out go together: dollars for a million tokens each, such as 0.15 0.6")
    if dollars is not None and price_in is None:
        raise RecipeError("--most-dollars needs --price-in and --price-out, or give --most-tokens.")
    price = None if price_in is None or price_out is None else Price(price_in, price_out)
    return Cap(tokens, dollars, price)


@dataclass(frozen=True)
class _Input:
    """What is read.

    Args:
        recipe: its sources; for files, a recipe made of them.
        plan: the recipe's stages; None where it has none.
        work: folder of the response cache.
    """

    recipe: Recipe
    plan: Plan | None
    work: str


def _input(what: list[str], overrides: list[str] | None, text_field: str | None) -> _Input:
    name = what[0]
    word = "." not in name and "/" not in name and not Path(name).exists()  # a name that could ship
    if len(what) == 1 and (name.endswith(_RECIPES) or word):
        if text_field is not None:
            raise RecipeError("--text-field is for files. Of a recipe: --set source.fields.text=NAME")
        recipe, planned = load(name, overrides)
        return _Input(recipe, planned, recipe.run.work)
    if wrong := [one for one in what if one.endswith(_RECIPES)]:
        raise RecipeError(f"{wrong[0]}: give one recipe alone, or files with documents.")
    import yaml

    from pipelines import plan
    from schemas import recipe as recipes

    fields = {} if text_field is None else {"text": text_field}
    content = {"name": _FILES, "source": {"paths": what, "fields": fields}, "stages": {}}
    made, lines = recipes.read(yaml.safe_dump(content, allow_unicode=True), file="files", overrides=overrides or ())
    return _Input(made, plan.plan(made, lines) if made.stages else None, "work/label")


def _client(recipe: Recipe, *, local: bool, **options: str | None) -> Client:
    """Who is asked: the recipe's client with what the command line says laid over it."""
    from schemas.recipe import Client

    given = {} if recipe.client is None else recipe.client.model_dump(exclude_unset=True)
    if options["base_url"] is not None:
        given.pop("api_key_env", None)  # a key is for the server that it was given for
    given |= {key: value for key, value in options.items() if value is not None}
    if local:
        given["local"] = True
    elif options["base_url"] is not None:
        given["local"] = False
    if given.get("local"):
        given.setdefault("form", "completion")  # it is a base model
    elif not given.get("base_url") or not given.get("model"):
        raise RecipeError(
            "no model to ask: give --base-url and --model, or --local for the small model of glotmill[local-llm], or a "
            "recipe with a `client`. More of a client: --set client.temperature=0.7"
        )
    return Client(**given)


def _sample(given: _Input, size: Size, language_field: str, limit: int | None) -> tuple[Sample, pl.DataFrame]:
    """The sample, and its rows with the recipe's changes to the text."""
    import polars as pl

    from pipelines.labelling import edits
    from pipelines.labelling.sample import draw

    with TemporaryDirectory() as folder:  # models that stages train
        identify = None if given.plan is None else edits.identifier(given.plan, Path(folder))
        sample = draw(given.recipe.all_sources(), size, language_field=language_field, identify=identify, limit=limit)
    if given.plan is None:
        return sample, sample.rows.with_columns(pl.lit(None, pl.String).alias(edits.WHY))
    return sample, edits.edited(sample.rows, given.plan)


def _cache_path(work: str) -> str:
    """The response cache, the one that Derive stages use. SQLite needs a local file."""
    from pipelines import storage
    from translators.llm import local_server

    local = storage.local_path(f"{work.rstrip('/')}/responses.sqlite")
    return local if local is not None else str(local_server.cache_folder() / "responses.sqlite")


def _agree(told: Quote, cap: Cap, *, yes: bool) -> None:
    """Stop where the quote is above the cap, or where nobody agrees to it."""
    rest = told.requests - told.answered
    if not rest:
        return
    if refusal := cap.refuses(told):
        raise RecipeError(f"not begun: {refusal}. Raise the cap, or label fewer documents (--documents).")
    if yes:
        return
    if not sys.stdin.isatty():
        raise RecipeError(
            f"{rest:,} requests are waiting for your word, and there is no terminal to ask at. Add --yes to go on, or "
            "--quote to stop here without an error."
        )
    if not typer.confirm(f"Ask the other {rest:,}?", err=True):
        say("stopped; what was answered stays in the cache", ERR)
        raise typer.Exit(_DECLINED)


@contextmanager
def _progress(name: str, quiet: bool) -> Iterator[Tell]:
    """A bar on a terminal."""
    columns = (TextColumn("{task.description:<7}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=ERR, transient=True, disable=quiet or not ERR.is_terminal) as bars:
        task = bars.add_task(name, total=None)

        def tell(answered: int, every: int) -> None:
            bars.update(task, completed=answered, total=every)

        yield tell
