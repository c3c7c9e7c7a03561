"""What the tests share that hold our rules against datatrove's: real documents, and its filters on words of our choice.

The documents are not part of the repository: the environment variable GLOTMILL_CORPORA names their folder, and tests
that need them skip without it.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest


def folder() -> Path:
    """The folder of real text; skips the test where there is none."""
    named = os.environ.get("GLOTMILL_CORPORA")
    if not named:
        pytest.skip("GLOTMILL_CORPORA is not set: it names a folder with realdocs-*.parquet and udhr_dev.parquet")
    if not list(Path(named).glob("realdocs-*.parquet")):
        pytest.skip(f"no realdocs-*.parquet in {named}")
    return Path(named)


@cache
def documents(n: int = 2_000) -> pl.DataFrame:
    """`n` real documents, spread evenly over all files: `id`, `text`, `declared_language`, `source`."""
    every = pl.concat([pl.read_parquet(file) for file in sorted(folder().glob("realdocs-*.parquet"))])
    every = every.filter(pl.col("text").str.len_bytes() > 0)
    chosen = pl.Series([i * every.height // n for i in range(n)], dtype=pl.UInt32)
    return every[chosen]


@cache
def declarations() -> pl.DataFrame:
    """The Universal Declaration of Human Rights, a document for each of 448 languages: `id`, `text`, `language`."""
    paragraphs = pl.read_parquet(folder() / "udhr_dev.parquet")
    return (
        paragraphs.group_by("udhr_code", maintain_order=True)
        .agg(pl.col("text").str.join("\n\n"), pl.col("iso639_3").first().alias("language"))
        .rename({"udhr_code": "id"})
        .select("id", "text", "language")
    )


class Given:
    """datatrove's filters in one module, run on words (and sentences) that the test gives instead of cut ones.

    >>> given = Given(monkeypatch, gopher_quality_filter)
    >>> given.verdict(gopher_quality_filter.GopherQualityFilter(), text, words=["a", "b"])
    'gopher_short_doc'
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch, module: Any) -> None:
        self._words: Sequence[str] = []
        self._sentences: Sequence[str] = []
        for name, pieces in (
            ("split_into_words", lambda *_, **__: list(self._words)),
            ("split_into_sentences", lambda *_, **__: list(self._sentences)),
        ):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, pieces)

    def verdict(self, filter_: Any, text: str, words: Sequence[str] = (), sentences: Sequence[str] = ()) -> str | None:
        """The reason why a filter drops the document; None when it stays."""
        from datatrove.data import Document

        self._words, self._sentences = words, sentences
        result = filter_.filter(Document(text=text, id="1"))
        return None if result is True else str(result[1])
