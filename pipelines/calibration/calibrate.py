"""Thresholds by language from reference text: good text of each language says what is usual there.

Which rules are calibrated, and how, follows from `DEFAULT_METHODS` and what the caller asks for. Reference text often
comes in paragraphs, so two kinds of rules are left out unless they are asked for by name: scores that are counts
(words, sentences), which say how long documents are; and scores of lines where the reference shows no lines. Languages
with too little text get no file; their script may have one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from pipelines import distribution, judge, storage, thresholds
from pipelines.calibration import methods as known
from pipelines.calibration.reference import ENGLISH, Reference, Text, measured
from pipelines.plan import Plan, Step
from schemas import languages
from schemas.errors import OutputError, RecipeError, one_of
from schemas.stage import Edit, Measure, Rule
from schemas.thresholds import ENDINGS, dump

NONE = "none"
# What FineWeb2 chose by training models on the outcome (arXiv:2506.20920), stage by stage.
DEFAULT_METHODS: Mapping[str, str] = {
    "gopher_quality": "quantile",
    "gopher_repetition": "mean_std",
    "fineweb_quality": "10tail",
}
_CONFIDENCE = ("language", "min_confidence")
# Scores that say how a page is divided into lines.
_LAYOUT = re.compile(r"(^|_)(lines?|paragraphs?)(_|$)|^duplicate_characters$")
_STOP_WORDS, _MIN_STOP_WORDS = "stop_words", "min_stop_words"
_STOP_WORD_SHARE, _STOP_WORDS_LEAST, _STOP_WORDS_MOST = 0.008, 8, 25
_DIGITS = 6  # of figures in the evidence
LOSS = 0.01
_FEW_WORDS = 100  # on the mean: shares of phrases and lines of shorter texts say little about documents
_FOREIGN = 0.1  # share of a language's documents in other languages that is worth a warning
_NAMED = 5  # languages that a warning names


@dataclass(frozen=True)
class Settings:
    """How to calibrate.

    Args:
        methods: a stage, a reason or a parameter -> a method, or `none`. The name of a rule wins over its stage's.
        least: documents that a language needs.
        tail: share of the reference that `10tail` cuts off.
        join: rows are joined until they hold so many characters; 0: a row is a document.
        stop_words: whether stop words are chosen by frequency.
        loss: share of the reference that a limit may drop where it is stricter than the recipe's; 1: any. Joined rows
            are more alike than documents are, so below 1 they make no limit stricter.
    """

    methods: Mapping[str, str] = field(default_factory=dict)
    least: int = 50
    tail: float = known.TAIL
    join: int = 0
    stop_words: bool = True
    loss: float = LOSS

    @property
    def allowed(self) -> float:
        """The loss for `methods.supported`."""
        return -1.0 if self.join and self.loss < 1 else self.loss


@dataclass(frozen=True)
class Calibration:
    """The values of one language or script.

    Args:
        label: language label or script.
        documents: documents of its reference.
        stages: stage -> parameter -> value.
        evidence: how they came about.
    """

    label: str
    documents: int
    stages: Mapping[str, Mapping[str, Any]]
    evidence: Mapping[str, Any]


@dataclass(frozen=True)
class Result:
    """What came of the reference text.

    Args:
        files: one for each language and script with enough text.
        too_few: label -> documents, of those without.
        warnings: what speaks against the reference, or against the recipe's limits; one sentence or two each.
    """

    files: Sequence[Calibration]
    too_few: Mapping[str, int]
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class _Target:
    """A rule to calibrate: its English limit, and the method asked for."""

    step: Step[Any]
    rule: Rule
    limit: float
    method: str
    by_name: bool

    @property
    def layout(self) -> bool:
        """Whether the score depends on how a page is divided into lines."""
        return _LAYOUT.search(self.rule.score) is not None

    @property
    def name(self) -> str:
        return f"{self.step.name}.{self.rule.reason}"

    @property
    def share(self) -> bool:
        extra = self.step.stage.params.model_fields[self.rule.threshold].json_schema_extra
        return isinstance(extra, dict) and extra.get("unit") == "0 to 1"


def calibrate(plan: Plan, texts: Sequence[Text], settings: Settings) -> Result:
    """Derive thresholds for every language of some reference text.

    Args:
        plan: of the recipe whose stages and normalisation the thresholds are for.
        texts: the reference; the rows in English are what the methods compare with.

    Raises:
        RecipeError: the settings name a method or a rule that there is not, or the recipe has nothing to calibrate.
    """
    targets = list(_targets(plan, settings))
    confidence = [
        (step, rule) for step, rule in _rules(plan)
        if (step.name, rule.threshold) == _CONFIDENCE and settings.methods.get(rule.reason) != NONE
    ]  # fmt: skip
    if not targets and not confidence:
        raise RecipeError(
            "none of the recipe's stages has a rule to calibrate. Take a recipe with one of "
            f"{', '.join(DEFAULT_METHODS)}, or name a rule with --method REASON=METHOD."
        )
    scores = list(dict.fromkeys(rule.score for _, rule in [*((t.step, t.rule) for t in targets), *confidence]))
    found = measured(_needed(plan, scores), texts, scores, join=settings.join)
    english = found.get(ENGLISH)
    if english is not None and english.documents < settings.least:
        english = None
    enough = {label: one for label, one in found.items() if one.documents >= settings.least}
    files = []
    for label, one in enough.items():
        case = _Case(label, one, english, targets, settings)
        stages, evidence = case.derived()
        for step, rule in confidence:
            _put_confidence(stages, evidence, step, rule, label, one, settings)
        if settings.stop_words and label != ENGLISH:
            _put_stop_words(stages, evidence, plan, one)
        files.append(Calibration(label, one.documents, stages, evidence))
    files += _of_scripts(found, english, targets, settings)
    if any(file.label == ENGLISH[4:] for file in files) and ENGLISH not in enough:
        # Without a file of its own English would fall back to the values of its script.
        stages, evidence = _as_it_is(targets)
        files.append(Calibration(ENGLISH, 0, stages, evidence))
    few = {
        label: one.documents
        for label, one in found.items()
        if one.documents < settings.least and one.documents + one.left_out > 0
    }
    warnings = [*_warnings_of_text(found, enough, settings), *_warnings_of_limits(english, targets, settings)]
    return Result(sorted(files, key=lambda file: file.label), few, warnings)


def write(result: Result, folder: str, *, force: bool = False) -> None:
    """One YAML for each language and script.

    Raises:
        OutputError: the folder holds threshold files already, and `force` does not allow to replace them.
    """
    there = [path for path in storage.list_files(folder) if path.endswith(ENDINGS)]
    if there and not force:
        raise OutputError(
            f"{folder} holds threshold files already ({len(there)}). Give another --out, or --force to replace them."
        )
    for path in there:
        storage.remove(path)
    for file in result.files:
        text = dump(file.label, file.stages, file.evidence)
        storage.write_bytes_atomic(storage.join(folder, f"{file.label}.yaml"), text.encode())


def _rules(plan: Plan) -> Iterator[tuple[Step[Any], Rule]]:
    for step in plan.measures:
        for rule in step.stage.rules:
            if rule.keep in ("at_least", "at_most"):
                yield step, rule


def _targets(plan: Plan, settings: Settings) -> Iterator[_Target]:
    names: set[str] = set()
    for step, rule in _rules(plan):
        names |= {step.name, rule.reason, rule.threshold}
    for name, method in settings.methods.items():
        if name not in names:
            raise RecipeError(f"--method: {one_of('stage, reason or parameter', name, names)}")
        if method not in (*known.METHODS, NONE):
            raise RecipeError(f"--method {name}: {one_of('method', method, (*known.METHODS, NONE))}")
    for step, rule in _rules(plan):
        asked = settings.methods.get(rule.reason, settings.methods.get(rule.threshold))
        method = asked or settings.methods.get(step.name, DEFAULT_METHODS.get(step.name, NONE))
        counts = any(c.name == rule.score and c.dtype.is_integer() for c in step.stage.adds)
        limit = judge.limit(step, rule, "", ENGLISH)
        if method != NONE and limit is not None and (asked or not counts):
            yield _Target(step, rule, limit, method, asked is not None)


def _needed(plan: Plan, scores: Sequence[str]) -> Plan:
    """The plan with those steps alone that change the text, or measure what is asked for or what others read."""
    kept: list[Step[Any]] = []
    wanted = set(scores)
    for step in reversed(plan.frame_steps):
        adds = {column.name for column in step.stage.adds}
        if isinstance(step.stage, Edit) or (isinstance(step.stage, Measure) and wanted & adds):
            kept.insert(0, step)
            wanted |= set(step.stage.reads)
    return replace(plan, frame_steps=tuple(kept), group_steps=(), derive_steps=())


@dataclass(frozen=True)
class _Case:
    label: str
    one: Reference
    english: Reference | None
    targets: Sequence[_Target]
    settings: Settings

    def derived(self) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
        """Values by stage and parameter, and the evidence. Of two rules with one limit the milder value counts."""
        stages: dict[str, dict[str, Any]] = {}
        rules: dict[str, Any] = {}
        for target in self.targets:
            scores = self.one.of(target.rule.score)
            if target.layout and not self.one.laid_out and not target.by_name:
                rules[target.name] = {"note": "left out: the reference does not show how pages are divided into lines"}
                continue
            if len(scores) < self.settings.least:
                rules[target.name] = {"note": f"{len(scores)} scores are too few"}
                continue
            value, told = self._threshold(target, scores)
            rules[target.name] = told
            held = stages.setdefault(target.step.name, {})
            milder = max if target.rule.keep == "at_most" else min
            held[target.rule.threshold] = _plain(milder(value, held.get(target.rule.threshold, value)))
        return stages, {"reference": _told(self.one, self.settings), "rules": rules}

    def _threshold(self, target: _Target, scores: np.ndarray[Any, Any]) -> tuple[float, dict[str, Any]]:
        keep = target.rule.keep
        sign = 1.0 if keep == "at_most" else -1.0
        of_english = None if self.english is None else self.english.of(target.rule.score)
        if of_english is not None and len(of_english) < self.settings.least:
            of_english = None
        asked = "english" if self.label == ENGLISH else target.method
        case = known.Case(
            sign * scores, None if of_english is None else sign * of_english, sign * target.limit, self.settings.tail
        )
        found, method = known.derive(asked, case)
        exact = sign * found
        clipped = exact if method == "english" else known.plausible(exact, target.limit, keep, share=target.share)
        held = clipped
        if method != "english":
            held = known.supported(clipped, target.limit, scores, keep, self.settings.allowed)
        value = distribution.lenient(held, keep)
        gone = scores > value if keep == "at_most" else scores < value
        told: dict[str, Any] = {"parameter": target.rule.threshold, "threshold": value, "method": method}
        if method != asked:
            told["asked"] = asked
        if clipped != exact:
            told["clipped_from"] = _figure(exact)
        if held != clipped:
            told["too_strict"] = _figure(clipped)
        told |= {"english": target.limit, "drops": _figure(float(gone.mean()))}
        if of_english is not None:
            beyond = of_english > target.limit if keep == "at_most" else of_english < target.limit
            told["english_drops"] = _figure(float(beyond.mean()))
        return value, told | _statistics(scores)


def _of_scripts(
    found: Mapping[str, Reference], english: Reference | None, targets: Sequence[_Target], settings: Settings
) -> list[Calibration]:
    """Files for scripts: all languages of a script together, but English, which is what they are compared with."""
    pooled: dict[str, Reference] = {}
    members: dict[str, list[str]] = {}
    for label, one in found.items():
        script = label[4:]
        if label != ENGLISH and one.documents and languages.is_script(script):
            pooled[script] = pooled.get(script, Reference()).merged(one)
            members.setdefault(script, []).append(label)
    files = []
    for script, one in sorted(pooled.items()):
        if one.documents >= settings.least:
            stages, evidence = _Case(script, one, english, targets, settings).derived()
            files.append(Calibration(script, one.documents, stages, {"languages": members[script], **evidence}))
    return files


def _as_it_is(targets: Sequence[_Target]) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    stages: dict[str, dict[str, Any]] = {}
    for target in targets:
        stages.setdefault(target.step.name, {})[target.rule.threshold] = _plain(target.limit)
    return stages, {"note": "no English reference: the values of the recipe, so that those of the script do not hold"}


def _put_confidence(
    stages: dict[str, dict[str, Any]], evidence: dict[str, Any], step: Step[Any], rule: Rule, label: str,
    one: Reference, settings: Settings,
) -> None:  # fmt: skip
    scores = one.of(rule.score, identified=True)
    if len(scores) < settings.least:
        told: dict[str, Any] = {"note": f"{len(scores)} documents were identified as this language: too few"}
    else:
        cut, base = known.confidence_cut(scores), judge.limit(step, rule, "", label)
        held = cut if base is None else known.supported(cut, base, scores, rule.keep, settings.allowed)
        value = distribution.lenient(held, rule.keep)
        stages.setdefault(step.name, {})[rule.threshold] = value
        told = {"parameter": rule.threshold, "threshold": value, "method": "clip(median - std, 0.3, 0.9)"}
        if held != cut:
            told["too_strict"] = _figure(cut)
        told |= {"drops": _figure(float((scores < value).mean())), **_statistics(scores)}
    evidence["rules"][f"{step.name}.{rule.reason}"] = told


def _put_stop_words(stages: dict[str, dict[str, Any]], evidence: dict[str, Any], plan: Plan, one: Reference) -> None:
    """The words that make up at least 0.8 % of the reference, but 8 at least and 25 at most."""
    for step in plan.measures:
        params = step.stage.params
        if _STOP_WORDS not in params.model_fields or not thresholds.is_by_language(params, _STOP_WORDS):
            continue
        by_count = one.counts.sort(["n", "word"], descending=[True, False]).head(_STOP_WORDS_MOST)
        frequent = int((by_count["n"] >= _STOP_WORD_SHARE * one.words).sum())
        chosen = by_count.head(max(frequent, _STOP_WORDS_LEAST))
        stages.setdefault(step.name, {})[_STOP_WORDS] = chosen["word"].to_list()
        english = [r for _, r in _rules(plan) if r.threshold == _MIN_STOP_WORDS]
        if english:
            stages[step.name][_MIN_STOP_WORDS] = _plain(judge.limit(step, english[0], "", ENGLISH))
        evidence["stop_words"] = {
            "method": f"share of words of letters at least {_STOP_WORD_SHARE}, but {_STOP_WORDS_LEAST} to "
            f"{_STOP_WORDS_MOST} words",
            "words": one.words,
            "occurrences": chosen["n"].to_list(),
        }


def _warnings_of_text(
    found: Mapping[str, Reference], enough: Mapping[str, Reference], settings: Settings
) -> Iterator[str]:
    """What a reference is too foreign, too short or too uniform for."""
    shares = {label: one.left_out / (one.documents + one.left_out or 1) for label, one in found.items()}
    foreign = [
        f"{label} {found[label].left_out} of {found[label].documents + found[label].left_out}"
        for label, share in sorted(shares.items(), key=lambda item: -item[1])
        if share > _FOREIGN
    ]
    if foreign:
        yield (
            "documents that were identified as another language than the declared one were left out: "
            f"{_some(foreign)}. Look at the rest of these languages before you trust their limits."
        )
    means = {label: one.words / one.documents for label, one in enough.items()}
    short = [f"{label} {mean:.0f}" for label, mean in means.items() if mean < _FEW_WORDS]
    if short:
        yield (
            f"the reference's documents are short (words of letters on the mean: {_some(short)}). Below {_FEW_WORDS} "
            "they do not tell how often phrases come back. Give whole documents, or join rows: --join 1000."
        )
    if settings.allowed < 0:
        yield (
            "rows were joined. Joined rows are more alike than documents are, so no limit was made stricter than the "
            "recipe's. Give whole documents for such limits, or --loss 1 to have them all the same."
        )


def _some(items: Sequence[str]) -> str:
    more = f" and {len(items) - _NAMED} more" if len(items) > _NAMED else ""
    return ", ".join(items[:_NAMED]) + more


def _warnings_of_limits(english: Reference | None, targets: Sequence[_Target], settings: Settings) -> Iterator[str]:
    """English limits that good English text does not keep: nothing derived from them is better."""
    if english is None:
        return
    for target in targets:
        scores = english.of(target.rule.score)
        if len(scores) < settings.least or (target.layout and not english.laid_out):
            continue
        beyond = scores > target.limit if target.rule.keep == "at_most" else scores < target.limit
        if (share := float(beyond.mean())) > settings.tail:
            yield (
                f"{target.step.name}.{target.rule.threshold}: the recipe's limit for English, {target.limit:g}, drops "
                f"{share:.1%} of the English reference. Limits derived from it are as strict: if the reference is the "
                "kind of text that you want, change the limit in the recipe and calibrate again."
            )


def _told(one: Reference, settings: Settings) -> dict[str, Any]:
    told: dict[str, Any] = {
        "documents": one.documents, "characters": one.characters, "words": one.words, "digest": f"{one.digest:032x}",
        "left_out": one.left_out, "tail": settings.tail, "loss": settings.loss,
    }  # fmt: skip
    return told | ({"joined_characters": settings.join} if settings.join else {})


def _statistics(scores: np.ndarray[Any, Any]) -> dict[str, Any]:
    at = np.quantile(scores, distribution.QUANTILES)
    return {
        "scores": len(scores),
        "mean": _figure(float(scores.mean())),
        "std": _figure(float(scores.std())),
        "quantiles": {f"p{round(q * 100)}": _figure(float(v)) for q, v in zip(distribution.QUANTILES, at, strict=True)},
    }


def _plain(value: float | None) -> float | int | None:
    """A whole number as people write it."""
    return int(value) if value is not None and float(value).is_integer() else value


def _figure(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def parse_methods(given: Sequence[str]) -> dict[str, str]:
    """`name=method` as given to `--method`.

    Raises:
        RecipeError: not of that form.
    """
    found = {}
    for one in given:
        if not re.fullmatch(r"[a-z0-9_]+=[a-z0-9_]+", one):
            raise RecipeError(f"--method {one!r}: write it as NAME=METHOD, for example too_few_alphabetic_words=10tail")
        name, _, method = one.partition("=")
        found[name] = method
    return found
