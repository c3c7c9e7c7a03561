"""Which limits of a language are its own, and which fall back to its script or to the default."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pipelines.plan import Plan, Step
from schemas.manifest import ThresholdOrigins
from schemas.per_language import Origin

_MOST_SPECIFIC_FIRST: tuple[Origin, ...] = ("source", "language", "script", "default")


def origins(plan: Plan, codes: Iterable[str]) -> dict[str, ThresholdOrigins]:
    """Where the limits of some languages come from.

    Args:
        plan: the plan.
        codes: labels of the languages that occur.

    Returns:
        Label -> how many rules have a limit of which origin, and which threshold file serves it; in order of labels.
    """
    found = {}
    sources = list(plan.recipe.all_sources())
    for code in sorted(codes):
        record = ThresholdOrigins()
        files = plan.threshold_files
        record.file = "language" if code in files else "script" if code[4:] in files else None
        for step in plan.steps():
            for rule in getattr(step.stage, "rules", ()):
                if rule.keep != "among":
                    origin = _origin(step, rule.threshold, sources, code)
                    setattr(record, origin, getattr(record, origin) + 1)
        found[code] = record
    return found


def _origin(step: Step[Any], parameter: str, sources: Iterable[str], code: str) -> Origin:
    value = getattr(step.params, parameter)
    return min((value.origin_for_row(source, code) for source in sources), key=_MOST_SPECIFIC_FIRST.index)
