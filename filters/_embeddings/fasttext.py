"""`fasttext`: the mean of the vectors of a text's words, each of length 1, as fastText makes vectors of sentences.

Words are those of `filters._segments`, so every script has words; signs are left out. A word that the model has not
seen is made of its parts. The whole text counts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from filters import _segments
from filters._embeddings import skip_gram, texts
from filters._embeddings.common import unit
from filters._embeddings.contract import F64
from filters._embeddings.digest import sha256
from schemas.embedding import Embedding
from schemas.errors import SourceError


class FastText:
    """A loaded model.

    Raises:
        SourceError: the file is missing, or no unsupervised fastText model.
    """

    def __init__(self, embedding: Embedding) -> None:
        assert embedding.file is not None, "prepare runs before open"
        self._lower_case = embedding.lower_case
        self._model = _load(embedding.file)

    def __call__(self, texts: pl.Series) -> F64:
        """See `contract.Backend`."""
        from filters._kernels import embeddings as kernel

        words = skip_gram.words(texts, self._lower_case)
        counts = words.list.len().fill_null(0).to_numpy()
        flat = words.explode(empty_as_null=False, keep_nulls=False).to_arrow().dictionary_encode()
        table = np.empty((len(flat.dictionary), self._model.get_dimension()))
        for number, word in enumerate(flat.dictionary.to_pylist()):
            table[number] = self._model.get_word_vector(word)
        out = np.zeros((len(texts), table.shape[1]))
        tokens = flat.indices.to_numpy().astype(np.int64)
        starts = np.concatenate(([0], np.cumsum(counts, dtype=np.int64)))
        kernel.add_up(tokens, starts, unit(table), np.ones(len(tokens)), out)
        return out


def _load(path: str) -> Any:
    import fasttext

    if not Path(path).is_file():
        raise SourceError(f"embedding.path: {path} is not a file. Give the path of an unsupervised fastText .bin.")
    try:
        model = fasttext.load_model(path)
    except ValueError as error:
        raise SourceError(
            f"embedding.path: {path} is no fastText model ({error}). Give an unsupervised fastText .bin."
        ) from error
    if model.f.getArgs().model.name == "supervised":
        raise SourceError(
            f"embedding.path: {path} is a fastText classifier, whose word vectors only know its labels. Give an "
            "unsupervised model (skip-gram or CBOW)."
        )
    return model


def fingerprint(embedding: Embedding) -> dict[str, str]:
    """SHA-256 of the file, or the digest of what it will be trained on."""
    cut = {"segments": "; ".join(f"{name} {value}" for name, value in sorted(_segments.fingerprint().items()))}
    if embedding.train_on is not None:
        return {"word vectors": _digest(embedding), **cut}
    assert embedding.path is not None
    return {"word vectors": sha256(Path(embedding.path)), **cut}


def prepare(embedding: Embedding, folder: Path) -> Embedding:
    """Train the model that the recipe asks for, if it is not there."""
    file = folder / f"word-vectors-{_digest(embedding)}" / "model.bin"
    if not file.is_file():
        skip_gram.train(_texts(embedding), embedding.training, embedding.lower_case, file)
    return embedding.trained(str(file))


def _texts(embedding: Embedding) -> pl.Series:
    return texts.read(embedding.train_on or [], "embedding.train_on")


def _digest(embedding: Embedding) -> str:
    return skip_gram.digest(_texts(embedding), embedding.training, embedding.lower_case)
