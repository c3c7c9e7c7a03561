"""Machine-made text: a classifier scores the whole document; limits go by language, for a false-positive rate.

A model comes from `glotmill train-quality` with `kind: machine_text`, which also writes the limits: `thresholds:
MODEL/thresholds` in the recipe. No model ships: what machines write changes, and differs by language.
"""

from __future__ import annotations

from typing import ClassVar

import polars as pl

from filters._classifier import params as classifiers
from filters._classifier.kinds import Kind
from filters._classifier.model import Model
from schemas.columns import Column
from schemas.stage import Measure, Rule, Threshold, threshold


class Params(classifiers.ClassifierParams):
    """Which model, and how machine-like a document may be."""

    kind: ClassVar[Kind] = "machine_text"

    max_machine: Threshold = threshold(
        0.5, "Probability of machine-made text that a document may have; null: it is only flagged, by its score",
        unit="probability, 0 to 1",
        source="the classifier's own decision; take the limits that were calibrated with the model",
    )  # fmt: skip


def measure(frame: pl.DataFrame, params: Params, resource: list[Model]) -> pl.DataFrame:
    """Score each document.

    Args:
        frame: with `text`, `words` and `language`.
        resource: from `open_models`.

    Returns:
        The columns in `STAGE.adds`.
    """
    found = classifiers.scores(frame, params, resource)
    return found.select(pl.col("0").alias("machine_text"), pl.col("applies").alias("machine_text_applies"))


STAGE = Measure(
    name="machine_text",
    version=1,
    summary="A classifier scores how machine-made a document looks; limits by language for a false-positive rate",
    params=Params,
    reads=("text", "words", "language"),
    adds=(
        Column("machine_text", pl.Float64, "Probability that a machine made the text, 0 to 1"),
        Column("machine_text_applies", pl.Boolean, "Whether the document is judged by it: false in a language that the "
               "model was not trained on"),
    ),
    open=classifiers.open_models,
    fingerprint=classifiers.fingerprint,
    prepare=classifiers.prepare,
    measure=measure,
    rules=(Rule("machine_made", "machine_text", "max_machine", "at_most", "Looks like the work of a machine",
                applies="machine_text_applies"),),
)  # fmt: skip
