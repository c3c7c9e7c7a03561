"""A threshold that is moved: the parameters that it gives, and how a recipe says it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError

from pipelines.inspection.operators import QuestionError
from pipelines.plan import Step
from schemas import languages
from schemas.errors import one_of
from schemas.per_language import PerLanguage
from schemas.stage import StageParams

Scope = Literal["default", "everywhere", "language", "source"]


@dataclass(frozen=True)
class Change:
    """One value.

    Args:
        stage: name of the stage.
        parameter: one of its thresholds.
        scope: `default` (languages with a value of their own keep it), `everywhere`, one `language` (label, script or
            pair), or one `source` (all of its languages).
        of: the language or the source.
        value: the limit; null turns the rule off there.
    """

    stage: str
    parameter: str
    scope: Scope
    of: str
    value: float | None


def parse(given: Any) -> Change:
    """A change as the page sends it.

    Raises:
        QuestionError: it is none.
    """
    if not isinstance(given, Mapping) or not all(
        isinstance(given.get(k), str) for k in ("stage", "parameter", "scope")
    ):
        raise QuestionError("a change needs a stage, a parameter, a scope and a value.")
    scope, of, value = given["scope"], given.get("of") or "", given.get("value")
    if scope not in ("default", "everywhere", "language", "source"):
        raise QuestionError(one_of("scope", scope, ("default", "everywhere", "language", "source")))
    if not isinstance(of, str) or (scope in ("language", "source")) != bool(of):
        raise QuestionError(f"the scope {scope} came with {of!r}: name a language or a source where one is meant.")
    if scope == "language":
        try:
            of = languages.place(of)
        except ValueError as error:
            raise QuestionError(f"{error}. Use a label such as tha_Thai.") from error
    if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float)) or not _finite(value)):
        raise QuestionError(f"{given['parameter']}: {str(value)[:80]!r} is no number. Write one, or turn the rule off.")
    return Change(given["stage"], given["parameter"], scope, of, None if value is None else float(value))


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def laid_over(params: StageParams, changes: Iterable[Change]) -> StageParams:
    """Parameters with some changes of their stage, one after the other.

    Raises:
        QuestionError: no such threshold, or a value that the stage does not take.
    """
    dumped = params.model_dump()
    named = []
    for change in changes:
        if change.parameter not in params.thresholds():
            said = one_of("threshold", change.parameter, params.thresholds())
            raise QuestionError(f"{change.stage}: {said}")
        dumped[change.parameter] = _changed(dumped[change.parameter], change)
        named.append(change.parameter)
    try:
        return type(params).model_validate(dumped)
    except ValidationError as error:
        first = error.errors()[0]
        raise QuestionError(f"{', '.join(dict.fromkeys(named))}: {first['msg']}") from error


def _changed(full: dict[str, Any], change: Change) -> dict[str, Any]:
    """The complete form of a threshold (`default`, `languages`, `sources`) with one change."""
    if change.scope == "everywhere":
        return {"default": change.value, "languages": {}, "sources": {}}
    if change.scope == "default":
        return {**full, "default": change.value}
    if change.scope == "language":
        return {**full, "languages": {**full["languages"], change.of: change.value}}
    only: dict[str, Any] = {"default": change.value, "languages": {}}
    return {**full, "sources": {**full["sources"], change.of: only}}


def laid_over_steps(steps: Iterable[Step[Any]], changes: Iterable[Change]) -> list[Step[Any]]:
    """Steps with their changes.

    Raises:
        QuestionError: a change of a threshold that there is not.
    """
    by_stage: dict[str, list[Change]] = {}
    for change in changes:
        by_stage.setdefault(change.stage, []).append(change)
    return [
        Step(step.stage, laid_over(step.params, by_stage[step.name])) if step.name in by_stage else step
        for step in steps
    ]


def in_recipe(stages: Mapping[str, Any], ran: Iterable[Step[Any]], changed: Iterable[Step[Any]]) -> dict[str, Any]:
    """The `stages` of a recipe that give the changed parameters, as short as that can be said.

    Args:
        stages: of the recipe that ran.
        ran: its steps.
        changed: the same steps with other limits.
    """
    found = {name: dict(given or {}) for name, given in stages.items()}
    for before, after in zip(ran, changed, strict=True):
        for name in after.params.thresholds():
            old, new = getattr(before.params, name), getattr(after.params, name)
            if old != new and after.name in found:
                found[after.name][name] = _written(after.stage.params, found[after.name], name, old, new)
    return found


def _written(
    params: type[StageParams], given: Mapping[str, Any], name: str, old: PerLanguage[Any], new: PerLanguage[Any]
) -> Any:
    """What to write for one threshold: what differs, laid over what the recipe has, or else all of it."""
    whole = new.model_dump(mode="json")
    said = given.get(name)
    over: dict[str, Any] = dict(said) if isinstance(said, Mapping) else {}
    over.pop("languages", None)
    if isinstance(said, Mapping) and isinstance(said.get("languages"), Mapping):
        over.update(said["languages"])
    if old.default != new.default:
        over["default"] = new.default
    over.update({code: value for code, value in new.languages.items() if old.languages.get(code, ...) != value})
    sources = {
        source: value.default if not value.languages else value.model_dump(mode="json")
        for source, value in new.sources.items()
        if old.sources.get(source) != value
    }
    if sources:
        over["sources"] = {**(over.get("sources") or {}), **sources}
    short = [new.default] if not new.languages and not new.sources else []
    for candidate in (*short, over):
        try:
            if getattr(params.model_validate({**given, name: candidate}), name) == new:
                return candidate
        except ValidationError:
            continue
    return whole
