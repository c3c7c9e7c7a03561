"""Answers that decline. The labelled set has more: test_labelled_answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.gates import _wording, refusal
from translators.gates.gate import Pair

GATE = refusal.GATE


def score(
    target: str, label: str, source: str = "Bees keep their hive warm in winter.", source_label: str = "eng_Latn"
) -> float:
    found = GATE.score(Pair(source, target, source_label, label))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("I'm sorry, but I can’t help with that.", "swh_Latn"),  # in English, whatever was asked for
        ("Het spijt me, maar ik kan deze tekst niet vertalen.", "nld_Latn"),
        ("Mi dispiace, non posso aiutarti con questa richiesta.", "ita_Latn"),
        ("Jag är ledsen, men jag kan inte hjälpa till med det.", "swe_Latn"),
        ("Omlouvám se, ale s tímto textem vám nemohu pomoci.", "ces_Latn"),
        ("Sajnálom, de ezt a szöveget nem tudom lefordítani.", "hun_Latn"),
        ("Maaf, saya tidak dapat membantu permintaan ini.", "ind_Latn"),
        ("Xin lỗi, tôi không thể dịch nội dung này.", "vie_Latn"),
        ("ขออภัยค่ะ ดิฉันไม่สามารถแปลข้อความนี้ได้", "tha_Thai"),
        ("मैं एक एआई हूँ, इसलिए यह अनुरोध पूरा नहीं कर सकता।", "hin_Deva"),
        ("عذرا، لا يمكنني المساعدة في هذا الطلب.", "arb_Arab"),
        ("申し訳ございませんが、そのご依頼にはお応えできません。", "jpn_Jpan"),
        ("ይቅርታ፣ ይህን ጽሑፍ መተርጎም አልችልም።", "amh_Ethi"),
        ("Ẹ má bínú, n kò lè túmọ̀ ọ̀rọ̀ yìí.", "yor_Latn"),
        ("Yi haƙuri, ba zan iya fassara wannan rubutu ba.", "hau_Latn"),
        ("Ngiyaxolisa, angikwazi ukuhumusha lo mbhalo.", "zul_Latn"),
    ],
)
def test_refusals(text: str, label: str) -> None:
    assert score(text, label) == 1.0


@pytest.mark.parametrize(
    ("source", "target", "label"),
    [
        ("I'm sorry, I can't come tomorrow.", "Lo siento, no puedo ir mañana.", "spa_Latn"),
        (
            "As an AI language model, I cannot feel the cold, said the robot.",
            "Als KI-Sprachmodell kann ich keine Kälte fühlen, sagte der Roboter.",
            "deu_Latn",
        ),
        (
            "Unfortunately we cannot translate letters in our office.",
            "Malheureusement, nous ne pouvons pas traduire de lettres dans notre bureau.",
            "fra_Latn",
        ),
        ("Translate the letter and send it to my aunt.", "手紙を翻訳して叔母に送ってください。", "jpn_Jpan"),
        ("Bees keep their hive warm in winter.", "Les abeilles gardent leur ruche au chaud en hiver.", "fra_Latn"),
    ],
)
def test_what_the_source_says_is_no_refusal(source: str, target: str, label: str) -> None:
    assert score(target, label, source) == 0.0
    assert score(source, "eng_Latn", target, label) == 0.0


def test_a_source_that_cannot_be_searched_needs_telling_phrases() -> None:
    quechua = "Mana atinichu qhatuman riyta."
    assert score("I'm sorry, I can't come to the market.", "eng_Latn", quechua, "quy_Latn") == 0.0
    assert score("As an AI model I cannot translate this.", "eng_Latn", quechua, "quy_Latn") == 1.0


def test_a_refusal_deep_in_a_text_is_its_story() -> None:
    text = "Les abeilles gardent leur ruche au chaud en hiver. " * 6
    assert score(text + "Je suis désolé, je ne peux pas vous aider.", "fra_Latn") == 0.0


def test_phrases_are_whole_files() -> None:
    names = _wording.languages()
    assert len(names) >= 45
    for name in names:
        assert _wording.has(name)
        for kind in _WANTED:
            assert _wording.phrases(kind, name).whole or _wording.phrases(kind, name).parted, (name, kind)
    assert not _wording.has("quy")
    assert not _wording.phrases("sorry", "quy").found("  anything  ")


_WANTED = [kind for kind in _wording.KINDS if kind not in ("negated", "wish")]


@pytest.mark.parametrize("file", sorted(_wording._FOLDER.glob("*.txt")), ids=lambda file: file.stem)
def test_files_hold_known_kinds_once(file: object) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()  # type: ignore[attr-defined]
    kinds = [line.partition(":")[0] for line in lines]
    assert kinds == [kind for kind in _wording.KINDS if kind in kinds]
    assert all(part.strip() for line in lines for part in line.partition(":")[2].split("|"))


def test_folding() -> None:
    assert _wording.fold("Désolé,  I can’t — NON!") == " desole i can t non "
    assert _wording.fold("نمی‌توانم") == _wording.fold("نميتوانم")
    assert _wording.fold("İstanbul ışık") == " istanbul isik "


@given(st.text(max_size=200), st.text(max_size=200), st.sampled_from(("fra_Latn", "tha_Thai", "bam_Latn", "und_Zyyy")))
def test_any_text_is_one_or_the_other(source: str, target: str, label: str) -> None:
    assert score(target, label, source) in (0.0, 1.0)
