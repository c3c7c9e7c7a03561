"""Words in every script: whole, in order, with their marks."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stories import STORIES

from filters._words import cut


def words(text: str | None) -> list[str] | None:
    return cut(pl.Series([text], dtype=pl.String)).to_list()[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The cat, the dog – and 3.5 birds!", ["The", "cat", "the", "dog", "and", "3", "5", "birds"]),
        ("l'eau c’est aujourd'hui 'quoted' rock'n'roll", ["l'eau", "c’est", "aujourd'hui", "quoted", "rock'n'roll"]),
        ("ภาษาไทยง่าย", ["ภาษา", "ไทย", "ง่าย"]),
        ("हिन्दी में लिखो।", ["हिन्दी", "में", "लिखो"]),
        ("日本語を話す。", ["日本語", "を", "話す"]),
        ("猫在床上睡觉。", ["猫", "在", "床上", "睡觉"]),
        ("ខ្ញុំចូលចិត្តភាសាខ្មែរ", ["ខ្ញុំ", "ចូលចិត្ត", "ភាសាខ្មែរ"]),
        ("ດີໃຈ ພາສາລາວ", ["ດີໃຈ", "ພາສາ", "ລາວ"]),
        ("မြန်မာစာ", ["မြန်မာ", "စာ"]),
        ("བོད་ཡིག", ["བོད", "ཡིག"]),
        ("ድመቷ አልጋ ላይ፣ ተኝታለች።", ["ድመቷ", "አልጋ", "ላይ", "ተኝታለች"]),
        ("Kọ lẹ́tà kúkúrú sí ọ̀rẹ́.", ["Kọ", "lẹ́tà", "kúkúrú", "sí", "ọ̀rẹ́"]),
        ("او می\u200cخواهد", ["او", "می\u200cخواهد"]),
        ("우체부가 편지를 썼다.", ["우체부가", "편지를", "썼다"]),
        ("وَالقِطَّةُ نائمة", ["وَالقِطَّةُ", "نائمة"]),
        ("日本 can't stop e\u0301te\u0301", ["日本", "can't", "stop", "e\u0301te\u0301"]),
        ("_ก ๓.๕ 3.5 snake_case", ["ก", "๓", "๕", "3", "5", "snake", "case"]),
        ("snake_case x\x00y 👩\u200d👧 ok", ["snake", "case", "x", "y", "ok"]),
        ("... !!! \u0301 —", []),
        ("", []),
        (None, None),
    ],
)
def test_words(text: str | None, expected: list[str] | None) -> None:
    assert words(text) == expected


@pytest.mark.parametrize("script", STORIES)
def test_a_story_has_words_of_a_usual_length(script: str) -> None:
    found = words(STORIES[script][1])
    assert found is not None and 8 <= len(found) <= 40
    assert max(map(len, found)) <= 16


@pytest.mark.parametrize("script", STORIES)
def test_a_line_in_a_script_without_spaces_does_not_change_the_others(script: str) -> None:
    """English words stay whole when the page also holds Thai, and so takes the way through ICU."""
    story = STORIES[script][1]
    assert words(f"{story}\nthe quick brown fox") == [*words(story), "the", "quick", "brown", "fox"]  # type: ignore[misc]


ALPHABET = "ab'’ \n.,1²éक्\u093eनก็า字漢かアー한글אבم\u200c\u200d\u0301😀\x00_-"


@given(st.text(ALPHABET, max_size=30))
def test_words_are_a_subsequence_of_the_text(text: str) -> None:
    rest = text
    for word in words(text) or []:
        assert word and word in rest
        rest = rest[rest.index(word) + len(word) :]


@given(st.text(ALPHABET, max_size=30))
def test_no_letter_or_digit_is_left_out(text: str) -> None:
    kept = "".join(words(text) or [])
    assert [c for c in kept if c.isalpha()] == [c for c in text if c.isalpha()]
    assert [c for c in kept if c.isdecimal()] == [c for c in text if c.isdecimal()]


@given(st.lists(st.text(ALPHABET, max_size=12) | st.none(), max_size=6))
def test_rows_do_not_touch_each_other(items: list[str | None]) -> None:
    series = pl.Series("text", items, dtype=pl.String)
    assert cut(series).to_list() == [words(text) for text in items]
    assert cut(series).name == "words" and cut(series).dtype == pl.List(pl.String)
