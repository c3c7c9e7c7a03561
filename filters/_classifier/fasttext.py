"""The family fastText: training, and scoring of the whole text (Joulin et al. 2017, arXiv:1607.01759).

Training runs on one thread with a fixed seed: the same rows give the same weights, at the price of a second core, which
would only halve the minutes it takes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from filters._classifier import pieces, tokens
from filters._classifier.linear import Linear
from filters._classifier.pieces import Scored


class FastTextTraining(BaseModel):
    """How the classifier is trained."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    dimension: int = Field(32, gt=0, description="Length of the word vectors")
    epochs: int = Field(40, gt=0, description="Passes over the rows")
    learning_rate: float = Field(0.5, gt=0, description="Initial learning rate")
    word_ngrams: int = Field(1, gt=0, description="Longest word n-gram")
    subword: tuple[int, int] = Field((0, 0), description="Shortest and longest character n-gram; 0 for none")
    buckets: int = Field(20_000, gt=0, description="Hash buckets for n-grams")
    min_count: int = Field(1, gt=0, description="Rarer words are left out")
    seed: int = Field(1, ge=0, description="Seed of the random start")


def lines(words: pl.Series) -> list[str]:
    """What fastText learns from: one line of tokens for the words of each text."""
    return tokens.texts(tokens.lines(words).lines)


def fit(lines: Sequence[str], labels: Sequence[str], how: FastTextTraining, file: Path) -> None:
    """Train a classifier and write it.

    Args:
        lines: of tokens, shape (n,); their order decides about the weights.
        labels: class of each line.
        how: the settings.
        file: is made.
    """
    import fasttext

    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as rows:
        rows.writelines(f"__label__{label} {line}\n" for label, line in zip(labels, lines, strict=True))
        rows.flush()
        model = fasttext.train_supervised(
            rows.name,
            dim=how.dimension,
            epoch=how.epochs,
            lr=how.learning_rate,
            wordNgrams=how.word_ngrams,
            minn=how.subword[0],
            maxn=how.subword[1],
            bucket=how.buckets,
            minCount=how.min_count,
            seed=how.seed,
            thread=1,
            verbose=0,
        )
    model.save_model(str(file))


class Scorer:
    """A trained classifier, or one that somebody else has trained.

    Args:
        path: the .bin.
        positive: the label that counts.
        plain: whether it was trained on text as it is, cut at white space, and not on our tokens.
    """

    def __init__(self, path: Path, positive: str, *, plain: bool = False) -> None:
        self._linear, self._plain = Linear(path, positive), plain

    def score(self, text: pl.Series, words: pl.Series, characters: int | None) -> Scored:
        """Log odds of each piece; without `characters`, or with 0, a text is one piece, however long."""
        if not self._plain:
            found = tokens.lines(words, characters)
            return Scored(found.rows, found.lengths, self._linear.logits(found.lines))
        from filters._kernels.utf8 import strings

        rows, cut = pieces.cut(text, characters or 0)
        lengths = cut.str.len_chars().fill_null(0).to_numpy().astype(np.int64)
        return Scored(rows, lengths, self._linear.logits(strings(cut)))
