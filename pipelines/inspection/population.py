"""Rows that rules judge, held in memory without their texts, and judged again by `pipelines.judge`.

Each rule is judged by itself and its verdict kept, so that a moved threshold judges its own rules alone. Which
documents a share keeps depends on all other rules: `pipelines.selection` says it anew each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines import derived, judge, selection
from pipelines.inspection.operators import quoted
from pipelines.inspection.ran import Ran
from pipelines.inspection.rows import Kind, Rows
from pipelines.plan import Step
from pipelines.selection import dimensions
from schemas import languages
from schemas.stage import Derive, Rule

Mask = npt.NDArray[np.bool_]
Key = tuple[str, str]
"""Stage and reason of a rule."""


@dataclass(frozen=True)
class Verdict:
    """What some limits say of n rows.

    Args:
        broken: rule -> which rows it drops; rules that keep a share are not in it.
        kept: rule that keeps a share -> which rows it keeps.
        passing: which rows nothing drops.
    """

    broken: dict[Key, Mask]
    kept: dict[Key, Mask]
    passing: Mask

    def drops(self, key: Key) -> Mask:
        """Which rows a rule drops."""
        return self.broken[key] if key in self.broken else ~self.kept[key]


@dataclass(frozen=True)
class Population:
    """Rows of one kind.

    Args:
        name: `documents`, or the Derive stage that made them.
        steps: that judge them, as they ran.
        frame: `file`, `row`, `source`, `language` (a pair, for derived rows) and the score columns; height n.
        stayed: which of them the release has.
        gone: which of them went for something that no threshold here says: they could not be made, or went by a rule
            that cannot be judged again.
        duplicates: which of them went for deduplication.
        silent: rules that cannot be judged again, with why.
    """

    name: str
    steps: tuple[Step[Any], ...]
    frame: pl.DataFrame
    stayed: Mask
    gone: Mask
    duplicates: Mask
    silent: dict[Key, str]

    @cached_property
    def languages(self) -> tuple[list[str], npt.NDArray[np.int64]]:
        """The languages, sorted, and the number of each row's."""
        return _numbered(self.frame["language"].fill_null(languages.UNDETERMINED))

    @cached_property
    def sources(self) -> tuple[list[str], npt.NDArray[np.int64]]:
        """The sources, sorted, and the number of each row's."""
        return _numbered(self.frame["source"].fill_null(""))

    def rules(self, steps: Sequence[Step[Any]] | None = None) -> list[tuple[Step[Any], Rule]]:
        """Every rule that can be judged again, with its step."""
        every = [(step, rule) for step in (self.steps if steps is None else steps) for rule in step.stage.rules]
        return [(step, rule) for step, rule in every if (step.name, rule.reason) not in self.silent]

    @cached_property
    def as_it_ran(self) -> Verdict:
        """The verdict by the limits of the recipe that ran."""
        return self._judged(self.steps, {})

    def judged(self, steps: Sequence[Step[Any]]) -> Verdict:
        """The verdict by other limits.

        Args:
            steps: the same as `self.steps`, with other parameters.
        """
        before = self.as_it_ran
        same = {
            (old.name, rule.reason)
            for old, new in zip(self.steps, steps, strict=True)
            for rule in old.stage.rules
            if getattr(old.params, rule.threshold) == getattr(new.params, rule.threshold)
        }
        if len(same) == sum(len(step.stage.rules) for step in steps):
            return before
        return self._judged(steps, {key: mask for key, mask in before.broken.items() if key in same})

    def _judged(self, steps: Sequence[Step[Any]], known: dict[Key, Mask]) -> Verdict:
        broken: dict[Key, Mask] = {}
        out = self.gone.copy()
        for step, rule in self.rules(steps):
            key = (step.name, rule.reason)
            if rule.keep != "top_share":
                broken[key] = known[key] if key in known else self._breaks(step, rule)
                out |= broken[key]
        kept = self._selected(steps, ~out)
        for mask in kept.values():
            out |= ~mask
        return Verdict(broken, kept, ~out)

    def _breaks(self, step: Step[Any], rule: Rule) -> Mask:
        alone = Step(replace(step.stage, rules=(rule,)), step.params)
        reasons = judge.reasons(self.frame, [alone])
        return np.asarray((reasons.list.len() > 0).to_numpy(), dtype=np.bool_)

    def _selected(self, steps: Sequence[Step[Any]], passing: Mask) -> dict[Key, Mask]:
        """What the rules keep that keep a share, of rows of which those compete that break no other rule."""
        shares = [(step.name, rule.reason) for step, rule in self.rules(steps) if rule.keep == "top_share"]
        kept = {key: np.ones(self.frame.height, dtype=np.bool_) for key in shares}
        if not shares:
            return kept
        competing = pl.Series("passing", passing)
        for begun in selection.begun(steps).rules:
            key, one = (begun.step.name, begun.rule.reason), begun
            if key not in kept:
                continue
            while not one.done:
                counts = one.count(self.frame, competing).with_columns(pl.lit(key[1]).alias("reason"))
                one = one.next(selection.added([counts.select(selection.COUNTS.names())]).drop("reason"))
            # A document without a score is not accepted.
            stays = one.kept(self.frame)["kept"].fill_null(False)
            kept[key] = np.asarray(stays.to_numpy(), dtype=np.bool_)
        return kept


def _numbered(values: pl.Series) -> tuple[list[str], npt.NDArray[np.int64]]:
    names = values.unique().sort()
    table = pl.DataFrame({"name": names, "number": pl.arange(0, len(names), eager=True, dtype=pl.Int64)})
    numbers = values.to_frame("name").join(table, on="name", how="left", maintain_order="left")["number"]
    return names.to_list(), numbers.to_numpy()


def documents(rows: Rows, ran: Ran) -> Population | None:
    """The documents that were measured, released and rejected; None where the release has none, or no rule."""
    kind: Kind = "all"
    if kind not in rows.kinds or not any(step.stage.rules for step in ran.measures):
        return None
    there = rows.columns[kind]
    silent: dict[Key, str] = {}
    wanted = {name: quoted(name) for name in ("id", "source", "language")}
    wanted["reasons"] = quoted("reasons") if "reasons" in there else "CAST(NULL AS VARCHAR[])"
    for step in ran.measures:
        for rule in step.stage.rules:
            needed = _needed(step, rule)
            lacking = [name for name in needed if name not in there]
            if lacking:
                silent[step.name, rule.reason] = f"the release has no column {', '.join(lacking)}"
            else:
                wanted |= {name: quoted(name) for name in needed}
    strata = tuple(sorted({name for step in ran.measures for name in getattr(step.params, "strata", ())}))
    shares = [
        (step.name, rule.reason) for step in ran.measures for rule in step.stage.rules if rule.keep == "top_share"
    ]
    needed = [name for name in dimensions.reads(strata) if name != "text"]
    if "length" in strata:
        if rows.release.manifest.recipe.get("release", {}).get("rejected_text") is False or "text" not in there:
            silent |= dict.fromkeys(shares, "it goes by the length of texts, and the release has not those of all rows")
        else:
            wanted[dimensions.column("length")] = "CAST(length(text) AS UINTEGER)"
    wanted |= {name: quoted(name) for name in needed if name in there}
    frame = rows.frame(kind, wanted)
    others = tuple(name for name in strata if name != "length")
    if others:
        told = dimensions.described(frame.with_columns(pl.lit("").alias("text")), others).drop("text_bytes")
        frame = frame.hstack([column for column in told.get_columns() if column.name not in frame.columns])
    stayed = np.array([rows.outcomes[file] == "released" for file in range(len(rows.files))])[frame["file"].to_numpy()]
    twice = pl.Series("twice", sorted(ran.group_reasons), dtype=pl.String)
    duplicates = frame["reasons"].list.eval(pl.element().is_in(twice.to_list())).list.any().fill_null(False)
    # What cannot be judged again stays as the release has it.
    still = [reason for _, reason in silent]
    gone = frame["reasons"].list.eval(pl.element().is_in(still)).list.any().fill_null(False)
    frame = frame.drop("reasons", *(name for name in needed if name not in ("source", "declared_language")))
    return Population("documents", ran.measures, frame, stayed, gone.to_numpy(), duplicates.to_numpy(), silent)


def _needed(step: Step[Any], rule: Rule) -> list[str]:
    names = [rule.score, rule.applies]
    if rule.keep == "top_share" and getattr(step.params, "combine", None) is not None:
        names.append(rule.parts)
    return [name for name in names if name is not None]


def derivations(rows: Rows, ran: Ran) -> list[Population]:
    """The rows that each Derive stage made, accepted and quarantined."""
    kinds: list[Kind] = [kind for kind in ("derived", "quarantine") if kind in rows.kinds]
    if not kinds:
        return []
    names = ("id", "document_id", "stage", "language", "source_language", "scores", "reasons")
    parts = []
    for kind in kinds:
        there = rows.columns[kind]
        missing = {"reasons": "CAST([] AS VARCHAR[])"}
        parts.append(rows.frame(kind, {n: quoted(n) if n in there else missing.get(n, "NULL") for n in names}))
    frame = pl.concat(parts, how="vertical_relaxed")
    sources = rows.frame("all", {"document_id": quoted("id"), "source": quoted("source")})
    needed = sources.filter(pl.col("document_id").is_in(frame["document_id"].unique().implode()))
    frame = frame.join(needed.select("document_id", "source"), on="document_id", how="left", maintain_order="left")
    return [_made(step, frame.filter(stage=step.name), rows) for step in ran.derives if step.stage.rules]


def _made(step: Step[Derive], frame: pl.DataFrame, rows: Rows) -> Population:
    outcomes = np.array([outcome == "derived" for outcome in rows.outcomes])
    failures = list(step.stage.failures)
    failed = frame["reasons"].list.eval(pl.element().is_in(failures)).list.any().fill_null(False).to_numpy()
    scores = frame.select("file", "row", "id").hstack(derived.scores(frame, step).get_columns())
    nothing = np.zeros(frame.height, dtype=np.bool_)
    stayed = outcomes[frame["file"].to_numpy()] if frame.height else nothing
    return Population(step.name, (step,), scores, stayed, np.asarray(failed, dtype=np.bool_), nothing, {})
