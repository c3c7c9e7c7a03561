"""A loaded model: one score a document, whatever the family.

| address                                    | what                                                              |
| ------------------------------------------ | ----------------------------------------------------------------- |
| folder with card.json                      | made by `glotmill train-quality`                                  |
| file .bin                                  | any fastText classifier of two labels, over text as it is          |
| folder or file of FineWeb2-HQ's layout     | its published heads, over the embedding that the recipe names      |
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from filters._classifier import address, card, embedding, fasttext, fineweb2_hq, head, pieces, tokens
from filters._classifier.calibration import Calibration
from filters._classifier.card import ALL, Card
from filters._classifier.kinds import KINDS, Kind
from filters._classifier.pieces import Combine, Scored
from filters._embeddings import Embedding
from filters._embeddings import fingerprint as embedding_fingerprint
from filters._embeddings.digest import sha256
from schemas.errors import SourceError

F64 = npt.NDArray[np.float64]
_FASTTEXT = (".bin", ".ftz")
_DIGEST = re.compile(r"[0-9a-f]{32,64}")


class Scorer(Protocol):
    """What a family is here."""

    def score(self, text: pl.Series, words: pl.Series, characters: int | None) -> Scored:
        """Log odds of each piece of n texts."""
        ...


class Choice(NamedTuple):
    """Which model, and what it needs besides.

    Args:
        address: see above.
        kind: what it has to tell apart.
        label: of a plain fastText classifier, the one that counts.
        embedding: over which a head stands, where it is not the one of the card.
    """

    address: str
    kind: Kind
    label: str | None = None
    embedding: Embedding | None = None


class Model:
    """A loaded model.

    Args:
        scorers: by language label, or one for all; with the calibration of its probabilities.
        languages: what it was trained on; empty: nobody said, so it takes any.
    """

    def __init__(self, scorers: Mapping[str, tuple[Scorer, Calibration]], languages: frozenset[str]) -> None:
        self._scorers, self.languages = scorers, languages

    def knows(self, language: pl.Series) -> pl.Series:
        """Whether the model was trained on each document's language: Boolean, shape (n,)."""
        if not self.languages:
            return pl.repeat(True, len(language), dtype=pl.Boolean, eager=True)
        return language.is_in(sorted(self.languages)).fill_null(False)

    def score(self, frame: pl.DataFrame, characters: int | None, combine: Combine) -> F64:
        """Probability of the positive class, shape (n,); NaN where the model cannot say.

        Args:
            frame: with `text`, `words` and `language`.
            characters: length of the pieces that a text is scored in; None: as the family likes it.
            combine: one score out of those of the pieces.
        """
        out = np.full(frame.height, np.nan)
        if ALL in self._scorers:
            return self._part(frame, ALL, characters, combine)
        label = frame["language"]
        for one in sorted(set(label.drop_nulls()) & set(self._scorers)):
            rows = np.flatnonzero((label == one).fill_null(False).to_numpy())
            out[rows] = self._part(frame[rows], one, characters, combine)
        return out

    def _part(self, frame: pl.DataFrame, which: str, characters: int | None, combine: Combine) -> F64:
        scorer, calibration = self._scorers[which]
        rows, lengths, logits = scorer.score(frame["text"], frame["words"], characters)
        return pieces.combine(rows, lengths, calibration.probabilities(logits), frame.height, combine)


def load(choice: Choice) -> Model:
    """Load a model.

    Raises:
        SourceError: there is none, or it is another kind of model.
    """
    path = address.find(choice.address)
    if (path / card.NAME).is_file():
        return _ours(path, choice)
    if path.suffix in _FASTTEXT:
        if choice.label is None:
            raise SourceError(
                f"{path} is a fastText classifier of somebody else: say with `label` which of its labels counts."
            )
        return Model({ALL: (fasttext.Scorer(path, choice.label, plain=True), Calibration())}, frozenset())
    if found := fineweb2_hq.find(path):
        return _heads(found, choice)
    card.read(path)  # says what is missing
    raise AssertionError  # pragma: no cover


def fingerprint(choice: Choice) -> str:
    """What decides about the scores: SHA-256 over the weights and how they are read."""
    path = address.find(choice.address)
    if (path / card.NAME).is_file():
        held = card.read(path)
        if held.family == "fasttext":
            return held.sha256()
        return _together({"card": held.sha256(), **embedding_fingerprint(_embedding(path, held, choice.embedding))})
    if path.is_file() and path.suffix in _FASTTEXT:
        return sha256(path)
    if found := fineweb2_hq.find(path):
        over = {} if choice.embedding is None else embedding_fingerprint(choice.embedding)
        return _together({**{f"head {label}": sha256(file) for label, file in found.items()}, **over})
    card.read(path)
    raise AssertionError  # pragma: no cover


def _together(parts: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _ours(folder: Path, choice: Choice) -> Model:
    held = card.read(folder)
    if held.kind != choice.kind:
        raise SourceError(
            f"the model in {folder} tells {held.positive} from {held.negative} ({held.kind}); here one is needed that "
            f"tells {' from '.join(KINDS[choice.kind])} ({choice.kind}). Train one with `glotmill train-quality`."
        )
    scorers: dict[str, tuple[Scorer, Calibration]] = {}
    embed = None if held.family == "fasttext" else embedding.open_vectors(_embedding(folder, held, choice.embedding))
    for label, weights in held.weights.items():
        file = folder / weights.file
        if embed is None:
            if held.tokens != tokens.VERSION:
                raise SourceError(
                    f"the model in {folder} was trained on tokens of version {held.tokens}, this version of Glotmill "
                    f"makes {tokens.VERSION}. Train it again with `glotmill train-quality`."
                )
            scorer: Scorer = fasttext.Scorer(file, held.positive)
        else:
            scorer = embedding.Scorer(embed, head.load(file))
        scorers[label] = scorer, Calibration(weights.slope, weights.shift)
    return Model(scorers, frozenset(held.languages))


def _embedding(folder: Path, held: Card, given: Embedding | None) -> Embedding:
    """The embedding of a head: the recipe's, or the card's; its files have to be those that the head was trained on."""
    if given is None:
        own = dict(held.embedding or {})
        if own.get("path") and (folder / own["path"]).exists():  # a part of the model folder
            own["path"] = str(folder / own["path"])
        given = Embedding.model_validate(own)
    found, learnt_over = _digests(embedding_fingerprint(given)), _digests(held.embedding_files)
    if found != learnt_over:
        wrong = sorted(k for k in found.keys() | learnt_over.keys() if found.get(k) != learnt_over.get(k))
        raise SourceError(
            f"the model in {folder} was trained over another embedding: {', '.join(wrong)} differ. Name with "
            f"`embedding` the one that it was trained over: {held.embedding}."
        )
    return given


def _digests(fingerprint: Mapping[str, str]) -> dict[str, str]:
    """The digests of files in a fingerprint: a newer version of a package is no other model."""
    return {name: value for name, value in fingerprint.items() if _DIGEST.fullmatch(value)}


def _heads(found: Mapping[str, Path], choice: Choice) -> Model:
    if choice.embedding is None:
        raise SourceError(
            f"{choice.address} holds heads over the embedding of FacebookAI/xlm-roberta-base: say with `embedding` how "
            "to make it, for example {backend: onnx, path: FOLDER}."
        )
    embed = embedding.open_raw(choice.embedding)
    scorers: dict[str, tuple[Scorer, Calibration]] = {}
    for label, file in found.items():
        scorers[label] = embedding.Scorer(embed, fineweb2_hq.read(file)), Calibration()
    return Model(scorers, frozenset(found) - {ALL})
