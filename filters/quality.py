"""Model-based quality: a fastText classifier scores the whole document; the top share of each language stays.

The model comes from `glotmill train-quality` (a folder), or is trained before the run from labelled rows that the
recipe names. The share is taken over the documents of a language and source that broke no other rule, by their rank
over all shards, never by a sample.
"""

from __future__ import annotations

import glob
from pathlib import Path
from typing import Annotated, Any

import polars as pl
from pydantic import BeforeValidator, Field, model_validator

from filters._fasttext_quality import CARD, QualityModel, Training, digest, read_card, read_rows, train
from schemas import sample
from schemas.columns import Column
from schemas.stage import Measure, Rule, StageParams, Threshold, threshold


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class Params(StageParams):
    """Which model, and how much stays."""

    model: str | None = Field(None, description="Folder of a trained model (see `glotmill train-quality`)")
    train_on: Annotated[list[str] | None, BeforeValidator(_as_list, json_schema_input_type=list[str] | str | None)] = (
        Field(
            None, description="Labelled rows (JSON lines with text and label: high or low) to train on before the run"
        )
    )
    training: Training = Field(default_factory=Training, description="How to train on them")
    share: Threshold = threshold(
        0.9, "Share of the documents of a language that stays, best first", unit="0 to 1",
        source="our choice, careful; FineWeb2-HQ keeps 0.1",
    )  # fmt: skip
    min_quality: Threshold = threshold(
        None, "Score that a document needs; off by default", unit="probability, 0 to 1", source="our choice"
    )

    @model_validator(mode="after")
    def _one_model(self) -> Params:
        if (self.model is None) == (self.train_on is None):
            raise ValueError(
                "give either `model` (a folder made by `glotmill train-quality`) or `train_on` (labelled rows)"
            )
        return self


def _files(patterns: list[str]) -> list[str]:
    return [file for pattern in patterns for file in sorted(glob.glob(sample.resolve(pattern), recursive=True))]


def train_from(patterns: list[str], training: Training, folder: Path) -> dict[str, Any]:
    """Train a model from files of labelled rows and write its folder; returns its card."""
    return train(read_rows(_files(patterns)), training, folder)


def prepare(params: Params, folder: Path) -> Params:
    """Train the model where the recipe gives rows instead; a model that is there from an earlier run is used again."""
    if params.train_on is None:
        return params
    rows = read_rows(_files(params.train_on))
    home = folder / f"quality-{digest(rows, params.training)}"
    if not (home / CARD).is_file():
        train(rows, params.training, home)
    return params.model_copy(update={"model": str(home)})


def fingerprint(params: Params) -> dict[str, str]:
    """SHA-256 of the weights, or the digest of the rows that they will be trained on."""
    if params.train_on is not None:
        return {"labelled rows": digest(read_rows(_files(params.train_on)), params.training)}
    assert params.model is not None
    return {"model": str(read_card(params.model)["sha256"])}


def open_model(params: Params) -> QualityModel:
    """Load the classifier."""
    assert params.model is not None, "prepare runs before open"
    return QualityModel(params.model)


def measure(frame: pl.DataFrame, params: Params, resource: Any) -> pl.DataFrame:
    """Score each document.

    Args:
        frame: with `text` and `words`.

    Returns:
        `quality`, the probability of `high`; null for a null text.
    """
    scores = pl.DataFrame({"quality": pl.Series(resource.score(frame["text"], frame["words"]), dtype=pl.Float64)})
    return scores.select(pl.when(frame["text"].is_not_null()).then(pl.col("quality")).alias("quality"))


STAGE = Measure(
    name="quality",
    version=1,
    summary="A fastText classifier scores each document; the top share of each language stays",
    params=Params,
    reads=("text", "words"),
    adds=(Column("quality", pl.Float64, "Probability that the document is of high quality, 0 to 1"),),
    open=open_model,
    fingerprint=fingerprint,
    prepare=prepare,
    measure=measure,
    rules=(
        Rule("low_quality", "quality", "share", "top_share", "Scored lower than the share that its language keeps"),
        Rule("below_min_quality", "quality", "min_quality", "at_least", "Scored below the limit"),
    ),
)  # fmt: skip
