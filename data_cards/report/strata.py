"""What selections kept of each stratum, for the page's script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from data_cards.report.escaping import as_json
from data_cards.report.labels import shown
from data_cards.selection_figures import RuleFigures

MOST = 20  # strata of a language and dimension


def as_data(rules: Sequence[RuleFigures], largest: int) -> list[dict[str, Any]]:
    """For each rule: its names and, by label, dimension -> [stratum, competed, kept] and how many were left out.

    Args:
        rules: figures, with at most `MOST` strata.
        largest: bytes of all; the languages with fewest documents that compete go without.
    """
    found = []
    for rule in rules:
        room = largest // len(rules)
        held: dict[str, Any] = {}
        for one in rule.languages:
            own = {
                shown(name): [
                    [[shown(s.stratum), s.competed, s.kept] for s in several if s.competed],
                    one.strata[name] - len(several),
                ]
                for name, several in one.dimensions.items()
            }
            own = {name: part for name, part in own.items() if part[0]}
            if not own:
                continue
            room -= len(as_json(own)) + len(one.language) + 4
            if room < 0:
                break
            held[one.language] = own
        found.append({"reason": shown(rule.reason), "stage": shown(rule.stage), "languages": held})
    return found
