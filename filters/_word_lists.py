"""Words and phrases of lists in documents, in every script: what the stages with lists share.

An entry is matched as the words that it is cut into (`filters._segments`), in NFKC and lower case: a word as a whole,
a phrase as words in a row. In scripts without spaces entries are matched anywhere in the text instead, because a
dictionary may cut what it does not know in other places (C4 does so for Japanese, Thai and Chinese).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from pydantic import Field, field_validator

from filters import _segments
from filters._list_files import Paths, digests, entries
from schemas import languages
from schemas.stage import StageParams

# Scripts that are written without spaces.
_ANYWHERE = ("Hans", "Hant", "Hani", "Jpan", "Thai", "Laoo", "Khmr", "Mymr", "Tibt")


class ListParams(StageParams):
    """The lists."""

    lists: Mapping[str, Paths] = Field(
        default_factory=dict,
        description="Files of words and phrases by language; one without a list is not looked at and counts 0",
    )
    everywhere: Paths = Field(default_factory=list, description="Files that hold for documents in every language")

    @field_validator("lists")
    @classmethod
    def _labels(cls, given: Mapping[str, list[str]]) -> dict[str, list[str]]:
        out: dict[str, list[str]] = {}
        for code, paths in given.items():
            out.setdefault(languages.label(code), []).extend(paths)
        return out


@dataclass(frozen=True)
class Entries:
    """What is looked for in one language, sorted.

    Args:
        cut: each entry as its words.
        anywhere: each entry as it is written.
    """

    cut: tuple[tuple[str, ...], ...]
    anywhere: tuple[str, ...]


def _clean(entry: str) -> str:
    return " ".join(str(pl.Series([entry]).str.normalize("NFKC").str.to_lowercase()[0]).split())


def _compile(listed: set[str]) -> Entries:
    texts = pl.Series(sorted(listed), dtype=pl.String)
    cut = _segments.cut_words(texts).to_list()
    return Entries(tuple(sorted({tuple(words) for words in cut if words})), tuple(texts))


def open_lists(params: ListParams) -> dict[str, Entries]:
    """Read the lists: what to look for, by language; the empty label stands for languages without a list.

    Raises:
        SourceError: a file is missing or not UTF-8.
    """
    everywhere = {one for path in params.everywhere for one in entries(path, _clean)}
    listed = {"": everywhere}
    for language, paths in params.lists.items():
        listed[language] = everywhere | {one for path in paths for one in entries(path, _clean)}
    return {language: _compile(words) for language, words in listed.items()}


def fingerprint(params: ListParams) -> dict[str, str]:
    """SHA-256 of each list."""
    return digests((*params.lists.items(), ("everywhere", params.everywhere)))


def count(frame: pl.DataFrame, resource: Mapping[str, Entries]) -> pl.DataFrame:
    """Count what is listed in each document.

    Args:
        frame: with `text`, `words` and `language`.
        resource: from `open_lists`.

    Returns:
        `hits`, and `share`, hits by words; 0 where the language has no list, null for a null text.
    """
    label = frame["language"].fill_null("")
    counts = np.zeros(frame.height, np.int64)
    cut: list[str] = []
    for language in label.unique().sort():
        listed = resource.get(language) or resource[""]
        if not listed.anywhere:
            continue
        if language[4:] in _ANYWHERE:
            rows = np.flatnonzero((label == language).to_numpy())
            counts[rows] = _anywhere(frame["text"].gather(rows), listed.anywhere)
        else:
            cut.append(language)
    if cut:
        counts += _by_word(
            frame["words"], [((label == one).to_numpy(), resource.get(one) or resource[""]) for one in cut]
        )
    words = frame["words"].list.len().cast(pl.Int64)
    out = pl.DataFrame({"hits": counts, "words": words}).select(
        "hits", (pl.col("hits") / pl.max_horizontal("words", 1)).clip(upper_bound=1.0).alias("share")
    )
    return out.select(pl.when(frame["text"].is_not_null()).then(pl.col(c)).alias(c) for c in out.columns)


def _by_word(words: pl.Series, parts: Sequence[tuple[npt.NDArray[np.bool_], Entries]]) -> npt.NDArray[np.int64]:
    """Entries found as whole words, shape (n,): each part is rows and what is looked for in them."""
    from filters._kernels import word_list as scan
    from filters._kernels.utf8 import lists, strings

    data, starts, of = lists(words)
    digests, unsure = scan.digests(data, starts, *scan.tables())
    if len(doubtful := np.flatnonzero(unsure)):
        texts = pl.Series([bytes(data[starts[i] : starts[i + 1]]) for i in doubtful], dtype=pl.Binary).cast(pl.String)
        digests[doubtful] = scan.digests(*strings(texts.str.normalize("NFKC")), *scan.tables())[0]
    counts = np.zeros(len(words), np.int64)
    for rows, listed in parts:
        flat = pl.Series([word for entry in listed.cut for word in entry], dtype=pl.String)
        entries = scan.digests(*strings(flat), *scan.tables())[0]
        ends = np.cumsum([0, *map(len, listed.cut)], dtype=np.int64)
        counts += scan.count(digests, of, np.flatnonzero(rows), entries, ends)
    return counts


def _anywhere(text: pl.Series, patterns: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """How often any of the patterns stands in each text, shape (n,)."""
    plain = pl.DataFrame({"text": text.fill_null("").str.normalize("NFKC").str.to_lowercase()})
    found = plain.select(pl.col("text").str.find_many(list(patterns), overlapping=True))
    return found["text"].list.len().cast(pl.Int64).to_numpy()
