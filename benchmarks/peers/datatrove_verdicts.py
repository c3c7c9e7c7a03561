# /// script
# requires-python = ">=3.11,<3.14"
# dependencies = [
#   "datatrove>=0.10", "spacy>=3.8", "jieba", "pyvi", "sudachipy", "sudachidict-core", "pythainlp",
#   "kiwipiepy<0.21", "indic-nlp-library", "khmer-nltk", "laonlp", "stanza", "regex",
# ]
# ///
"""datatrove's verdict on each rule, with its own tokenizers: one line of JSON for each document, null where it failed.

Usage: uv run --no-project --script datatrove_verdicts.py FILE

FILE holds JSON lines with `text`, `language` and `stop_words`. One rule at a time is on: a filter stops at the first.
"""

from __future__ import annotations

import json
import sys
from functools import lru_cache
from typing import Any

import timing
from datatrove.data import Document
from datatrove.pipeline.filters import (
    C4QualityFilter,
    FineWebQualityFilter,
    GopherQualityFilter,
    GopherRepetitionFilter,
)
from datatrove_rules import THEIR_NAMES

OFF_QUALITY = {
    "min_doc_words": None, "max_doc_words": None, "min_avg_word_length": None, "max_avg_word_length": None,
    "max_symbol_word_ratio": None, "max_bullet_lines_ratio": None, "max_ellipsis_lines_ratio": None,
    "max_non_alpha_words_ratio": None, "min_stop_words": None,
}  # fmt: skip
QUALITY = {
    "too_few_words": {"min_doc_words": 50}, "words_too_short": {"min_avg_word_length": 3},
    "words_too_long": {"max_avg_word_length": 10}, "symbols": {"max_symbol_word_ratio": 0.1},
    "too_many_bullets": {"max_bullet_lines_ratio": 0.9}, "too_many_ellipsis_lines": {"max_ellipsis_lines_ratio": 0.3},
    "too_few_alphabetic_words": {"max_non_alpha_words_ratio": 0.8}, "too_few_stop_words": {"min_stop_words": 2},
}  # fmt: skip
OFF_REPETITION = {
    "dup_line_frac": None, "dup_para_frac": None, "dup_line_char_frac": None, "dup_para_char_frac": None,
    "top_n_grams": (), "dup_n_grams": (),
}  # fmt: skip
REPETITION = {
    "duplicate_lines": {"dup_line_frac": 0.3}, "duplicate_paragraphs": {"dup_para_frac": 0.3},
    "duplicate_line_characters": {"dup_line_char_frac": 0.2},
    "duplicate_paragraph_characters": {"dup_para_char_frac": 0.2},
    **{f"top_{n}gram": {"top_n_grams": ((n, limit),)} for n, limit in ((2, 0.2), (3, 0.18), (4, 0.16))},
    **{f"duplicate_{n}grams": {"dup_n_grams": ((n, 0.2 - n / 100),)} for n in range(5, 11)},
}  # fmt: skip
OFF_FINEWEB = {"line_punct_thr": 0, "short_line_thr": 2, "char_duplicates_ratio": 2, "new_line_ratio": 1e9}
FINEWEB = {
    "few_line_ends_punctuated": {"line_punct_thr": 0.12}, "too_many_short_lines": {"short_line_thr": 0.67},
    "duplicate_characters": {"char_duplicates_ratio": 0.01}, "list_like": {"new_line_ratio": 0.3},
}  # fmt: skip


@lru_cache(maxsize=64)
def filters(language: str, stop_words: tuple[str, ...]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for rule, on in QUALITY.items():
        if rule != "too_few_stop_words" or stop_words:
            made[rule] = GopherQualityFilter(**{**OFF_QUALITY, **on}, stop_words=list(stop_words), language=language)
    for rule, on in REPETITION.items():
        made[rule] = GopherRepetitionFilter(**{**OFF_REPETITION, **on}, language=language)
    for rule, on in FINEWEB.items():
        made[rule] = FineWebQualityFilter(**{**OFF_FINEWEB, **on}, language=language)
    made["c4"] = C4QualityFilter(language=language)  # edits the text: comes last
    return made


def verdicts(row: dict[str, Any]) -> dict[str, bool] | None:
    """Rule -> whether the document passes."""
    document = Document(text=row["text"], id="x")
    language = THEIR_NAMES.get(row["language"], row["language"])
    try:
        return {
            rule: one.filter(document) is True
            for rule, one in filters(language, tuple(row["stop_words"] or ())).items()
        }
    except Exception as error:
        sys.stderr.write(f"{row['language']}: {type(error).__name__}: {str(error)[:100]}\n")
        return None


if __name__ == "__main__":
    for row in timing.documents(sys.argv[1]):
        sys.stdout.write(json.dumps(verdicts(row)) + "\n")
