"""Which settings differ between two releases: recipe, parameters and versions of stages, sources, models, libraries."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal

from schemas.changes import Setting
from schemas.manifest import Manifest

_ELSEWHERE = ("stages", "sources")  # parts of a recipe that the manifest has in full under another name
_ORDER = "(order of the stages)"
_Of = Literal["recipe", "stage", "source", "model", "library"]


def differing(before: Manifest, after: Manifest) -> list[Setting]:
    """The settings that differ: recipe, stages, sources, models, libraries, each sorted by name.

    Of a stage that only one of them has its version stands for all.
    """
    both = {stage.name for stage in before.stages} & {stage.name for stage in after.stages}
    made = []
    for (of, was), (_, is_) in zip(_settings(before, both), _settings(after, both), strict=True):
        for name in sorted(was.keys() | is_.keys()):
            if was.get(name) != is_.get(name):
                made.append(Setting(of=of, name=name, before=was.get(name), after=is_.get(name)))
    return made


def _settings(manifest: Manifest, stages_of_both: Collection[str]) -> Iterator[tuple[_Of, dict[str, Any]]]:
    recipe = {name: value for name, value in manifest.recipe.items() if name not in _ELSEWHERE}
    yield "recipe", dict(_flat(recipe))
    stages: dict[str, Any] = {_ORDER: [stage.name for stage in manifest.stages]}
    for stage in manifest.stages:
        stages[f"{stage.name}.version"] = stage.version
        if stage.name not in stages_of_both:
            continue
        stages |= _flat(stage.parameters, f"{stage.name}.")
        stages |= {f"{stage.name}: {name}": value for name, value in stage.fingerprint.items()}
    yield "stage", stages
    yield (
        "source",
        {
            f"{source.name}.{name}": value
            for source in manifest.sources
            for name, value in source.model_dump(exclude={"name"}).items()
        },
    )
    yield "model", dict(manifest.models)
    yield "library", dict(manifest.libraries)


def _flat(value: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """The values by dotted path; an empty mapping and a list count as one value."""
    for name, one in value.items():
        if isinstance(one, Mapping) and one:
            yield from _flat(one, f"{path}{name}.")
        else:
            yield f"{path}{name}", one
