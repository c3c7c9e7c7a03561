"""Finds every stage: walks `filters` and `translators` for modules with a value `STAGE`.

No registration, no global state: a module that is there is a stage. From the stages found come the recipe's JSON
schema and the table in `filters/README.md`.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from pathlib import Path
from typing import Any

from schemas.errors import RecipeError, StageError, one_of
from schemas.recipe import Recipe
from schemas.stage import Derive, Edit, Group, Measure, Stage

PACKAGES = ("filters", "translators")
UNMEASURED = "unmeasured"


@cache
def stages() -> dict[str, Stage]:
    """All stages by name.

    Raises:
        StageError: two stages share a name, a column or a reason.
    """
    found: dict[str, Stage] = {}
    for package in PACKAGES:
        for info in pkgutil.iter_modules(importlib.import_module(package).__path__):
            if info.name.startswith("_"):
                continue
            stage = getattr(importlib.import_module(f"{package}.{info.name}"), "STAGE", None)
            if stage is None:
                continue
            if stage.name in found:
                raise StageError(f"two stages are called {stage.name!r}; rename one of them")
            found[stage.name] = stage
    _refuse_shared(found, "reason", reasons_of)
    _refuse_shared(found, "column", lambda stage: [column.name for column in stage.adds])
    return dict(sorted(found.items()))


def _refuse_shared(found: dict[str, Stage], what: str, names_of: Any) -> None:
    owner: dict[str, str] = {}
    for stage in found.values():
        if isinstance(stage, Derive):
            continue  # derived rows are judged apart from documents: `echo` of both derive stages is one gate
        for name in names_of(stage):
            if name in owner:
                raise StageError(f"stages {owner[name]!r} and {stage.name!r} both have the {what} {name!r}; rename one")
            owner[name] = stage.name


def get(name: str) -> Stage:
    """One stage.

    Raises:
        RecipeError: there is none of that name; lists the valid ones.
    """
    try:
        return stages()[name]
    except KeyError:
        raise RecipeError(one_of("stage", name, stages())) from None


def kind(stage: Stage) -> str:
    """`Measure`, `Edit`, `Group` or `Derive`."""
    return type(stage).__name__


def reasons_of(stage: Stage) -> dict[str, str]:
    """Every reason a stage can give, with why."""
    match stage:
        case Measure():
            return {rule.reason: rule.why for rule in stage.rules}
        case Derive():
            return {rule.reason: rule.why for rule in stage.rules} | dict.fromkeys(
                stage.failures, "It could not be made"
            )
        case Group():
            return {stage.reason: stage.why}
        case _:
            return {}


def recipe_schema() -> dict[str, Any]:
    """The JSON schema of a recipe (draft 2020-12) with every stage's parameters, for editors and other programs."""
    schema = Recipe.model_json_schema()
    definitions = schema.setdefault("$defs", {})
    properties: dict[str, Any] = {}
    for name, stage in stages().items():
        params = stage.params.model_json_schema(ref_template="#/$defs/{model}")
        definitions.update(params.pop("$defs", {}))
        params["description"] = stage.summary
        properties[name] = {"anyOf": [params, {"type": "null"}, {"const": False}]}
    schema["properties"]["stages"] = {
        "description": schema["properties"]["stages"].get("description", ""),
        "anyOf": [
            {"type": "object", "properties": properties, "additionalProperties": False},
            {"type": "array", "items": {"enum": list(properties)}},
        ],
    }
    paths = definitions["Source"]["properties"]["paths"]
    definitions["Source"]["properties"]["paths"] = {
        "description": paths.get("description", ""),
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
    }
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Glotmill recipe"
    return schema


def table(package: str | None = None) -> str:
    """The Markdown table of stages: of all, or of those in one package (what its README.md shows).

    Args:
        package: one of `PACKAGES`.
    """
    rows = ["| stage | kind | reads | adds | reasons | what it does |", "| --- | --- | --- | --- | --- | --- |"]

    def code(names: Any) -> str:
        return ", ".join(f"`{name}`" for name in names) or "–"

    for stage in stages().values():
        if package is not None and stage.params.__module__.partition(".")[0] != package:
            continue
        adds = [column.name for column in stage.adds]
        rows.append(
            f"| `{stage.name}` {stage.version} | {kind(stage)} | {code(stage.reads)} | {code(adds)} "
            f"| {code(reasons_of(stage))} | {stage.summary} |"
        )
    return "\n".join(rows) + "\n"


def readmes() -> dict[Path, str]:
    """What the README.md of each package of stages says: file -> text."""
    return {
        Path(str(importlib.import_module(package).__file__)).parent / "README.md": (
            f"The stages in `{package}/`: one module each, found by its value `STAGE`.\n"
            f"Written by `python -m pipelines.catalogue`; do not edit.\n\n{table(package)}"
        )
        for package in PACKAGES
    }


__all__ = [
    "PACKAGES",
    "UNMEASURED",
    "Derive",
    "Edit",
    "Group",
    "Measure",
    "get",
    "kind",
    "readmes",
    "reasons_of",
    "recipe_schema",
    "stages",
    "table",
]

if __name__ == "__main__":
    for file, text in readmes().items():
        file.write_text(text, encoding="utf-8")
