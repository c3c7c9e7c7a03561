"""All rules of a recipe that keep a top share, driven together: rounds of counting, then who stays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines import judge
from pipelines.plan import Step
from pipelines.selection import dimensions
from pipelines.selection import rule as one_rule
from pipelines.selection.rule import RuleSelection
from schemas.stage import Rule

COUNTS = pl.Schema([("reason", pl.String()), *one_rule.COUNTS.items()])
_ROWS_HELD = 1_000_000  # of several files, before they are added up


@dataclass(frozen=True)
class Selection:
    """What is known so far of every such rule. It never changes: `next` makes another one.

    Each round counts all documents, in any order and any number of frames, adds the counts up, and asks for the next:

        while not selection.done:
            selection = selection.next(added(selection.count(frame) for frame in frames))
        kept = selection.kept(frame)

    Args:
        steps: the Measure steps of the recipe.
        rules: one for each rule that keeps a share.
    """

    steps: tuple[Step[Any], ...]
    rules: tuple[RuleSelection, ...]

    @property
    def done(self) -> bool:
        """Whether it is known who stays."""
        return all(one.done for one in self.rules)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Every dimension that the rules tell documents apart by."""
        return dimensions.of(one.step for one in self.rules)

    @property
    def reads(self) -> list[str]:
        """Columns of a document that `count` and `kept` read, beside its id and what `dimensions.described` gives."""
        given = [name for name in self.dimensions if dimensions.column(name) == name]
        lists = [one.column for one in self.rules]
        return list(dict.fromkeys(["source", "language", *judge.reads(self.steps), *lists, *given]))

    def count(self, frame: pl.DataFrame) -> pl.DataFrame:
        """What a frame of documents adds to the counts of this round (columns `COUNTS`).

        Args:
            frame: `id`, the columns in `reads`, and those that `dimensions.described` gives.
        """
        passing = judge.reasons(frame, self.steps).list.len() == 0
        counted = [
            one.count(frame, passing).with_columns(pl.lit(one.rule.reason).alias("reason")).select(COUNTS.names())
            for one in self.rules
        ]
        return pl.concat([pl.DataFrame(schema=COUNTS), *counted])

    def next(self, counts: pl.DataFrame) -> Selection:
        """What is known after a round.

        Args:
            counts: the sum over all documents (`added`).
        """
        rules = [
            one.next(counts.filter(pl.col("reason") == one.rule.reason).select(one_rule.COUNTS.names()))
            for one in self.rules
        ]
        return Selection(self.steps, tuple(rules))

    def kept(self, frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
        """What each rule keeps of a frame: reason -> see `RuleSelection.kept`."""
        return {one.rule.reason: one.kept(frame) for one in self.rules}

    def threshold(self, reason: str, language: str, share: float) -> float | None:
        """The score of the last document that stays in a pool; null where it has no cut or several."""
        of = next(one for one in self.rules if one.rule.reason == reason)
        return None if of.ranked is not None else of.threshold(language, share)


def begun(steps: Sequence[Step[Any]]) -> Selection:
    """Before anything was counted: the rules that are on for some source or language.

    Args:
        steps: Measure steps.
    """
    shares = [(step, rule) for step in steps for rule in step.stage.rules if rule.keep == "top_share"]
    return Selection(tuple(steps), tuple(RuleSelection(*one) for one in shares if _on(*one)))


def _on(step: Step[Any], rule: Rule) -> bool:
    value = getattr(step.params, rule.threshold)
    return any(
        share is not None
        for one in (value, *value.sources.values())
        for share in (one.default, *one.languages.values())
    )


def added(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """The sum of the counts of one round, in one fixed order whatever their order was."""
    by = ["reason", "language", "share", "stratum", "part", "value"]
    total, held, height = pl.DataFrame(schema=COUNTS), [pl.DataFrame(schema=COUNTS)], 0
    summed = (pl.col("n").sum(), pl.col("least").min(), pl.col("most").max())
    for part in parts:
        held.append(part)
        height += part.height
        if height > _ROWS_HELD + 2 * total.height:
            total = pl.concat([total, *held]).group_by(by).agg(summed).select(COUNTS.names())
            held, height = [], 0
    return pl.concat([total, *held]).group_by(by).agg(summed).select(COUNTS.names()).sort(by)


def whole(frame: pl.DataFrame, steps: Sequence[Step[Any]]) -> tuple[Selection, pl.DataFrame]:
    """The selection among documents that are all there are, and the frame with what it is told by.

    Args:
        frame: measured documents.
        steps: Measure steps.
    """
    selection = begun(steps)
    told = frame.hstack(dimensions.described(frame, selection.dimensions).drop("text_bytes").get_columns())
    while not selection.done:
        selection = selection.next(added([selection.count(told)]))
    return selection, told
