"""`glotmill train-quality`: a quality classifier from labelled rows."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.commands._shared import JsonOption, nice_os_errors, print_json, say
from schemas.errors import RecipeError, one_of


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
    with nice_os_errors():
        card = quality.train_from(rows, training, out)
    if json_:
        print_json(card)
        return
    held = card["held_out"]
    rows_ = sum(card["rows"].values())
    say(f"trained on {rows_}; held out: {held['rows']} rows, accuracy {held['accuracy']}, AUC {held['auc']}")
    say(f"wrote {out}; use it in a recipe: quality: {{model: {out}}}")
