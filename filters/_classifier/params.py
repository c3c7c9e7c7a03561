"""The parameters that stages with a classifier share, and what they do with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar

import numpy as np
import polars as pl
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, model_validator

from filters._classifier import address, card, learn, model
from filters._classifier.fasttext import FastTextTraining
from filters._classifier.kinds import KINDS, Kind
from filters._classifier.model import Choice, Model
from filters._classifier.pieces import Combine
from filters._embeddings import Embedding
from schemas.errors import SourceError
from schemas.stage import StageParams


def _as_list(value: Any) -> Any:
    """One text alone, or nothing (`train_on: null`, which takes back what a recipe says), as a list."""
    return [value] if isinstance(value, str) else [] if value is None else value


def _addresses(given: list[str]) -> list[str]:
    for one in given:
        if said := address.problem(one):
            raise ValueError(said)
    return given


_Texts = Annotated[list[str], BeforeValidator(_as_list, json_schema_input_type=list[str] | str | None)]
_Models = Annotated[_Texts, AfterValidator(_addresses)]


P = TypeVar("P", bound="ClassifierParams")


class PieceParams(BaseModel):
    """How a long text is scored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    characters: int | None = Field(
        None,
        ge=0,
        description="Length of the pieces that a text is cut into, about; 0: the whole text at once; null: fastText "
        "takes the whole text, embeddings pieces of 2,000",
        json_schema_extra={"unit": "characters"},
    )
    score: Combine = Field(
        "length_weighted",
        description="Score of the text: mean of its pieces by their length, plain mean, the highest (max) or the first",
    )


class ClassifierParams(StageParams):
    """Which model, and how texts are scored."""

    kind: ClassVar[Kind]
    several: ClassVar[bool] = False
    """Whether several models can be named."""
    needed: ClassVar[bool] = True
    """Whether there has to be a model."""

    model: _Models = Field(
        default_factory=list,
        description="Folder of a trained model (see `glotmill train-quality`), a fastText classifier (.bin, with "
        "`label`), or hf://ORGANISATION/NAME@COMMIT",
    )
    label: str | None = Field(None, description="With a fastText classifier of somebody else: the label that counts")
    embedding: Embedding | None = Field(
        None, description="Where the embedding of the model is, if not where it was when the model was trained"
    )
    train_on: _Texts = Field(
        default_factory=list,
        description="Instead of `model`: labelled rows (JSON lines with text, label and language) to train a fastText "
        "classifier on before the run",
    )
    training: FastTextTraining = Field(default_factory=FastTextTraining, description="How to train on them")
    pieces: PieceParams = Field(default_factory=PieceParams, description="How a long text is scored")
    unknown_languages: Literal["keep", "reject"] = Field(
        "keep",
        description="Documents in a language that the model was not trained on: the rules do not apply to them (keep), "
        "or they are `unmeasured` (reject)",
    )

    # Where `prepare` has put a trained model: this machine's affair, so in no recipe, signature or manifest.
    _trained: str | None = PrivateAttr(None)

    @model_validator(mode="after")
    def _one_model(self) -> Self:
        if (self.model and self.train_on) or (self.needed and not (self.model or self.train_on)):
            classes = " or ".join(KINDS[self.kind])
            raise ValueError(
                "give either `model` (a folder made by `glotmill train-quality`) or `train_on` (labelled rows: JSON "
                f"lines with text and label, {classes}). Where a recipe trains, `train_on: null` makes room for a model"
            )
        if len(self.model) > 1 and not self.several:
            raise ValueError(f"{len(self.model)} models came; this stage takes one")
        return self

    def choices(self) -> list[Choice]:
        """The models to load."""
        addresses = [self._trained] if self._trained else self.model
        return [Choice(one, self.kind, self.label, self.embedding) for one in addresses]

    def trained(self, folder: str) -> Self:
        """The same with the place of a trained model."""
        out = self.model_copy()
        out._trained = folder
        return out


def prepare(params: P, folder: Path) -> P:
    """Train the model where the recipe gives rows instead; one that is there from an earlier run is used again."""
    if not params.train_on:
        return params
    given = learn.read(params.train_on, params.kind)
    home = folder / f"{params.kind}-{learn.digest(given, params.training)}"
    if not (home / card.NAME).is_file():
        learn.train(given, params.kind, params.training, home)
    return params.trained(str(home))


def fingerprint(params: ClassifierParams) -> dict[str, str]:
    """What decides about the scores: of the weights, or of the rows that they will be trained on."""
    if params.train_on:
        return {"labelled rows": learn.digest(learn.read(params.train_on, params.kind), params.training)}
    named = ["model"] if len(params.model) == 1 else [f"model {i}" for i in range(1, len(params.model) + 1)]
    with _named(params):
        return {name: model.fingerprint(choice) for name, choice in zip(named, params.choices(), strict=True)}


def open_models(params: ClassifierParams) -> list[Model]:
    """Load the classifiers."""
    assert not params.train_on or params._trained is not None, "prepare runs before open"
    with _named(params):
        return [model.load(choice) for choice in params.choices()]


@contextmanager
def _named(params: ClassifierParams) -> Iterator[None]:
    """Errors inside say which parameter named the model: a stage is called after what it tells apart."""
    try:
        yield
    except SourceError as error:
        raise SourceError(f"stages.{params.kind}.model: {error}") from error


def scores(frame: pl.DataFrame, params: ClassifierParams, models: Sequence[Model]) -> pl.DataFrame:
    """Score each document by each model.

    Args:
        frame: with `text`, `words` and `language`.
        models: from `open_models`.

    Returns:
        `applies`: whether every model knows the document's language, or the recipe wants it scored all the same (null
        for a null text). And one column a model, `0`, `1` and so on: the probability of the positive class, null where
        the text is null, without words, or in a language that the model does not know.
    """
    known = pl.repeat(True, frame.height, dtype=pl.Boolean, eager=True)
    out = []
    said = frame["text"].is_not_null() & (frame["words"].list.len() > 0).fill_null(False)
    for number, one in enumerate(models):
        knows = one.knows(frame["language"])
        known = known & knows
        rows = np.flatnonzero((knows & said).to_numpy())
        found = np.full(frame.height, np.nan)
        if len(rows):
            found[rows] = one.score(frame[rows], params.pieces.characters, params.pieces.score)
        out.append(pl.Series(str(number), found, dtype=pl.Float64, nan_to_null=True))
    applies = (
        known if params.unknown_languages == "keep" else pl.repeat(True, frame.height, dtype=pl.Boolean, eager=True)
    )
    there = frame["text"].is_not_null()
    return pl.DataFrame([pl.select(pl.when(there).then(applies).alias("applies")).to_series(), *out])
