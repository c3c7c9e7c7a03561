"""What a stage's translations go by, loaded once a worker: glossary, memory, examples, an embedder, an estimator."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from schemas.embedding import Embedding
from schemas.stage import Embedder, Tools
from translators.gates.gate import Pair
from translators.knowledge import files
from translators.knowledge.described import Bitext, Described, Terms, path_of
from translators.knowledge.examples import RetrievalParams, Retriever
from translators.knowledge.glossary import Entry, Glossary
from translators.knowledge.glossary_files import read_list
from translators.knowledge.memory import Memory
from translators.knowledge.pool import NoPairs, Pool
from translators.metrics.comet import Comet
from translators.metrics.estimation import Estimator, estimate
from translators.metrics.similarity import similarity

_ENDINGS = (".parquet", ".jsonl", ".json", ".tsv", ".csv", ".tmx", ".txt", ".yaml", ".yml")


class ExampleParams(RetrievalParams):
    """Earlier translations of similar texts, shown to the model."""

    bitext: list[Bitext] = Field(
        min_length=1,
        description="Files with translations (Parquet, JSON lines, TSV, CSV, TMX): addresses, or "
        "{path, source_language, target_language} and the names of columns where the file does not say them",
    )
    count: int = Field(5, gt=0, le=32, description="Examples for each request, at most")


class EstimatorParams(BaseModel):
    """A model that estimates quality from source and translation, run by `unbabel-comet`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(description="Folder of a model, or its name on the Hub. Mind its licence")
    revision: str | None = Field(None, description="With a name: the full commit on the Hub")
    python: str | None = Field(None, description="Interpreter that has unbabel-comet; null for this one")


class Params(Protocol):
    """The parameters that name what is loaded."""

    glossary: list[Terms]
    keep_terms: list[str]
    memory: list[Bitext]
    examples: ExampleParams | None
    embedding: Embedding | None
    estimator: EstimatorParams | None


class Kit:
    """The knowledge of a stage; see `translators.flow.translating.Knowledge`.

    Args:
        params: what the recipe names.
        tools: what opens an embedding model.

    Raises:
        RecipeError: a file is wrong; with its line.
        SourceError: a file or a model cannot be read.
        MissingPackage: the extra of a model is not installed.
    """

    def __init__(self, params: Params, tools: Tools) -> None:
        self._glossary = Glossary.load(params.glossary) if params.glossary else None
        self._memory = Memory.load(params.memory) if params.memory else None
        self._examples = params.examples
        self._retrievers: dict[tuple[str, str], Retriever | None] = {}
        self._embedder: Embedder | None = None if params.embedding is None else tools.embedder(params.embedding)
        self._estimator: Estimator | None = None
        if params.estimator is not None:
            one = params.estimator
            comet = Comet(one.model, revision=one.revision, python=one.python)
            comet.start()
            self._estimator = comet
        self.keep_terms = tuple(dict.fromkeys(term for path in params.keep_terms for term in read_list(path)))
        """Words that stay as they are."""

    @property
    def has_embedding(self) -> bool:
        """Whether similarity can be told."""
        return self._embedder is not None

    @property
    def has_estimator(self) -> bool:
        """Whether quality can be estimated."""
        return self._estimator is not None

    def entries(self, text: str, source: str, target: str) -> tuple[Entry, ...]:
        """Entries of the glossary that a text needs."""
        return () if self._glossary is None else self._glossary.entries_for(text, source, target)

    def known(self, text: str, source: str, target: str) -> str | None:
        """The translation of a text where a memory holds one."""
        return None if self._memory is None else self._memory.lookup(text, source, target)

    def examples(self, text: str, source: str, target: str) -> tuple[tuple[str, str], ...]:
        """Translations of similar texts, the most similar last."""
        if self._examples is None:
            return ()
        pair = source, target
        if pair not in self._retrievers:
            try:
                pool = Pool.load(self._examples.bitext, source, target)
            except NoPairs:  # of a recipe with many targets the files may hold some
                self._retrievers[pair] = None
            else:
                self._retrievers[pair] = Retriever(pool, self._examples, self._embedder)
        retriever = self._retrievers[pair]
        return () if retriever is None else tuple(retriever.retrieve([text], self._examples.count)[0])

    def similarity(self, one: str, other: str) -> float | None:
        """Cosine similarity of two texts of one language; None where the model knows too little of them."""
        assert self._embedder is not None
        return similarity([one], [other], self._embedder)[0]

    def estimate(self, source: str, target: str, source_language: str, target_language: str) -> float | None:
        """Estimated quality of a translation; None where the model cannot read all of it."""
        assert self._estimator is not None
        return estimate([Pair(source, target, source_language, target_language)], self._estimator)[0]


def fingerprint(params: Params) -> dict[str, str]:
    """Digests of the files that decide about translations, by parameter."""
    # What a recipe says of a file besides its address stands in the parameters.
    named: dict[str, Sequence[str | Described]] = {
        "glossary": params.glossary,
        "keep_terms": params.keep_terms,
        "memory": params.memory,
        "examples": params.examples.bitext if params.examples is not None else [],
    }
    found = {name: [path_of(one) for one in given] for name, given in named.items()}
    return {name: _digest(files.expand(paths, _ENDINGS)) for name, paths in found.items() if paths}


def _digest(paths: Sequence[str]) -> str:
    """SHA-256 of the contents of some files, whatever they are called."""
    whole = hashlib.sha256()
    for one in sorted(_sha256(path, _changed(path)) for path in paths):
        whole.update(one.encode())
    return whole.hexdigest()


def _changed(path: str) -> tuple[int, int] | None:
    """Size and time of a local file: as long as they stay, so does its content."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


@lru_cache(maxsize=256)
def _sha256(path: str, changed: tuple[int, int] | None) -> str:
    whole = hashlib.sha256()
    with files.open_binary(path) as handle:
        while block := handle.read(1 << 20):
            whole.update(block)
    return whole.hexdigest()
