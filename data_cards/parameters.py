"""The parameters of a stage on one line each, for the card's table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from data_cards.as_yaml import dumped
from data_cards.markdown import NAMED, Code, some
from schemas.manifest import StageRecord

_WIDEST = 80  # characters of a value in a table


def rows(stage: StageRecord) -> Iterable[tuple[object, ...]]:
    """For each parameter: stage, name, what holds everywhere, and the exceptions by language and source."""
    for name, value in stage.parameters.items():
        if by_language(value):
            shown = "off" if value["default"] is None else _value(value["default"])
            exceptions = [_exceptions(value.get("languages") or {})]
            for source, inside in (value.get("sources") or {}).items():
                parts = [] if inside.get("default") is None else [_value(inside["default"])]
                parts += [_exceptions(inside["languages"])] if inside.get("languages") else []
                exceptions.append(f"source {source}: {'; '.join(parts) or 'off'}")
            yield Code(stage.name), Code(name), shown, "; ".join(filter(None, exceptions))
        else:
            yield Code(stage.name), Code(name), _value(value), None


def by_language(value: object) -> bool:
    """Whether a parameter has the form of `schemas.per_language`."""
    return isinstance(value, Mapping) and "default" in value and set(value) <= {"default", "languages", "sources"}


def _exceptions(values: Mapping[str, Any]) -> str:
    """Languages by the value that they have, a few of them by name."""
    by_value: dict[str, list[str]] = {}
    for label, value in sorted(values.items()):
        by_value.setdefault("off" if value is None else _value(value), []).append(label)
    shown = [f"{value} in {some(labels)}" for value, labels in by_value.items()]
    return "; ".join(shown[:NAMED]) + (f"; {len(shown) - NAMED:,} more values" if len(shown) > NAMED else "")


def _value(value: object) -> str:
    """A parameter as a recipe would have it, on one line and not too long."""
    shown = value if isinstance(value, str) else dumped(value, flow=True)
    line = " ".join(shown.removesuffix("...\n").split())
    return line if len(line) <= _WIDEST else f"{line[: _WIDEST - 1]}…"
