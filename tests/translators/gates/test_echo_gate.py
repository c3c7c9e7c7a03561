"""The source over again, on texts made to pass and to fail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.gates import echo
from translators.gates.gate import Pair

GATE = echo.GATE


def score(source: str, target: str, label: str = "fra_Latn", source_label: str = "eng_Latn") -> float:
    found = GATE.score(Pair(source, target, source_label, label))
    assert found is not None
    return found


SOURCE = "The miller turned the whole house with a long beam when the wind changed in the night."


@pytest.mark.parametrize(
    "target",
    [
        SOURCE,
        SOURCE.upper(),
        SOURCE.replace(" ", "\n"),
        f"“{SOURCE}”",
        SOURCE.replace("ill", "ｉｌｌ"),  # compatibility forms
        f"{SOURCE} Fin.",
    ],
)
def test_copies_score_high(target: str) -> None:
    assert score(SOURCE, target) > 0.9


def test_a_translation_scores_nothing() -> None:
    assert (
        score(SOURCE, "Le meunier tournait toute la maison avec une longue poutre quand le vent changeait la nuit.")
        == 0.0
    )


def test_a_changed_word_lowers_the_score() -> None:
    assert 0.5 < score(SOURCE, SOURCE.replace("long", "strong")) < 1.0


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("คนโม่แป้งหมุนบ้านทั้งหลังด้วยคานยาวเมื่อลมเปลี่ยนทิศในเวลากลางคืน", "tha_Thai"),
        ("夜に風向きが変わると、粉屋は長い棒で小屋ごと回した。", "jpn_Jpan"),
        ("रात में हवा बदलने पर चक्कीवाला लंबी बल्ली से पूरा घर घुमा देता था।", "hin_Deva"),
        ("كان الطحان يدير البيت كله بعمود طويل حين تتغير الريح ليلا.", "arb_Arab"),
        ("ነፋሱ በሌሊት ሲቀየር ወፍጮ ጠባቂው ቤቱን ሁሉ በረጅም ምሰሶ ያዞር ነበር።", "amh_Ethi"),
        ("Ọlọ́lọ̀ máa ń yí gbogbo ilé náà pẹ̀lú igi gígùn nígbà tí afẹ́fẹ́ bá yí padà ní òru.", "yor_Latn"),
    ],
)
def test_copies_in_every_script(text: str, label: str) -> None:
    pair = Pair(text, text, label, "fra_Latn")
    assert GATE.applies(pair)
    assert GATE.score(pair) == 1.0
    assert score(SOURCE, text, label) == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "OK",
        "Adobe Photoshop Lightroom",
        "12 km",
        "`git status --short`",
        "https://example.org/hours",
        "{name}",
        "",
        "Bonjour !",
    ],
)
def test_what_may_stay_as_it_is(text: str) -> None:
    assert not GATE.applies(Pair(text, text, "eng_Latn", "fra_Latn"))


def test_addresses_and_code_do_not_count() -> None:
    code = "```\nfor name in names: print(name)\n```\nhttps://example.org/a/b"
    assert score(f"Run this now please:\n{code}", f"Lancez ceci maintenant :\n{code}") == 0.0


def test_standards_of_one_language_may_be_the_same() -> None:
    text = "Svaka osoba ima pravo na slobodu mišljenja i izražavanja."
    assert not GATE.applies(Pair(text, text, "hrv_Latn", "bos_Latn"))
    assert GATE.applies(Pair(text, text, "hrv_Latn", "hrv_Latn"))  # a rewrite has to change something


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_has_a_share(source: str, target: str) -> None:
    assert 0.0 <= score(source, target) <= 1.0
