"""Limits of the gates of translations by language pair, from human translations: all gates together may refuse a few.

What ships is what holds for pairs that nobody looked at. A bitext shows where a gate is too strict for a pair, because
the two languages write numbers, names or negations otherwise, and its limit is loosened as far as is needed. Half of
the bitext decides, the other half checks.

A bitext has faults of its own: rows left in the source's language, or half translated. They would make limits lax, so
pairs that break a hard gate are left out, unless they are asked for.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pipelines import judge, storage
from pipelines.calibration import pair_limits, pair_scores
from pipelines.calibration.pair_case import Case
from pipelines.calibration.pair_limits import Found, Seen
from pipelines.calibration.pair_scores import Humans
from pipelines.plan import Plan, Step
from schemas import languages
from schemas.errors import OutputError, RecipeError
from schemas.stage import Derive
from schemas.thresholds import ENDINGS, dump
from translators.flow.verdict import Scores
from translators.gates.gate import Pair

HARD = ("wrong_language", "untranslated_part", "echo")
"""Reasons that say that there is no translation, not that it is a bad one."""
FAULTS = "faults.jsonl"
_STAGES = ("translation", "parallel")
_MANY = 0.3  # faults, of all pairs: either the bitext is bad, or a hard gate does not know the language

Back = Callable[[Sequence[Pair], Step[Derive]], list[Scores]]


@dataclass(frozen=True)
class Settings:
    """How to calibrate.

    Args:
        refuse: share of human translations that all gates together may refuse.
        over_all: whether that share is of all language pairs together, not of each: pairs for which gates are hard
            then take from those for which they are easy, and fewer limits are loosened.
        least: pairs that a language pair needs.
        tighten: whether limits may become stricter than the recipe's.
        keep_faults: whether pairs that break a hard gate count.
    """

    refuse: float = 0.05
    least: int = 100
    tighten: bool = False
    keep_faults: bool = False
    over_all: bool = False


@dataclass(frozen=True)
class Calibrated:
    """The limits of one language pair.

    Args:
        label: `eng_Latn>fra_Latn`.
        pairs: those that counted.
        stages: stage -> parameter -> value; only what differs from the recipe.
        evidence: how it came about.
        faults: pairs that were left out, with their reasons.
        limits: score -> limit, as it holds now; None: off.
    """

    label: str
    pairs: int
    stages: Mapping[str, Mapping[str, float | int]]
    evidence: Mapping[str, Any]
    faults: Sequence[tuple[Pair, tuple[str, ...]]]
    limits: Mapping[str, float | None]

    @property
    def file(self) -> str:
        """Name of its file."""
        return f"{self.label.replace(languages.TO, '-')}.yaml"


@dataclass(frozen=True)
class Result:
    """What came of a bitext.

    Args:
        files: one for each language pair with enough pairs.
        too_few: label -> pairs, of the others.
        warnings: what speaks against the bitext or the limits.
    """

    files: Sequence[Calibrated]
    too_few: Mapping[str, int]
    warnings: Sequence[str] = ()


def calibrate(plan: Plan, humans: Sequence[Humans], settings: Settings, back: Back | None = None) -> Result:
    """Derive limits for every language pair of a bitext.

    Args:
        plan: of a recipe with the stage `translation` or `parallel`; its limits are those that may be loosened.
        humans: the bitext.
        settings: how much may be refused.
        back: BLEU and chrF++ of the ways back; None leaves the limits of the round trip alone.

    Raises:
        RecipeError: the recipe has no such stage.
    """
    steps = stages_of(plan)
    drafts, few = [], {}
    for one in humans:
        draft = _draft(steps, one, settings, back)
        if len(draft.humans.pairs) < settings.least or not draft.humans.first.any():
            few[one.label] = len(draft.humans.pairs)
        else:
            drafts.append(draft)
    groups = [drafts] if settings.over_all and drafts else [[draft] for draft in drafts]
    files = [_calibrated(draft, found, settings) for group in groups for draft, found in _found(group, settings)]
    return Result(files, few, tuple(_warnings(files, settings)))


def stages_of(plan: Plan) -> list[Step[Derive]]:
    """The steps with gates of translations.

    Raises:
        RecipeError: there is none.
    """
    steps = [step for step in plan.derive_steps if step.stage.name in _STAGES]
    if not steps:
        raise RecipeError(
            f"{plan.recipe.name}: neither `translation` nor `parallel` is among its stages, so it has no gates of "
            "translations. Take a recipe that has one of them, for example `parallel`."
        )
    return steps


def write(result: Result, folder: str, *, force: bool = False) -> None:
    """One YAML for each language pair, and what was left out of the bitext as JSON lines.

    Raises:
        OutputError: the folder holds threshold files already, and `force` does not allow to replace them.
    """
    there = [path for path in storage.list_files(folder) if path.endswith((*ENDINGS, FAULTS))]
    if there and not force:
        raise OutputError(
            f"{folder} holds threshold files already ({len(there)}). Give another --out, or --force to replace them."
        )
    for path in there:
        storage.remove(path)
    for file in result.files:
        text = dump(file.label, file.stages, file.evidence)
        storage.write_bytes_atomic(storage.join(folder, file.file), text.encode())
    lines = [
        {"pair": file.label, "reasons": list(reasons), "source": pair.source, "target": pair.target}
        for file in result.files
        for pair, reasons in file.faults
    ]
    if lines:
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        storage.write_bytes_atomic(storage.join(folder, FAULTS), text.encode())


@dataclass(frozen=True)
class _Draft:
    """One language pair before its limits are known.

    Args:
        humans: the pairs that count.
        cases: one for each step.
        faults: those that do not.
    """

    humans: Humans
    cases: Sequence[Case]
    faults: Sequence[tuple[Pair, tuple[str, ...]]]


def _draft(steps: Sequence[Step[Derive]], humans: Humans, settings: Settings, back: Back | None) -> _Draft:
    free = [pair_scores.free_scores(pair) for pair in humans.pairs]
    faults = [] if settings.keep_faults else list(_faults(steps[0], humans, free))
    left = np.ones(len(humans.pairs), dtype=bool)
    left[[number for number, _ in faults]] = False
    kept = humans.chosen(left)
    scores = [of_pair for of_pair, yes in zip(free, left, strict=True) if yes]
    cases = []
    for step in steps:
        of_step = scores
        if back is not None and len(kept.pairs) >= settings.least:
            trips = back(kept.pairs, step)
            of_step = [{**of_pair, **trip} for of_pair, trip in zip(scores, trips, strict=True)]
        cases.append(Case(step, kept, of_step, back is not None))
    return _Draft(kept, cases, [(humans.pairs[at], why) for at, why in faults])


def _found(drafts: Sequence[_Draft], settings: Settings) -> Iterator[tuple[_Draft, list[Found]]]:
    """Each language pair with the limits of each of its steps; the drafts share what may be refused."""
    of_steps = [
        pair_limits.find(
            [Seen(case.bad[case.humans.first], case.given) for case in of_step],
            settings.refuse,
            tighten=settings.tighten,
        )
        for of_step in zip(*(draft.cases for draft in drafts), strict=True)
    ]
    for draft, found in zip(drafts, zip(*of_steps, strict=True), strict=True):
        yield draft, list(found)


def _calibrated(draft: _Draft, found: Sequence[Found], settings: Settings) -> Calibrated:
    reasons = Counter(reason for _, broken in draft.faults for reason in broken)
    whose = "all pairs together" if settings.over_all else "each pair"
    told: dict[str, Any] = {
        "bitext": {
            "pairs": len(draft.humans.pairs),
            "digest": draft.humans.digest,
            "left_out": len(draft.faults),
            "faults": dict(sorted(reasons.items())),
        },
        "method": f"one quantile level for all gates; {settings.refuse:g} of the first half may be refused, of {whose}",
    }
    stages: dict[str, dict[str, float | int]] = {}
    limits: dict[str, float | None] = {}
    for case, of_step in zip(draft.cases, found, strict=True):
        name = case.step.name
        stages[name], told[name], now = case.derived(of_step)
        limits |= now
    return Calibrated(draft.humans.label, len(draft.humans.pairs), stages, told, draft.faults, limits)


def _faults(step: Step[Derive], humans: Humans, scores: Sequence[Scores]) -> Iterator[tuple[int, tuple[str, ...]]]:
    rules = [rule for rule in step.stage.rules if rule.reason in HARD]
    for number, of_pair in enumerate(scores):
        broken = []
        for rule in rules:
            limit, score = judge.limit(step, rule, "", humans.label), of_pair.get(rule.score)
            if limit is None or score is None:
                continue
            if score > limit if rule.keep == "at_most" else score < limit:
                broken.append(rule.reason)
        if broken:
            yield number, tuple(broken)


def _warnings(files: Sequence[Calibrated], settings: Settings) -> Iterator[str]:
    bad = [
        f"{file.label} {len(file.faults)} of {len(file.faults) + file.pairs}"
        for file in files
        if len(file.faults) > _MANY * (len(file.faults) + file.pairs)
    ]
    if bad:
        yield (
            f"many pairs were left out as faults of the bitext: {', '.join(bad)}. Look at {FAULTS}: if they are good "
            "translations, a gate does not know the language; calibrate with --keep-faults."
        )
    off = [f"{file.label} {', '.join(gates)}" for file in files if (gates := _off(file))]
    if off:
        yield (
            f"limits that were loosened until they refused nothing: {'; '.join(off)}. These gates find nothing any "
            "more in these pairs. If you would rather lose good rows than keep such faults, raise --refuse"
            + ("." if settings.over_all else ", or let all language pairs share it: --over-all.")
        )
    above = []
    for file in files:
        for stage in file.stages:
            check = file.evidence[stage]["refused"]["second_half"]
            # What chance may add to the share in so few pairs, at two standard deviations.
            chance = 2 * (settings.refuse * (1 - settings.refuse) / max(1, check["pairs"])) ** 0.5
            if not settings.over_all and check["calibrated"] > settings.refuse + chance:
                above.append(f"{file.label} {check['calibrated']:.1%}")
    if above:
        yield (
            f"the limits refuse more of the second half than chance explains: {', '.join(above)}. Give more pairs, or "
            "a smaller --refuse."
        )


def _off(file: Calibrated) -> list[str]:
    """Gates that were loosened and now refuse no pair of either half."""
    return sorted(
        {
            reason
            for stage, values in file.stages.items()
            for reason, told in file.evidence[stage]["gates"].items()
            if told["parameter"] in values and told["given"] is not None and not any(told["refused"])
        }
    )
