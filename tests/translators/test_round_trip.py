"""Round-trip scores: equal to sacreBLEU's own, with the tokenizer of the source's language."""

from __future__ import annotations

import pytest
import sacrebleu

from translators.round_trip import round_trip, tokenizer

# Label, tokenizer, a sentence, and another way to say it.
PAIRS = [
    ("eng_Latn", "13a", "Plan a walk of 3 hours, but avoid steep paths.", "Plan a 3-hour walk and avoid steep paths."),
    ("zho_Hans", "zh", "请给我的祖父母安排一次散步。", "请为我祖父母安排散步。"),
    ("zho_Hant", "zh", "請給我的祖父母安排一次散步。", "請為我祖父母安排散步。"),
    ("jpn_Jpan", "ja-mecab", "友人に短い手紙を書いてください。", "友達に短い手紙を書きなさい。"),
    ("kor_Hang", "ko-mecab", "친구에게 짧은 편지를 써 주세요.", "친구에게 짧은 편지를 쓰세요."),
    ("tha_Thai", "char", "เขียนจดหมายสั้น ๆ ถึงเพื่อน", "เขียนจดหมายถึงเพื่อนสั้น ๆ"),
    ("lao_Laoo", "char", "ຂຽນຈົດໝາຍສັ້ນໆເຖິງໝູ່", "ຂຽນຈົດໝາຍເຖິງໝູ່"),
    ("khm_Khmr", "char", "សូមសរសេរសំបុត្រខ្លីមួយ", "សរសេរសំបុត្រខ្លី"),
    ("mya_Mymr", "char", "စာတိုတစ်စောင်ရေးပါ", "စာတစ်စောင်ရေးပါ"),
    ("bod_Tibt", "char", "ཡི་གེ་ཐུང་ཐུང་ཞིག་བྲིས།", "ཡི་གེ་ཞིག་བྲིས།"),
    ("hin_Deva", "13a", "एक दोस्त को छोटा पत्र लिखो।", "दोस्त को एक छोटा पत्र लिखो।"),
    ("arb_Arab", "13a", "اكتب رسالة قصيرة إلى صديق.", "اكتب لصديق رسالة قصيرة."),
    ("amh_Ethi", "13a", "ለጓደኛ አጭር ደብዳቤ ጻፍ።", "አጭር ደብዳቤ ለጓደኛ ጻፍ።"),
    ("yor_Latn", "13a", "Kọ lẹ́tà kúkúrú sí ọ̀rẹ́ kan.", "Kọ lẹ́tà kan sí ọ̀rẹ́."),
]


@pytest.mark.parametrize(("language", "tokenize", "source", "back"), PAIRS)
def test_scores_are_sacrebleus_own(language: str, tokenize: str, source: str, back: str) -> None:
    found = round_trip(source, back, language)
    bleu = sacrebleu.sentence_bleu(back, [source], tokenize=tokenize, use_effective_order=True).score
    chrf = sacrebleu.sentence_chrf(back, [source], word_order=2).score
    assert found.bleu == pytest.approx(bleu, abs=1e-6)
    assert found.chrf == pytest.approx(chrf, abs=1e-6)
    assert 0 < found.bleu < 100 and 0 < found.chrf < 100
    assert f"tok:{tokenize}" in found.bleu_signature and "eff:yes" in found.bleu_signature
    assert "nw:2" in found.chrf_signature


@pytest.mark.parametrize(("language", "tokenize", "source", "back"), PAIRS)
def test_bounds(language: str, tokenize: str, source: str, back: str) -> None:
    same = round_trip(source, source, language)
    assert (same.bleu, same.chrf) == (pytest.approx(100.0), pytest.approx(100.0))
    assert same.bleu <= 100.0 and same.chrf <= 100.0
    nothing = round_trip(source, "", language)
    assert (nothing.bleu, nothing.chrf) == (0.0, 0.0)


def test_13a_would_give_good_thai_nothing() -> None:
    language, _, source, back = next(pair for pair in PAIRS if pair[0] == "tha_Thai")
    joined = (source.replace(" ", ""), back.replace(" ", ""))
    assert sacrebleu.sentence_bleu(joined[1], [joined[0]], tokenize="13a").score == 0.0
    assert round_trip(*joined, language).bleu > 50


@pytest.mark.parametrize(
    ("language", "expected"),
    [("jpn_Latn", "13a"), ("kor_Kore", "ko-mecab"), ("yue_Hant", "zh"), ("und_Zyyy", "13a"), ("srp_Cyrl", "13a")],
)
def test_tokenizer(language: str, expected: str) -> None:
    assert tokenizer(language) == expected
