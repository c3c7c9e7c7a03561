# /// script
# requires-python = ">=3.11,<3.14"
# dependencies = [
#   "datatrove>=0.10", "spacy>=3.8", "jieba", "pyvi", "sudachipy", "sudachidict-core", "pythainlp",
#   "kiwipiepy<0.21", "indic-nlp-library", "khmer-nltk", "laonlp", "stanza", "regex",
# ]
# ///
"""datatrove's four rule families on documents, one after the other; every figure is computed (limits are wide).

Usage: uv run --no-project --script datatrove_rules.py FILE default|whitespace
"""

from __future__ import annotations

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
from datatrove.utils import word_tokenizers


class WhiteSpace(word_tokenizers.WordTokenizer):
    """The cheapest tokenizer there is."""

    def word_tokenize(self, text: str) -> list[str]:
        return text.split()

    def sent_tokenize(self, text: str) -> list[str]:
        return [part for part in text.replace("! ", ". ").replace("? ", ". ").split(". ") if part]

    def span_tokenize(self, text: str) -> list[tuple[int, int]]:
        return list(word_tokenizers.simple_span_tokenize(text, self.sent_tokenize(text.strip()) or [text]))


# How its list of tokenizers calls a language that we call otherwise.
THEIR_NAMES = {"zho_Hans": "cmn_Hani", "zho_Hant": "cmn_Hani", "kor_Hang": "kor_Hang"}


@lru_cache
def families(language: str) -> tuple[Any, ...]:
    wide = 10.0**9
    language = THEIR_NAMES.get(language, language)
    return (
        GopherQualityFilter(
            min_doc_words=0, max_doc_words=10**9, min_avg_word_length=0, max_avg_word_length=10**9,
            max_symbol_word_ratio=wide, max_bullet_lines_ratio=wide, max_ellipsis_lines_ratio=wide,
            max_non_alpha_words_ratio=1e-9, min_stop_words=0, language=language,
        ),
        GopherRepetitionFilter(
            dup_line_frac=wide, dup_para_frac=wide, dup_line_char_frac=wide, dup_para_char_frac=wide,
            top_n_grams=tuple((n, wide) for n in (2, 3, 4)), dup_n_grams=tuple((n, wide) for n in range(5, 11)),
            language=language,
        ),
        FineWebQualityFilter(
            line_punct_thr=0, short_line_thr=wide, char_duplicates_ratio=wide, new_line_ratio=wide, language=language
        ),
        C4QualityFilter(filter_lorem_ipsum=False, filter_curly_bracket=False, min_num_sentences=0, language=language),
    )  # fmt: skip


def run(row: dict[str, Any]) -> None:
    document = Document(text=row["text"], id="x")
    for one in families(row["language"]):  # C4 edits the text, so it comes last
        one.filter(document)


if __name__ == "__main__":
    if sys.argv[2] == "whitespace":
        word_tokenizers.load_word_tokenizer = lambda language: WhiteSpace()
    timing.by_script(timing.documents(sys.argv[1]), run)
