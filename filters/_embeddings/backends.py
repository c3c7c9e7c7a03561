"""From parameters to a loaded embedder; what its fingerprint is, and what has to be done before a run."""

from __future__ import annotations

from pathlib import Path

from filters._embeddings import fasttext, model2vec, onnx, openai, sentence_transformers, texts
from filters._embeddings.contract import Backend
from filters._embeddings.embedder import Embedder, Plain
from schemas.embedding import Embedding


def open_embedder(embedding: Embedding) -> Embedder:
    """Load the model.

    Raises:
        MissingPackage: its extra is not installed.
        SourceError: the model or the reference texts cannot be read.
        ServerUnavailable: the server is away.
    """
    return Embedder(_open(embedding), texts.read(embedding.reference, "embedding.reference"), embedding.directions)


def open_backend(embedding: Embedding) -> Plain:
    """Load the model for those who need its vectors as it gives them; `reference` and `directions` are not read.

    Raises:
        MissingPackage: its extra is not installed.
        SourceError: the model cannot be read.
        ServerUnavailable: the server is away.
    """
    return Plain(_open(embedding))


def _open(embedding: Embedding) -> Backend:
    match embedding.backend:
        case "model2vec":
            return model2vec.Model2Vec(embedding)
        case "fasttext":
            return fasttext.FastText(embedding)
        case "onnx":
            return onnx.Onnx(embedding)
        case "sentence_transformers":
            return sentence_transformers.SentenceTransformers(embedding)
        case "openai":
            return openai.Server(embedding)


def fingerprint(embedding: Embedding) -> dict[str, str]:
    """What decides about the vectors besides the parameters: digests of the model's files and of the reference."""
    match embedding.backend:
        case "model2vec":
            found = model2vec.fingerprint(embedding)
        case "fasttext":
            found = fasttext.fingerprint(embedding)
        case "onnx":
            found = onnx.fingerprint(embedding)
        case "sentence_transformers":
            found = sentence_transformers.fingerprint(embedding)
        case "openai":
            found = {}  # a server shows no files: its address and the model's name are parameters
    return found | {"reference": texts.digest(texts.read(embedding.reference, "embedding.reference"))}


def prepare(embedding: Embedding, folder: Path) -> Embedding:
    """Train word vectors where the recipe gives texts; those of an earlier run are used again."""
    return fasttext.prepare(embedding, folder) if embedding.train_on is not None else embedding
