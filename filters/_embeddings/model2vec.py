"""`model2vec`: static vectors of tokens, through the package model2vec (the extra `embeddings`).

The package cuts a text after 512 tokens by default; here all tokens of a text count. Their vectors are added up by our
own kernel, text by text: the package takes the mean of texts of the same length together, and of a long one holds the
vectors of all its tokens. A text has no vector where the model cuts it into letters or bytes, or knows less than
half of its tokens.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from filters._embeddings.contract import F64
from filters._embeddings.digest import sha256
from filters._embeddings.folders import folder, package
from filters._embeddings.known import in_fragments
from schemas.embedding import Embedding
from schemas.errors import SourceError

# The files of a model, of which those that are there decide about its vectors (model2vec.persistence.datamodels).
_FILES = (
    "config.json",
    "config_sentence_transformers.json",
    "model.safetensors",
    "tokenizer.json",
    "0_StaticEmbedding/model.safetensors",
    "0_StaticEmbedding/tokenizer.json",
)
I64 = npt.NDArray[np.int64]
_AT_ONCE = 1_000_000  # bytes of text: a tokenizer takes some hundred bytes of memory for a token


class Model2Vec:
    """A loaded model.

    Raises:
        MissingPackage: the extra is not installed.
        SourceError: the folder holds no model, or the Hub cannot give it.
    """

    def __init__(self, embedding: Embedding) -> None:
        library = package("model2vec", "model2vec", "embeddings")
        home = folder(embedding, _FILES)
        try:
            model = library.StaticModel.from_pretrained(str(home))
        except Exception as error:  # whatever its parsers raise
            raise SourceError(
                f"embedding: {home} holds no model that model2vec {library.__version__} can load "
                f"({type(error).__name__}: {error}). It needs config.json, model.safetensors and tokenizer.json."
            ) from error
        model.tokenizer.no_truncation()
        self._model: Any = model
        table = np.asarray(model.embedding)
        self._table = table if table.dtype == np.int8 else np.ascontiguousarray(table, np.float32)

    def __call__(self, texts: pl.Series) -> F64:
        """See `contract.Backend`."""
        from filters._kernels import embeddings as kernel

        out = np.zeros((len(texts), self._table.shape[1]))
        sizes = np.cumsum(texts.str.len_bytes().to_numpy(), dtype=np.int64)
        for part in np.split(np.arange(len(texts)), np.flatnonzero(np.diff(sizes // _AT_ONCE)) + 1):
            tokens, starts, known = self._tokens(texts[part].to_list())
            weights, rows = self._model.weights, self._model.token_mapping
            scales = np.ones(len(tokens)) if weights is None else np.asarray(weights, np.float64)[tokens]
            vectors = np.zeros((len(part), out.shape[1]))
            kernel.add_up(
                tokens if rows is None else np.asarray(rows, np.int64)[tokens], starts, self._table, scales, vectors
            )
            out[part] = np.where(known[:, None], vectors, 0)
        return out

    def _tokens(self, texts: list[str]) -> tuple[I64, I64, npt.NDArray[np.bool_]]:
        """Known tokens of n texts one after the other, where each text's begin, and whether it is known well enough."""
        cut = [one.ids for one in self._model.tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
        sizes = np.array([len(one) for one in cut], np.int64)
        tokens = np.fromiter(chain.from_iterable(cut), np.int64, sizes.sum())
        if self._model.unk_token_id is not None:
            kept = tokens != self._model.unk_token_id
            left = np.bincount(np.repeat(np.arange(len(sizes)), sizes)[kept], minlength=len(sizes))
            enough, tokens, sizes = 2 * left >= sizes, tokens[kept], left
        else:
            enough = np.ones(len(sizes), np.bool_)
        starts = np.concatenate(([0], np.cumsum(sizes, dtype=np.int64)))
        return tokens, starts, enough & ~in_fragments(tokens, starts, len(self._model.tokens))


def fingerprint(embedding: Embedding) -> dict[str, str]:
    """SHA-256 of each of the model's files.

    Raises:
        SourceError: there is none.
    """
    home = folder(embedding, _FILES)
    found = {name: sha256(home / name) for name in _FILES if (home / name).is_file()}
    if not found:
        raise SourceError(
            f"embedding: there is no model in {home}. It needs config.json, model.safetensors and tokenizer.json."
        )
    return found
