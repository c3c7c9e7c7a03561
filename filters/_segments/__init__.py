"""Words, sentences and graphemes of every language, in one place: each is cut once a frame and shared by all stages.

| what      | how                                                                                          |
| --------- | -------------------------------------------------------------------------------------------- |
| words     | UAX #29, compiled; ICU's dictionaries for Thai, Lao, Khmer, Burmese, Chinese and Japanese      |
| sentences | UAX #29 by ICU                                                                                 |
| graphemes | UAX #29 by ICU                                                                                 |
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib.metadata import version

import polars as pl

from filters._segments import _graphemes, _sentences, _words

cut_words = _words.cut
cut_sentences = _sentences.cut
cut_graphemes = _graphemes.cut
prefix = _graphemes.prefix
suffix = _graphemes.suffix

_CUT: dict[str, Callable[[pl.Series], pl.Series]] = {"words": cut_words, "sentences": cut_sentences}

_VERSION = 3


def add(frame: pl.DataFrame, reads: Iterable[str]) -> pl.DataFrame:
    """The frame with those shared columns (`schemas.columns.SHARED`) that are read and not there yet.

    Args:
        frame: with `text`.
        reads: names of columns, others among them.
    """
    missing = [name for name in dict.fromkeys(reads) if name in _CUT and name not in frame.columns]
    return frame.with_columns(_CUT[name](frame["text"]).alias(name) for name in missing) if missing else frame


def drop(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame without shared columns: an edited text has other words."""
    return frame.drop(_CUT, strict=False)


def fingerprint() -> dict[str, str]:
    """What decides where a text is cut: our own version, and those of the Unicode tables and dictionaries."""
    return {"segments": str(_VERSION), "icu4py": version("icu4py"), "regex": version("regex")}


__all__ = ["add", "cut_graphemes", "cut_sentences", "cut_words", "drop", "fingerprint", "prefix", "suffix"]
