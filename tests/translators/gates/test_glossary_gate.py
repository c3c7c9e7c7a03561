"""The glossary's gate: what a translation has of the terms, in any form, and what it has left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.gates.gate import Pair
from translators.gates.glossary import GATE, gate, glossary_kept, ignored
from translators.knowledge.glossary import Entry, Glossary


def pair(target: str, language: str, source: str = "") -> Pair:
    return Pair(source, target, "eng_Latn", language)


@pytest.mark.parametrize(
    ("language", "term", "target", "kept"),
    [
        ("deu_Latn", "Ebene", "Wähle zwei Ebenen.", True),
        ("deu_Latn", "Ebene", "Die Ebenenmaske ist weiß.", True),
        ("deu_Latn", "Ebene", "Wähle zwei Schichten.", False),
        ("fra_Latn", "calque actif", "Les calques actifs sont là.", True),
        ("fra_Latn", "calque actif", "Le calque est là.", False),
        ("rus_Cyrl", "слой", "Выберите два слоя.", True),
        ("ell_Grek", "στρώση", "Επιλέξτε τις στρώσεις.", True),
        ("fin_Latn", "taso", "Valitse tasot.", True),
        ("tha_Thai", "เลเยอร์", "เลือกเลเยอร์ที่ต้องการ", True),
        ("tha_Thai", "เลเยอร์", "เลือกชั้นภาพ", False),
        ("hin_Deva", "कमरा", "दो कमरे हैं।", True),
        ("hin_Deva", "परत", "दो छवियाँ चुनें", False),
        ("arb_Arab", "طبقة", "اختر الطبقة الأولى", True),
        ("arb_Arab", "طبقة", "اختر الصورة", False),
        ("jpn_Jpan", "レイヤー", "新しいレイヤーを作る", True),
        ("jpn_Jpan", "レイヤー", "新しい画像を作る", False),
        ("amh_Ethi", "መጽሐፍ", "መጽሐፉን አንብብ", True),
        ("amh_Ethi", "መጽሐፍ", "ቤቱን ተመልከት", False),
        ("yor_Latn", "ọkọ̀", "Ọkọ̀ náà dé", True),
        ("yor_Latn", "ọkọ̀", "Ọkọ rẹ̀ dé", False),
        ("swh_Latn", "kitabu", "Vitabu viwili", True),
        ("kor_Hang", "레이어", "레이어를 선택하세요", True),
        ("zho_Hans", "图层", "选择新图层", True),
    ],
)
def test_a_term_is_kept_in_any_of_its_forms(language: str, term: str, target: str, kept: bool) -> None:
    assert glossary_kept(pair(target, language), [Entry("layer", (term,))]) == float(kept)


def test_the_share_and_what_is_missing() -> None:
    entries = [Entry("layer", ("Ebene",)), Entry("brush", ("Pinsel", "Bürste")), Entry("GIMP", ("GIMP",), kept=True)]
    here = pair("Mit der Bürste auf die Ebene malen", "deu_Latn")
    assert glossary_kept(here, entries) == pytest.approx(2 / 3)
    assert ignored(here, entries) == (entries[2],)
    assert glossary_kept(here, []) == 1.0


def test_what_is_not_translated_stands_letter_for_letter() -> None:
    entry = Entry("GIMP", ("GIMP",), kept=True)
    assert glossary_kept(pair("GIMPissä on tasoja", "fin_Latn"), [entry]) == 1.0
    assert glossary_kept(pair("Gimp ist da", "deu_Latn"), [entry]) == 0.0


def test_the_gate_says_nothing_of_texts_without_a_term(tmp_path: Path) -> None:
    path = tmp_path / "terms.tsv"
    path.write_text("eng_Latn\tjpn_Jpan\nlayer\tレイヤー\n", encoding="utf-8")
    here = gate(Glossary.load([str(path)]))
    assert (here.name, here.reason) == ("glossary_kept", "glossary_ignored")
    assert not here.applies(pair("猫がいる", "jpn_Jpan", "The cat is here"))
    with_term = pair("新しい画像", "jpn_Jpan", "New layers")
    assert here.applies(with_term)
    assert here.score(with_term) == 0.0
    assert here.score(pair("新しいレイヤー", "jpn_Jpan", "New layers")) == 1.0
    assert not GATE.applies(with_term)
    assert GATE.score(with_term) == 1.0


@given(
    target=st.text(max_size=200), language=st.sampled_from(["deu_Latn", "tha_Thai", "arb_Arab", "yor_Latn", "amh_Ethi"])
)
def test_no_text_breaks_it(target: str, language: str) -> None:
    entries = [Entry("a", ("Ebene neu",)), Entry("b", ("แมว",)), Entry("c", ("C++",)), Entry("d", ("d",), kept=True)]
    assert 0.0 <= glossary_kept(pair(target, language), entries) <= 1.0


def test_a_megabyte_is_no_trouble() -> None:
    here = pair("Ebene \u200f\x00 " * 100_000, "deu_Latn")
    assert glossary_kept(here, [Entry("layer", ("Ebene",)), Entry("x", ("Y",))]) == 0.5
