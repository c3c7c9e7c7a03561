"""C4's rules for lines (Raffel et al. 2020, JMLR 21/140, and its code), in every script: lines that break one go.

The order of the checks is that of the published code, and a line counts for the first that it breaks. A line that makes
C4 drop the whole document ("lorem ipsum", a curly bracket) stays, so that `c4_quality` finds it. What is different
here: terminal punctuation of all scripts ends a line; where words have no spaces, a dictionary counts them; phrases of
cookie banners are known in many languages. `published: true` has all of it as C4 does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
from pydantic import Field, field_validator

from filters import _segments
from filters._policy_phrases import ENGLISH, POLICY_PHRASES
from schemas import languages
from schemas.columns import Column
from schemas.stage import Edit, StageParams


class Params(StageParams):
    """Which lines go."""

    max_word_length: int | None = Field(
        1_000, ge=1, description="Length that a word in a line may have; null for any",
        json_schema_extra={"unit": "code points"},
    )  # fmt: skip
    terminal_punctuation: bool = Field(
        True, description="Remove lines without terminal punctuation (harsh: headings, lists and verse go)"
    )
    min_words_per_line: int = Field(3, ge=0, description="Words that a line needs", json_schema_extra={"unit": "words"})
    javascript: bool = Field(True, description="Remove lines that mention javascript")
    policy: bool = Field(True, description="Remove lines with a phrase of a cookie banner or a privacy policy")
    policy_phrases: Mapping[str, tuple[str, ...]] = Field(
        default_factory=dict,
        description="Such phrases by language, in place of those shipped for it; all lists hold for all lines",
    )
    citations: bool = Field(True, description="Take out citation marks: [12], [edit], [citation needed]")
    published: bool = Field(
        False, description="To the letter of C4: only .?!\"' end a line, only white space ends a word, English phrases"
    )

    @field_validator("policy_phrases")
    @classmethod
    def _labels(cls, given: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for code, phrases in given.items():
            if short := [p for p in phrases if len(p.strip()) < _SHORTEST_PHRASE]:
                raise ValueError(
                    f"policy_phrases, {code}: {short[0]!r} would be found in ordinary prose. "
                    f"Give phrases of at least {_SHORTEST_PHRASE} characters"
                )
        return {languages.label(code): phrases for code, phrases in given.items()}


_SHORTEST_PHRASE = 4
# What stands in brackets where Wikipedia's text was copied; the first two are C4's.
_CITATION_MARKS = (
    "edit", "citation needed", "bearbeiten", "Bearbeiten", "modifier", "réf. nécessaire", "editar", "cita requerida",
    "carece de fontes", "modifica", "senza fonte", "edytuj", "potrzebny przypis", "sửa", "cần dẫn nguồn", "sunting",
    "butuh rujukan", "değiştir", "kaynak belirtilmeli", "править", "источник не указан", "عدل", "بحاجة لمصدر",
    "ویرایش", "نیازمند منبع", "עריכה", "דרוש מקור", "संपादित करें", "उद्धरण चाहिए", "แก้", "ต้องการอ้างอิง",
    "編集", "要出典", "编辑", "編輯", "来源请求", "來源請求", "편집", "출처 필요",
)  # fmt: skip
_ENGLISH_MARKS = _CITATION_MARKS[:2]

# By the numbers that the kernel gives (`_c4_kernels.LONG_WORD` and on).
_REMOVED = {
    "c4_lines_long_word": "Lines removed: a word longer than allowed",
    "c4_lines_no_punctuation": "Lines removed: no terminal punctuation",
    "c4_lines_few_words": "Lines removed: too few words",
    "c4_lines_javascript": "Lines removed: they mention javascript",
    "c4_lines_policy": "Lines removed: phrases of cookie banners and policies",
}
_CITATIONS = "c4_citations"


def edit(frame: pl.DataFrame, params: Params, resource: None) -> pl.DataFrame:
    """Remove lines from `text` and join those that stay by line feeds, without white space around them.

    Args:
        frame: with the column `text`, height n.

    Returns:
        `text` and the counts, shape (n, 7). Blank lines go uncounted. A null text stays null, with null counts.
    """
    from filters._kernels import c4 as kernels
    from filters._kernels import c4_tables as tables
    from filters._kernels.utf8 import strings

    data, starts = strings(frame["text"])
    kinds = tables.kinds(params.published)
    machine = tables.automaton(_phrases(params), params.published)
    marks = strings(pl.Series(_ENGLISH_MARKS if params.published else _CITATION_MARKS, dtype=pl.String))
    room = kernels.count_lines(data, frame.height)
    begins, ends = np.empty(room, np.int64), np.empty(room, np.int64)
    fates, unsure, citing = np.empty(room, np.uint8), np.empty(room, np.bool_), np.empty(room, np.bool_)
    lines = np.zeros(frame.height, np.int64)
    found = kernels.examine(
        data, starts, kinds, *machine, *marks, params.citations, not params.published,
        np.iinfo(np.int64).max if params.max_word_length is None else params.max_word_length,
        params.min_words_per_line, params.terminal_punctuation, begins, ends, fates, unsure, citing, lines,
        np.empty(len(data), np.uint8),
    )  # fmt: skip
    doubtful = np.flatnonzero(unsure[:found])
    few = _words(data, begins[doubtful], ends[doubtful]) < params.min_words_per_line
    fates[doubtful[few]] = kernels.FEW_WORDS
    out, out_starts = np.empty(len(data), np.uint8), np.zeros(frame.height + 1, np.int64)
    counts = np.zeros((frame.height, kernels.BLANK + 1), np.int64)
    citations = np.zeros(frame.height, np.int64)
    kernels.write(
        data, begins, ends, fates, lines, kinds, citing, *marks, not params.published,
        out, out_starts, counts, citations,
    )  # fmt: skip
    null = frame["text"].is_null()
    removed = {name: counts[:, fate] for fate, name in enumerate(_REMOVED, start=kernels.LONG_WORD)}
    columns = pl.DataFrame({**removed, _CITATIONS: citations})
    return columns.select(
        _text(out, out_starts, null), *(pl.when(~null).then(pl.col(c)).alias(c) for c in columns.columns)
    )


def _phrases(params: Params) -> tuple[tuple[str, int], ...]:
    from filters._kernels.c4_tables import JAVASCRIPT, LOREM, POLICY

    policies = {"eng_Latn": ENGLISH} if params.published else POLICY_PHRASES
    listed = [phrase for phrases in {**policies, **params.policy_phrases}.values() for phrase in phrases]
    return (
        ("lorem ipsum", LOREM),
        *((("javascript", JAVASCRIPT),) if params.javascript else ()),
        *((phrase, POLICY) for phrase in (dict.fromkeys(listed) if params.policy else ())),
    )


def _words(data: Any, begins: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """How many words with a letter or digit each of these lines has, by the dictionaries of their scripts."""
    texts = pl.Series([bytes(data[b:e]) for b, e in zip(begins, ends, strict=True)], dtype=pl.Binary).cast(pl.String)
    words = pl.DataFrame(_segments.cut_words(texts))
    shown = pl.element().str.contains(r"[\p{L}\p{N}]")
    return words.select(pl.col("words").list.eval(shown).list.sum().cast(pl.Int64))["words"].to_numpy()


def _text(data: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64], null: pl.Series) -> pl.Series:
    """A string column out of UTF-8 bytes and offsets."""
    valid = pa.array(~null.to_numpy()).buffers()[1] if null.any() else None
    array = pa.LargeStringArray.from_buffers(
        len(null), pa.py_buffer(starts), pa.py_buffer(data[: starts[-1]]), null_bitmap=valid
    )
    column = pl.from_arrow(array)
    assert isinstance(column, pl.Series)
    return column.alias("text")


STAGE = Edit(
    name="c4_lines",
    version=1,
    summary="Removes lines by C4's rules: no terminal punctuation, few words, javascript, cookie and policy phrases",
    params=Params,
    reads=("text",),
    adds=(
        *(Column(name, pl.Int64, description) for name, description in _REMOVED.items()),
        Column(_CITATIONS, pl.Int64, "Citation marks taken out of the lines that stay"),
    ),
    edit=edit,
)
