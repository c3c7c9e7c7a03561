"""From a recipe to a checked plan: which stages run in which phase, with which parameters.

Reads no data, but the recipe's threshold files.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from filters import _segments
from pipelines import catalogue, releases, thresholds
from schemas.columns import DOCUMENT, SHARED
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
    if recipe.against and not any(isinstance(catalogue.stages().get(name), Group) for name in recipe.stages):
        found.append(
            f"{lines.where(('against',))}: no stage looks for duplicates, so nothing is compared with these releases. "
            "Add exact_dedup or minhash, or leave `against` out."
        )
    found += _rehydration_problems(recipe, lines)
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
    if len(known) == len(recipe.stages):  # a misspelt stage may be the one that adds the column
        found += _column_problems(known, {step.name: step for step in steps}, lines)
    found += _counting_problems(known, lines)
    found += _order_problems(known, lines)
    found += _client_problems(recipe, known, lines)
    found += _derive_problems(known, steps, lines)
    found += _threshold_problems(steps, lines)
    found += _source_problems(recipe, steps, lines)
    found += _source_order_problems(recipe, steps, lines)
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


def _rehydration_problems(recipe: Recipe, lines: Lines) -> list[str]:
    """The stage that copies are counted by must be there."""
    if recipe.rehydration is None:
        return []
    name = recipe.rehydration.stage
    groups = [one for one in recipe.stages if isinstance(catalogue.stages().get(one), Group)]
    if name in groups:
        return []
    where = lines.where(("rehydration", "stage"))
    if not groups:
        return [f"{where}: copies are counted by a stage that looks for duplicates. Add minhash to the stages."]
    return [f"{where}: {one_of('stage', name, groups)}"]


def _column_problems(known: list[Stage], steps: Mapping[str, Step[Any]], lines: Lines) -> list[str]:
    """Every stage must find the columns that it reads among those that came before."""
    found = []
    there = {column.name for column in (*DOCUMENT, *SHARED)}
    adders = {c.name: stage.name for stage in catalogue.stages().values() for c in stage.adds}
    for one in known:
        within = one.within(steps[one.name].params) if isinstance(one, Group) and one.name in steps else ()
        for name in (*one.reads, *within):
            if name in there or isinstance(one, Derive):
                continue
            hint = f"Put the stage `{adders[name]}` before it" if name in adders else "No stage adds it"
            found.append(
                f"{lines.where(('stages', one.name))}: the stage reads the column {name!r}, "
                f"which nothing before it adds. {hint}."
            )
        there |= {column.name for column in one.adds}
    return found


def _counting_problems(known: list[Stage], lines: Lines) -> list[str]:
    """What an Edit stage asks of the whole corpus is counted before anything is measured, and once."""
    counting = [one for one in known if isinstance(one, Edit) and one.counted is not None]
    if not counting:
        return []
    first, *others = counting
    found = [
        f"{lines.where(('stages', one.name))}: only one stage of a recipe can count over all documents, and "
        f"{first.name!r} does already. Take one of them out, or run a second recipe over the release of the first."
        for one in others
    ]
    measured = {c.name: one.name for one in known if isinstance(one, Measure) for c in one.adds}
    for one in known[: known.index(first) + 1]:
        for name in one.reads if isinstance(one, Edit) else ():
            if name in measured:
                found.append(
                    f"{lines.where(('stages', one.name))}: the stage reads the column {name!r}, which "
                    f"{measured[name]!r} measures; but what {first.name!r} counts is counted before anything is "
                    f"measured. "
                    + ("It cannot run in this recipe." if one is first else f"Put it behind {first.name!r}.")
                )
    return found


def _order_problems(known: list[Stage], lines: Lines) -> list[str]:
    found = []
    latest = 0
    for one in known:
        rank = 0 if isinstance(one, (Edit, Measure)) else 1 if isinstance(one, Group) else 2
        if rank < latest:
            found.append(
                f"{lines.where(('stages', one.name))}: {catalogue.kind(one)} stages run before those of an "
                "earlier line. The order: Edit and Measure, then Group (deduplication), then Derive (the LLM's)."
            )
        latest = max(latest, rank)
    return found


def _client_problems(recipe: Recipe, known: list[Stage], lines: Lines) -> list[str]:
    client = recipe.client
    asking = [one.name for one in known if isinstance(one, Derive)]
    if client is None:
        return [
            f"{lines.where(('stages', name))}: the stage asks an LLM, but the recipe has no `client`. "
            "Add `client: {local: true}` or a base_url."
            for name in asking
        ]
    if asking and not client.local and client.base_url is None:
        return [f"{lines.where(('client',))}: give `base_url` (an OpenAI-compatible server), or `local: true`."]
    return []


def _derive_problems(known: list[Stage], steps: list[Step[Any]], lines: Lines) -> list[str]:
    found = []
    params = {step.name: step.params for step in steps}
    earlier = {"source"}
    for one in known:
        if not isinstance(one, Derive):
            continue
        of = one.of(params[one.name]) if one.name in params else "source"
        if of not in earlier:
            found.append(
                f"{lines.where(('stages', one.name))}: it works on the rows of {of!r}, which is not an earlier Derive "
                f"stage. There is: {', '.join(sorted(earlier))}."
            )
        earlier.add(one.name)
    return found


def _threshold_problems(steps: list[Step[Any]], lines: Lines) -> list[str]:
    """A limit that no score can be held against, and a share that is none."""
    found = []
    for step in steps:
        shares = {rule.threshold for rule in getattr(step.stage, "rules", ()) if rule.keep == "top_share"}
        for field in step.params.thresholds():
            value = getattr(step.params, field)
            limits = [v for one in (value, *value.sources.values()) for v in (one.default, *one.languages.values())]
            for limit in dict.fromkeys(v for v in limits if v is not None):
                where = lines.where(("stages", step.name, field))
                if math.isnan(limit):
                    found.append(f"{where}: {limit} is not a number. Write null to turn the rule off.")
                elif field in shares and not 0 <= limit <= 1:
                    found.append(f"{where}: a share is from 0 to 1, but {limit} came. Write 0.9 for 90 %.")
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


def _source_order_problems(recipe: Recipe, steps: list[Step[Any]], lines: Lines) -> list[str]:
    """A source that is preferred but not in the recipe would never stay: say so."""
    names = set(recipe.all_sources())
    return [
        f"{lines.where(('stages', step.name, 'source_order', index))}: {one_of('source', source, names)}"
        for step in steps
        for index, source in enumerate(getattr(step.params, "source_order", ()))
        if source not in names
    ]


def signature(content: Any) -> str:
    """16 hexadecimal digits that change when the content does (SHA-256 of canonical JSON)."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
