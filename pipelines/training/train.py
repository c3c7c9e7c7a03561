"""The whole way from a spec to a model folder: gather, clean, split, fit, evaluate, write."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from filters._classifier import card, rows
from filters._classifier.card import Card
from filters._classifier.kinds import KINDS
from pipelines.training import clean, evaluate, families, fitting, gather, limits, plots, readme, split
from pipelines.training.evaluate import F64, I64
from pipelines.training.spec import Spec
from schemas.errors import OutputError, SourceError

_TOLD = ("test", "held_out", "learning_curve", "agreement", "limits")
METRICS, ERRORS = "metrics.json", "errors.jsonl"
Say = Callable[[str], None]


class Trained(NamedTuple):
    """What came of it.

    Args:
        card: of the model.
        notices: what was left out and why, a sentence each.
    """

    card: Card
    notices: list[str]


def train(spec: Spec, folder: Path, *, force: bool = False, say: Say = lambda text: None) -> Trained:
    """Train a classifier and write its folder.

    Args:
        spec: what from, and how.
        folder: is made, whole or not at all.
        force: whether a model that is there is replaced.
        say: told what is being done.

    Raises:
        OutputError: something is there, and `force` is not given.
        SourceError: the sources give too little to learn from.
    """
    if folder.exists() and not (force and (folder / card.NAME).is_file()):
        there = "a model is there already: give --force to replace it" if (folder / card.NAME).is_file() else (
            "it exists and holds no model: give a folder that is not there yet"
        )  # fmt: skip
        raise OutputError(f"{folder}: {there}.")
    temporary = folder.with_name(f".{folder.name}.tmp-{os.getpid()}")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    try:
        trained = _train(spec, temporary, say)
        shutil.rmtree(folder, ignore_errors=True)
        temporary.replace(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return trained


def _train(spec: Spec, folder: Path, say: Say) -> Trained:
    say("reading the sources")
    gathered = gather.gather(spec)
    notices = [f"{n:,} rows left out: {why}" for why, n in sorted(gathered.left_out.items())]
    notices += [f"not read: {one}" for one in gathered.dead]
    say(f"{gathered.rows.height:,} rows; looking for benchmark items, near-copies")
    cleaned = clean.decontaminated(gathered.rows, spec)
    for benchmark, n in cleaned.removed.get("benchmarks", {}).items():
        notices.append(f"{n:,} positives removed: they hold items of the benchmark {benchmark}")
    if not spec.decontaminate:
        notices.append("positives were not looked through for benchmark items: name benchmarks under `decontaminate`")
    clusters = split.near_copies(cleaned.rows)
    given, clusters, both = clean.of_one_side(cleaned.rows, clusters)
    if both:
        notices.append(f"{both:,} rows left out: the same text, or a near-copy, stands on both sides")
    given = given.with_columns(split.parts(given, clusters, spec.held_out_sources), clusters)
    if leaked := given["part"].null_count():
        notices.append(f"{leaked:,} rows of held-out sources left out: a near-copy is learnt from")
    given, few = _enough(given.drop_nulls("part"), spec)
    notices += few
    positive = (given["label"] == KINDS[spec.kind].positive).to_numpy()
    say(f"{given.height:,} rows in {given['language'].n_unique()} languages; making features")
    family = families.open_family(spec, given, folder)
    if silent := int((~family.usable).sum()):
        notices.append(f"{silent:,} rows left out: the {spec.family} has no features of them")
    say("training" + (f" with {spec.trials + 1} settings" if spec.trials else ""))
    fitted = fitting.fit(spec, family, given, positive, folder)
    say("evaluating")
    figures = _figures(spec, family, given, positive, fitted, folder)
    made = Card(
        name=spec.name,
        kind=spec.kind,
        positive=KINDS[spec.kind].positive,
        negative=KINDS[spec.kind].negative,
        family=spec.family,
        weights=fitted.weights,
        languages=sorted(given["language"].unique()),
        rows=_counts(given, "part"),
        training=fitted.settings,
        data={
            "digest": rows.digest(given),
            "sources": _sources(given, spec),
            "held_out_sources": sorted(spec.held_out_sources),
            "decontaminated": cleaned.removed,
            "notices": notices,
        },
        metrics={name: figures[name] for name in _TOLD if figures.get(name)},
        licence=spec.licence,
        **family.card(),
    )
    (folder / "README.md").write_text(readme.render(made, figures, spec), encoding="utf-8")
    made.write(folder)
    return Trained(made, notices)


def _enough(given: pl.DataFrame, spec: Spec) -> tuple[pl.DataFrame, list[str]]:
    """The rows of languages with enough of both classes, in train, and what was left out.

    Raises:
        SourceError: no language has.
    """
    train = pl.col("part") == "train"
    classes = KINDS[spec.kind]
    counted = given.group_by("language").agg(
        *((train & (pl.col("label") == label)).sum().alias(label) for label in classes),
    ).sort("language")  # fmt: skip
    few = counted.filter(pl.min_horizontal(*classes) < spec.fewest)
    kept = given.filter(~pl.col("language").is_in(few["language"].implode()))
    if kept.is_empty():
        told = ", ".join(f"{label} {p}/{n}" for label, p, n in counted.head(10).iter_rows()) or "no row at all"
        raise SourceError(
            f"too little to learn from: no language has {spec.fewest} rows of {classes.positive} and of "
            f"{classes.negative} in the train part ({told}). Give more rows, or lower `fewest`."
        )
    notices = [
        f"{label} left out: {p} rows of {classes.positive} and {n} of {classes.negative} to learn from, "
        f"{spec.fewest} of each are needed"
        for label, p, n in few.iter_rows()
    ]
    return kept, notices


def _figures(
    spec: Spec, family: families.Family, given: pl.DataFrame, positive: Any, fitted: fitting.Fitted, folder: Path
) -> dict[str, Any]:
    """All figures, and the files that hold them."""
    figures: dict[str, Any] = {"trials": fitted.trials, "learning_curve": [], "agreement": [], "limits": {}}
    said: dict[str, tuple[I64, F64]] = {}
    for name in ("test", "held_out"):
        which = fitting.part(given, family, name)
        if len(which):
            said[name] = which, evaluate.probabilities(family, folder, fitted.weights, given, which)
            figures[name] = evaluate.measured(given[which], said[name][1], positive[which])
    if "test" not in said:
        raise SourceError("no row fell into the test part: there are too few. Give more rows.")
    tested, probability = said["test"]
    if spec.learning_curve:
        figures["learning_curve"] = evaluate.learning_curve(
            spec, family, given, positive, fitted.settings, folder, probability, tested
        )
    if spec.compare:
        figures["agreement"] = evaluate.agreement(spec, given[tested], probability)
    if spec.kind in limits.PARAMETER:
        figures["limits"] = _limits(spec, family, given, positive, fitted, folder, tested, probability)
    wrong = [
        {"part": name, **one}
        for name, (which, p) in said.items()
        for one in evaluate.errors(given[which], p, positive[which])
    ]
    (folder / ERRORS).write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in wrong), encoding="utf-8")
    (folder / METRICS).write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    figures["plots"] = plots.write(folder, figures, probability, positive[tested])
    figures["errors"] = wrong
    return figures


def _limits(
    spec: Spec, family: families.Family, given: pl.DataFrame, positive: Any, fitted: fitting.Fitted, folder: Path,
    tested: I64, probability: F64,
) -> dict[str, Any]:  # fmt: skip
    valid = fitting.part(given, family, "valid")
    scores = evaluate.probabilities(family, folder, fitted.weights, given, valid)
    language, test_language = given["language"].gather(valid).to_numpy(), given["language"].gather(tested).to_numpy()
    found = {}
    for label in sorted(set(language.tolist())):
        of, here = (language == label) & ~positive[valid], test_language == label
        found[label] = limits.limit(scores[of], probability[here], positive[tested][here], spec.false_positive_rate)
    limits.write(found, spec.kind, spec.false_positive_rate, folder)
    return {label: one._asdict() for label, one in found.items()}


def _counts(given: pl.DataFrame, by: str) -> dict[str, dict[str, int]]:
    out: dict[str, dict[str, int]] = {}
    for name, label, n in given.group_by(by, "label").len().sort(by, "label").iter_rows():
        out.setdefault(name, {})[label] = n
    return out


def _sources(given: pl.DataFrame, spec: Spec) -> dict[str, Any]:
    described = {**spec.positive, **spec.negative}
    return {
        name: {
            "rows": counted,
            "weight": described[name].weight if name in described else None,
            "licence": described[name].licence if name in described else None,
        }
        for name, counted in _counts(given, "source").items()
    }
