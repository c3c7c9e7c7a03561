"""`glotmill init`: a recipe to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands._shared import nice_os_errors, say
from schemas.errors import OutputError


def init(
    file: Annotated[Path, typer.Argument(help="File to write")] = Path("recipe.yaml"),
    force: Annotated[bool, typer.Option(help="Replace a file that is there")] = False,
) -> None:
    """Write a commented recipe to start from."""
    from pipelines import starter

    if file.exists() and not force:
        raise OutputError(f"{file} is there already. Give another name, or --force to replace it.")
    with nice_os_errors():
        file.write_text(starter.recipe(file.stem), encoding="utf-8")
    say(f"wrote {file}; next: glotmill check {file}")
