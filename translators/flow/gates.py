"""Gates as a stage has them: a parameter with the limit of each, and a rule that holds its score against it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import create_model

from schemas.stage import Rule, StageParams, Threshold, threshold
from translators.gates import registry
from translators.gates.gate import Gate

FINISHED = Rule(
    "unfinished",
    "finished",
    "min_finished",
    "at_least",
    "The model was cut off, so that the end may be missing.",
    applies="finished.applies",
)


WHOLE = Rule(
    "placeholders_lost",
    "placeholders_kept",
    "min_placeholders_kept",
    "at_least",
    "A placeholder for code, an address or a name did not come back, came twice, or was invented.",
    applies="placeholders_kept.applies",
)


def params(name: str, gates: Sequence[Gate], *, placeholders: bool = True) -> type[StageParams]:
    """A base for a stage's parameters: a threshold for each gate, as the gate ships it.

    Args:
        name: of the class.
        gates: its gates.
        placeholders: whether anything is a placeholder while it is away.
    """
    fields: dict[str, Any] = {
        "min_finished": (
            Threshold,
            threshold(
                1.0, "1 asks that the model ended by itself in every request", unit="0 or 1", source="our choice"
            ),
        ),
        "min_placeholders_kept": (
            Threshold,
            threshold(1.0, "1 asks that every placeholder comes back once", unit="0 or 1", source="our choice"),
        ),
    }
    if not placeholders:
        del fields["min_placeholders_kept"]
    for gate in gates:
        least = gate.keep == "at_least"
        described = f"{'Least' if least else 'Most'} {gate.name}. Beyond it: {gate.why}"
        fields[limit_of(gate)] = (
            Threshold,
            threshold(gate.limit, described, unit=gate.unit, source=gate.source),
        )
    return create_model(name, __base__=StageParams, __doc__="Limits of the free gates.", __module__=__name__, **fields)


def rules(gates: Sequence[Gate]) -> tuple[Rule, ...]:
    """The rules of some gates, and those about what came back: whole answers, whole placeholders."""
    return (FINISHED, WHOLE, *(rule_of(gate) for gate in gates))


def rule_of(gate: Gate) -> Rule:
    """The rule that holds a gate's score against its parameter."""
    return Rule(gate.reason, gate.name, limit_of(gate), gate.keep, gate.why, applies=f"{gate.name}.applies")


def limit_of(gate: Gate) -> str:
    """Name of the parameter with a gate's limit: `min_numbers_kept`, `max_echo`."""
    return f"{'min' if gate.keep == 'at_least' else 'max'}_{gate.name}"


if TYPE_CHECKING:
    GateParams = StageParams
else:  # made from the gates, each of which says its limit once
    GateParams = params("GateParams", registry.TRANSLATION)
