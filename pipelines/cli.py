"""The command `glotmill`. Parses, calls, prints; the work is on the floors below.

Exit codes: 0 done; 75 try again later; others mend first (see `schemas.errors`); 130 interrupted.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from schemas.errors import GlotmillError, OutputError, RecipeError, SourceError, one_of

if TYPE_CHECKING:
    from pipelines.beam.context import Context
    from pipelines.plan import Plan
    from schemas.recipe import Recipe

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="From raw multilingual text to a dataset release that can be trusted.",
)
_INTERRUPTED = 130
_RECIPES = Path(__file__).parent / "recipes"
_err = Console(stderr=True, emoji=False)
_out = Console(emoji=False)

RecipeArgument = Annotated[
    str, typer.Argument(metavar="RECIPE", help="A recipe file, or the name of one that ships: quickstart, web")
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


def main() -> None:
    """Entry point: errors become messages and exit codes."""
    # Importing Beam warns about Google packages that nothing here needs.
    logging.getLogger().addFilter(lambda record: "apitools" not in record.getMessage())
    try:
        code = app(standalone_mode=False)
        if code == _INTERRUPTED:
            raise KeyboardInterrupt
        if isinstance(code, int):  # --help and the like
            sys.exit(code)
    except GlotmillError as error:
        _err.print("[bold red]glotmill:[/] ", end="")
        _say(str(error), _err)
        sys.exit(error.exit_code)
    except typer.Exit as stop:
        sys.exit(stop.exit_code)
    except (KeyboardInterrupt, typer.Abort):
        _err.print("interrupted; run the same command again to go on from here")
        sys.exit(_INTERRUPTED)
    except Exception as error:
        show = getattr(error, "show", None)  # a usage error of the command line
        if show is None:
            raise
        show()
        sys.exit(getattr(error, "exit_code", 2))


def _say(text: str, console: Console = _out) -> None:
    """Print text as it is: brackets in it are no markup, and a path is never broken over two lines."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def _load(name: str, overrides: list[str] | None) -> tuple[Recipe, Plan]:
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


def _context(
    recipe: Recipe, checked: Plan, *, work: str | None, out: str | None, limit: int | None, workers: int | None,
    frame_bytes: int | None, runner: str, options: tuple[str, ...], only: frozenset[str], quiet: bool,
) -> Context:  # fmt: skip
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
        progress=Progress() if quiet else Bars(_err),  # type: ignore[arg-type]
    )


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": False})
def run(
    context: typer.Context,
    recipe: RecipeArgument,
    set_: SetOption = None,
    limit: LimitOption = None,
    out: OutOption = None,
    work: WorkOption = None,
    phase: Annotated[str | None, typer.Option(help="Run this phase alone; earlier ones must be complete")] = None,
    runner: Annotated[str, typer.Option(help="local, or a Beam runner; its options follow after --")] = "local",
    workers: Annotated[
        int | None, typer.Option(min=1, help="Worker processes of the local runner [default: all cores]")
    ] = None,
    frame_bytes: Annotated[int | None, typer.Option(min=1, help="Text worked on at a time, in bytes")] = None,
    json_: JsonOption = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no tables")] = False,
) -> None:
    """Run a recipe: from raw text to a release. What is there already is not done again."""
    from pipelines.plan import PHASES

    if phase is not None and phase not in PHASES:
        raise RecipeError(one_of("phase", phase, PHASES))
    loaded, checked = _load(recipe, set_)
    only = frozenset([phase] if phase else PHASES)
    with _nice_os_errors():
        from pipelines.beam import run as beam_run

        started = time.monotonic()
        ready = _context(
            loaded, checked, work=work, out=out, limit=limit, workers=workers, frame_bytes=frame_bytes, runner=runner,
            options=tuple(context.args), only=only, quiet=quiet,
        )  # fmt: skip
        manifest = beam_run.run(ready)
    seconds = time.monotonic() - started
    if manifest is not None and not quiet and not json_:
        from pipelines.progress import funnel

        for table in funnel(manifest, checked):
            _out.print(table)
        if manifest.expected is not None:
            right, planted = manifest.expected.as_written, manifest.expected.rows
            _say(f"planted verdicts: {right} of {planted} as written ({right / planted:.1%})")
            for line in manifest.expected.differing[:10]:
                _say(f"  {line}")
        _say(f"released to {ready.out} in {seconds:.1f} s")
    if json_:
        _print_json(
            {
                "recipe": loaded.name,
                "phase": phase,
                "out": ready.out,
                "work": ready.work,
                "manifest": f"{ready.out}/manifest.json" if manifest is not None else None,
                "counts": None
                if manifest is None
                else manifest.counts.model_dump(
                    include={"input", "released_sources", "rejected", "dead", "derived", "quarantined"}
                ),
                "seconds": round(seconds, 1),
            }
        )


@contextmanager
def _nice_os_errors() -> Iterator[None]:
    from schemas.errors import from_os_error

    try:
        yield
    except OSError as error:
        raise from_os_error(error, f"working on {error.filename or 'the run'}") from error


@app.command()
def check(
    recipe: RecipeArgument,
    set_: SetOption = None,
    limit: LimitOption = None,
    out: OutOption = None,
    work: WorkOption = None,
    json_: JsonOption = False,
) -> None:
    """Validate a recipe and print the plan: phases, stages, columns, and what is there already."""
    from pipelines import catalogue
    from pipelines.beam import run as beam_run

    loaded, checked = _load(recipe, set_)
    with _nice_os_errors():
        ready = _context(
            loaded, checked, work=work, out=out, limit=limit, workers=1, frame_bytes=None, runner="local", options=(),
            only=frozenset(), quiet=True,
        )  # fmt: skip
        states = beam_run.status(ready)
    phase_of = {"Edit": "measure", "Measure": "measure", "Group": "dedup", "Derive": "derive"}
    stages = [
        {
            "stage": step.name,
            "version": step.stage.version,
            "kind": catalogue.kind(step.stage),
            "phase": phase_of[catalogue.kind(step.stage)],
            "reads": list(step.stage.reads),
            "adds": [c.name for c in step.stage.adds],
            "reasons": list(catalogue.reasons_of(step.stage)),
        }
        for step in checked.steps()
    ]
    if json_:
        _print_json({"recipe": loaded.name, "phases": [vars(s) for s in states], "stages": stages, "out": ready.out})
        return
    table = Table(title=f"{loaded.name}: stages", title_justify="left", pad_edge=False, box=SIMPLE_HEAD)
    for heading in ("stage", "kind", "phase", "reads", "adds"):
        table.add_column(heading)
    for row in stages:
        table.add_row(
            f"{row['stage']} {row['version']}",
            str(row["kind"]),
            str(row["phase"]),
            ", ".join(row["reads"]),
            ", ".join(row["adds"]),
        )
    _out.print(table)
    phases = Table(title="phases", title_justify="left", pad_edge=False, box=SIMPLE_HEAD)
    for heading in ("phase", "there already"):
        phases.add_column(heading)
    for state in states:
        told = {"done": "complete", "missing": f"{state.done} of {state.total} shards", "unknown": "to do"}[state.state]
        phases.add_row(state.phase, told)
    _out.print(phases)
    _say(f"the recipe is valid; the release goes to {ready.out}")


@app.command()
def stages(json_: JsonOption = False) -> None:
    """List all stages: kind, columns, reasons."""
    from pipelines import catalogue

    if json_:
        _print_json(
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
    _out.print(table)


@app.command()
def schema() -> None:
    """Print the JSON schema of recipes, for editors."""
    from pipelines import catalogue

    sys.stdout.write(json.dumps(catalogue.recipe_schema(), indent=2, ensure_ascii=False) + "\n")


@app.command()
def init(
    file: Annotated[Path, typer.Argument(help="File to write")] = Path("recipe.yaml"),
    force: Annotated[bool, typer.Option(help="Replace a file that is there")] = False,
) -> None:
    """Write a commented recipe to start from."""
    from pipelines import starter

    if file.exists() and not force:
        raise OutputError(f"{file} is there already. Give another name, or --force to replace it.")
    with _nice_os_errors():
        file.write_text(starter.recipe(file.stem), encoding="utf-8")
    _say(f"wrote {file}; next: glotmill check {file}")


@app.command()
def explain(
    row_id: Annotated[str, typer.Argument(metavar="ROW_ID", help="Id of a document or of a derived row")],
    recipe: Annotated[str | None, typer.Option(help="Name of the recipe that ran [default: the last one]")] = None,
    work: Annotated[str, typer.Option(metavar="DIR", help="Folder for what is kept between phases")] = "work",
    json_: JsonOption = False,
) -> None:
    """Say what happened to a document: scores, thresholds for its language, reasons, twin, translations."""
    from pipelines import plan
    from pipelines.beam import look

    found = look.latest(f"{work.rstrip('/')}/{recipe or _last_recipe(work)}")
    story = look.explain(found, plan.plan(look.recipe_of(found)), row_id)
    if json_:
        _print_json(story)
        return
    _print_story(story)


def _last_recipe(work: str) -> str:
    runs = sorted(Path(work).glob("*/latest.json"), key=lambda p: p.stat().st_mtime)
    if not runs:
        raise SourceError(f"no finished run in {work}. Run a recipe first, or give --work.")
    return runs[-1].parent.name


_TOLD = (
    "reasons",
    "file",
    "position",
    "source",
    "language",
    "declared_language",
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
    _out.print(story["id"] or "(no id)", markup=False, highlight=False, soft_wrap=True, style="bold", end=": ")
    _out.print(f"[{colour}]{story['outcome']}[/]", highlight=False)
    for name in _TOLD:
        if story.get(name) not in (None, []):
            value = ", ".join(story[name]) if isinstance(story[name], list) else story[name]
            _say(f"  {name}: {value!s}")
    if story.get("twin_id"):
        _say(f"  twin that stayed: {story['twin_id']} (cluster of {story['cluster_size']})")
    elif (story.get("cluster_size") or 1) > 1:
        _say(f"  stayed for a cluster of {story['cluster_size']}")
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
        _out.print(table)
    elif story.get("scores"):
        for name, value in sorted(story["scores"].items()):
            limit = story.get("thresholds", {}).get(name)
            _say(f"  {name}: {value}" + (f" (threshold {limit})" if limit is not None else ""))
    for row in story.get("derived", ()):
        _say(f"  {row['outcome']} {row['id']}: {row['text']!s}")
        if row["reasons"]:
            _say(f"    reasons: {', '.join(row['reasons'])}")
    for name in ("text", "back_text", "parent_text", "raw"):
        if story.get(name):
            _say(f"  {name}: {str(story[name])[:1_500]}")


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 for any free one")] = 8080,
    host: Annotated[
        str, typer.Option(help="Address to listen on; anyone who reaches it can use the model")
    ] = "127.0.0.1",
) -> None:
    """Serve the small model of the `local-llm` extra: an OpenAI-compatible server on this machine, until Ctrl-C."""
    from translators import local_server

    local_server.serve(host, port, announce=lambda address: _say(f"serving {local_server.MODEL} at {address}"))


@app.command("train-quality")
def train_quality(
    rows: Annotated[
        list[str], typer.Argument(help="Labelled rows: JSON lines with text, label (high or low), language")
    ],
    out: Annotated[Path, typer.Option(help="Folder of the model")] = Path("quality-model"),
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="name=value", help="A training parameter, such as epochs=40")
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Train the fastText quality classifier from labelled rows."""
    import yaml
    from pydantic import ValidationError

    from filters import quality
    from filters._fasttext_quality import Training

    given = {name: value for name, _, value in (item.partition("=") for item in set_ or ())}
    try:
        training = Training.model_validate({key: yaml.safe_load(value) for key, value in given.items()})
    except ValidationError as error:
        first = error.errors()[0]
        if first["type"] == "extra_forbidden":
            raise RecipeError(one_of("training parameter", first["loc"][0], Training.model_fields)) from error
        raise RecipeError(
            f"--set {'.'.join(map(str, first['loc']))}: {first['msg']}; {first['input']!r} came"
        ) from error
    with _nice_os_errors():
        card = quality.train_from(rows, training, out)
    if json_:
        _print_json(card)
        return
    held = card["held_out"]
    rows_ = sum(card["rows"].values())
    _say(f"trained on {rows_}; held out: {held['rows']} rows, accuracy {held['accuracy']}, AUC {held['auc']}")
    _say(f"wrote {out}; use it in a recipe: quality: {{model: {out}}}")


def _print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


if __name__ == "__main__":
    main()
