"""The changed recipe: written whole, checked by reading it back, never over a file that is there unless told to."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from data_cards.visible import brief, visible
from pipelines import plan, storage, thresholds
from pipelines.inspection import change
from pipelines.inspection.change import Change
from pipelines.plan import Step
from schemas import recipe as recipes
from schemas.errors import OutputError, RecipeError


class FileThere(OutputError):
    """The file is there already, and nobody said that it may be replaced."""


@dataclass(frozen=True)
class Target:
    """Where the recipe goes and how it is run.

    Args:
        path: of the file, from the command line.
        out: folder for the release that it makes.
        work: folder with what earlier runs kept; null for the default.
    """

    path: str
    out: str
    work: str | None

    @property
    def command(self) -> str:
        """What to type."""
        words = ["glotmill", "run", self.path, "--out", self.out, *([] if self.work is None else ["--work", self.work])]
        return shlex.join(words)


def write(
    target: Target, recipe: Mapping[str, Any], before: Sequence[Step[Any]], after: Sequence[Step[Any]],
    changes: Sequence[Change], *, replace: bool,
) -> str:  # fmt: skip
    """Write the recipe with changed thresholds.

    Args:
        target: where to.
        recipe: the one that ran, as the manifest has it.
        before: its steps that judge.
        after: the same steps, changed.
        changes: for the comment on top.
        replace: whether a file that is there may go.

    Returns:
        The text.

    Raises:
        FileThere: the file is there already.
        RecipeError: what was written could not be run here; nothing is written.
        OutputError, PermissionProblem: the file cannot be written.
    """
    text = rendered(recipe, before, after, changes)
    if not replace and storage.exists(target.path):
        raise FileThere(f"{target.path} is there already. Say that it may be replaced, or choose another --recipe-out.")
    storage.write_bytes_atomic(target.path, text.encode())
    return text


def rendered(
    recipe: Mapping[str, Any], before: Sequence[Step[Any]], after: Sequence[Step[Any]], changes: Sequence[Change]
) -> str:
    """The text of the changed recipe.

    Raises:
        RecipeError: it could not be run here.
    """
    stages = change.in_recipe(recipe["stages"], before, after)
    text = _text({**recipe, "stages": stages}, changes)
    try:
        _check(text, after)
    except RecipeError:
        if not recipe.get("thresholds"):
            raise
        # Threshold files that are not here any more, or say something else: their values go into the recipe.
        for step in after:
            kind = type(step.params)
            held = {name for name in kind.model_fields if thresholds.is_by_language(kind, name)}
            stages[step.name] = {**stages[step.name], **step.params.model_dump(mode="json", include=held)}
        text = _text({**{k: v for k, v in recipe.items() if k != "thresholds"}, "stages": stages}, changes)
        _check(text, after)
    return text


def _text(content: Mapping[str, Any], changes: Sequence[Change]) -> str:
    lines = ["# Written by glotmill inspect. Changed thresholds, the last one for a place counts:"]
    for one in changes:
        where = one.scope if not one.of else f"{one.scope} {brief(visible(one.of))}"
        value = "off" if one.value is None else f"{one.value:g}"
        lines.append(f"#   {one.stage}.{one.parameter} ({where}): {value}")
    body = yaml.safe_dump(dict(content), sort_keys=False, allow_unicode=True, width=120)
    return "\n".join(lines) + f"\n\n{body}"


def _check(text: str, after: Sequence[Step[Any]]) -> None:
    loaded, lines = recipes.read(text, file="the changed recipe")
    planned = {step.name: step.params for step in plan.plan(loaded, lines).steps()}
    for step in after:
        for name in step.params.thresholds():
            if getattr(planned[step.name], name) != getattr(step.params, name):
                raise RecipeError(
                    f"the changed recipe would give {step.name}.{name} another value than the page judged by. "
                    "Nothing was written. This is a bug in Glotmill: please report it with the recipe."
                )


def default_path(name: str) -> str:
    """Where the recipe goes when the command line does not say."""
    return str(Path(f"{Path(name).name}-changed.yaml"))
