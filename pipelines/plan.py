"""From a recipe to a checked plan: which stages run in which phase, with which parameters.

Reads no data, but the recipe's threshold files.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from filters import _segments
from pipelines import catalogue, releases, thresholds
from pipelines import problems as problems_of
from schemas.columns import SHARED
from schemas.errors import GlotmillError, RecipeError, one_of
from schemas.recipe import Lines, Recipe, problems
from schemas.stage import Derive, Edit, Group, Measure, Stage

_CUT = {column.name for column in SHARED}
PHASES = ("measure", "judge", "dedup", "derive", "release")
S = TypeVar("S", bound=Stage)


@dataclass(frozen=True)
class Step(Generic[S]):
    """A stage with its parameters, as the recipe has it."""

    stage: S
    params: Any

    @property
    def name(self) -> str:
        """Name of the stage."""
        return self.stage.name

    def measured(self) -> dict[str, Any]:
        """What decides about its output before judging: the stage, its version, parameters and what they point to."""
        return {
            "stage": self.name,
            "version": self.stage.version,
            "params": self.params.measured(),
            **({"limits": self.params.judged()} if self.params.limits_decide() else {}),
            "fingerprint": dict(self.stage.fingerprint(self.params)),
            **({"segments": _segments.fingerprint()} if _CUT.intersection(self.stage.reads) else {}),
        }

    def judged(self) -> dict[str, Any]:
        """What decides about its verdicts."""
        return {"stage": self.name, "version": self.stage.version, "params": self.params.judged()}


@dataclass(frozen=True)
class Plan:
    """A checked recipe: its steps by kind, each kind in the recipe's order.

    `threshold_files` are the languages and scripts that a threshold file of the recipe is for, `thresholds_sha256` is
    the digest of what those files say about the recipe's stages. `against` are the earlier releases.
    """

    recipe: Recipe
    frame_steps: tuple[Step[Edit] | Step[Measure], ...]
    group_steps: tuple[Step[Group], ...]
    derive_steps: tuple[Step[Derive], ...]
    threshold_files: frozenset[str] = frozenset()
    thresholds_sha256: str | None = None
    against: tuple[releases.Earlier, ...] = ()

    @property
    def measures(self) -> tuple[Step[Measure], ...]:
        """The Measure steps."""
        return tuple(s for s in self.frame_steps if isinstance(s.stage, Measure))

    @property
    def copies(self) -> Step[Group] | None:
        """The step whose groups are the copies that rehydration goes by, if the recipe has any."""
        wanted = self.recipe.rehydration
        return None if wanted is None else next(step for step in self.group_steps if step.name == wanted.stage)

    @property
    def counting(self) -> Step[Edit] | None:
        """The Edit step that asks what is common in the whole corpus, if there is one."""
        for step in self.frame_steps:
            if isinstance(step.stage, Edit) and step.stage.counted is not None:
                return Step(step.stage, step.params)
        return None

    def before_counting(self) -> Plan:
        """The plan with those steps alone that make the text that is counted: the Edit steps before the counting one.

        No Measure step: none of them reads what one adds.
        """
        names = [step.name for step in self.frame_steps]
        counting = self.counting
        end = len(names) if counting is None else names.index(counting.name)
        edits = tuple(step for step in self.frame_steps[:end] if isinstance(step.stage, Edit))
        return replace(self, frame_steps=edits, group_steps=(), derive_steps=())

    def steps(self) -> Iterator[Step[Any]]:
        """All steps in order."""
        yield from (*self.frame_steps, *self.group_steps, *self.derive_steps)

    def added(self) -> list[Any]:
        """The columns that Edit and Measure steps add."""
        return [column for step in self.frame_steps for column in step.stage.adds]

    def settled(self) -> Recipe:
        """The recipe with the values of threshold files in it and without earlier releases: it can be read when those
        are gone.
        """
        if self.thresholds_sha256 is None:
            return self.recipe.model_copy(update={"against": []})
        stages = dict(self.recipe.stages)
        for step in self.steps():
            kind = type(step.params)
            held = {name for name in kind.model_fields if thresholds.is_by_language(kind, name)}
            stages[step.name] = {**stages[step.name], **step.params.model_dump(mode="json", include=held)}
        return self.recipe.model_copy(update={"stages": stages, "thresholds": [], "against": []})

    def prepared(self, folder: Path) -> Plan:
        """The plan with each stage's `prepare` done (models trained into `folder`)."""

        def ready(steps: Any) -> Any:
            return tuple(Step(s.stage, s.stage.prepare(s.params, folder)) for s in steps)

        return replace(
            self,
            frame_steps=ready(self.frame_steps),
            group_steps=ready(self.group_steps),
            derive_steps=ready(self.derive_steps),
        )


def plan(recipe: Recipe, lines: Lines | None = None) -> Plan:
    """Check a recipe against the stages that there are.

    Args:
        recipe: what `schemas.recipe.read` gave.
        lines: where its keys stand, for messages.

    Raises:
        RecipeError: every problem at once: unknown stages or parameters, wrong types, unmet columns, wrong order.
    """
    lines = lines or Lines("", "recipe")
    found: list[str] = []
    try:
        files = thresholds.load(recipe.thresholds, lines)
    except RecipeError as error:
        found.append(str(error))
        files = thresholds.Thresholds()
    against: tuple[releases.Earlier, ...] = ()
    try:
        against = releases.load(recipe.against)
    except GlotmillError as error:
        found.append(f"{lines.where(('against',))}: {error}")
    try:
        if recipe.release.previous is not None:
            releases.sha256(recipe.release.previous)
    except GlotmillError as error:
        found.append(f"{lines.where(('release', 'previous'))}: {error}")
    steps: list[Step[Any]] = []
    known: list[Stage] = []  # also those whose parameters are wrong: what they add is known all the same
    for name, given in recipe.stages.items():
        where = lines.where(("stages", name))
        if name not in catalogue.stages():
            found.append(f"{where}: {one_of('stage', name, catalogue.stages())}")
            continue
        stage = catalogue.get(name)
        known.append(stage)
        try:
            steps.append(Step(stage, stage.params.model_validate(files.laid_under(stage, given))))
        except ValidationError as error:
            found += problems(error, lines, stage.params, ("stages", name))
    found += problems_of.find(recipe, known, steps, lines)
    if found:
        raise RecipeError("\n".join(found))
    return Plan(
        recipe,
        tuple(s for s in steps if isinstance(s.stage, (Edit, Measure))),
        tuple(s for s in steps if isinstance(s.stage, Group)),
        tuple(s for s in steps if isinstance(s.stage, Derive)),
        files.labels,
        files.sha256([step.name for step in steps]),
        against,
    )


def signature(content: Any) -> str:
    """16 hexadecimal digits that change when the content does (SHA-256 of canonical JSON)."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
