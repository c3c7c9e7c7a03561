"""The stages of a release as they ran: read from its manifest, parameters and all, without its input or its models."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from pipelines import catalogue
from pipelines.catalogue import UNMEASURED
from pipelines.plan import Step
from schemas.manifest import Manifest
from schemas.stage import Derive, Group, Measure, Rule

_UNMEASURED = "A score that a rule needs could not be measured: what could not be measured is not accepted"


@dataclass(frozen=True)
class Ran:
    """The steps.

    Args:
        measures: Measure steps, in order.
        derives: Derive steps, in order.
        whys: reason -> the stage that gives it, and why such rows go.
        group_reasons: reasons that deduplication gives.
        problems: what cannot be judged again, and why.
    """

    measures: tuple[Step[Measure], ...]
    derives: tuple[Step[Derive], ...]
    whys: dict[str, tuple[str, str]]
    group_reasons: frozenset[str]
    problems: tuple[str, ...]

    def rules(self) -> Iterator[tuple[Step[Any], Rule]]:
        """Every rule with its step, documents' first."""
        steps: tuple[Step[Any], ...] = (*self.measures, *self.derives)
        for step in steps:
            for rule in step.stage.rules:
                yield step, rule

    def why(self, reason: str) -> dict[str, str]:
        """A reason for the page: `reason`, `stage`, `why`."""
        stage, why = self.whys.get(reason, ("", _UNMEASURED if reason == UNMEASURED else ""))
        return {"reason": reason, "stage": stage, "why": why}


def read(manifest: Manifest) -> Ran:
    """The stages of a release."""
    measures: list[Step[Measure]] = []
    derives: list[Step[Derive]] = []
    groups: set[str] = set()
    problems: list[str] = []
    whys = {reason: (record.name, why) for record in manifest.stages for reason, why in record.rules.items()}
    for record in manifest.stages:
        if record.name not in catalogue.stages():
            problems.append(f"{record.name}: this Glotmill has no such stage; its rules are not judged again.")
            continue
        stage = catalogue.get(record.name)
        if isinstance(stage, Group):
            groups.add(stage.reason)
        if not isinstance(stage, (Measure, Derive)):
            continue
        try:
            params = stage.params.model_validate(record.parameters)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            problems.append(f"{record.name}: its parameters cannot be read ({place}: {first['msg']}).")
            continue
        if stage.version != record.version:
            problems.append(
                f"{record.name}: the release was made by version {record.version}, this Glotmill has {stage.version}; "
                "its rules may differ."
            )
        if isinstance(stage, Measure):
            measures.append(Step(stage, params))
        else:
            derives.append(Step(stage, params))
    return Ran(tuple(measures), tuple(derives), whys, frozenset(groups), tuple(problems))


def describe(step: Step[Any], rule: Rule) -> dict[str, Any]:
    """What a rule is, for the page."""
    info = type(step.params).model_fields[rule.threshold]
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    value = getattr(step.params, rule.threshold)
    column = next((column for column in step.stage.adds if column.name == rule.score), None)
    told = {
        "stage": step.name,
        "reason": rule.reason,
        "why": rule.why,
        "score": rule.score,
        "meaning": "" if column is None else column.description,
        "keep": rule.keep,
        "parameter": rule.threshold,
        "description": info.description or "",
        "unit": str(extra.get("unit", "")),
    }
    if rule.keep == "among":
        return told
    return {
        **told,
        "default": value.default,
        "languages": dict(value.languages),
        "sources": sorted(value.sources),
    }
