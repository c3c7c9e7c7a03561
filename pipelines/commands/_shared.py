"""What commands share: options, reading a recipe, the context of a run, printing."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from schemas.errors import RecipeError, SourceError, from_os_error, one_of

if TYPE_CHECKING:
    from pipelines.beam.context import Context
    from pipelines.plan import Plan
    from schemas.recipe import Recipe

_RECIPES = Path(__file__).parents[1] / "recipes"
ERR = Console(stderr=True, emoji=False)
OUT = Console(emoji=False)

RecipeArgument = Annotated[
    str,
    typer.Argument(
        metavar="RECIPE",
        help="A recipe file, or one that ships: quickstart, web, rules, semantic, decontamination, flags, prompts, "
        "tables, labelled, dialogues, parallel",
    ),
]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="a.b=value", help="Change a value of the recipe; may be repeated")
]
LimitOption = Annotated[int | None, typer.Option("--limit", min=1, help="Read at most N documents of each source")]
OutOption = Annotated[
    str | None, typer.Option("--out", metavar="DIR", help="Folder of the release [default: release/NAME]")
]
WorkOption = Annotated[
    str | None, typer.Option("--work", metavar="DIR", help="Folder for what is kept between phases [default: work]")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as one line of JSON")]


def say(text: str, console: Console = OUT) -> None:
    """Print text as it is: brackets in it are no markup, and a path is never broken over two lines."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def print_json(value: Any) -> None:
    """Print a value as one line of JSON, whatever the width of the terminal."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


def load(name: str, overrides: list[str] | None) -> tuple[Recipe, Plan]:
    """A recipe and its plan, from a file or from the name of one that ships; RecipeError says what to mend."""
    from pipelines import plan
    from schemas import recipe

    path = Path(name)
    if not path.is_file():
        path = _RECIPES / f"{name}.yaml"
        if not path.is_file():
            shipped = [p.stem for p in _RECIPES.glob("*.yaml")]
            hint = "It is a folder; give the file in it." if Path(name).is_dir() else one_of("recipe", name, shipped)
            raise RecipeError(f"no recipe file {name!r}, and none of that name ships: {hint}")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RecipeError(f"{path}: not UTF-8 text at byte {error.start}. Save the recipe as UTF-8.") from error
    except OSError as error:
        raise RecipeError(f"{path}: cannot be read: {error}") from error
    loaded, lines = recipe.read(text, file=str(path), overrides=overrides or ())
    return loaded, plan.plan(loaded, lines)


def make_context(
    recipe: Recipe, checked: Plan, *, work: str | None, out: str | None, limit: int | None, workers: int | None,
    frame_bytes: int | None, runner: str, options: tuple[str, ...], only: frozenset[str], quiet: bool,
) -> Context:  # fmt: skip
    """The context of a run: what the command line says, else the recipe, else the default."""
    from pipelines import storage
    from pipelines.beam.context import Context, Progress, Runner
    from pipelines.progress import Bars

    home = f"{(work or recipe.run.work).rstrip('/')}/{recipe.name}"
    target = (out or recipe.run.out or f"release/{recipe.name}").rstrip("/")
    models = storage.local_path(f"{home}/models")
    if models is None:
        models = str(Path.home() / ".cache" / "glotmill" / "models")
    return Context(
        plan=checked.prepared(Path(models)),
        work=home,
        out=target,
        runner=Runner(runner, workers or recipe.run.workers or os.cpu_count() or 1, options),
        frame_bytes=frame_bytes or recipe.run.frame_bytes,
        limit=limit,
        only=only,
        progress=Progress() if quiet else Bars(ERR),  # type: ignore[arg-type]
    )


def latest_run(work: str, recipe: str | None) -> dict[str, Any]:
    """Where the last run of a recipe left its files.

    Args:
        work: folder for what is kept between phases.
        recipe: its name; None for the recipe that ran last.

    Raises:
        SourceError: there was no such run.
    """
    from pipelines.beam import look

    if recipe is None:
        runs = sorted(Path(work).glob("*/latest.json"), key=lambda p: p.stat().st_mtime)
        if not runs:
            raise SourceError(f"no finished run in {work}. Run a recipe first, or give --work.")
        recipe = runs[-1].parent.name
    return look.latest(f"{work.rstrip('/')}/{recipe}")


@contextmanager
def nice_os_errors() -> Iterator[None]:
    """Errors of the operating system inside become errors that say what to mend."""
    try:
        yield
    except OSError as error:
        raise from_os_error(error, f"working on {error.filename or 'the run'}") from error
