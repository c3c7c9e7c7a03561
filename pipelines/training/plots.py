"""Plots of an evaluation, as SVG files: the same figures give the same bytes.

matplotlib is the extra `plots`; without it a model folder has no plots, and its card says so.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pipelines.training import metrics

FOLDER = "plots"
F64 = npt.NDArray[np.float64]
_BLUE, _ORANGE, _GREY = "#1f5fa8", "#c8641e", "#8a8a8a"
_WIDE, _HIGH = 6.4, 4.0


def available() -> bool:
    """Whether matplotlib is there."""
    try:
        import_module("matplotlib")
    except ModuleNotFoundError:
        return False
    return True


def write(folder: Path, figures: dict[str, Any], probability: F64, positive: npt.NDArray[np.bool_]) -> dict[str, str]:
    """Write the plots that the figures allow.

    Args:
        folder: of the model.
        figures: the model's metrics: `test`, perhaps `held_out` and `learning_curve`.
        probability, positive: of the test rows.

    Returns:
        File inside the folder -> what it shows.
    """
    if not available():
        return {}
    home = folder / FOLDER
    home.mkdir(exist_ok=True)
    drawn = {
        "auc.svg": (_auc, "AUC by language"),
        "precision_recall.svg": (_precision_recall, "Precision and recall on the test rows"),
        "calibration.svg": (_calibration, "Probability, and how often it came true"),
        "scores.svg": (_scores, "Scores of both classes"),
        "learning_curve.svg": (_learning_curve, "AUC by the number of rows learnt from"),
    }
    out = {}
    for name, (draw, told) in drawn.items():
        figure = draw(figures, probability, positive)
        if figure is not None:
            # Without a date and with a fixed salt the bytes depend on the figures alone.
            figure.savefig(home / name, metadata={"Date": None, "Creator": None}, bbox_inches="tight")
            out[f"{FOLDER}/{name}"] = told
    return out


def _figure(width: float = _WIDE, height: float = _HIGH) -> tuple[Any, Any]:
    import matplotlib
    from matplotlib.figure import Figure

    matplotlib.rcParams.update({"svg.hashsalt": "glotmill", "svg.fonttype": "none", "font.size": 10})
    figure = Figure(figsize=(width, height))
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _auc(figures: dict[str, Any], probability: F64, positive: npt.NDArray[np.bool_]) -> Any:
    by_language = {k: v["auc"] for k, v in figures["test"]["by_language"].items() if v["auc"] is not None}
    held = {k: v["auc"] for k, v in figures.get("held_out", {}).get("by_language", {}).items() if v["auc"] is not None}
    names = sorted(by_language.keys() | held.keys(), reverse=True)
    if not names:
        return None
    figure, axes = _figure(height=1.2 + 0.2 * len(names))
    for found, colour, label, mark in (
        (by_language, _BLUE, "test rows", "o"),
        (held, _ORANGE, "held-out sources", "D"),
    ):
        here = [name for name in names if name in found]
        if here:
            axes.plot([found[n] for n in here], [names.index(n) for n in here], mark, color=colour, label=label)
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("AUC")
    axes.grid(axis="x", alpha=0.3)
    axes.legend(loc="lower left", frameon=False)
    return figure


def _precision_recall(figures: dict[str, Any], probability: F64, positive: npt.NDArray[np.bool_]) -> Any:
    if not positive.any():
        return None
    figure, axes = _figure()
    precision, recall = metrics.precision_recall(probability, positive)
    step = max(1, len(recall) // 500)  # a curve needs no more points
    axes.plot(np.append(recall[::step], recall[-1]), np.append(precision[::step], precision[-1]), color=_BLUE)
    axes.axhline(positive.mean(), color=_GREY, linestyle=":")
    axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1.01), ylim=(0, 1.02))
    return figure


def _calibration(figures: dict[str, Any], probability: F64, positive: npt.NDArray[np.bool_]) -> Any:
    bins = figures["test"]["reliability"]
    if not bins:
        return None
    figure, axes = _figure()
    axes.plot([0, 1], [0, 1], color=_GREY, linestyle=":")
    axes.plot([b["mean"] for b in bins], [b["positive"] for b in bins], "o-", color=_BLUE)
    axes.set(xlabel="mean probability", ylabel="share of the positive class", xlim=(0, 1), ylim=(0, 1.02))
    return figure


def _scores(figures: dict[str, Any], probability: F64, positive: npt.NDArray[np.bool_]) -> Any:
    figure, axes = _figure()
    edges = np.linspace(0, 1, 41)
    for flag, colour, label in ((True, _BLUE, "positive"), (False, _ORANGE, "negative")):
        axes.hist(probability[positive == flag], bins=edges, histtype="step", color=colour, label=label)
    axes.set(xlabel="probability", ylabel="rows", yscale="symlog")
    axes.legend(frameon=False)
    return figure


def _learning_curve(figures: dict[str, Any], probability: F64, positive: npt.NDArray[np.bool_]) -> Any:
    curve = figures.get("learning_curve")
    if not curve:
        return None
    figure, axes = _figure()
    for name, colour, label in (
        ("mean_auc_of_languages", _BLUE, "mean of the languages"), ("least_auc_of_languages", _ORANGE, "worst language")
    ):  # fmt: skip
        axes.plot([p["rows"] for p in curve], [p[name] for p in curve], "o-", color=colour, label=label)
    axes.set(xlabel="rows learnt from", ylabel="AUC on the test rows", xscale="log")
    axes.set_xticks([p["rows"] for p in curve], [f"{p['rows']:,}" for p in curve])
    axes.minorticks_off()
    axes.legend(frameon=False)
    return figure
