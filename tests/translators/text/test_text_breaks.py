"""Where long texts are cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from icu4py.breakers import CharacterBreaker

from translators.text.breaks import breaks


def cut(text: str, language: str, longest: int, whole: list[tuple[int, int]] | None = None) -> list[str]:
    places = breaks(text, language, longest, whole or [])
    return [text[begin:end] for begin, end in zip(places, places[1:], strict=False)]


def test_sentences_first() -> None:
    assert cut("One two. Three four. Five", "eng_Latn", 12) == ["One two. ", "Three four. ", "Five"]
    assert cut("これは文です。次の文です。", "jpn_Jpan", 8) == ["これは文です。", "次の文です。"]
    assert cut("ሰላም ነው። ዛሬ ጥሩ ነው።", "amh_Ethi", 10) == ["ሰላም ነው። ", "ዛሬ ጥሩ ነው።"]
    assert cut("यह घर है। वह पेड़ है।", "hin_Deva", 12) == ["यह घर है। ", "वह पेड़ है।"]


def test_then_lines_then_spaces() -> None:
    assert cut("one two\nthree", "eng_Latn", 9) == ["one two\n", "three"]
    assert cut("one two three", "eng_Latn", 9) == ["one two ", "three"]
    assert cut("สวัสดีครับ วันนี้อากาศดี", "tha_Thai", 15) == ["สวัสดีครับ ", "วันนี้อากาศดี"]


def test_then_words_of_scripts_without_spaces() -> None:
    assert cut("วันนี้อากาศดีมาก", "tha_Thai", 13) == ["วันนี้อากาศดี", "มาก"]
    assert cut("ថ្ងៃនេះអាកាសធាតុល្អ", "khm_Khmr", 8)[0] == "ថ្ងៃនេះ"


def test_then_graphemes() -> None:
    family = "👩‍👩‍👧"  # five code points
    assert cut(family * 3, "eng_Latn", 12) == [family * 2, family]
    assert cut("xxxxxxx", "eng_Latn", 3) == ["xxx", "xxx", "x"]


def test_given_starts_come_before_sentences() -> None:
    assert breaks("a. b\nc d. e f", "eng_Latn", 10, [], [5]) == [0, 5, 13]


def test_ranges_stay_whole() -> None:
    text = "Read $a. b c$ now. And go."
    assert cut(text, "eng_Latn", 14, [(5, 13)]) == ["Read $a. b c$ ", "now. And go."]
    # One that is longer than a piece may be is a piece of its own.
    assert cut("see aaaaaaaaaaaa now", "eng_Latn", 5, [(4, 16)]) == ["see ", "aaaaaaaaaaaa", " now"]


@given(st.text(min_size=1, max_size=300), st.integers(1, 40))
def test_pieces_are_short_and_whole(text: str, longest: int) -> None:
    pieces = cut(text, "tha_Thai", longest)
    assert "".join(pieces) == text
    assert all(piece and len(piece.rstrip()) <= longest for piece in pieces)
    graphemes = list(CharacterBreaker(text, "und"))
    if max(map(len, graphemes)) <= longest:
        ends = {0}
        for one in graphemes:
            ends.add(max(ends) + len(one))
        here = 0
        for piece in pieces:
            here += len(piece)
            assert here in ends
