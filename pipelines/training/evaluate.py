"""What a model is worth, measured on rows that it never saw: by language, source and length; its errors; agreement."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from filters import _segments
from filters._classifier import model
from filters._classifier.calibration import Calibration
from filters._classifier.card import ALL, Weights
from filters._classifier.model import Choice
from pipelines.training import fitting, metrics
from pipelines.training.families import Family
from pipelines.training.spec import Spec

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
BANDS = (0, 200, 500, 2_000, 8_000)
CURVE = (0.05, 0.1, 0.25, 0.5, 1.0)
_ERRORS = 20  # of each kind: taken for the positive class, and for the other
_SHOWN = 300  # characters of an error
_LEAST = 20  # rows of a class below which a figure says little


def probabilities(family: Family, folder: Path, weights: Mapping[str, Weights], rows: pl.DataFrame, which: I64) -> F64:
    """What the written weights say of rows, shape (m,)."""
    out = np.full(len(which), np.nan)
    language = rows["language"].gather(which).to_numpy()
    for label, one in weights.items():
        here = np.ones(len(which), np.bool_) if label == ALL else language == label
        logits = family.logits(folder / one.file, which[here])
        out[here] = Calibration(one.slope, one.shift).probabilities(logits)
    return out


def measured(rows: pl.DataFrame, probability: F64, positive: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Figures over all rows and by language, source, length band, and language within source.

    Args:
        rows: m rows: `language`, `source`, `text`.
        probability, positive: shape (m,).
    """
    length = rows["text"].str.len_chars().to_numpy()
    band = np.array([_band(one) for one in BANDS], object)[np.searchsorted(np.array(BANDS), length, "right") - 1]
    language, source = rows["language"].to_numpy(), rows["source"].to_numpy()
    groups = {"by_language": language, "by_source": source, "by_length": band}
    out: dict[str, Any] = {"all": metrics.summary(probability, positive)}
    for name, of in groups.items():
        found = {str(one): metrics.summary(probability[of == one], positive[of == one]) for one in _names(of)}
        if name == "by_length":
            found = {_band(one): found[_band(one)] for one in BANDS if _band(one) in found}
        out[name] = found
    out["reliability"] = metrics.reliability(probability, positive)
    known = [one["auc"] for one in out["by_language"].values() if one["auc"] is not None]
    out["mean_auc_of_languages"] = metrics.rounded(np.mean(known)) if known else None
    out["least_rows_of_a_class"] = _LEAST
    return out


def _band(start: int) -> str:
    after = BANDS[BANDS.index(start) + 1] if start != BANDS[-1] else None
    return f"{start}-{after - 1}" if after else f"{start}-"


def _names(of: npt.NDArray[Any]) -> list[str]:
    return sorted(set(of.tolist()))


def errors(rows: pl.DataFrame, probability: F64, positive: npt.NDArray[np.bool_]) -> list[dict[str, Any]]:
    """The errors that the model is most sure of: those of either kind that lie furthest on the wrong side of 0.5.

    Returns:
        `label` (as the row says), `probability`, `language`, `source`, `text` (its beginning).
    """
    frame = rows.select("label", "language", "source", "text", "content").with_columns(
        pl.Series("probability", probability), pl.Series("positive", positive)
    )
    wrong = frame.filter((pl.col("probability") >= 0.5) != pl.col("positive"))
    out = []
    for of_positive in (False, True):
        part = wrong.filter(pl.col("positive") == of_positive)
        worst = part.sort((pl.col("probability") - 0.5).abs(), "content", descending=[True, False]).head(_ERRORS)
        for row in worst.iter_rows(named=True):
            out.append({
                "label": row["label"], "probability": row["probability"], "language": row["language"],
                "source": row["source"], "text": _segments.prefix(row["text"], _SHOWN),
            })  # fmt: skip
    return out


def learning_curve(
    spec: Spec, family: Family, rows: pl.DataFrame, positive: npt.NDArray[np.bool_], settings: dict[str, Any],
    folder: Path, full: F64, tested: I64,
) -> list[dict[str, Any]]:  # fmt: skip
    """AUC on the test rows after learning from a part of the train rows: of each language and class those with the
    least hashes.

    One model over all languages at each point, also where the written ones are one a language.

    Args:
        full: what the written weights say of the test rows, for the last point.
        tested: numbers of the test rows.
    """
    train, valid = fitting.part(rows, family, "train"), fitting.part(rows, family, "valid")
    groups = ["language", "label"]
    ranked = rows[train].select(
        pl.col("content").rank("ordinal").over(groups).alias("rank"), pl.len().over(groups).alias("n")
    )
    points = [share for share in CURVE if share < 1 or spec.per_language]

    def some(share: float) -> I64:
        least = ranked["rank"].to_numpy() <= np.ceil(share * ranked["n"].to_numpy())
        return train[least]

    def point(share: float) -> F64:
        file = folder / f".curve-{share}{family.ending}"
        family.fit(some(share), valid, settings, file)
        logits = family.logits(file, tested)
        file.unlink()
        return logits

    found = dict(zip(points, fitting.side_by_side(point, [(share,) for share in points]), strict=True))
    if 1.0 not in found:
        found[1.0] = full
    language = rows["language"].gather(tested).to_numpy()
    out = []
    for share, scores in sorted(found.items()):
        by_language = [
            metrics.auc(scores[language == one], positive[tested][language == one]) for one in _names(language)
        ]
        known = [value for value in by_language if value is not None]
        out.append({
            "share": share, "rows": len(some(share)),
            "auc": metrics.rounded(metrics.auc(scores, positive[tested])),
            "mean_auc_of_languages": metrics.rounded(np.mean(known)) if known else None,
            "least_auc_of_languages": metrics.rounded(min(known)) if known else None,
        })  # fmt: skip
    return out


def agreement(spec: Spec, rows: pl.DataFrame, probability: F64) -> list[dict[str, Any]]:
    """How far other models of the kind agree: rank correlation, and how much of the best tenth and half is shared.

    Args:
        rows: m rows: `text`, `language`.
        probability: by the trained model, shape (m,).
    """
    if not spec.compare:
        return []
    frame = rows.select("text", "language").with_columns(_segments.cut_words(rows["text"]).alias("words"))
    out = []
    for address in spec.compare:
        other = model.load(Choice(address, spec.kind)).score(frame, None, "length_weighted")
        both = np.isfinite(other) & np.isfinite(probability)
        by_language = {}
        language = rows["language"].to_numpy()
        for one in _names(language):
            here = both & (language == one)
            by_language[one] = _agree(probability[here], other[here])
        out.append({"model": Path(address).name, **_agree(probability[both], other[both]), "by_language": by_language})
    return out


def _agree(a: F64, b: F64) -> dict[str, Any]:
    found: dict[str, Any] = {"rows": len(a), "spearman": metrics.rounded(metrics.spearman(a, b)) if len(a) else None}
    for share, name in ((0.1, "best_tenth"), (0.5, "best_half")):
        k = max(1, round(share * len(a)))
        both = len(set(np.argsort(-a, kind="stable")[:k]) & set(np.argsort(-b, kind="stable")[:k])) if len(a) else 0
        found[name] = metrics.rounded(both / k) if len(a) else None
    return found
