"""Model-based quality: classifiers score the whole document; the top share of each language stays.

A model comes from `glotmill train-quality`, from the Hub, or is trained before the run from labelled rows that the
recipe names. The share is taken over all documents of a language that broke no other rule (docs/selection.md), never
over a sample. With several models, documents are ranked by each, and the ranks are combined.
"""

from __future__ import annotations

from typing import ClassVar

import polars as pl
from pydantic import model_validator

from filters._classifier import params as classifiers
from filters._classifier.kinds import Kind
from filters._classifier.model import Model
from filters._selection import SelectionParams
from schemas.columns import Column
from schemas.stage import Measure, Rule, Threshold, threshold


class Params(classifiers.ClassifierParams, SelectionParams):
    """Which models, and how much stays."""

    kind: ClassVar[Kind] = "quality"
    several: ClassVar[bool] = True

    share: Threshold = threshold(
        0.9, "Share of the documents of a language that stays, best first", unit="0 to 1",
        source="our choice, careful; FineWeb2-HQ keeps 0.1",
    )  # fmt: skip
    min_quality: Threshold = threshold(
        None, "Score that a document needs; off by default", unit="probability, 0 to 1", source="our choice"
    )

    @model_validator(mode="after")
    def _combined(self) -> Params:
        if self.combine is not None and len(self.model) < 2:
            raise ValueError("`combine` joins the ranks by several models, but `model` names one. Leave it out")
        return self


def measure(frame: pl.DataFrame, params: Params, resource: list[Model]) -> pl.DataFrame:
    """Score each document.

    Args:
        frame: with `text`, `words` and `language`.
        resource: from `open_models`.

    Returns:
        The columns in `STAGE.adds`.
    """
    found = classifiers.scores(frame, params, resource)
    by_model = [str(number) for number in range(len(resource))]
    return found.select(
        # A document that one of the models cannot score has no mean.
        (pl.sum_horizontal(by_model, ignore_nulls=False) / len(by_model)).alias("quality"),
        pl.when(frame["text"].is_not_null()).then(pl.concat_list(by_model)).alias("quality_of_models"),
        pl.col("applies").alias("quality_applies"),
    )


STAGE = Measure(
    name="quality",
    version=2,
    summary="Classifiers score each document (fastText, or embeddings with a small head); the top share stays",
    params=Params,
    reads=("text", "words", "language"),
    adds=(
        Column("quality", pl.Float64, "Probability that the document is of high quality, 0 to 1; of several models "
               "the mean"),
        Column("quality_of_models", pl.List(pl.Float64), "The same by each model, in the recipe's order"),
        Column("quality_applies", pl.Boolean, "Whether the document is judged by its quality: false in a language that "
               "a model was not trained on"),
    ),
    open=classifiers.open_models,
    fingerprint=classifiers.fingerprint,
    prepare=classifiers.prepare,
    measure=measure,
    rules=(
        Rule("low_quality", "quality", "share", "top_share", "Scored lower than the share that its language keeps",
             parts="quality_of_models", applies="quality_applies"),
        Rule("below_min_quality", "quality", "min_quality", "at_least", "Scored below the limit",
             applies="quality_applies"),
    ),
)  # fmt: skip
