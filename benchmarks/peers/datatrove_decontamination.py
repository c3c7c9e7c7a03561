# /// script
# requires-python = ">=3.11,<3.14"
# dependencies = [
#   "datatrove>=0.10", "spacy>=3.8", "jieba", "pyvi", "sudachipy", "sudachidict-core", "pythainlp",
#   "kiwipiepy<0.21", "indic-nlp-library", "khmer-nltk", "laonlp", "stanza", "regex", "nltk", "tokenizers",
#   "xxhash<3.6",
# ]
# ///
"""datatrove's n-gram decontamination with its own tokenizers: one line of JSON for each document.

Usage: uv run --no-project --script datatrove_decontamination.py ITEMS DOCUMENTS

Both files hold JSON lines with `text` and `language`. A language's documents are compared with its items, as a pipeline
for one language does. Out come `true` (contaminated), `false`, or null where the tokenizer failed; then the seconds of
each language. The index is made by the indexer's own function: its `run` loads benchmarks by lighteval alone.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import timing
from datatrove.data import Document
from datatrove.pipeline.decont.n_grams import NGramsDecontConfig, NGramsDecontFilter, NGramsDecontIndexer
from datatrove.utils.hashing import create_hash_func
from datatrove.utils.word_tokenizers import load_word_tokenizer
from datatrove_rules import THEIR_NAMES


def index(texts: list[str], language: str, folder: str) -> None:
    """Write the index of some items where the filter reads it."""
    config = NGramsDecontConfig()
    indexer = SimpleNamespace(
        config=config, tokenizer=load_word_tokenizer(language), hash_func=create_hash_func(config.hash_config)
    )
    hashes = {one for text in texts for one in NGramsDecontIndexer.compute_hashes(indexer, text)}  # type: ignore[arg-type]
    array = np.array(sorted(hashes), dtype=config.hash_config.np_descr)
    array.tofile(Path(folder) / "items.index.hashes")


def verdicts(items: list[str], documents: list[str], language: str) -> list[bool]:
    """Whether each document is contaminated."""
    language = THEIR_NAMES.get(language, language)
    with tempfile.TemporaryDirectory() as folder:
        index(items, language, folder)
        one = NGramsDecontFilter(folder, language=language)
        return [one.filter(Document(text=text, id="x")) is not True for text in documents]


def main() -> None:
    timing.one_core()
    items, documents = (timing.documents(file) for file in sys.argv[1:3])
    out: list[bool | None] = [None] * len(documents)
    seconds: dict[str, float] = {}
    for language in dict.fromkeys(row["language"] for row in items):
        places = [place for place, row in enumerate(documents) if row["language"] == language]
        started = time.perf_counter()
        try:
            texts: list[Any] = [row["text"] for row in items if row["language"] == language]
            found = verdicts(texts, [documents[place]["text"] for place in places], language)
        except Exception as error:
            sys.stderr.write(f"{language}: {type(error).__name__}: {str(error)[:150]}\n")
            continue
        seconds[language] = time.perf_counter() - started
        for place, verdict in zip(places, found, strict=True):
            out[place] = verdict
    for verdict in out:
        sys.stdout.write(json.dumps(verdict) + "\n")
    sys.stdout.write(json.dumps(seconds) + "\n")


if __name__ == "__main__":
    main()
