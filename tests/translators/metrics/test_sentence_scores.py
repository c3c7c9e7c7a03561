"""Sentence BLEU and chrF++: sacreBLEU's values, on made and on real text, alone and in batches."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from schemas.languages import label
from translators.metrics import _texts, bleu, chrf
from translators.metrics.bleu import sentence_bleu
from translators.metrics.chrf import sentence_chrf
from translators.metrics.signatures import signature
from translators.metrics.tokenizers import tokenizer

SAMPLE = Path(__file__).parents[3] / "pipelines" / "sample" / "documents"
# Label, a sentence, and another way to say it.
PAIRS = [
    ("eng_Latn", "Plan a walk of 3 hours, but avoid steep paths.", "Plan a 3-hour walk and avoid steep paths."),
    ("zho_Hans", "请给我的祖父母安排一次散步。", "请为我祖父母安排散步。"),
    ("zho_Hant", "請給我的祖父母安排一次散步。", "請為我祖父母安排散步。"),
    ("jpn_Jpan", "友人に短い手紙を書いてください。", "友達に短い手紙を書きなさい。"),
    ("kor_Hang", "친구에게 짧은 편지를 써 주세요.", "친구에게 짧은 편지를 쓰세요."),
    ("tha_Thai", "เขียนจดหมายสั้น ๆ ถึงเพื่อน", "เขียนจดหมายถึงเพื่อนสั้น ๆ"),
    ("lao_Laoo", "ຂຽນຈົດໝາຍສັ້ນໆເຖິງໝູ່", "ຂຽນຈົດໝາຍເຖິງໝູ່"),
    ("khm_Khmr", "សូមសរសេរសំបុត្រខ្លីមួយ", "សរសេរសំបុត្រខ្លី"),
    ("mya_Mymr", "စာတိုတစ်စောင်ရေးပါ", "စာတစ်စောင်ရေးပါ"),
    ("bod_Tibt", "ཡི་གེ་ཐུང་ཐུང་ཞིག་བྲིས།", "ཡི་གེ་ཞིག་བྲིས།"),
    ("hin_Deva", "एक दोस्त को छोटा पत्र लिखो।", "दोस्त को एक छोटा पत्र लिखो।"),
    ("arb_Arab", "اكتب رسالة قصيرة إلى صديق.", "اكتب لصديق رسالة قصيرة."),
    ("amh_Ethi", "ለጓደኛ አጭር ደብዳቤ ጻፍ።", "አጭር ደብዳቤ ለጓደኛ ጻፍ።"),
    ("yor_Latn", "Kọ lẹ́tà kúkúrú sí ọ̀rẹ́ kan.", "Kọ lẹ́tà kan sí ọ̀rẹ́."),
]


@cache
def metrics(language: str) -> tuple[BLEU, CHRF]:
    return BLEU(tokenize=tokenizer(language), effective_order=True), CHRF(word_order=2)


def expected(hypothesis: str, reference: str, language: str) -> tuple[float, float]:
    ours_bleu, ours_chrf = metrics(language)
    return (
        ours_bleu.sentence_score(hypothesis, [reference]).score,
        ours_chrf.sentence_score(hypothesis, [reference]).score,
    )


def check(hypotheses: Sequence[str], references: Sequence[str], language: str) -> None:
    """All pairs at once have sacreBLEU's values."""
    found = zip(bleu.bleu(hypotheses, references, language), chrf.chrf(hypotheses, references), strict=True)
    for hypothesis, reference, (one, other) in zip(hypotheses, references, found, strict=True):
        assert (one, other) == pytest.approx(expected(hypothesis, reference, language), abs=1e-6), (
            hypothesis,
            reference,
        )
        assert 0 <= one <= 100 and 0 <= other <= 100


@pytest.mark.parametrize(("language", "reference", "hypothesis"), PAIRS)
def test_a_pair_has_sacrebleus_scores(language: str, reference: str, hypothesis: str) -> None:
    found = sentence_bleu(hypothesis, reference, language), sentence_chrf(hypothesis, reference)
    assert found == pytest.approx(expected(hypothesis, reference, language), abs=1e-6)
    assert all(0 < one < 100 for one in found)
    assert (sentence_bleu(reference, reference, language), sentence_chrf(reference, reference)) == (100.0, 100.0)
    assert (sentence_bleu("", reference, language), sentence_chrf("", reference)) == (0.0, 0.0)


ALPHABET = "ab .,-5'!&\n\t中ก\u3000é"


@given(pairs=st.lists(st.tuples(st.text(ALPHABET, max_size=40), st.text(ALPHABET, max_size=40)), max_size=8))
@example(pairs=[("", ""), (" ", "\n"), ("a", ""), ("", "a"), ("a", "a"), ("a a a a a", "a a"), ("a a", "a a a a a")])
def test_any_pairs_have_sacrebleus_scores(pairs: list[tuple[str, str]]) -> None:
    hypotheses, references = [one for one, _ in pairs], [other for _, other in pairs]
    for language in ("eng_Latn", "zho_Hans", "tha_Thai"):
        check(hypotheses, references, language)


@given(
    hypothesis=st.text("日本語をかな。 a1.\x00", max_size=20), reference=st.text("日本語をかな。 a1.\x00", max_size=20)
)
def test_mecab_has_sacrebleus_scores(hypothesis: str, reference: str) -> None:
    check([hypothesis], [reference], "jpn_Jpan")
    check([hypothesis], [reference], "kor_Hang")


def changed(text: str, draw: random.Random) -> str:
    """A text as a translation back might come: some words other, gone, twice or elsewhere."""
    gap = " " if " " in text else ""
    words = text.split(" ") if gap else list(text)
    for _ in range(draw.randint(0, 6)):
        place = draw.randrange(len(words))
        match draw.randrange(4):
            case 0 if len(words) > 1:
                del words[place]
            case 1:
                words.insert(place, draw.choice(words))
            case 2:
                words[place] = draw.choice((".", ",", "3.5", "&amp;", "x-1", "«", "\n", words[0]))
            case _:
                other = draw.randrange(len(words))
                words[place], words[other] = words[other], words[place]
    return gap.join(words)


def samples() -> Iterator[tuple[str, list[str]]]:
    for file in sorted(SAMPLE.glob("*.jsonl")):
        lines = file.read_text("utf-8").strip().split("\n")
        yield file.stem, [text[:1500] for line in lines[:13] if (text := json.loads(line)["text"])]


@pytest.mark.parametrize(("language", "texts"), samples())
def test_documents_of_24_languages_have_sacrebleus_scores(language: str, texts: list[str]) -> None:
    draw = random.Random(language)
    references = [draw.choice(texts) for _ in range(12)]
    check([changed(one, draw) for one in references[:-2]] + texts[:2], references, language)


@pytest.mark.skipif("GLOTMILL_CORPORA" not in os.environ, reason="needs the folder of real text")
def test_real_text_in_480_languages_has_sacrebleus_scores() -> None:
    folder = Path(os.environ["GLOTMILL_CORPORA"])
    texts: dict[str, list[str]] = {}
    bitext = pl.read_parquet(folder / "bitext.parquet").sort("id")
    for language, target in bitext.select("target_language", "target").iter_rows():
        texts.setdefault(label(language), []).append(target)
    declarations = pl.read_parquet(folder / "udhr_dev.parquet").sort("bcp47", "paragraph")
    for code, text in declarations.select("bcp47", "text").iter_rows():
        try:
            texts.setdefault(label(code), []).append(text)
        except ValueError:
            continue
    checked = 0
    for language, found in sorted(texts.items()):
        draw = random.Random(language)
        references = [draw.choice(found) for _ in range(60 if len(found) > 300 else 5)]
        hypotheses = [changed(one, draw) if draw.random() < 0.8 else draw.choice(found) for one in references]
        check(hypotheses, references, language)
        checked += len(references)
    assert len(texts) > 400 and checked > 3000


def test_a_pair_scores_the_same_in_any_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = random.Random(1)
    for language in ("eng_Latn", "tha_Thai", "jpn_Jpan"):
        texts = [text for _, text, _ in PAIRS for _ in range(3)] + ["", " ", "a" * 300]
        draw.shuffle(texts)
        hypotheses = texts[::-1]
        whole = bleu.bleu(hypotheses, texts, language), chrf.chrf(hypotheses, texts)
        alone = [sentence_bleu(*pair, language) for pair in zip(hypotheses, texts, strict=True)]
        assert whole[0].tolist() == alone
        assert whole[1].tolist() == [sentence_chrf(*pair) for pair in zip(hypotheses, texts, strict=True)]
        with monkeypatch.context() as small:
            small.setattr(_texts, "_BLOCK", 50)  # many blocks, and pairs that are longer than one
            assert np.array_equal(bleu.bleu(hypotheses, texts, language), whole[0])
            assert np.array_equal(chrf.chrf(hypotheses, texts), whole[1])


def test_threads_get_the_same_scores() -> None:
    texts = [text for _, text, _ in PAIRS] * 20

    def scores(language: str) -> list[float]:
        return [*bleu.bleu(texts[::-1], texts, language), *chrf.chrf(texts[::-1], texts)]

    languages = ["jpn_Jpan", "kor_Hang", "eng_Latn", "tha_Thai"] * 4
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(scores, languages)) == [scores(language) for language in languages]


@pytest.mark.parametrize("language", ["eng_Latn", "zho_Hans", "tha_Thai"])
def test_long_texts(language: str) -> None:
    draw = random.Random(3)
    words = ["walk", "3.5", "中文", "ก", "a-b", "(x)", "é"]
    reference = " ".join(draw.choice(words) for _ in range(30_000))
    check([reference[:-20], reference[5000:]], [reference, reference], language)
    check(["a" * 200_000], ["a" * 200_000 + "b"], language)


def test_no_pairs_and_unequal_numbers() -> None:
    assert bleu.bleu([], [], "eng_Latn").shape == chrf.chrf([], []).shape == (0,)
    for call in (lambda: bleu.bleu(["a"], [], "eng_Latn"), lambda: chrf.chrf(["a", "b"], ["a"])):
        with pytest.raises(ValueError, match="one for each"):
            call()


def test_13a_would_give_good_thai_nothing() -> None:
    _, reference, hypothesis = next(pair for pair in PAIRS if pair[0] == "tha_Thai")
    joined = hypothesis.replace(" ", ""), reference.replace(" ", "")
    assert sentence_bleu(*joined, "eng_Latn") == 0.0
    assert sentence_bleu(*joined, "tha_Thai") > 50


@pytest.mark.parametrize("language", ["eng_Latn", "zho_Hans", "jpn_Jpan", "kor_Hang", "tha_Thai"])
def test_signatures_are_sacrebleus_own(language: str) -> None:
    both = metrics(language)
    for metric, name in zip(both, ("bleu", "chrf"), strict=True):
        metric.sentence_score("a", ["a"])
        assert signature(name, language) == str(metric.get_signature())
    assert "eff:yes" in signature("bleu", language) and "eff:no" in signature("bleu", language, "corpus")
    assert "nw:2" in signature("chrf", language)


def test_importing_loads_neither_numba_nor_sacrebleu() -> None:
    program = (
        "import sys, translators.metrics.bleu, translators.metrics.chrf, translators.metrics.signatures\n"
        "print({'numba', 'sacrebleu', 'MeCab'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_kernels_compile_where_nothing_can_be_kept() -> None:
    program = (
        "import numba.core.caching as c\n"
        "c.CacheImpl._locator_classes = []\n"
        "from translators.metrics.chrf import sentence_chrf\n"
        "print(sentence_chrf('ab', 'ab'))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "100.0", done.stderr
