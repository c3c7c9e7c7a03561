"""Whether an answer is in the language, on texts made to pass and to fail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.gates import _scripts, language
from translators.gates._languages import accepted, cld2_code, same_text
from translators.gates.gate import Pair

GATE = language.GATE


def score(target: str, label: str, source: str = "", source_label: str = "eng_Latn") -> float | None:
    pair = Pair(source, target, source_label, label)
    found = GATE.score(pair)
    assert GATE.applies(pair) == (found is not None)
    return found


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Explique pourquoi le ciel devient rouge le soir.", "fra_Latn"),
        ("อธิบายว่าทำไมท้องฟ้าจึงเป็นสีแดงในตอนเย็น", "tha_Thai"),
        ("समझाओ कि शाम को आकाश लाल क्यों हो जाता है।", "hin_Deva"),
        ("اشرح لماذا تصبح السماء حمراء في المساء.", "arb_Arab"),
        ("توضیح بده که چرا آسمان هنگام غروب سرخ می‌شود.", "fas_Arab"),
        ("なぜ夕方に空が赤くなるのか説明してください。", "jpn_Jpan"),
        ("ሰማይ በምሽት ለምን ቀይ እንደሚሆን አስረዳ።", "amh_Ethi"),
        ("Ṣàlàyé ìdí tí ojú ọ̀run fi máa ń pupa ní ìrọ̀lẹ́.", "yor_Latn"),
        ("请解释为什么天空在傍晚会变红。", "zho_Hans"),
        ("請解釋為什麼天空在傍晚會變紅。", "zho_Hant"),
        ("Објасни зашто небо увече постаје црвено и шта се тада дешава.", "srp_Cyrl"),
        ("Objasni zašto nebo uveče postaje crveno i šta se tada dešava.", "srp_Latn"),
    ],
)
def test_right_language(text: str, label: str) -> None:
    assert score(text, label) == 1.0


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Explain why the sky turns red in the evening.", "fra_Latn"),
        ("Explain why the sky turns red in the evening.", "tha_Thai"),
        ("समझाओ कि शाम को आकाश लाल क्यों हो जाता है।", "tam_Taml"),
        ("توضیح بده که چرا آسمان هنگام غروب سرخ می‌شود.", "arb_Arab"),
        ("なぜ夕方に空が赤くなるのか説明してください。", "zho_Hans"),
        ("请解释为什么天空在傍晚会变红。", "jpn_Jpan"),
        ("請解釋為什麼天空在傍晚會變紅。", "zho_Hans"),  # the other script of the same language
        ("请解释为什么天空在傍晚会变红。", "zho_Hant"),
        ("Objasni zašto nebo uveče postaje crveno i šta se tada dešava.", "srp_Cyrl"),
        ("Quyosh botganda osmon nega qizarishini tushuntiring.", "uzn_Cyrl"),
        (
            "Объясни, почему вечером небо становится красным.",
            "bam_Latn",
        ),  # CLD2 does not know Bambara, but this is Cyrillic
        ("Explain why the sky turns red in the evening, and what happens to the light on its way.", "bam_Latn"),
    ],
)
def test_wrong_language_or_script(text: str, label: str) -> None:
    assert score(text, label) == 0.0


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Bonjour", "fra_Latn"),  # too short to tell
        ("12 + 12 = 24", "fra_Latn"),
        ("", "tha_Thai"),
        (" \n\n ", "tha_Thai"),
        ("`git status` https://example.org/a-long-address/in/english", "fra_Latn"),
        ("```\nfor (const word of words) console.log(word)\n```", "jpn_Jpan"),
        ("{first_name} %(count)d <b></b>", "hin_Deva"),
    ],
)
def test_nothing_to_tell_by(text: str, label: str) -> None:
    assert score(text, label) is None


def test_few_letters_of_a_script_of_its_own_suffice() -> None:
    assert score("อธิบาย", "tha_Thai") == 1.0
    assert score("설명해", "kor_Hang") == 1.0


def test_plenty_of_letters_always_have_a_score() -> None:
    assert score("zxqv bnmk lkjh ptrw qqxz vvbn mmkl zzxx ccvv bbnn llkk jjhh ggff", "fra_Latn") == 0.0


def test_one_english_paragraph_is_seen() -> None:
    french = (
        "La cloche est coulée de nuit, quand la couleur du métal se voit le mieux.\n\n"
        "The mould is buried in front of the furnace so that it does not burst.\n\n"
        "Le fondeur attend ensuite trois jours avant de briser l'enveloppe d'argile."
    )
    found = score(french, "fra_Latn")
    assert found is not None
    assert 0.6 < found < 0.75
    assert GATE.limit is not None and found < GATE.limit


def test_short_lines_are_judged_together() -> None:
    assert score("- des œufs\n- du lait\n- du beurre\n- une pomme", "fra_Latn") == 1.0
    assert score("- some eggs\n- fresh milk\n- the butter\n- an apple", "hin_Deva") == 0.0


def test_names_of_the_source_do_not_count() -> None:
    source = "Nikon Canon Panasonic Olympus Fujifilm Hasselblad Leica Tamron Sigma Zeiss Ricoh Minolta"
    assert score(source, "fra_Latn", source) is None
    assert score(f"Comparez {source}.", "fra_Latn", f"Compare {source}.") != 0.0


def test_an_answer_in_a_language_of_the_same_group_passes() -> None:
    croatian = "Svaka osoba ima pravo na slobodu mišljenja i izražavanja, bez uznemiravanja."
    assert score(croatian, "bos_Latn") == 1.0
    assert "hrv" in accepted("bos_Latn")
    assert accepted("fra_Latn") == {"fra"}
    assert "srp" in accepted("mkd_Cyrl") and "mkd" not in accepted("srp_Cyrl")


def test_what_cld2_knows() -> None:
    assert [cld2_code(one) for one in ("fra_Latn", "zho_Hant", "bam_Latn", "azj_Latn", "azj_Cyrl")] == [
        "fr", "zh-Hant", None, "az", None,
    ]  # fmt: skip
    assert same_text("hrv_Latn", "bos_Latn") and not same_text("srp_Latn", "srp_Cyrl")


def test_chinese_characters_of_one_side() -> None:
    assert _scripts.chinese("这为说") == (3, 0)
    assert _scripts.chinese("為什麼") == (0, 2)
    assert _scripts.chinese("人口 abc") == (0, 0)


def test_letters_by_script() -> None:
    assert _scripts.letters("abc дом ሰማይ 12 मैं!") == {"Latn": 3, "Cyrl": 3, "Ethi": 3, "Deva": 1}


@given(st.text(max_size=300), st.sampled_from(("fra_Latn", "tha_Thai", "jpn_Jpan", "zho_Hant", "bam_Latn", "und_Zyyy")))
def test_any_text_has_a_score_or_none(text: str, label: str) -> None:
    found = score(text, label, text)
    assert found is None or 0.0 <= found <= 1.0
    letters = sum(map(str.isalpha, text))
    if letters == 0:
        assert found is None


def test_many_lines() -> None:
    lines = "the cat sat on the mat again\n" * 20_000
    assert score(lines, "fra_Latn", lines) == 0.0
