"""The folder that a model lies in, on this machine or fetched from the Hub, and the package that reads it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from filters import _hub
from schemas.embedding import Embedding
from schemas.errors import MissingPackage, SourceError


def package(name: str, backend: str, extra: str) -> Any:
    """An optional package, loaded.

    Raises:
        MissingPackage: it is not installed.
    """
    try:
        return import_module(name)
    except ModuleNotFoundError as error:
        raise MissingPackage(
            f"embedding: `backend: {backend}` needs the package {name}, which cannot be loaded ({error}). Install it "
            f"with: pip install 'glotmill[{extra}]'"
        ) from error


def folder(embedding: Embedding, files: Sequence[str]) -> Path:
    """The folder of the model on this machine; from the Hub it is fetched at its pinned revision.

    Args:
        embedding: with `path`, or `hub` and `revision`.
        files: names or patterns of the files to fetch.

    Raises:
        SourceError: there is no such folder, or the Hub cannot give it.
    """
    if embedding.path is not None:
        given = Path(embedding.path)
        if not given.is_dir():
            raise SourceError(
                f"embedding.path: {given} is not a folder. Give the folder of a model for `backend: "
                f"{embedding.backend}`."
            )
        return given
    from huggingface_hub import snapshot_download

    assert embedding.hub is not None
    wanted = f"embedding.hub: cannot get {embedding.hub} at {embedding.revision}"
    with _hub.asked(wanted, "download the model and give its `path`"):
        return Path(snapshot_download(embedding.hub, revision=embedding.revision, allow_patterns=list(files)))


def read_json(file: Path) -> Any:
    """What a file of settings says; an empty mapping where there is no such file.

    Raises:
        SourceError: it is no JSON.
    """
    if not file.is_file():
        return {}
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SourceError(f"embedding: cannot read {file}: {error}. Get the model's files again.") from error
