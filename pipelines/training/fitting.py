"""One model for all languages or one for each, calibrated; by the best of several settings where trials are asked for.

Each fit runs on one core, several at once; what comes out does not depend on how many.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import polars as pl

from filters._classifier import calibration
from filters._classifier.calibration import Calibration
from filters._classifier.card import ALL, Weights
from filters._embeddings.digest import sha256
from pipelines.training import metrics
from pipelines.training.families import Family
from pipelines.training.spec import Spec
from schemas.errors import SourceError

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
T = TypeVar("T")


class Fitted(NamedTuple):
    """What was learnt.

    Args:
        weights: language label (or `all`) -> file and calibration.
        settings: those that were used.
        trials: each settings' AUC on the validation rows, mean over languages, in order.
    """

    weights: dict[str, Weights]
    settings: dict[str, Any]
    trials: list[dict[str, Any]]


def side_by_side(work: Callable[..., T], tasks: Sequence[tuple[Any, ...]]) -> list[T]:
    """The results in the order of the tasks. Fits release the interpreter lock, so threads do."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(lambda task: work(*task), tasks))


def fit(spec: Spec, family: Family, rows: pl.DataFrame, positive: npt.NDArray[np.bool_], folder: Path) -> Fitted:
    """Learn from the train rows.

    Args:
        spec: the spec.
        family: features of the rows.
        rows: `part` and `language`.
        positive: class of each row, shape (n,).
        folder: of the model; the weights go into `weights/`.
    """
    settings = family.settings(spec)
    trials: list[dict[str, Any]] = []
    best = settings[0]
    if len(settings) > 1:
        tasks = [(family, rows, positive, one, folder / f".trial-{i}{family.ending}") for i, one in enumerate(settings)]
        found = side_by_side(_try, tasks)
        trials = [{**one, "auc": metrics.rounded(value)} for one, value in zip(settings, found, strict=True)]
        best = settings[int(np.argmax(found))]  # the first of equally good ones
    home = folder / "weights"
    home.mkdir(parents=True, exist_ok=True)
    labels = sorted(rows["language"].unique()) if spec.per_language else [ALL]
    files = [home / f"{label}{family.ending}" for label in labels]
    fits = [
        (family, rows, positive, best, file, None if label == ALL else label)
        for label, file in zip(labels, files, strict=True)
    ]
    calibrated = side_by_side(_fit, fits)
    weights = {
        label: Weights(file=f"weights/{file.name}", sha256=sha256(file), slope=one.slope, shift=one.shift)
        for label, file, one in zip(labels, files, calibrated, strict=True)
    }
    return Fitted(weights, best, trials)


def part(rows: pl.DataFrame, family: Family, name: str, language: str | None = None) -> I64:
    """Numbers of the rows of a part that have features."""
    here = (rows["part"] == name).fill_null(False)
    if language is not None:
        here = here & (rows["language"] == language)
    return np.flatnonzero(here.to_numpy() & family.usable)


def _fit(
    family: Family, rows: pl.DataFrame, positive: npt.NDArray[np.bool_], settings: dict[str, Any], file: Path,
    language: str | None,
) -> Calibration:  # fmt: skip
    train, valid = part(rows, family, "train", language), part(rows, family, "valid", language)
    if positive[train].all() or not positive[train].any():
        raise SourceError(
            f"too little to learn from{'' if language is None else f' in {language}'}: of one class no row is left "
            "that the family has features of. Give more rows, or another embedding."
        )
    family.fit(train, valid, settings, file)
    return calibration.fit(family.logits(file, valid), positive[valid])


def _try(
    family: Family, rows: pl.DataFrame, positive: npt.NDArray[np.bool_], settings: dict[str, Any], file: Path
) -> float:
    """Mean AUC over the languages' validation rows."""
    valid = part(rows, family, "valid")
    family.fit(part(rows, family, "train"), valid, settings, file)
    logits = family.logits(file, valid)
    file.unlink()
    language = rows["language"].gather(valid).to_numpy()
    found = [metrics.auc(logits[language == one], positive[valid][language == one]) for one in np.unique(language)]
    known = [value for value in found if value is not None]
    return float(np.mean(known)) if known else 0.0
