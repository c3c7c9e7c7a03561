"""What other thresholds would keep: counted by judging the rows of the release again."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines import judge
from pipelines.inspection import change, population, ran, shown, spread
from pipelines.inspection.change import Change
from pipelines.inspection.operators import QuestionError
from pipelines.inspection.population import Key, Mask, Population, Verdict
from pipelines.inspection.ran import Ran
from pipelines.inspection.rows import Rows
from pipelines.plan import Step
from schemas.errors import one_of
from schemas.stage import Rule

_EXAMPLES = 12


@dataclass(frozen=True)
class Part:
    """Some rows of a population: of one language, of one source, or all."""

    language: str | None = None
    source: str | None = None

    def of(self, rows: Population) -> Mask:
        """Which rows they are.

        Raises:
            QuestionError: there is no such language or source.
        """
        mask = np.ones(rows.frame.height, dtype=np.bool_)
        for what, wanted, (names, numbers) in (
            ("language", self.language, rows.languages),
            ("source", self.source, rows.sources),
        ):
            if wanted is not None:
                if wanted not in names:
                    raise QuestionError(one_of(what, wanted, names))
                mask &= numbers == names.index(wanted)
        return mask


class Thresholds:
    """The rows of a release and the rules that judge them. Safe to ask from several threads.

    Args:
        rows: of the release.
        stages: as they ran.
    """

    def __init__(self, rows: Rows, stages: Ran) -> None:
        self.rows = rows
        self.stages = stages
        self._lock = threading.Lock()
        self._populations: dict[str, Population] | None = None

    @property
    def populations(self) -> dict[str, Population]:
        """Documents, then the rows of each Derive stage; read when first asked for."""
        with self._lock:
            if self._populations is None:
                found = [population.documents(self.rows, self.stages), *population.derivations(self.rows, self.stages)]
                self._populations = {one.name: one for one in found if one is not None and one.frame.height}
                for one in self._populations.values():
                    _ = one.as_it_ran
            return self._populations

    def overview(self) -> dict[str, Any]:
        """Which rules there are, and whether judging again says what the release says."""
        return {
            "problems": list(self.stages.problems),
            "populations": [self._told(one) for one in self.populations.values()],
        }

    def _told(self, one: Population) -> dict[str, Any]:
        verdict = one.as_it_ran
        (step,) = one.steps if one.name != "documents" else (None,)
        agreed = verdict.passing == (one.stayed | one.duplicates)
        rules = []
        for step_, rule in ((s, r) for s in one.steps for r in s.stage.rules):
            key = (step_.name, rule.reason)
            fixed = one.silent.get(key) or ("a list in the recipe, not a number" if rule.keep == "among" else None)
            rules.append(
                {
                    **ran.describe(step_, rule),
                    "fixed": fixed,
                    "drops": None if key in one.silent else int(verdict.drops(key).sum()),
                }
            )
        return {
            "name": one.name,
            "rows": one.frame.height,
            "memory": int(one.frame.estimated_size()) + one.frame.height * (len(rules) + 16),
            "disagree": int((~agreed).sum()),
            "decides": bool(step is not None and step.params.limits_decide()),
            "languages": [{"label": label, "name": shown.name(label)} for label in one.languages[0]],
            "sources": one.sources[0],
            "rules": rules,
        }

    def find(self, stage: str, reason: str) -> tuple[Population, Step[Any], Rule]:
        """A rule with the rows that it judges.

        Raises:
            QuestionError: there is none, or it cannot be judged again.
        """
        for one in self.populations.values():
            for step, rule in one.rules():
                if (step.name, rule.reason) == (stage, reason):
                    return one, step, rule
        known = [f"{step.name}/{rule.reason}" for one in self.populations.values() for step, rule in one.rules()]
        raise QuestionError(one_of("rule", f"{stage}/{reason}", known))

    def rule(self, stage: str, reason: str, part: Part, changes: Sequence[Change]) -> dict[str, Any]:
        """One rule: its limits as they ran and as changed, and how its scores are spread over some rows."""
        one, step, rule = self.find(stage, reason)
        changed = self._changed(one, changes)
        after = next(other for other in changed if other.name == stage)
        mask = part.of(one)
        spoken_of = one.frame.select("source", judge.applies(rule).alias("applies"))["applies"].to_numpy()
        mask &= np.asarray(spoken_of, dtype=np.bool_)
        scores = one.frame[rule.score].cast(pl.Float64).fill_null(float("nan")).to_numpy()[mask]
        limits = [_limits(one, each, rule, mask) for each in (step, after)]
        drawn = [] if rule.keep == "top_share" else [value for both in limits for value in both if value is not None]
        kept = one.judged(changed).passing[mask]
        return {
            **ran.describe(step, rule),
            "population": one.name,
            "now": limits[0],
            "then": limits[1],
            "spread": spread.bins(scores, kept, drawn),
        }

    def judge(self, name: str, changes: Sequence[Change], part: Part) -> dict[str, Any]:
        """What changed limits keep.

        Args:
            name: of the population.
            changes: all changed limits; those of other populations are left out.
            part: whose counts are in `totals` and `rules`.

        Returns:
            `totals`, `languages`, `sources`, and `rules`: what each rule with a changed limit drops; all in rows.
        """
        one = self._population(name)
        steps = self._changed(one, changes)
        before, after = one.as_it_ran, one.judged(steps)
        mask = part.of(one)
        return {
            "population": name,
            "totals": _totals(one, before, after, mask),
            "languages": _by(one.languages, one, before, after, name_of=shown.name),
            "sources": _by(one.sources, one, before, after, name_of=str),
            "rules": [
                {
                    "stage": old.name,
                    "reason": rule.reason,
                    "before": int(before.drops((old.name, rule.reason))[mask].sum()),
                    "after": int(after.drops((old.name, rule.reason))[mask].sum()),
                }
                for (old, rule), (new, _) in zip(one.rules(), one.rules(steps), strict=True)
                if getattr(old.params, rule.threshold) != getattr(new.params, rule.threshold)
            ],
        }

    def examples(self, name: str, changes: Sequence[Change], part: Part, moved: Key | None = None) -> dict[str, Any]:
        """Rows that would `come` and `go`, as `judge` counts them.

        Args:
            name: of the population.
            changes: all changed limits.
            part: whose rows.
            moved: the rule whose score they are shown with.
        """
        one = self._population(name)
        before, after = one.as_it_ran, one.judged(self._changed(one, changes))
        mask = part.of(one)
        return {
            "come": self._examples(one, after.passing & ~before.passing & mask, before, after, moved),
            "go": self._examples(one, before.passing & ~after.passing & mask, before, after, moved),
        }

    def _population(self, name: str) -> Population:
        if name not in self.populations:
            raise QuestionError(one_of("kind of rows", name, self.populations))
        return self.populations[name]

    def _changed(self, one: Population, changes: Sequence[Change]) -> list[Step[Any]]:
        known = {step.name for every in self.populations.values() for step in every.steps}
        for each in changes:
            if each.stage not in known:
                raise QuestionError(one_of("stage", each.stage, known))
        return change.laid_over_steps(
            one.steps, [each for each in changes if each.stage in {s.name for s in one.steps}]
        )

    def _examples(
        self, one: Population, mask: Mask, before: Verdict, after: Verdict, moved: Key | None
    ) -> list[dict[str, Any]]:
        """Rows from all over a selection, evenly spaced: the same ones each time."""
        places = np.flatnonzero(mask)
        if len(places) > _EXAMPLES:
            places = places[np.linspace(0, len(places) - 1, _EXAMPLES).astype(np.int64)]
        addresses = list(zip(one.frame["file"][places].to_list(), one.frame["row"][places].to_list(), strict=True))
        rows = self.rows.page(addresses, ("id", "language", "source", "text"))
        score = None if moved is None else next((r.score for s, r in one.rules() if (s.name, r.reason) == moved), None)
        for place, row in zip(places.tolist(), rows, strict=True):
            row["score"] = None if score is None else shown.plain(one.frame[score][place])
            row["lang"] = shown.tag(row["values"]["language"])
            row["values"] = {name: shown.cell(value) for name, value in row["values"].items()}
            for word, verdict, other in (("breaks", after, before), ("broke", before, after)):
                keys = [(step.name, rule.reason) for step, rule in one.rules()]
                row[word] = [k[1] for k in keys if verdict.drops(k)[place] and not other.drops(k)[place]]
        return rows

    def steps(self, changes: Sequence[Change]) -> tuple[list[Step[Any]], list[Step[Any]]]:
        """All steps that judge, as they ran and with changes."""
        before = [step for one in self.populations.values() for step in one.steps]
        after = [step for one in self.populations.values() for step in self._changed(one, changes)]
        return before, after


def _limits(one: Population, step: Step[Any], rule: Rule, mask: Mask) -> list[float | None]:
    """The limits that hold for some rows, each once; null where the rule is off."""
    if rule.keep == "among":
        return []
    pairs = one.frame.select(
        pl.col("source").fill_null(""), pl.col("language").fill_null("")
    ).filter(pl.Series(mask)).unique()  # fmt: skip
    found = {judge.limit(step, rule, source, language) for source, language in pairs.iter_rows()}
    return [*sorted(value for value in found if value is not None), *([None] if None in found else [])]


def _totals(one: Population, before: Verdict, after: Verdict, mask: Mask) -> dict[str, int]:
    return {
        "rows": int(mask.sum()),
        "before": int((before.passing & mask).sum()),
        "after": int((after.passing & mask).sum()),
        "come": int((after.passing & ~before.passing & mask).sum()),
        "go": int((before.passing & ~after.passing & mask).sum()),
        "released": int((one.stayed & mask).sum()),
        "duplicates": int((one.duplicates & before.passing & after.passing & mask).sum()),
    }


def _by(
    groups: tuple[list[str], npt.NDArray[np.int64]], one: Population, before: Verdict, after: Verdict, *, name_of: Any
) -> list[dict[str, Any]]:
    labels, numbers = groups

    def counted(mask: Mask) -> list[int]:
        found: list[int] = np.bincount(numbers[mask], minlength=len(labels)).tolist()
        return found

    columns = {
        "rows": counted(np.ones(len(numbers), dtype=np.bool_)),
        "before": counted(before.passing),
        "after": counted(after.passing),
        "come": counted(after.passing & ~before.passing),
        "go": counted(before.passing & ~after.passing),
        "released": counted(one.stayed),
    }
    return [
        {"label": label, "name": name_of(label), **{word: values[n] for word, values in columns.items()}}
        for n, label in enumerate(labels)
    ]


def load(rows: Rows) -> Thresholds:
    """The thresholds of a release."""
    return Thresholds(rows, ran.read(rows.release.manifest))
