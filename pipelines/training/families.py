"""fastText and embedding behind one contract: features of rows once, then any number of fits on parts of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from filters._classifier import embedding, fasttext, head, pieces, tokens
from filters._classifier.kinds import KINDS
from filters._classifier.linear import Linear
from filters._embeddings import Embedding, fingerprint, prepare
from filters._kernels.utf8 import strings
from filters._segments import cut_words
from pipelines.training.spec import Spec

F64 = npt.NDArray[np.float64]
I64 = npt.NDArray[np.int64]
_AT_ONCE = 2_000  # rows


class Family(Protocol):
    """What training needs of a family. Rows are those of the frame that it was made of, by number."""

    ending: str
    """Of a file of weights."""
    usable: npt.NDArray[np.bool_]
    """Which rows have features, shape (n,)."""

    def settings(self, spec: Spec) -> list[dict[str, Any]]:
        """The settings of the spec, then those that its trials add."""
        ...

    def fit(self, train: I64, valid: I64, settings: dict[str, Any], file: Path) -> None:
        """Learn from rows and write the weights; valid rows may say when to stop."""
        ...

    def logits(self, file: Path, rows: I64) -> F64:
        """Log odds of rows by the weights in a file."""
        ...

    def card(self) -> dict[str, Any]:
        """What the model's card says of the family."""
        ...


def open_family(spec: Spec, rows: pl.DataFrame, folder: Path) -> Family:
    """The features of all rows.

    Args:
        spec: names the family.
        rows: `text` and `label`; their order decides about the weights.
        folder: of the model, for what has to be trained before (word vectors).
    """
    positive = (rows["label"] == KINDS[spec.kind].positive).to_numpy()
    if spec.family == "fasttext":
        return FastText(spec, rows, positive)
    assert spec.embedding is not None
    return Vectors(_prepared(spec.embedding, folder), folder, rows, positive)


def _prepared(given: Embedding, folder: Path) -> Embedding:
    """The embedding, with word vectors that are trained before kept in the model's folder."""
    if given.train_on is None:
        return given
    made = prepare(given, folder / "embedding").file
    kept = given.model_dump(exclude_defaults=True, exclude={"train_on", "training"})
    return Embedding.model_validate({**kept, "backend": given.backend, "reference": given.reference, "path": made})


def _trials(
    spec: Spec, draw: Callable[[np.random.Generator], dict[str, Any]], first: dict[str, Any]
) -> list[dict[str, Any]]:
    random = np.random.Generator(np.random.PCG64(first["seed"]))
    return [first, *({**first, **draw(random)} for _ in range(spec.trials))]


class FastText:
    """Lines of tokens."""

    ending = ".bin"

    def __init__(self, spec: Spec, rows: pl.DataFrame, positive: npt.NDArray[np.bool_]) -> None:
        self._classes, self._positive = KINDS[spec.kind], positive
        self._lines: list[str] = []
        for part in rows["text"].to_frame().iter_slices(_AT_ONCE):
            self._lines += fasttext.lines(cut_words(part["text"]))
        self.usable = np.array([bool(line) for line in self._lines], np.bool_)

    def settings(self, spec: Spec) -> list[dict[str, Any]]:
        """Trials differ in dimension, epochs, learning rate and n-grams."""

        def draw(random: np.random.Generator) -> dict[str, Any]:
            low, high = [(0, 0), (0, 0), (2, 4), (3, 5)][int(random.integers(4))]
            ngrams = int(random.integers(1, 4))
            return {
                "dimension": [16, 32, 64][int(random.integers(3))],
                "epochs": [5, 10, 20, 40][int(random.integers(4))],
                "learning_rate": [0.1, 0.25, 0.5, 1.0][int(random.integers(4))],
                "word_ngrams": ngrams,
                "subword": [low, high],
                "buckets": 200_000 if ngrams > 1 or high else spec.training.buckets,
                "min_count": [1, 2, 5][int(random.integers(3))],
            }

        return _trials(spec, draw, spec.training.model_dump(mode="json"))

    def fit(self, train: I64, valid: I64, settings: dict[str, Any], file: Path) -> None:
        """See `Family`."""
        labels = [self._classes.positive if self._positive[i] else self._classes.negative for i in train]
        how = fasttext.FastTextTraining.model_validate(settings)
        fasttext.fit([self._lines[i] for i in train], labels, how, file)

    def logits(self, file: Path, rows: I64) -> F64:
        """See `Family`."""
        lines = pl.Series([self._lines[i] for i in rows], dtype=pl.String)
        return Linear(file, self._classes.positive).logits(strings(lines))

    def card(self) -> dict[str, Any]:
        """See `Family`."""
        return {"tokens": tokens.VERSION}


class Vectors:
    """Vectors of the first piece of each row."""

    ending = ".safetensors"

    def __init__(self, chosen: Embedding, folder: Path, rows: pl.DataFrame, positive: npt.NDArray[np.bool_]) -> None:
        self._positive, self._embedding, self._folder = positive.astype(np.float32), chosen, folder
        embed = embedding.open_vectors(chosen)
        parts = []
        for part in rows["text"].to_frame().iter_slices(_AT_ONCE):
            of, cut = pieces.cut(part["text"], embedding.PIECE_CHARACTERS)
            parts.append(embed(cut.gather(np.flatnonzero(np.concatenate(([True], of[1:] != of[:-1]))))))
        self._rows = np.concatenate(parts).astype(np.float32) if parts else np.zeros((0, 1), np.float32)
        self.usable = np.asarray(self._rows.any(axis=1))

    def settings(self, spec: Spec) -> list[dict[str, Any]]:
        """Trials differ in hidden units, dropout, learning rate and weight decay."""

        def draw(random: np.random.Generator) -> dict[str, Any]:
            return {
                "hidden": [64, 128, 256, 512][int(random.integers(4))],
                "dropout": [0.1, 0.2, 0.4][int(random.integers(3))],
                "learning_rate": [3e-4, 1e-3, 3e-3][int(random.integers(3))],
                "weight_decay": [0.0, 0.01, 0.1][int(random.integers(3))],
            }

        return _trials(spec, draw, spec.head.model_dump(mode="json"))

    def fit(self, train: I64, valid: I64, settings: dict[str, Any], file: Path) -> None:
        """See `Family`."""
        how = head.HeadTraining.model_validate(settings)
        head.fit(self._rows[train], self._positive[train], self._rows[valid], self._positive[valid], how).save(file)

    def logits(self, file: Path, rows: I64) -> F64:
        """See `Family`."""
        return head.load(file).logits(self._rows[rows])

    def card(self) -> dict[str, Any]:
        """See `Family`."""
        told = self._embedding.model_dump(mode="json", exclude_defaults=True)
        told |= {"backend": self._embedding.backend, "reference": list(self._embedding.reference)}
        if (path := told.get("path")) and Path(path).is_relative_to(self._folder):
            told["path"] = str(Path(path).relative_to(self._folder))
        return {
            "embedding": told,
            "embedding_files": fingerprint(self._embedding),
            "piece_characters": embedding.PIECE_CHARACTERS,
        }
