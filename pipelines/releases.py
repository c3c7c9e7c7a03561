"""Earlier releases: what a new one is deduplicated against.

A release keeps the keys of its documents in `signatures/`, beside `data/`: what has the same keys here is found without
reading a text of it again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from pipelines import storage
from schemas.errors import RecipeError, SourceError
from schemas.manifest import NAME, Manifest

DATA, SIGNATURES = "data/", "signatures/"


@dataclass(frozen=True)
class EarlierFile:
    """A data file of an earlier release.

    Args:
        name: a name for what is made of it.
        path: where it is.
        signatures: where the keys of its documents are, if the release kept them.
    """

    name: str
    path: str
    signatures: str | None


@dataclass(frozen=True)
class Earlier:
    """An earlier release.

    Args:
        name: name of its recipe and the first digits of its manifest's SHA-256, as `web@0f3a9c12d4b7`.
        folder: where it is.
        sha256: of its manifest.
        files: its documents; translations and rewritings are none.
        made_by: Group stage -> what decided about its keys (`pipelines.clusters.made_by`).
    """

    name: str
    folder: str
    sha256: str
    files: tuple[EarlierFile, ...]
    made_by: Mapping[str, str]

    def kept(self, made_by: Mapping[str, str]) -> tuple[str, ...]:
        """The stages whose keys the release made in the same way."""
        return tuple(stage for stage, made in made_by.items() if self.made_by.get(stage) == made)


def load(paths: Sequence[str]) -> tuple[Earlier, ...]:
    """The releases that a recipe names, by folder or by manifest.

    Raises:
        RecipeError: no such manifest, one that is none of Glotmill's, or a release named twice.
    """
    found = [_load(path) for path in paths]
    for number, one in enumerate(found):
        if one.sha256 in (before.sha256 for before in found[:number]):
            raise RecipeError(f"{paths[number]} is {one.name}, which is named twice. Leave one out.")
    return tuple(found)


def sha256(path: str) -> str:
    """SHA-256 of the manifest of a release.

    Raises:
        RecipeError: there is no manifest of Glotmill.
    """
    return _read(path)[1]


def _read(path: str) -> tuple[Manifest, str]:
    folder = path.rstrip("/").removesuffix(f"/{NAME}")
    try:
        content = storage.read_bytes(f"{folder}/{NAME}")
    except (SourceError, FileNotFoundError) as error:
        raise RecipeError(
            f"there is no {NAME} in {folder}. Give the folder of a release of Glotmill, or its {NAME}."
        ) from error
    try:
        manifest = Manifest.model_validate(json.loads(content))
    except (ValueError, ValidationError) as error:
        first = str(error).splitlines()[0]
        raise RecipeError(f"{folder}/{NAME} is no manifest that Glotmill can read: {first}") from error
    return manifest, hashlib.sha256(content).hexdigest()


def _load(path: str) -> Earlier:
    folder = path.rstrip("/").removesuffix(f"/{NAME}")
    manifest, sha256 = _read(path)
    derived = {stage.name for stage in manifest.stages if stage.kind.lower() == "derive"}
    kept = {file.path for file in manifest.files if file.path.startswith(SIGNATURES)}
    files = []
    for file in manifest.files:
        if not file.path.startswith(DATA) or (file.config or "").rpartition("-")[2] in derived:
            continue
        signatures = SIGNATURES + file.path.removeprefix(DATA)
        name = file.path.removesuffix(".parquet").replace("/", "-")
        where = f"{folder}/{signatures}" if signatures in kept else None
        files.append(EarlierFile(f"{sha256[:16]}-{name}", f"{folder}/{file.path}", where))
    return Earlier(f"{manifest.name}@{sha256[:12]}", folder, sha256, tuple(files), manifest.made_by)
