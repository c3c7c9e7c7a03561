"""`glotmill train-lid`: a language identifier from labelled text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import polars as pl
import typer

from pipelines.commands._shared import ERR, JsonOption, nice_os_errors, print_json, say
from schemas.errors import RecipeError, one_of


def train_lid(
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILES", help="Labelled text: JSON lines, Parquet or CSV, any path that a recipe takes"),
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the model")] = Path("language-model"),
    text: Annotated[str, typer.Option(metavar="COLUMN", help="Column with the text")] = "text",
    language: Annotated[
        str, typer.Option(metavar="COLUMN", help="Column with the language: ISO 639, BCP 47 or fra_Latn")
    ] = "language",
    set_: Annotated[
        list[str] | None, typer.Option("--set", metavar="name=value", help="A training parameter, such as epochs=20")
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Train a fastText language identifier from labelled text, with its evaluation."""
    from filters import _train_lid

    training = _training(set_ or [])
    with nice_os_errors():
        card = _train_lid.train(read(files, text, language), training, out)
    if json_:
        print_json(card)
        return
    held = card["held_out"]
    say(f"trained on {card['rows']:,} texts in {len(card['labels'])} languages")
    say(f"held out: {held['rows']:,} texts, macro-F1 {held['macro_f1']:.4f}, accuracy {held['accuracy']:.4f}")
    for reason, rows in card["rows_left_out"].items():
        if rows:
            say(f"left out: {rows:,} rows, {reason}", ERR)
    say(f"wrote {out}: {', '.join(_train_lid.FILES)}")
    say(f"use it in a recipe: language: {{model: fasttext, path: {out}}}")


def _training(given: list[str]) -> Any:
    import yaml
    from pydantic import ValidationError

    from filters._train_lid import Training

    values = {name: value for name, _, value in (item.partition("=") for item in given)}
    try:
        return Training.model_validate({key: yaml.safe_load(value) for key, value in values.items()})
    except ValidationError as error:
        first = error.errors()[0]
        if first["type"] == "extra_forbidden":
            raise RecipeError(one_of("training parameter", first["loc"][0], Training.model_fields)) from error
        place = ".".join(map(str, first["loc"])) or "training"
        raise RecipeError(f"--set {place}: {first['msg'].removeprefix('Value error, ')}") from error
    except yaml.YAMLError as error:
        raise RecipeError(f"--set: a value is not YAML: {error}") from error


def read(files: list[str], text: str, language: str) -> pl.DataFrame:
    """Labelled rows of all files: `text` and `language`, as they stand there.

    Raises:
        SourceError: a file cannot be read, or has no such column.
    """
    import orjson

    from pipelines import readers
    from pipelines.readers.files import units
    from schemas.errors import SourceError
    from schemas.recipe import Fields, Source

    # The language travels as metadata: a reader makes null of a declared language that is none, and says nothing.
    fields = Fields(text=text, id=None, url=None, declared_language=None)
    source = Source(paths=files, fields=fields, metadata=[language])
    frames = []
    for unit in units("labelled text", source):
        if unit.format not in ("jsonl", "parquet", "csv"):
            raise SourceError(f"{unit.file}: labelled text is JSON lines, Parquet or CSV, but {unit.format} came.")
        for batch in readers.read(unit, source, 64 << 20):
            if batch.dead.height:
                raise SourceError(f"{unit.file}: {batch.dead['message'][0]}")
            codes = [orjson.loads(one).get(language) if one else None for one in batch.rows["metadata"]]
            wrong = next((one for one in codes if one is not None and not isinstance(one, str)), None)
            if wrong is not None:
                raise SourceError(f"{unit.file}: column {language!r} holds {wrong!r}, but a language code is needed.")
            frames.append(batch.rows.select("text").with_columns(pl.Series("language", codes, dtype=pl.String)))
    if not frames or all(frame["language"].is_null().all() for frame in frames):
        raise SourceError(
            f"no row of {', '.join(files)} has a language in {language!r}. Name its column with --language."
        )
    return pl.concat(frames)
