"""`onnx`: an encoder exported to ONNX, run by onnxruntime on the processor (the extra `onnx`).

A window of a text is run alone, on one thread. The graphs of int8 that quantise as they run take their scale from the
whole batch, so that one text would change the vector of another by a tenth (onnxruntime issue 10111); float32 would
allow batches of equal length, which only short texts gain from (docs/embeddings.md has figures).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from filters._embeddings import onnx_folder
from filters._embeddings.contract import F64
from filters._embeddings.folders import package
from filters._embeddings.windows import Window, Windows
from schemas.embedding import Embedding
from schemas.errors import SourceError

_TYPES = {"tensor(int64)": np.int64, "tensor(int32)": np.int32}
_INPUTS = ("input_ids", "attention_mask", "token_type_ids", "position_ids")
_TOKENS = ("last_hidden_state", "token_embeddings")
_POOLED = ("sentence_embedding", "text_embeds")


class Onnx:
    """A loaded encoder.

    Raises:
        MissingPackage: the extra is not installed.
        SourceError: the folder holds no encoder that can be run, or the Hub cannot give it.
    """

    def __init__(self, embedding: Embedding) -> None:
        runtime = package("onnxruntime", "onnx", "onnx")
        self._model = model = onnx_folder.read(embedding)
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.execution_mode = runtime.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = 4  # what goes wrong is told by the error
        try:
            self._session: Any = runtime.InferenceSession(str(model.graph), options, ["CPUExecutionProvider"])
        except Exception as error:  # its errors have no common class
            raise SourceError(
                f"embedding: onnxruntime {runtime.__version__} cannot load {model.graph}: {_words(error)}. If weights "
                "lie in a file of their own, it has to be beside the graph."
            ) from error
        self._inputs = {one.name: _type(one, model) for one in self._session.get_inputs()}
        self._output = _output(self._session.get_outputs(), model)
        self._windows = Windows(
            model.tokenizer.read_text(encoding="utf-8"), model.window, embedding.windows, model.prefix
        )
        self._dimension = len(self._encode(self._windows.trial()))

    def __call__(self, texts: pl.Series) -> F64:
        """See `contract.Backend`."""
        return self._windows.mean(texts, self._encode, self._dimension)

    def _encode(self, window: Window) -> F64:
        count = len(window.ids)
        given = (window.ids, np.ones(count), window.types, np.arange(count))
        feed = {
            name: values[None].astype(self._inputs[name])
            for name, values in zip(_INPUTS, given, strict=True)
            if name in self._inputs
        }
        try:
            out = np.asarray(self._session.run([self._output], feed)[0], np.float64)[0]
        except Exception as error:  # its errors have no common class
            raise SourceError(
                f"embedding: {self._model.graph} cannot run a window of {count} tokens: {_words(error)}. It has to "
                "take any number of them; if this is more than the model was made for, lower embedding.window_tokens."
            ) from error
        if self._model.pooling != "none":
            said = out if self._model.with_prefix else out[window.before :]
            out = said[0] if self._model.pooling == "cls" else said.mean(axis=0)
        length = float(np.linalg.norm(out)) if self._model.unit else 1.0
        return np.asarray(out / max(length, 1e-12))


def _words(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(" .")


def _type(given: Any, model: onnx_folder.Exported) -> Any:
    """The type of numbers that an input takes."""
    if given.name not in _INPUTS or given.type not in _TYPES:
        raise SourceError(
            f"embedding: {model.graph} asks for an input {given.name} ({given.type}); what it can be given is "
            f"{', '.join(_INPUTS)}, as whole numbers. Export the encoder alone (feature-extraction)."
        )
    return _TYPES[given.type]


def _output(given: Any, model: onnx_folder.Exported) -> str:
    """The output that holds vectors of tokens, or of texts where the graph pools."""
    known, rank, what = (_POOLED, 2, "texts") if model.pooling == "none" else (_TOKENS, 3, "tokens")
    names = {one.name: one.shape for one in given}
    for name in known:
        if name in names:
            return name
    fitting = [name for name, shape in names.items() if len(shape) == rank and name not in ("logits", "pooler_output")]
    if len(fitting) != 1:
        had = ", ".join(f"{name} {shape}" for name, shape in names.items())
        raise SourceError(
            f"embedding: {model.graph} has no output with vectors of {what} ({' or '.join(known)}); it has {had}. "
            + (
                "Give `pooling: mean` or `cls` for a graph that does not pool."
                if model.pooling == "none"
                else "Export the encoder alone (feature-extraction), or give `pooling: none` for a graph that pools."
            )
        )
    return str(fitting[0])


def fingerprint(embedding: Embedding) -> dict[str, str]:
    """SHA-256 of each file that decides about the vectors, and the versions of what reads and runs them.

    Raises:
        MissingPackage: the extra is not installed.
        SourceError: a file is missing.
    """
    versions = [f"{name} {package(name, 'onnx', 'onnx').__version__}" for name in ("onnxruntime", "tokenizers")]
    return onnx_folder.digests(embedding) | {"run by": ", ".join(versions)}
