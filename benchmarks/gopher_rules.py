"""Gopher quality and repetition rules: ours on frames beside datatrove's on documents, one core, the same documents.

Usage: uv run --with spacy python benchmarks/gopher_rules.py FILES… [--documents N]

FILES are Parquet with a column `text`. datatrove cuts words with its default English tokenizer (spaCy); ours cuts
by script. Both sides compute every score: datatrove stops at the first broken rule of a filter, so its limits are wide.
"""

from __future__ import annotations

import argparse
import os
import time

os.environ.setdefault("POLARS_MAX_THREADS", "1")

import polars as pl

from filters import _segments, gopher_quality, gopher_repetition


def ours(frame: pl.DataFrame) -> None:
    frame = frame.with_columns(_segments.cut_words(frame["text"]).alias("words"), pl.lit("eng_Latn").alias("language"))
    gopher_quality.measure(frame, gopher_quality.Params(), None)
    gopher_repetition.measure(frame, gopher_repetition.Params(), None)


def theirs(texts: list[str]) -> None:
    from datatrove.data import Document
    from datatrove.pipeline.filters import GopherQualityFilter, GopherRepetitionFilter

    quality = GopherQualityFilter(
        min_doc_words=0, max_doc_words=10**9, min_avg_word_length=0, max_avg_word_length=10**9,
        max_symbol_word_ratio=10**9,
        max_bullet_lines_ratio=2, max_ellipsis_lines_ratio=2, max_non_alpha_words_ratio=0, min_stop_words=0,
    )  # fmt: skip
    # Lines and the phrases of two to four words: the rules that both sides have.
    repetition = GopherRepetitionFilter(
        dup_line_frac=2, dup_para_frac=2, dup_line_char_frac=2, dup_para_char_frac=2,
        top_n_grams=((2, 2.0), (3, 2.0), (4, 2.0)), dup_n_grams=(),
    )  # fmt: skip
    for number, text in enumerate(texts):
        document = Document(text=text, id=str(number))
        quality.filter(document)
        repetition.filter(document)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+")
    parser.add_argument("--documents", type=int, default=1_000)
    arguments = parser.parse_args()
    frame = pl.concat([pl.read_parquet(file, columns=["text"]) for file in arguments.files]).head(arguments.documents)
    texts = frame["text"].to_list()
    megabytes = frame["text"].str.len_bytes().sum() / 1e6
    ours(frame.head(10))
    theirs(texts[:2])  # tokenizers load at first use
    for name, run in (("glotmill", lambda: ours(frame)), ("datatrove", lambda: theirs(texts))):
        started = time.perf_counter()
        run()
        seconds = time.perf_counter() - started
        print(f"{name:<10} {len(texts) / seconds:10,.0f} documents/s {megabytes / seconds:8.2f} MB/s ({seconds:.2f} s)")


if __name__ == "__main__":
    main()
