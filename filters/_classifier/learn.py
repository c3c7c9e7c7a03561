"""Training by labelled rows alone: what a recipe asks for before a run. `pipelines.training` also evaluates.

All rows are learnt from, so there is nothing to measure the model by, and probabilities are not calibrated.
"""

from __future__ import annotations

import glob
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import xxhash

from filters._classifier import card, fasttext, rows, tokens
from filters._classifier.card import ALL, Card, Weights
from filters._classifier.fasttext import FastTextTraining
from filters._classifier.kinds import KINDS, Kind
from filters._embeddings.digest import sha256
from filters._segments import cut_words
from schemas import sample


def read(patterns: Sequence[str], kind: Kind) -> pl.DataFrame:
    """The labelled rows of files: paths, globs or sample:// addresses.

    Raises:
        SourceError: see `rows.read`.
    """
    files = [file for pattern in patterns for file in sorted(glob.glob(sample.resolve(pattern), recursive=True))]
    return rows.read(files, kind)


def digest(given: pl.DataFrame, how: FastTextTraining) -> str:
    """Digest of what a model is made from: rows, settings, tokens."""
    state = xxhash.xxh3_128(rows.digest(given).encode())
    state.update(f"{how.model_dump_json()}{tokens.VERSION}{card.FORMAT}".encode())
    return state.hexdigest()


def train(given: pl.DataFrame, kind: Kind, how: FastTextTraining, folder: Path) -> Card:
    """Train a fastText classifier on all rows and write its folder; a model that is there is replaced.

    Args:
        given: labelled rows (`rows.SCHEMA`).
        kind: what is told apart.
        how: the settings.
        folder: is made.
    """
    given = given.sort("label", "language", "text")  # the order of training rows decides about the weights
    temporary = folder.with_name(f".{folder.name}.tmp-{os.getpid()}")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    file = temporary / "weights.bin"
    fasttext.fit(fasttext.lines(cut_words(given["text"])), given["label"].to_list(), how, file)
    classes = KINDS[kind]
    made = Card(
        name=folder.name,
        kind=kind,
        positive=classes.positive,
        negative=classes.negative,
        family="fasttext",
        tokens=tokens.VERSION,
        weights={ALL: Weights(file=file.name, sha256=sha256(file))},
        # Rows without a language may be in any.
        languages=[] if given["language"].null_count() else sorted(given["language"].unique()),
        rows={"train": {str(label): int(n) for label, n in sorted(given["label"].value_counts().iter_rows())}},
        training=how.model_dump(mode="json"),
        data={"digest": rows.digest(given)},
    )
    made.write(temporary)
    shutil.rmtree(folder, ignore_errors=True)
    temporary.replace(folder)
    return made
