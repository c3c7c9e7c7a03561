"""`glotmill inspect`: a local page over a release."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Annotated, Any

import typer

from data_cards.visible import visible
from pipelines.commands._shared import ERR, latest_run, say
from schemas.errors import GlotmillError, MissingPackage, SourceError

if TYPE_CHECKING:
    from pipelines.comparison.release import Release
    from pipelines.inspection.app import Source

_PACKAGES = ("duckdb", "starlette", "uvicorn")
_WORK = "work"


def inspect(
    release: Annotated[str, typer.Argument(metavar="DIR", help="Folder of a release on this machine")],
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the page; 0 for any that is free")] = 8321,
    host: Annotated[
        str, typer.Option(help="Address to listen on; anything but this machine's own lets others in")
    ] = "127.0.0.1",
    browser: Annotated[bool, typer.Option(" /--no-browser", help="Only print the address")] = True,
    work: Annotated[
        str | None, typer.Option(metavar="DIR", help="Folder with what the run kept [default: work]")
    ] = None,
    recipe_out: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Where a changed recipe is written [default: NAME-changed.yaml]"),
    ] = None,
) -> None:
    """Look into a release in a browser: search it, read what happened to a document, move thresholds."""
    missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise MissingPackage(
            f"glotmill inspect needs {', '.join(missing)}. Install it with: pip install 'glotmill[inspect]'"
        )
    from pipelines.comparison import release as releases
    from pipelines.inspection import recipe_file, serve, thresholds
    from pipelines.inspection.app import Inspected
    from pipelines.inspection.guard import Pass
    from pipelines.inspection.rows import Rows

    found = releases.read(release)
    name = found.manifest.name
    source, why_not = _source(found, work)
    target = recipe_file.Target(
        recipe_out or recipe_file.default_path(name), f"{found.folder.rstrip('/')}-changed", work
    )
    allowed = Pass(host)
    rows = Rows(found)
    try:
        listener = serve.listening(host, port)
        inspected = Inspected(rows, thresholds.load(rows), target, source, why_not)
        if not allowed.is_loopback:
            ERR.print(
                f"warning: --host {host}: whoever can reach this machine and has the address below can read all rows "
                "of the release and write the changed recipe; nothing on the way is encrypted",
                style="yellow", markup=False, highlight=False, soft_wrap=True,
            )  # fmt: skip
        say(f"{visible(name)}: {rows.total:,} rows")
        serve.serve(inspected, listener, allowed, browser=browser, told=lambda at: say(f"open {at}   (Ctrl-C ends it)"))
    except KeyboardInterrupt:
        pass  # how the page is closed
    finally:
        rows.close()


def _source(release: Release, work: str | None) -> tuple[Source | None, str]:
    """How a document is read again from its source, through the work folder of the run that made this release."""
    from pipelines import plan, storage
    from pipelines.beam import look
    from pipelines.inspection import source as sources

    folder = work or _WORK
    try:
        run = latest_run(folder, release.manifest.name)
        if not storage.same_place(str(run["out"]), release.folder):
            return None, f"The last run in {visible(folder)} made another release: {visible(str(run['out']))}."
        recipe = look.recipe_of(run)
        planned = plan.plan(recipe)
    except GlotmillError as error:
        return None, visible(str(error))
    read = recipe.all_sources()

    def of(row_id: str) -> dict[str, Any]:
        told = look.explain(run, planned, row_id)
        if told.get("file") is None or told.get("source") not in read:
            raise SourceError(f"the work folder does not say where {row_id!r} came from.")
        name, file, position = told["source"], told["file"], told["position"]
        raw = sources.text(name, read[name], file, position, row_id)
        return {"file": file, "position": position, "raw": raw, "text": told.get("text")}

    return of, ""
