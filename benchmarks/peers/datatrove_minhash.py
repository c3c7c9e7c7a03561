# /// script
# requires-python = ">=3.11,<3.14"
# dependencies = [
#   "datatrove>=0.10", "spacy>=3.8", "jieba", "pyvi", "sudachipy", "sudachidict-core", "pythainlp",
#   "kiwipiepy<0.21", "indic-nlp-library", "khmer-nltk", "laonlp", "stanza", "regex", "nltk", "tokenizers",
#   "xxhash<3.6",
# ]
# ///
"""datatrove's MinHash signatures on documents, one after the other: shingles and signature, nothing written.

Usage: uv run --no-project --script datatrove_minhash.py FILE default|whitespace
"""

from __future__ import annotations

import sys
import tempfile
from functools import lru_cache
from typing import Any

import timing
from datatrove.pipeline.dedup import minhash
from datatrove_rules import THEIR_NAMES, WhiteSpace


@lru_cache
def signer(language: str) -> Any:
    if sys.argv[2] == "whitespace":
        minhash.load_word_tokenizer = lambda _: WhiteSpace()
    return minhash.MinhashDedupSignature(tempfile.mkdtemp(), language=THEIR_NAMES.get(language, language))


def run(row: dict[str, Any]) -> None:
    one = signer(row["language"])
    shingles = one.get_shingles(row["text"])
    if shingles.size:
        one.get_signature(shingles)


if __name__ == "__main__":
    timing.by_script(timing.documents(sys.argv[1]), run)
