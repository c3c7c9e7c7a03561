"""Whole documents: cut, protected, corrupted on the way, put together; and real ones."""

from __future__ import annotations

import os
import random
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from adversarial import corrupt, documents

from translators.gates.gate import Pair
from translators.gates.markup import GATE as MARKUP
from translators.gates.structure import GATE as STRUCTURE
from translators.text.protection import protect
from translators.text.segments import cut


def test_the_documents_are_the_same_for_a_seed() -> None:
    assert list(documents(20)) == list(documents(20))
    assert list(documents(20)) != list(documents(20, seed=1))
    assert len(set(documents(200))) == 200


@pytest.mark.parametrize("lines", [True, False])
def test_no_document_is_corrupted_in_silence(lines: bool) -> None:
    """A server that repeats every segment corrupts one placeholder of ten. What counts as whole is whole."""
    rng = random.Random(7)
    outcomes: Counter[str] = Counter()
    for text in documents(200, seed=4):
        whole, touched, parts = True, False, []
        for piece in cut(text, "eng_Latn", longest=600, lines=lines):
            if not piece.translate:
                parts.append(piece.text)
                continue
            protected = protect(piece.text)
            answer = protected.text
            for token in protected.tokens:
                if rng.random() < 0.1 and token in answer:
                    answer, _ = corrupt(answer, (token,), rng)
            touched |= answer != protected.text
            restored = protected.restore(answer)
            whole &= restored.whole
            parts.append(restored.text)
        joined = "".join(parts)
        if not touched:
            assert whole and joined == text
        elif whole:
            assert joined == text
        outcomes["touched" if touched else "untouched"] += 1
        outcomes["refused"] += not whole
        pair = Pair(text, joined, "eng_Latn", "eng_Latn")
        if not touched:
            assert MARKUP.score(pair) == 1.0
            assert not STRUCTURE.applies(pair) or STRUCTURE.score(pair) == 1.0
    assert outcomes["refused"] > 50
    assert outcomes["untouched"] > 10


@pytest.mark.skipif("GLOTMILL_CORPORA" not in os.environ, reason="needs the folder of real text")
def test_real_documents() -> None:
    folder = Path(os.environ["GLOTMILL_CORPORA"])
    frame = pl.concat(
        [pl.read_parquet(file, columns=["id", "text"]) for file in sorted(folder.glob("realdocs-*.parquet"))]
    )
    for name, whole in frame.sort("id").gather_every(54).iter_rows():
        text = whole[:20_000]
        for lines, longest in ((True, 300), (False, 1500)):
            pieces = cut(text, "und_Zyyy", longest=longest, lines=lines)
            assert "".join(piece.text for piece in pieces) == text, name
            assert all(len(piece.text) <= longest for piece in pieces if piece.translate), name
        protected = protect(text)
        restored = protected.restore(protected.text)
        assert restored.whole and restored.text == text, name
        pair = Pair(text, text + "\n", "und_Zyyy", "und_Zyyy")
        assert MARKUP.score(pair) == 1.0, name
        assert STRUCTURE.score(pair) == 1.0, name
