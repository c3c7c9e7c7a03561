"""What the page knows of scores: a histogram for each rule and language, within a number of bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from data_cards.report.bins import BINS, histogram
from data_cards.report.digits import rounded
from data_cards.report.escaping import as_json
from data_cards.report.labels import shown

_RULE = ("stage", "reason", "score", "keep")
_OF_LANGUAGE = 40  # bins
_LIMITS = 12  # thresholds of one histogram that are drawn
_FINEST = 6  # significant digits of an edge
_Key = tuple[str, ...]


class Distributions:
    """Scores of rules (or gates) by language (or pair).

    Args:
        table: stage, reason, score, keep, language, value, threshold and a count.
        count: column of the count.
        whys: (stage, reason) -> why such rows go.
        order: rules come by the place of their stage in it.
    """

    def __init__(
        self, table: pl.DataFrame, count: str, whys: Mapping[tuple[str, str], str], order: Sequence[str]
    ) -> None:
        places = {name: place for place, name in enumerate(order)}
        held = table.rename({count: "documents"})
        keys = [*_RULE, "language", "value", "threshold"]
        held = held.group_by(keys).agg(pl.col("documents").sum()).sort(keys, nulls_last=True)
        numbers = held.select(pl.col("value", "threshold").cast(pl.Float64).fill_null(float("nan")), "documents")
        self._columns = numbers["value"].to_numpy(), numbers["threshold"].to_numpy(), numbers["documents"].to_numpy()
        self._whole = _slices(held, _RULE)
        self._split = _slices(held, (*_RULE, "language"))
        self._whys = whys
        self._rules = sorted(self._whole, key=lambda rule: (places.get(rule[0], len(places)), rule))

    def as_data(self, languages: Sequence[str], largest: int) -> dict[str, Any]:
        """What the page's script reads.

        Args:
            languages: labels, those first whose histograms matter most.
            largest: bytes that the histograms of single languages may have; languages at the end go without.

        Returns:
            `rules`, `all` (a histogram each, of all languages) and `languages` (label -> rule -> histogram).
        """
        held: dict[str, dict[str, Any]] = {}
        room = largest
        for label in languages:
            own = {
                str(place): self._one(rule, self._split[*rule, label], _OF_LANGUAGE)
                for place, rule in enumerate(self._rules)
                if (*rule, label) in self._split
            }
            if not own:
                continue
            room -= len(as_json(own)) + len(label) + 4
            if room < 0:
                break
            held[label] = own
        whole = [self._one(rule, self._whole[rule], BINS) for rule in self._rules]
        return {"rules": list(self._described()), "all": whole, "languages": held}

    def _described(self) -> Iterable[list[str]]:
        for stage, reason, score, keep in self._rules:
            yield [shown(stage), shown(reason), shown(score), keep, shown(self._whys.get((stage, reason)))]

    def _one(self, rule: _Key, rows: slice, most: int) -> dict[str, Any]:
        """One histogram: what its keys mean is said in the page's `histogram.js`."""
        values, limits, documents = (column[rows] for column in self._columns)
        at_most = rule[3] == "at_most"
        on = np.isfinite(limits)
        different = np.unique(limits[on]).tolist()
        grid = limits.copy()
        for limit in different:
            grid[limits == limit] = rounded(limit, at_most)
        out: dict[str, Any] = {"t": different[:_LIMITS]}
        if len(different) > _LIMITS:
            out["m"] = [len(different), different[0], different[-1]]
        missing = np.isnan(values)
        if missing.any():
            out["u"] = [int(documents[missing].sum()), int(documents[missing & on].sum())]
        there = np.isfinite(values)
        if not there.any():
            return out
        made = histogram(values[there], documents[there], grid[there], at_most, most)
        if unsure := int(documents[there & (values == grid) & (grid != limits)].sum()):
            out["b"] = unsure
        out["x"] = [_brief(made.start), _brief(made.width)]
        if made.logarithmic:
            out["g"] = 1
        if any(made.outside):
            out["o"] = list(made.outside)
        return out | _sides(made.kept, made.dropped, at_most)


def _slices(held: pl.DataFrame, keys: Sequence[str]) -> dict[_Key, slice]:
    """Where the rows of each key are, in a frame that is sorted by it."""
    sizes = held.group_by(keys, maintain_order=True).len()
    ends = sizes["len"].cum_sum().to_list()
    starts = [0, *ends[:-1]]
    return {key: slice(*at) for key, at in zip(sizes.drop("len").rows(), zip(starts, ends, strict=True), strict=True)}


def _sides(kept: np.ndarray[Any, Any], dropped: np.ndarray[Any, Any], at_most: bool) -> dict[str, Any]:
    """Counts of both sides: as one list with the place where the other side begins, where no bin has both."""
    first, second = (kept, dropped) if at_most else (dropped, kept)
    split = int(np.flatnonzero(first)[-1]) + 1 if first.any() else 0
    if not second[:split].any():
        return {"c": (kept + dropped).tolist(), "s": split}
    return {"k": kept.tolist(), "d": dropped.tolist()}


def _brief(value: float) -> float:
    return float(f"{value:.{_FINEST}g}")
