"""Edit distance in characters and words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.metrics._words import words
from translators.metrics.edit_distance import character_distance, word_distance

TEXT = st.text("ab c.ก日é", max_size=12)


def by_hand(one: list[str] | str, other: list[str] | str) -> int:
    """Wagner and Fischer's table."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]


@given(pairs=st.lists(st.tuples(TEXT, TEXT), max_size=4))
def test_distances_are_those_of_the_table(pairs: list[tuple[str, str]]) -> None:
    before, after = [one for one, _ in pairs], [other for _, other in pairs]
    characters = [by_hand(*pair) for pair in pairs]
    assert character_distance(before, after, normalise=False).tolist() == characters
    longer = [max(map(len, pair)) or 1 for pair in pairs]
    assert character_distance(before, after).tolist() == [d / n for d, n in zip(characters, longer, strict=True)]
    cut = [(words(one, "tha_Thai"), words(other, "tha_Thai")) for one, other in pairs]
    assert word_distance(before, after, "tha_Thai", normalise=False).tolist() == [by_hand(*pair) for pair in cut]
    longer = [max(map(len, pair)) or 1 for pair in cut]
    assert word_distance(before, after, "tha_Thai").tolist() == [
        by_hand(*pair) / n for pair, n in zip(cut, longer, strict=True)
    ]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("eng_Latn", "Don't pay 3.50, now!", ["Don't", "pay", "3.50", ",", "now", "!"]),
        ("tha_Thai", "เขียนจดหมายถึงเพื่อน", ["เขียน", "จดหมาย", "ถึง", "เพื่อน"]),
        ("jpn_Jpan", "手紙を書く。", ["手紙", "を", "書く", "。"]),
        ("zho_Hans", "我爱北京", ["我", "爱", "北京"]),
        ("hin_Deva", "पत्र लिखो।", ["पत्र", "लिखो", "।"]),
        ("arb_Arab", "اكتب رسالة.", ["اكتب", "رسالة", "."]),
        ("amh_Ethi", "አጭር፡ደብዳቤ", ["አጭር", "፡", "ደብዳቤ"]),
        ("yor_Latn", "Kọ lẹ́tà kan", ["Kọ", "lẹ́tà", "kan"]),
        ("bod_Tibt", "ཡི་གེ", ["ཡི", "་", "གེ"]),
        ("jav_Java", "ꦩꦤꦶꦩ꧀", ["ꦩ", "ꦤꦶ", "ꦩ꧀"]),
        ("kor_Hang", "편지를 써", ["편지를", "써"]),
        ("eng_Latn", " \n\u3000", []),
    ],
)
def test_words_of_a_script(language: str, text: str, expected: list[str]) -> None:
    assert words(text, language) == expected


def test_a_changed_thai_word_is_one_word_of_four() -> None:
    assert word_distance(["เขียนจดหมายถึงเพื่อน"], ["เขียนจดหมายถึงแม่"], "tha_Thai").tolist() == [0.25]


def test_empty_texts_and_unequal_numbers() -> None:
    assert character_distance([], []).shape == (0,)
    assert character_distance(["", "a"], ["", ""]).tolist() == [0.0, 1.0]
    with pytest.raises(ValueError, match="one for each"):
        word_distance(["a"], [], "eng_Latn")
