"""`glotmill report`: the page report.html of a release, written anew."""

from __future__ import annotations

import hashlib
import io
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Annotated

import polars as pl
import typer

from data_cards.visible import visible
from pipelines.commands._shared import JsonOption, nice_os_errors, print_json, say
from schemas.errors import OutputError, SourceError

if TYPE_CHECKING:
    from schemas.manifest import Manifest

_PAGE = "report.html"


def report(
    release: Annotated[str, typer.Argument(metavar="RELEASE", help="Folder of a release, any address")],
    out: Annotated[
        str | None,
        typer.Option(metavar="FILE.html", help=f"Where to write the page [default: {_PAGE} in the release]"),
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Write the page of a release: funnel, reasons, scores with thresholds, duplicates, gates, texts to read."""
    from data_cards.report import render
    from pipelines import storage
    from schemas.manifest import NAME

    folder = release.rstrip("/").removesuffix(f"/{NAME}")
    with nice_os_errors():
        manifest = _manifest(folder)
        page = render(manifest, _tables(folder, manifest)).encode()
        target = out or storage.join(folder, _PAGE)
        if out is None:
            _refuse_other(manifest, folder, page)
        storage.write_bytes_atomic(target, page)
    if json_:
        print_json({"release": folder, "page": target, "bytes": len(page)})
        return
    say(f"page: {visible(target)} ({len(page) / 1e6:.1f} MB)")


def _manifest(folder: str) -> Manifest:
    from pydantic import ValidationError

    from pipelines import storage
    from schemas.manifest import NAME, Manifest

    path = storage.join(folder, NAME)
    if not storage.exists(path):
        raise SourceError(f"there is no release in {folder} (no {NAME}). Give the folder that `glotmill run` wrote.")
    try:
        return Manifest.model_validate(storage.read_json(path))
    except ValidationError as error:
        first = str(error).splitlines()[0]
        raise SourceError(f"{path} is no manifest that this Glotmill can read: {first}") from error


def _tables(folder: str, manifest: Manifest) -> dict[str, pl.DataFrame]:
    """The tables that the page shows, those of them that the release has."""
    from data_cards.report import TABLES
    from pipelines import storage

    paths = {PurePosixPath(file.path): file.path for file in manifest.files if file.config is None}
    return {
        path.stem: pl.read_parquet(io.BytesIO(storage.read_bytes(storage.join(folder, name))))
        for path, name in paths.items()
        if path.suffix == ".parquet" and path.stem in TABLES
    }


def _refuse_other(manifest: Manifest, folder: str, page: bytes) -> None:
    """A page that the manifest names by its digest stays as it is: another would make the release untrue."""
    digest = hashlib.sha256(page).hexdigest()
    if any(file.path == _PAGE and file.sha256 != digest for file in manifest.files):
        raise OutputError(
            f"{folder}/{_PAGE} is part of the release, whose manifest has its SHA-256, and this version of Glotmill "
            f"makes another page of it. Write it elsewhere: --out {_PAGE}"
        )
