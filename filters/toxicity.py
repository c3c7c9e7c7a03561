"""Toxic text: a classifier scores the whole document, or words on your lists are counted, or both. Nothing ships.

To flag documents and keep them, set the limits to null: the scores stay in the release. A model comes from `glotmill
train-quality` with `kind: toxicity`, which also writes limits by language for a false-positive rate. Word lists punish
dialects, reclaimed words and texts about the matter: look at what they drop.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple, Self

import polars as pl
from pydantic import model_validator

from filters import _word_lists
from filters._classifier import params as classifiers
from filters._classifier.kinds import Kind
from filters._classifier.model import Model
from filters._word_lists import Entries, ListParams
from schemas.columns import Column
from schemas.stage import Measure, Rule, Threshold, threshold


class Params(classifiers.ClassifierParams, ListParams):
    """Which model or lists, and how toxic a document may be."""

    kind: ClassVar[Kind] = "toxicity"
    needed: ClassVar[bool] = False

    max_toxicity: Threshold = threshold(
        0.5, "Probability of toxic text that a document may have; null: it is only flagged, by its score",
        unit="probability, 0 to 1",
        source="the classifier's own decision; take the limits that were calibrated with the model",
    )  # fmt: skip
    max_toxic_words: Threshold = threshold(
        None, "Words and phrases of the lists in the document; null: they are only counted", unit="hits",
        source="our choice: off, a count grows with the document",
    )  # fmt: skip
    max_toxic_share: Threshold = threshold(
        0.01, "Hits by the words of the document; null: they are only counted", unit="0 to 1",
        source="our choice: more than one word in a hundred",
    )  # fmt: skip

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.model or self.train_on or self.lists or self.everywhere):
            raise ValueError("give a `model` (or `train_on`), or word `lists` by language, or both")
        return self


class _Opened(NamedTuple):
    models: list[Model]
    lists: Mapping[str, Entries] | None


def _open(params: Params) -> _Opened:
    lists = _word_lists.open_lists(params) if params.lists or params.everywhere else None
    return _Opened(classifiers.open_models(params) if params.model or params.train_on else [], lists)


def _fingerprint(params: Params) -> dict[str, str]:
    models = classifiers.fingerprint(params) if params.model or params.train_on else {}
    return {**models, **_word_lists.fingerprint(params)}


def measure(frame: pl.DataFrame, params: Params, resource: Any) -> pl.DataFrame:
    """Score each document.

    Args:
        frame: with `text`, `words` and `language`.
        resource: models and lists.

    Returns:
        The columns in `STAGE.adds`; without a model `toxicity` is null and does not apply, and so it is with lists.
    """
    listed = resource.lists is not None
    found = classifiers.scores(frame, params, resource.models)
    scored = pl.col("0") if resource.models else pl.lit(None, pl.Float64)
    counted = _word_lists.count(frame, resource.lists if listed else {"": Entries((), ())})
    return pl.concat([found, counted], how="horizontal").select(
        scored.alias("toxicity"),
        (pl.col("applies") & bool(resource.models)).alias("toxicity_applies"),
        pl.when(listed).then("hits").alias("toxic_words"),
        pl.when(listed).then("share").alias("toxic_share"),
        pl.when(frame["text"].is_not_null()).then(pl.lit(listed)).alias("toxic_words_apply"),
    )


STAGE = Measure(
    name="toxicity",
    version=1,
    summary="A classifier or word lists of yours find toxic text, to drop it or to flag it",
    params=Params,
    reads=("text", "words", "language"),
    adds=(
        Column("toxicity", pl.Float64, "Probability that the text is toxic, 0 to 1; null without a model"),
        Column("toxicity_applies", pl.Boolean, "Whether the document is judged by it: there is a model, and it was "
               "trained on the language"),
        Column("toxic_words", pl.Int64, "Words and phrases of the lists in the document; null without lists"),
        Column("toxic_share", pl.Float64, "The same by the words of the document"),
        Column("toxic_words_apply", pl.Boolean, "Whether there are lists"),
    ),
    open=_open,
    fingerprint=_fingerprint,
    prepare=classifiers.prepare,
    measure=measure,
    rules=(
        Rule("toxic", "toxicity", "max_toxicity", "at_most", "Looks toxic", applies="toxicity_applies"),
        Rule("toxic_words", "toxic_words", "max_toxic_words", "at_most", "Holds words of a list",
             applies="toxic_words_apply"),
        Rule("too_many_toxic_words", "toxic_share", "max_toxic_share", "at_most", "Holds many words of a list",
             applies="toxic_words_apply"),
    ),
)  # fmt: skip
