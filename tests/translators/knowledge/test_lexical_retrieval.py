"""BM25 and chrF in numpy give what their definitions give."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics import CHRF

from translators.knowledge import inverted
from translators.knowledge.character_f import chrf
from translators.knowledge.inverted import InvertedIndex
from translators.knowledge.words import hashed_words, words

SENTENCES = [
    "The dog sleeps under the old tree",
    "the cat and the dog",
    "แมวนอนอยู่ใต้ต้นไม้",
    "कुत्ता पेड़ के नीचे सो रहा है",
    "الكلب نائم تحت الشجرة",
    "犬が木の下で寝ている",
    "ውሻው ከዛፉ ሥር ተኝቷል",
    "Ajá náà ń sùn lábẹ́ igi",
    "a",
    "",
]
WORDS = ["the", "dog", "cat", "a", "b", "แมว", "นอน", "पेड़", "شجرة", "木", "ውሻ", "igi", "ọ̀"]
TEXT = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)


@pytest.mark.parametrize("reference", SENTENCES)
def test_chrf_is_that_of_sacrebleu(reference: str) -> None:
    expected = [CHRF().sentence_score(text, [reference]).score for text in SENTENCES]
    assert chrf(reference, SENTENCES) == pytest.approx(expected, abs=1e-9)


@given(reference=TEXT, texts=st.lists(TEXT, max_size=8), at_least=st.floats(1, 100))
def test_chrf_below_the_limit_is_cut_off_but_never_above(reference, texts, at_least) -> None:
    whole, cut = chrf(reference, texts), chrf(reference, texts, at_least=at_least)
    assert ((whole >= at_least) == (cut >= at_least)).all()
    assert [CHRF().sentence_score(text, [reference]).score for text in texts] == pytest.approx(whole.tolist(), abs=1e-9)


def bm25(query: str, texts: list[str]) -> list[int]:
    """BM25 word by word, in the index's whole numbers."""
    cut = [Counter(words(text)) for text in texts]
    mean = sum(sum(one.values()) for one in cut) / len(texts)
    scores = []
    for one in cut:
        total = 0
        for word, times in Counter(words(query)).items():
            holders = sum(word in other for other in cut)
            if one[word]:
                rarity = math.log1p((len(texts) - holders + 0.5) / (holders + 0.5))
                length = 1 - 0.75 + 0.75 * sum(one.values()) / mean
                total += times * round(rarity * one[word] * 2.2 / (one[word] + 1.2 * length) * 65_536)
        scores.append(total)
    return scores


@given(texts=st.lists(TEXT, min_size=1, max_size=30), query=TEXT, depth=st.integers(1, 12), first=st.integers(1, 50))
def test_bm25_is_brute_force_whatever_is_skipped(monkeypatch_module, texts, query, depth, first) -> None:
    monkeypatch_module.setattr(inverted, "_FIRST_POSTINGS", first)
    index = InvertedIndex.build(texts, hashed_words)
    units = index.query(hashed_words(query))
    numbers, scores = index.top(units, depth)
    every = np.arange(len(texts))
    exact = index.scores(units, every)
    if any(map(words, texts)):
        assert np.abs(exact - bm25(query, texts)).max() <= 1 * max(1, len(words(query)))  # rounding of one unit a word
    order = sorted((at for at in every.tolist() if exact[at]), key=lambda at: (-exact[at], at))[:depth]
    assert numbers.tolist() == order
    assert scores.tolist() == exact[order].tolist()


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("Straße, STRASSE!", ["strasse", "strasse"]),
        ("แมวนอน", ["แมว", "นอน"]),
        ("GIMPで画像を開く", ["gimp", "で", "画像", "を", "開く"]),
        ("ሰላም ለዓለም።", ["ሰላም", "ለዓለም"]),
        ("कुत्ता सो रहा", ["कुत्ता", "सो", "रहा"]),
        ("… — !", []),
    ],
)
def test_words_of_every_script(text: str, cut: list[str]) -> None:
    assert words(text) == cut
