"""Document-level quality rules of Gopher (Rae et al. 2021, arXiv:2112.11446, table A1), in every script.

The figures are defined as datatrove has them (`docs/conformance.md` lists where ours differ): a punctuation mark is a
word in the ratios, but not in the number of words or their length. A stop word rule holds only where there is a list
for the language.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from pydantic import Field, ValidationInfo, field_validator

from filters import _unicode
from filters._gopher_limits import ALPHABETIC, LONG_WORDS, SHORT_WORDS
from filters._stop_words import STOP_WORDS
from schemas import languages
from schemas.columns import Column
from schemas.per_language import ByLanguage
from schemas.stage import Measure, Rule, StageParams, Threshold, threshold

_GOPHER = "Gopher, arXiv:2112.11446, table A1"
_MEASURED = f"{_GOPHER}; measured where its value does not fit"

StopWords = Mapping[str, tuple[str, ...]]
_Hashes = npt.NDArray[np.uint64]


class Params(StageParams):
    """Limits of the rules."""

    stop_words: StopWords = Field(
        default_factory=dict,
        description="Stop words by language code, instead of those that ship; an empty list turns the rule off there",
    )
    min_words: Threshold = threshold(50, "Words that a document needs", unit="words", source=_GOPHER)
    max_words: Threshold = threshold(100_000, "Words that a document may have", unit="words", source=_GOPHER)
    min_mean_word_length: Threshold = threshold(
        {"default": 3, **SHORT_WORDS}, "Mean word length at least", unit="characters", source=_MEASURED
    )
    max_mean_word_length: Threshold = threshold(
        {"default": 10, **LONG_WORDS}, "Mean word length at most", unit="characters", source=_MEASURED
    )
    max_symbol_ratio: Threshold = threshold(
        0.1, "Hash signs, and ellipses, for each word", unit="ratio", source=_GOPHER
    )
    max_bullet_lines: Threshold = threshold(
        0.9, "Share of lines that start with a bullet", unit="0 to 1", source=_GOPHER
    )
    max_ellipsis_lines: Threshold = threshold(
        0.3, "Share of lines that end with an ellipsis", unit="0 to 1", source=_GOPHER
    )
    min_alphabetic_words: Threshold = threshold(
        {"default": 0.8, **ALPHABETIC}, "Share of words that hold a letter", unit="0 to 1", source=_MEASURED
    )
    min_stop_words: Threshold = threshold(
        2, "Different stop words that the text must hold, where the language has a list", unit="words", source=_GOPHER
    )

    @field_validator("stop_words", mode="before")
    @classmethod
    def _by_label(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            raise ValueError(
                f"{type(given).__name__} came, but stop words go by language: write a mapping such as {{tha: [ที่, และ]}}"
            )
        out: dict[str, Any] = {}
        for code, words in given.items():
            try:
                label = languages.label(str(code))
            except ValueError as error:
                raise ValueError(f"{error}. Use ISO 639-1, ISO 639-3 or a label such as tha_Thai") from error
            if label in out:
                raise ValueError(f"{label} has two lists. Keep one of the two codes")
            if not isinstance(words, (list, tuple)):
                raise ValueError(f"{code}: {words!r} came. Write a list of words, an empty one for no rule")
            out[label] = words
        return out

    @field_validator("min_stop_words")
    @classmethod
    def _only_where_there_is_a_list(cls, value: Any, info: ValidationInfo) -> Any:
        listed = sorted(_lists(info.data.get("stop_words", {})))
        limits = [value, *value.sources.values()]
        without = {code for limit in limits for code, least in limit.languages.items() if least is not None}
        if unknown := sorted(code for code in without - set(listed) if languages.is_label(code)):
            raise ValueError(
                f"{', '.join(unknown)}: there is a limit, but no list of stop words. Give one in `stop_words`, "
                "or leave the limit out"
            )
        return type(value).model_validate(
            {**_spelled_out(value, listed), "sources": {s: _spelled_out(v, listed) for s, v in value.sources.items()}}
        )


def _spelled_out(limit: ByLanguage[Any], listed: list[str]) -> dict[str, Any]:
    """The same limit with a value for each language that has a list, and none for the others."""
    return {"default": None, "languages": {language: limit.resolve(language) for language in listed}}


# What begins a line of a list in some script's typography. Dashes longer than a hyphen open speech in French, Russian
# or Swedish, and are none. An asterisk is one before white space: plain-text pages write lists so.
_BULLETS = "•‣⁃∙●○◦▪▫■□·・･-*"


@cache
def _bullets() -> npt.NDArray[np.bool_]:
    out = np.zeros(_unicode.CODE_POINTS, np.bool_)
    out[[ord(c) for c in _BULLETS]] = True
    return out


@cache
def _folded() -> npt.NDArray[np.uint32]:
    """Each code point in lower case, one for one: İ becomes i, and Σ σ wherever it stands."""
    out = np.arange(_unicode.CODE_POINTS, dtype=np.uint32)
    for point in np.flatnonzero(_unicode.matching(r"[\p{Lu}\p{Lt}]")):
        out[point] = ord(chr(point).lower()[0])
    out[ord("ς")] = ord("σ")
    return out


def _lists(given: StopWords) -> dict[str, tuple[str, ...]]:
    """The stop words of each language that has some: those that ship, and the recipe's over them."""
    return {language: words for language, words in {**STOP_WORDS, **given}.items() if words}


def _hashed(lists: Mapping[str, tuple[str, ...]]) -> tuple[_Hashes, npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """The hashes of all lists, sorted within each; where each list begins; and marks, as the kernel describes them."""
    from filters._kernels import gopher_quality as kernels
    from filters._kernels.utf8 import strings

    words = [unicodedata.normalize("NFC", word) for one in lists.values() for word in one]
    hashes = np.empty(len(words), np.uint64)
    kernels.hashes_folded(*strings(pl.Series(words, dtype=pl.String)), _folded(), hashes)
    sizes = [len(one) for one in lists.values()]
    number = np.repeat(np.arange(len(lists)), sizes)
    marks = np.zeros((len(lists), 1 << kernels.MARK_BITS), np.bool_)
    marks[number, (hashes >> np.uint64(64 - kernels.MARK_BITS)).astype(np.int64)] = True
    return hashes[np.lexsort((hashes, number))], np.concatenate(([0], np.cumsum(sizes, dtype=np.int64))), marks


def measure(frame: pl.DataFrame, params: Params, resource: None) -> pl.DataFrame:
    """Score each document.

    Args:
        frame: with `text`, `words` and `language`.

    Returns:
        The columns in `STAGE.adds`. Ratios of a text without words or lines are 0; a null text has null scores.
    """
    from filters._kernels import gopher_quality as kernels
    from filters._kernels.memory import masks
    from filters._kernels.utf8 import lists, strings

    n = frame.height
    stops = _lists(params.stop_words)
    numbers = {language: number for number, language in enumerate(stops)}
    list_of = np.array([numbers.get(language, -1) for language in frame["language"].to_list()], np.int64)
    signs, counts = np.empty((n, 5), np.int64), np.empty((n, 5), np.int64)
    kernels.quality_of_text(*strings(frame["text"]), _unicode.flags(), _bullets(), signs)
    hashes, ends, marks = _hashed(stops)
    seen = np.full(len(hashes), -1, np.int64)
    kernels.quality_of_words(
        *lists(frame["words"]), _unicode.flags(), _folded(), list_of, hashes, ends, marks, seen, masks(), counts
    )

    def ratio(part: npt.NDArray[np.int64], whole: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        return np.divide(part, whole, out=np.zeros(n), where=whole > 0)

    words, lines = counts[:, kernels.WORDS], signs[:, kernels.LINES]
    scores = pl.DataFrame(
        {
            "word_count": counts[:, kernels.NAMED_WORDS],
            "mean_word_length": ratio(counts[:, kernels.LETTERS], counts[:, kernels.NAMED_WORDS]),
            "hash_ratio": ratio(signs[:, kernels.HASHES], words),
            "ellipsis_ratio": ratio(signs[:, kernels.ELLIPSES], words),
            "bullet_lines": ratio(signs[:, kernels.BULLET_LINES], lines),
            "ellipsis_lines": ratio(signs[:, kernels.ELLIPSIS_LINES], lines),
            "alphabetic_words": ratio(counts[:, kernels.ALPHABETIC], words),
            "stop_words": pl.Series(counts[:, kernels.STOP_WORDS]).set(pl.Series(list_of < 0), None),
        }
    )
    known = frame["text"].is_not_null()
    return scores.select(pl.when(known).then(pl.col(column.name)).alias(column.name) for column in STAGE.adds)


STAGE = Measure(
    name="gopher_quality",
    version=2,
    summary="Length, word length, signs, bullets, ellipses, alphabetic words and stop words, by Gopher's rules",
    params=Params,
    reads=("text", "words", "language"),
    adds=(
        Column("word_count", pl.Int64, "Words that are not punctuation alone"),
        Column("mean_word_length", pl.Float64, "Characters (code points) for each of those words"),
        Column("hash_ratio", pl.Float64, "Hash signs for each word, punctuation marks counted as words"),
        Column("ellipsis_ratio", pl.Float64, "Ellipses for each word, punctuation marks counted as words"),
        Column("bullet_lines", pl.Float64, "Share of lines that start with a bullet"),
        Column("ellipsis_lines", pl.Float64, "Share of lines that end with an ellipsis"),
        Column("alphabetic_words", pl.Float64, "Share of words, punctuation marks among them, that hold a letter"),
        Column("stop_words", pl.Int64, "Different stop words, case aside; null where the language has no list"),
    ),
    measure=measure,
    rules=(
        Rule("too_few_words", "word_count", "min_words", "at_least", "Too short to be a document"),
        Rule("too_many_words", "word_count", "max_words", "at_most", "So long that it is a dump or a list"),
        Rule("words_too_short", "mean_word_length", "min_mean_word_length", "at_least", "Fragments, not words"),
        Rule("words_too_long", "mean_word_length", "max_mean_word_length", "at_most", "Paths, codes or glued words"),
        Rule("too_many_hashes", "hash_ratio", "max_symbol_ratio", "at_most", "Tag clouds, or code"),
        Rule("too_many_ellipses", "ellipsis_ratio", "max_symbol_ratio", "at_most", "Cut-off teasers"),
        Rule("too_many_bullets", "bullet_lines", "max_bullet_lines", "at_most", "A menu or a list, not prose"),
        Rule("too_many_ellipsis_lines", "ellipsis_lines", "max_ellipsis_lines", "at_most",
             "Line after line is cut off: teasers"),
        Rule("too_few_alphabetic_words", "alphabetic_words", "min_alphabetic_words", "at_least", "Tables of numbers"),
        Rule("too_few_stop_words", "stop_words", "min_stop_words", "at_least",
             "Running text needs function words; keyword lists have none"),
    ),
)  # fmt: skip
