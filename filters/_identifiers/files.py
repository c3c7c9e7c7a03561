"""Where the file of a fastText model is: a path, a folder that `glotmill train-lid` wrote, or the Hub; its digest."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from filters import _hub
from schemas.errors import SourceError

MODEL, CARD = "model.bin", "card.json"
KIND = "fasttext language identifier"


def find(path: str | None, hub: str | None, hub_file: str, revision: str | None) -> str:
    """The model file on this machine; from the Hub it is fetched at its pinned revision.

    Raises:
        SourceError: no such file, a folder without a model, or the Hub cannot give it.
    """
    if path is not None:
        return _local(path)
    from huggingface_hub import hf_hub_download

    assert hub is not None
    wanted = f"stages.language: cannot get {hub_file} of {hub} at {revision}"
    with _hub.asked(wanted, "download the file and give its `path`"):
        return str(hf_hub_download(hub, hub_file, revision=revision))


def _local(path: str) -> str:
    here = Path(path)
    if here.is_dir():
        inside = here / MODEL
        if not inside.is_file():
            raise SourceError(
                f"stages.language.path: the folder {path} has no {MODEL}. Give a folder made by `glotmill train-lid`, "
                "or the path of a fastText .bin or .ftz"
            )
        return str(inside)
    if not here.is_file():
        raise SourceError(f"stages.language.path: {path} is not a file. Give the path of a fastText .bin or .ftz")
    return path


def digest(file: str, expected: str | None) -> str:
    """SHA-256 of a model file.

    Raises:
        SourceError: it is not the one that the recipe asks for, or not the one that the folder's card names.
    """
    with open(file, "rb") as handle:
        found = hashlib.file_digest(handle, "sha256").hexdigest()
    if expected is not None and found != expected:
        raise SourceError(
            f"stages.language: the model file has SHA-256 {found}, but the recipe asks for {expected}. "
            "Download it again, or mend `sha256`."
        )
    card = Path(file).with_name(CARD)
    if Path(file).name == MODEL and card.is_file():
        _check_card(card, found)
    return found


def _check_card(card: Path, found: str) -> None:
    try:
        said = json.loads(card.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return  # another tool's card
    if isinstance(said, dict) and said.get("kind") == KIND and said.get("sha256") != found:
        raise SourceError(
            f"stages.language.path: {card.parent / MODEL} has SHA-256 {found}, but its {CARD} says "
            f"{said.get('sha256')}: the file was changed or cut off. Copy the folder again, or train again."
        )
