"""`sample://` paths: the sample corpus that ships with the package, named so that no machine's path is recorded."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

PREFIX = "sample://"


def folder() -> Path:
    """The folder of the sample corpus in this installation."""
    spec = find_spec("pipelines")
    assert spec is not None and spec.submodule_search_locations, "the package `pipelines` is part of glotmill"
    return Path(spec.submodule_search_locations[0]) / "sample"


def resolve(path: str) -> str:
    """A `sample://` path as a path of this machine; any other path as it is."""
    return str(folder() / path.removeprefix(PREFIX)) if path.startswith(PREFIX) else path
