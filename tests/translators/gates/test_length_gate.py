"""Length of an answer, on texts made to pass and to fail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import languages
from translators.gates import _expected_columns, length
from translators.gates.gate import Pair


def score(source: str, target: str, source_label: str = "eng_Latn", label: str = "eng_Latn") -> float:
    pair = Pair(source, target, source_label, label)
    found = length.SHORT.score(pair)
    assert found is not None and found == length.LONG.score(pair)
    return found


def test_columns() -> None:
    assert length.columns("ab cd\n\t") == 4
    assert length.columns("好的") == 4  # wide characters count twice
    assert length.columns("a\u0301b") == 2  # combining marks do not count
    assert length.columns("हिन्दी") == 5  # nor does the virama; vowel signs beside a letter have a column of their own
    assert length.columns("ภาษาไทย") == 7
    assert length.columns("ｱｲ\u200bｳ") == 3  # half-width kana; a space of no width
    assert length.columns("") == 0


def test_short_texts_have_slack() -> None:
    assert score("Yes.", "Yes, of course I do.") < 2.0
    assert score("Yes.", "") > 0.5
    assert score("", "Hi there") < 2.0


@pytest.mark.parametrize(
    ("target", "label"),
    [
        ("ผึ้งทำให้รังอบอุ่นในฤดูหนาวโดยเบียดกันเป็นก้อนแน่นและขยับปีก", "tha_Thai"),
        ("蜂は冬になると固く身を寄せ合い、羽を震わせて巣を暖かく保つ。", "jpn_Jpan"),
        ("मधुमक्खियाँ सर्दियों में सटकर और पंख हिलाकर छत्ते को गर्म रखती हैं।", "hin_Deva"),
        ("يحافظ النحل على دفء خليته في الشتاء بالتجمع وتحريك أجنحته.", "arb_Arab"),
        ("ንቦች በክረምት ተጠጋግተው ክንፋቸውን በማንቀሳቀስ ቀፎአቸውን ያሞቃሉ።", "amh_Ethi"),
        ("Àwọn oyin máa ń mú kí ilé wọn gbóná nígbà òtútù nípa fífara mọ́ra àti jíjú ìyẹ́ wọn.", "yor_Latn"),
    ],
)
def test_good_translations_are_near_one(target: str, label: str) -> None:
    source = "Bees keep their hive warm in winter by pressing together tightly and moving their wings."
    assert 0.6 < score(source, target, "eng_Latn", label) < 1.5
    assert 0.6 < score(target, source, label, "eng_Latn") < 1.6
    assert score(source, target[: len(target) // 4], "eng_Latn", label) < 0.5
    assert score(source, target * 4, "eng_Latn", label) > 2.0


def test_expected_ratios() -> None:
    assert length.expected_ratio("eng_Latn", "eng_Latn") == 1.0
    assert length.expected_ratio("eng_Latn", "zho_Hans") < 0.8 < 1.2 < length.expected_ratio("zho_Hans", "deu_Latn")
    assert length.expected_ratio("eng_Latn", "tlh_Latn") == 1.0  # not in the table
    assert all(languages.is_label(label) for label in _expected_columns.COLUMNS)
    assert all(0.5 <= ratio <= 2.0 for ratio in _expected_columns.COLUMNS.values())
    assert _expected_columns.COLUMNS["eng_Latn"] == 1.0


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_text_has_a_ratio(source: str, target: str) -> None:
    assert score(source, target, "fra_Latn", "tha_Thai") > 0.0
