"""`sentence_transformers`: any model that the package sentence-transformers loads (the extra of that name).

The package cuts a text after the model's window; here the whole text counts, window by window. A window is run alone,
on one thread of the processor, in float32: torch sums in another order for other batches and numbers of threads. What
the model does with a text's tokens (pooling, dense layers, length 1) it does here too. A model without a window, such
as a static one, gets the whole text.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from filters._embeddings import folders, windows
from filters._embeddings.contract import F64
from filters._embeddings.digest import sha256
from schemas.embedding import Embedding
from schemas.errors import SourceError

_SETTINGS = ("*.json", "*.txt", "*.model")
_WEIGHTS, _OLD_WEIGHTS = "*.safetensors", "*.bin"
_OTHERS = ("onnx", "openvino", "coreml")  # folders of the same model for other runtimes


class SentenceTransformers:
    """A loaded model.

    Raises:
        MissingPackage: the extra is not installed.
        SourceError: the folder holds no model that the package loads, or the Hub cannot give it.
        RecipeError: `window_tokens` is more than the model takes.
    """

    def __init__(self, embedding: Embedding) -> None:
        package = _package()
        home = _folder(embedding)
        try:
            model = package.SentenceTransformer(str(home), device="cpu", local_files_only=True)
        except Exception as error:  # whatever its parsers raise
            raise SourceError(
                f"embedding: {home} holds no model that sentence-transformers {package.__version__} can load "
                f"({type(error).__name__}: {error}). It needs config.json or modules.json, weights and a tokenizer."
            ) from error
        self._model: Any = model.float().eval()
        self._torch = folders.package("torch", "sentence_transformers", "sentence-transformers")
        self._prefix = embedding.prefix
        if self._prefix is None:
            self._prefix = (model.prompts or {}).get(model.default_prompt_name) or ""
        self._windows = _windows(model, embedding, self._prefix)
        self._types = "token_type_ids" in getattr(model.tokenizer, "model_input_names", ())
        trial = self._vector(model.preprocess(["a"])) if self._windows is None else self._encode(self._windows.trial())
        self._dimension = len(trial)

    def __call__(self, texts: pl.Series) -> F64:
        """See `contract.Backend`."""
        if self._windows is not None:
            return self._windows.mean(texts, self._encode, self._dimension)
        out = np.zeros((len(texts), self._dimension))
        for row, text in enumerate(texts):
            out[row] = self._vector(self._model.preprocess([self._prefix + text]))
        return out

    def _encode(self, window: windows.Window) -> F64:
        ids = self._torch.from_numpy(window.ids[None])
        given = {"input_ids": ids, "attention_mask": self._torch.ones_like(ids), "prompt_length": window.before}
        if self._types:
            given["token_type_ids"] = self._torch.from_numpy(window.types[None])
        return self._vector(given)

    def _vector(self, given: dict[str, Any]) -> F64:
        self._torch.set_num_threads(1)
        with self._torch.inference_mode():
            return np.asarray(self._model(given)["sentence_embedding"][0].numpy(), np.float64)


def _windows(model: Any, embedding: Embedding, prefix: str) -> windows.Windows | None:
    """How texts are cut for this model; None for one that takes any number of tokens."""
    said = model.max_seq_length
    encoder = getattr(model[0], "auto_model", None)
    if encoder is None and (said is None or said == float("inf")):
        return None
    tokenizer = getattr(model.tokenizer, "backend_tokenizer", None)
    if encoder is None or tokenizer is None:
        raise SourceError(
            f"embedding: this model begins with {type(model[0]).__name__} and a tokenizer "
            f"{type(model.tokenizer).__name__}, with which texts longer than its window cannot be cut. It needs a "
            "Transformer with a fast tokenizer (tokenizer.json)."
        )
    most = windows.tokens(embedding, said, windows.positions(encoder.config.to_dict()))
    return windows.Windows(tokenizer.to_str(), most, embedding.windows, prefix)


def _package() -> Any:
    return folders.package("sentence_transformers", "sentence_transformers", "sentence-transformers")


def _folder(embedding: Embedding) -> Path:
    """The folder of the model; of two kinds of weights the newer one is fetched."""
    home = folders.folder(embedding, [*_SETTINGS, _WEIGHTS])
    if embedding.hub is not None and not any(home.rglob(_WEIGHTS)):
        home = folders.folder(embedding, [*_SETTINGS, _OLD_WEIGHTS])
    return home


def fingerprint(embedding: Embedding) -> dict[str, str]:
    """SHA-256 of each file that decides about the vectors, and the versions of what runs them.

    Raises:
        MissingPackage: the extra is not installed.
        SourceError: there are no weights.
    """
    _package()
    home = _folder(embedding)
    weights = sorted(home.rglob(_WEIGHTS)) or sorted(home.rglob(_OLD_WEIGHTS))
    weights = [file for file in weights if file.relative_to(home).parts[0] not in _OTHERS]
    if not weights:
        raise SourceError(
            f"embedding: there is no model in {home}. It needs config.json or modules.json, model.safetensors and a "
            "tokenizer."
        )
    settings = [file for pattern in _SETTINGS for file in home.rglob(pattern)]
    files = {file for file in [*weights, *settings] if file.relative_to(home).parts[0] not in _OTHERS}
    names = ("sentence-transformers", "transformers", "torch", "tokenizers")
    found = {str(file.relative_to(home)): sha256(file) for file in sorted(files)}
    return found | {"run by": ", ".join(f"{name} {version(name)}" for name in names)}
