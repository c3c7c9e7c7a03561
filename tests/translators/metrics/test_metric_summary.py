"""Summaries: sacreBLEU's corpus scores, and quantiles per language."""

from __future__ import annotations

import random

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from translators.metrics.summary import corpus, quantiles
from translators.metrics.tokenizers import tokenizer

TEXTS = {
    "eng_Latn": ["The cat sat on the mat, at 3.5 m.", "A dog barked.", "No one knows why.", "Yes."],
    "tha_Thai": ["เขียนจดหมายถึงเพื่อน", "วันนี้อากาศดีมาก", "แม่ไปตลาด", "ใช่"],
    "zho_Hans": ["我爱北京天安门。", "今天天气很好。", "他们去了市场。", "是"],
    "jpn_Jpan": ["手紙を書いてください。", "今日は天気がいい。", "市場へ行った。", "はい"],
    "amh_Ethi": ["ለጓደኛ አጭር ደብዳቤ ጻፍ።", "ዛሬ አየሩ ጥሩ ነው።", "ወደ ገበያ ሄደች።", "አዎ"],
}


@pytest.mark.parametrize("language", TEXTS)
def test_corpus_scores_are_sacrebleus_own(language: str) -> None:
    draw = random.Random(2)
    references = [draw.choice(TEXTS[language]) for _ in range(50)]
    hypotheses = [one[: draw.randint(0, len(one))] + draw.choice(TEXTS[language]) for one in references]
    found = corpus(hypotheses, references, language)
    bleu, chrf = BLEU(tokenize=tokenizer(language)), CHRF(word_order=2)
    assert found.bleu == pytest.approx(bleu.corpus_score(hypotheses, [references]).score, abs=1e-6)
    assert found.chrf == pytest.approx(chrf.corpus_score(hypotheses, [references]).score, abs=1e-6)
    assert found.bleu_signature == str(bleu.get_signature())
    assert found.chrf_signature == str(chrf.get_signature())
    assert found.pairs == 50 and 0 < found.bleu < 100


@given(st.lists(st.tuples(st.text("ab c.", max_size=9), st.text("ab c.", max_size=9)), min_size=1, max_size=5))
def test_corpora_of_short_texts(pairs: list[tuple[str, str]]) -> None:
    hypotheses, references = [one for one, _ in pairs], [other for _, other in pairs]
    found = corpus(hypotheses, references, "eng_Latn")
    assert found.bleu == pytest.approx(BLEU().corpus_score(hypotheses, [references]).score, abs=1e-6)
    assert found.chrf == pytest.approx(CHRF(word_order=2).corpus_score(hypotheses, [references]).score, abs=1e-6)


def test_a_corpus_of_nothing_has_no_score() -> None:
    found = corpus([], [], "eng_Latn")
    assert (found.pairs, found.bleu, found.chrf) == (0, None, None)


def test_quantiles_per_language() -> None:
    frame = pl.DataFrame(
        {
            "language": ["tha_Thai"] * 5 + ["hin_Deva"] * 2 + ["yor_Latn"],
            "bleu": [10.0, 20.0, 30.0, 40.0, None, 60.0, 61.0, None],
            "chrf": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, float("nan"), None],
        }
    )
    found = quantiles(frame)
    assert found.select("language", "score", "rows", "unmeasured", "median").rows() == [
        ("hin_Deva", "bleu", 2, 0, 60.5),
        ("hin_Deva", "chrf", 1, 1, 6.0),
        ("tha_Thai", "bleu", 4, 1, 25.0),
        ("tha_Thai", "chrf", 5, 0, 3.0),
        ("yor_Latn", "bleu", 0, 1, None),
        ("yor_Latn", "chrf", 0, 1, None),
    ]
    thai = found.row(2, named=True)
    assert (thai["mean"], thai["p25"], thai["p75"]) == (25.0, 17.5, 32.5)
    assert (thai["p05"], thai["p95"]) == (pytest.approx(11.5), pytest.approx(38.5))


@given(st.permutations(list(range(12))))
def test_the_order_of_rows_does_not_count(order: list[int]) -> None:
    values = [0.1, 0.2, 0.3, 1e16, -1e16, 7.7, 3.3, 2.2, None, 5.5, 0.7, 1.9]
    frame = pl.DataFrame({"language": ["tha_Thai", "hin_Deva"] * 6, "bleu": values})
    assert quantiles(frame[order]).equals(quantiles(frame))


def test_no_rows() -> None:
    assert quantiles(pl.DataFrame(schema={"language": pl.String, "bleu": pl.Float64})).height == 0
