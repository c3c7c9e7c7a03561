"""`glotmill selection`: what a quality selection kept and lost, by language and stratum, and a page to read."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import polars as pl
import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from data_cards.numbers import NOTHING, percent, short
from data_cards.visible import brief, visible
from pipelines.commands._shared import ERR, OUT, JsonOption, latest_run, load, print_json, say
from schemas.errors import RecipeError, SourceError, one_of

if TYPE_CHECKING:
    from data_cards.selection_figures import LanguageFigures, RuleFigures
    from schemas.manifest import Manifest

_STRATA = "selection.parquet"
_ROWS = 20  # of a table of strata, unless one language is asked for
_NAME = 80  # characters of a stratum's name
_TOLD = 20  # warnings, or notices, of a rule


def selection(
    release: Annotated[
        str,
        typer.Argument(metavar="RELEASE", help="Folder of a release, or a recipe that ran here: its name or file"),
    ],
    language: Annotated[str | None, typer.Option(help="One language, with all its strata")] = None,
    dimension: Annotated[
        str | None, typer.Option(help="One dimension: source, length, domain, declared_language, metadata.FIELD …")
    ] = None,
    samples: Annotated[int, typer.Option(min=0, help="Documents that stayed and that went, of each language")] = 20,
    out: Annotated[
        str | None, typer.Option(metavar="FILE.html", help="Write a page with figures and documents")
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Show what a selection by quality kept and lost: by language, source, length and site, with documents of both."""
    from data_cards.selection import STRATA
    from data_cards.selection_figures import figures
    from pipelines import storage

    folder = _folder(release)
    manifest = _manifest(folder)
    if not manifest.selection:
        raise SourceError(
            f"{folder}: nothing was selected: no rule of its recipe keeps the best share of a language, "
            "as `quality: {share: 0.5}` does."
        )
    table = f"{folder}/{_STRATA}"
    strata = pl.read_parquet(io.BytesIO(storage.read_bytes(table))) if storage.exists(table) else None
    most = None if json_ or language is not None else STRATA
    rules = _asked(figures(manifest, strata, most), language, dimension)
    if out is not None:
        _write_page(out, folder, manifest, rules, samples)
    if json_:
        print_json({"release": folder, "rules": [asdict(rule) for rule in rules], "page": out})
        return
    for rule in rules:
        _print(rule, single=language is not None)
    if strata is None:
        ERR.print(f"{table} is not there: the strata are not shown", markup=False, highlight=False)
    if out is not None:
        say(f"page: {out}")


def _folder(release: str) -> str:
    """The folder of a release that is named by itself, by its manifest, or by the recipe that made it."""
    from pipelines import storage
    from schemas.manifest import NAME

    folder = release.rstrip("/").removesuffix(f"/{NAME}")
    is_file = folder == release and Path(release).is_file()
    for place in chain(() if is_file else (folder,), _places(release)):
        if storage.exists(f"{place}/{NAME}"):
            return place
    raise SourceError(
        f"there is no release in {folder} (no {NAME}). Give the folder of a release, or a recipe that has run here."
    )


def _places(recipe: str) -> Iterator[str]:
    """Where a recipe left its release: the last run knows it, or it is where releases go."""
    work, name, out = "work", recipe, None
    try:
        loaded, _ = load(recipe, None)
        work, name, out = loaded.run.work, loaded.name, loaded.run.out
    except RecipeError:
        if Path(recipe).is_file():
            raise
    try:
        yield str(latest_run(work, name)["out"])
    except SourceError:
        pass  # it may have run with another work folder
    yield out or f"release/{name}"


def _manifest(folder: str) -> Manifest:
    from pydantic import ValidationError

    from pipelines import storage
    from schemas.manifest import NAME, Manifest

    try:
        return Manifest.model_validate(storage.read_json(f"{folder}/{NAME}"))
    except ValidationError as error:
        first = str(error).splitlines()[0]
        raise SourceError(f"{folder}/{NAME} is no manifest that this Glotmill can read: {first}") from error


def _asked(rules: Sequence[RuleFigures], language: str | None, dimension: str | None) -> tuple[RuleFigures, ...]:
    from schemas import languages

    label = None
    if language is not None:
        every = {one.language for rule in rules for one in rule.languages}
        try:
            label = language if language in every else languages.label(language)
        except ValueError as error:
            raise RecipeError(f"--language: {error}. Write a code such as th or a label such as tha_Thai.") from error
        if label not in every:
            raise RecipeError(f"--language: {one_of('language', label, every)}")
    if dimension is not None:
        known = {name for rule in rules for one in rule.languages for name in one.dimensions}
        if dimension not in known:
            raise RecipeError(f"--dimension: {one_of('dimension', dimension, known)}")
    return tuple(rule.only(label, dimension) for rule in rules)


def _write_page(out: str, folder: str, manifest: Manifest, rules: Sequence[RuleFigures], count: int) -> None:
    from data_cards.selection import render
    from pipelines import storage
    from pipelines.commands import _selection_rows as rows

    page = render(manifest, rules, rows.find(folder, manifest, rules, count), rows.cut)
    storage.write_bytes_atomic(out, page.encode())


def _print(rule: RuleFigures, *, single: bool) -> None:
    say(visible(f"{rule.stage}: {rule.reason} goes by {rule.score}"))
    for warning in rule.warnings[:_TOLD]:
        OUT.print(Text(f"  ! {visible(brief(warning))}", style="yellow"), soft_wrap=True)
    if len(rule.warnings) > _TOLD:
        say(f"  {len(rule.warnings) - _TOLD:,} more warnings: see --json or manifest.json")
    _print_languages(rule.languages)
    for dimension in sorted({name for one in rule.languages for name in one.dimensions}):
        _print_strata(dimension, rule.languages, None if single else _ROWS)


def _print_languages(several: Sequence[LanguageFigures]) -> None:
    table = _table(("language",), ("documents", "competed", "kept", "asked", "kept", "threshold"))
    for one in several:
        table.add_row(
            Text(visible(one.language)),
            f"{one.documents:,}",
            f"{one.competed:,}",
            f"{one.kept:,}",
            percent(one.share),
            percent(one.kept_share),
            short(one.threshold),
        )
    OUT.print(table)
    noted = [one for one in several if one.notice]
    for one in noted[:_TOLD]:
        say(f"  {visible(one.language)}: {visible(brief(one.notice or ''))}")
    if len(noted) > _TOLD:
        say(f"  {len(noted) - _TOLD:,} more notices: see --json or manifest.json")


def _print_strata(dimension: str, several: Sequence[LanguageFigures], most: int | None) -> None:
    rows = [(one, stratum) for one in several for stratum in one.dimensions.get(dimension, ())]
    largest = sorted(range(len(rows)), key=lambda place: -rows[place][1].documents)[:most]
    table = _table(("language", dimension), ("documents", "competed", "kept", "lost", "× average"))
    for one, stratum in (rows[place] for place in sorted(largest)):
        table.add_row(
            Text(visible(one.language)),
            Text(visible(brief(stratum.stratum, _NAME))),
            f"{stratum.documents:,}",
            f"{stratum.competed:,}",
            f"{stratum.kept:,}",
            percent(stratum.loss),
            NOTHING if stratum.times is None else f"{stratum.times:.2f}",
        )
    OUT.print(table)
    if more := sum(one.strata.get(dimension, 0) for one in several) - len(largest):
        say(f"  {more:,} more by {visible(dimension)}: see --language, --json or {_STRATA}")


def _table(left: Sequence[str], right: Sequence[str]) -> Table:
    table = Table(pad_edge=False, box=SIMPLE_HEAD)
    for place, heading in enumerate(left):
        table.add_column(Text(visible(heading)), no_wrap=not place, overflow="fold")
    for heading in right:
        table.add_column(heading, justify="right", no_wrap=True)
    return table
