"""Word vectors trained before a run, from texts that the recipe names: fastText's skip-gram.

Bojanowski et al. 2017, "Enriching Word Vectors with Subword Information". One thread and fastText's fixed seed: the
same texts give the same bytes.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import polars as pl
import xxhash

from filters import _segments
from filters._embeddings import texts
from schemas.embedding import SkipGram

_VERSION = 1  # raised when the same texts and values give another model


def words(text: pl.Series, lower_case: bool) -> pl.Series:
    """The words of each text that hold a letter or digit, as a model sees them: lists of strings, shape (n,)."""
    cut = _segments.cut_words(text)
    says = pl.element().filter(pl.element().str.contains(r"[\p{L}\p{N}]"))
    return cut.list.eval(says.str.to_lowercase() if lower_case else says)


def digest(given: pl.Series, training: SkipGram, lower_case: bool) -> str:
    """Digest of what a model is made from."""
    how = f"{training.model_dump_json()}{lower_case}{_VERSION}{sorted(_segments.fingerprint().items())}"
    return xxhash.xxh3_128_hexdigest(f"{texts.digest(given)}{how}".encode())


def train(given: pl.Series, training: SkipGram, lower_case: bool, file: Path) -> None:
    """Train a model and write it; one that is there is replaced.

    Args:
        given: texts.
        training: how.
        lower_case: whether words are brought to lower case.
        file: a fastText .bin.
    """
    import fasttext

    lines = words(given, lower_case).list.join(" ").str.replace_all(r"[\r\n]", " ")
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as handle:
        handle.writelines(f"{line}\n" for line in lines if line)
        handle.flush()
        model = fasttext.train_unsupervised(
            handle.name,
            model="skipgram",
            dim=training.dimension,
            epoch=training.epochs,
            minCount=training.least_count,
            bucket=training.buckets,
            thread=1,
            verbose=0,
        )
    part = file.with_name(f".{file.name}.tmp-{os.getpid()}")
    model.save_model(str(part))
    part.replace(file)
