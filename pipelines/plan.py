"""From a recipe to a checked plan: which stages run in which phase, with which parameters. Reads no data."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from pipelines import catalogue
from schemas.columns import DOCUMENT, WORDS
from schemas.errors import RecipeError, one_of
from schemas.recipe import Lines, Recipe, problems
from schemas.stage import Derive, Edit, Group, Measure, Stage, StageParams

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
            "fingerprint": dict(self.stage.fingerprint(self.params)),
        }

    def judged(self) -> dict[str, Any]:
        """What decides about its verdicts."""
        return {"stage": self.name, "version": self.stage.version, "params": self.params.judged()}


@dataclass(frozen=True)
class Plan:
    """A checked recipe: its steps by kind, each kind in the recipe's order."""

    recipe: Recipe
    frame_steps: tuple[Step[Edit] | Step[Measure], ...]
    group_steps: tuple[Step[Group], ...]
    derive_steps: tuple[Step[Derive], ...]

    @property
    def measures(self) -> tuple[Step[Measure], ...]:
        """The Measure steps."""
        return tuple(s for s in self.frame_steps if isinstance(s.stage, Measure))

    def steps(self) -> Iterator[Step[Any]]:
        """All steps in order."""
        yield from (*self.frame_steps, *self.group_steps, *self.derive_steps)

    def added(self) -> list[Any]:
        """The columns that Edit and Measure steps add."""
        return [column for step in self.frame_steps for column in step.stage.adds]

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

    Raises:
        RecipeError: every problem at once: unknown stages or parameters, wrong types, unmet columns, wrong order.
    """
    lines = lines or Lines("", "recipe")
    found: list[str] = []
    steps: list[Step[Any]] = []
    for name, given in recipe.stages.items():
        where = lines.where(("stages", name))
        if name not in catalogue.stages():
            found.append(f"{where}: {one_of('stage', name, catalogue.stages())}")
            continue
        stage = catalogue.get(name)
        try:
            steps.append(Step(stage, _params(stage, given)))
        except ValidationError as error:
            found += problems(error, lines, stage.params, ("stages", name))
    if not found:
        found += _column_problems(steps, lines)
        found += _order_problems(steps, lines)
        found += _derive_problems(recipe, steps, lines)
    found += _source_problems(recipe, steps, lines)
    if found:
        raise RecipeError("\n".join(found))
    return Plan(
        recipe,
        tuple(s for s in steps if isinstance(s.stage, (Edit, Measure))),
        tuple(s for s in steps if isinstance(s.stage, Group)),
        tuple(s for s in steps if isinstance(s.stage, Derive)),
    )


def _params(stage: Stage, given: dict[str, Any]) -> StageParams:
    return stage.params.model_validate(given)


def _column_problems(steps: list[Step[Any]], lines: Lines) -> list[str]:
    """Every step must find the columns that it reads among those that came before."""
    found = []
    there = {column.name for column in DOCUMENT} | {WORDS.name}
    adders = {c.name: stage.name for stage in catalogue.stages().values() for c in stage.adds}
    for step in steps:
        for name in step.stage.reads:
            if name in there or isinstance(step.stage, Derive):
                continue
            hint = f"Put the stage `{adders[name]}` before it" if name in adders else "No stage adds it"
            found.append(
                f"{lines.where(('stages', step.name))}: the stage reads the column {name!r}, "
                f"which nothing before it adds. {hint}."
            )
        there |= {column.name for column in step.stage.adds}
    return found


def _order_problems(steps: list[Step[Any]], lines: Lines) -> list[str]:
    found = []
    latest = 0
    for step in steps:
        rank = 0 if isinstance(step.stage, (Edit, Measure)) else 1 if isinstance(step.stage, Group) else 2
        if rank < latest:
            found.append(
                f"{lines.where(('stages', step.name))}: {catalogue.kind(step.stage)} stages run before those of an earlier "
                "line. The order is: Edit and Measure, then Group (deduplication), then Derive (translation, rewriting)."
            )
        latest = max(latest, rank)
    return found


def _derive_problems(recipe: Recipe, steps: list[Step[Any]], lines: Lines) -> list[str]:
    found = []
    earlier = {"source"}
    for step in steps:
        if not isinstance(step.stage, Derive):
            continue
        where = lines.where(("stages", step.name))
        if recipe.client is None:
            found.append(
                f"{where}: the stage asks an LLM, but the recipe has no `client`. "
                "Add `client: {local: true}` or a base_url."
            )
        of = step.stage.of(step.params)
        if of not in earlier:
            found.append(
                f"{where}: it works on the rows of {of!r}, which is not an earlier Derive stage. "
                f"There is: {', '.join(sorted(earlier))}."
            )
        earlier.add(step.name)
    client = recipe.client
    if (
        client is not None
        and not client.local
        and client.base_url is None
        and any(isinstance(s.stage, Derive) for s in steps)
    ):
        found.append(f"{lines.where(('client',))}: give `base_url` (an OpenAI-compatible server), or `local: true`.")
    return found


def _source_problems(recipe: Recipe, steps: list[Step[Any]], lines: Lines) -> list[str]:
    """A threshold for a source that the recipe does not have would never be used: say so."""
    found = []
    names = set(recipe.all_sources())
    for step in steps:
        for field in step.params.thresholds():
            value = getattr(step.params, field)
            for source in value.sources:
                if source not in names:
                    where = lines.where(("stages", step.name, field, "sources", source))
                    found.append(f"{where}: {one_of('source', source, names)}")
    return found


def signature(content: Any) -> str:
    """16 hexadecimal digits that change when the content does (SHA-256 of canonical JSON)."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
