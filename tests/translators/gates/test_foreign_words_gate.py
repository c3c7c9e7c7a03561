"""What stays untranslated, on texts made to pass and to fail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.gates import foreign_words
from translators.gates.gate import Pair

GATE = foreign_words.GATE


def refused(source: str, target: str, label: str, source_label: str = "eng_Latn") -> bool:
    pair = Pair(source, target, source_label, label)
    score = GATE.score(pair)
    assert score is not None and GATE.limit is not None
    return GATE.applies(pair) and score > GATE.limit


SOURCE = "Click the button to open the dialog window of the printer."


@pytest.mark.parametrize(
    ("target", "label"),
    [
        ("คลิก button เพื่อเปิด dialog window ของ printer", "tha_Thai"),
        ("प्रिंटर की dialog window खोलने के लिए button दबाएँ।", "hin_Deva"),
        ("プリンターの dialog window を開くには button を押します。", "jpn_Jpan"),
        ("የአታሚውን dialog window ለመክፈት button ይጫኑ።", "amh_Ethi"),
        ("اضغط على button لفتح dialog window.", "arb_Arab"),
        ("Нажмите button, чтобы открыть dialog window принтера.", "rus_Cyrl"),
        ("Cliquez sur le bouton to open the dialog window of the printer.", "fra_Latn"),
        ("Tẹ bọ́tìnnì náà to open the dialog window of the printer.", "yor_Latn"),
        ("Cliquez sur le bouton 打开对话框 de l'imprimante.", "fra_Latn"),  # a third language
    ],
)
def test_untranslated_words_are_refused(target: str, label: str) -> None:
    assert refused(SOURCE, target, label)


@pytest.mark.parametrize(
    ("source", "target", "label"),
    [
        (SOURCE, "คลิกปุ่มเพื่อเปิดหน้าต่างของเครื่องพิมพ์", "tha_Thai"),
        (SOURCE, "Cliquez sur le bouton pour ouvrir la fenêtre de l'imprimante.", "fra_Latn"),
        (
            "Open the file in GIMP 2.10 or Adobe Photoshop.",
            "GIMP 2.10 または Adobe Photoshop でファイルを開きます。",
            "jpn_Jpan",
        ),
        ("Run `git status` before you open {file}.", "รัน `git status` ก่อนเปิด {file}", "tha_Thai"),
        ("The river is 12 km long and 3 m deep.", "नदी 12 km लंबी और 3 m गहरी है।", "hin_Deva"),
        (
            "Write to help@example.org or see https://example.org/help/pages.",
            "ወደ help@example.org ይጻፉ ወይም https://example.org/help/pages ይመልከቱ።",
            "amh_Ethi",
        ),
        (
            "She works for World Health Organization in Geneva.",
            "Она работает в World Health Organization в Женеве.",
            "rus_Cyrl",
        ),
    ],
)
def test_names_code_and_units_may_stay(source: str, target: str, label: str) -> None:
    assert not refused(source, target, label)


def test_what_is_foreign_in_the_source_may_stay() -> None:
    source = "The Russian word for bread is хлеб, and the word for salt is соль."
    assert not refused(source, "Le mot russe pour pain est хлеб, et le mot pour sel est соль.", "fra_Latn")
    assert not refused(source, "ロシア語でパンは хлеб、塩は соль といいます。", "jpn_Jpan")


def test_standards_of_one_language_may_copy() -> None:
    text = "Svaka osoba ima pravo na slobodu mišljenja i izražavanja."
    assert not refused(text, text, "bos_Latn", "hrv_Latn")
    assert not refused(text, text, "hrv_Latn", "hrv_Latn")  # a rewrite


@given(st.text(max_size=200), st.text(max_size=200), st.sampled_from(("fra_Latn", "tha_Thai", "jpn_Jpan", "bam_Latn")))
def test_any_text_has_a_share(source: str, target: str, label: str) -> None:
    found = GATE.score(Pair(source, target, "eng_Latn", label))
    assert found is not None and 0.0 <= found <= 1.0
