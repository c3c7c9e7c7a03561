"""Lines of tokens: words in lower case, then a capital letter for each sign; the same in every script."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters._classifier import tokens
from filters._segments import cut_words

TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=("Cs",)),
        st.sampled_from(list("ABC abc ßẞİıſK!?¿؟！٪%€@💥_ \n\t\x00\x1fกาขअआ海水አማ٣５ǅ")),
    ),
    max_size=60,
)


def lines(*texts: str | None, characters: int | None = None) -> list[str]:
    column = pl.Series("text", list(texts), dtype=pl.String)
    return tokens.texts(tokens.lines(cut_words(column), characters).lines)


def test_every_script() -> None:
    assert lines("Kaufen SIE JETZT! 50% 😀 www.example.com", "买！？ 100元 ￥5", "सस्ता ५०", None, "a\nb", "ሰላም!") == [
        "kaufen sie jetzt ! 50 % 😀 www.example.com C C E N M P",
        "买 ！ ？ 100 元 ￥ 5 E Q N N M",
        "सस्ता ५० N",
        "",
        "a b",
        "ሰላም ! E",
    ]


def test_links_are_told_by_their_words() -> None:
    assert lines("https://example.com http www mail@example.com httpd") == [
        "https : // example.com http www mail @ example.com httpd L L L L"
    ]


@given(st.lists(TEXT, max_size=5))
@settings(deadline=None)
def test_a_line_beside_plain_python(texts: list[str]) -> None:
    for text, line in zip(texts, lines(*texts), strict=True):
        words = cut_words(pl.Series([text])).to_list()[0]
        expected = [_plain(word) for word in words]
        assert line.split(" ")[: len(words)] == expected if words else line == ""


def _plain(word: str) -> str:
    word = word.lstrip("_") or "_" if word.strip("_") else "_"
    word = "".join(c.lower() if len(c.lower()) == 1 else c for c in word)
    return "".join("_" if c in "\t\n\v\f\r \x00" else c for c in word)


def test_no_word_is_taken_for_a_label() -> None:
    assert lines("__label__high ___ _x") == ["label__high _ x"]


@given(TEXT.filter(bool), st.integers(1, 30))
@settings(deadline=None)
def test_pieces_hold_all_words_in_order(text: str, characters: int) -> None:
    whole = lines(text)[0].split(" ")
    words = len(cut_words(pl.Series([text])).to_list()[0])
    cut = lines(text, characters=characters)
    found = [token for line in cut for token in line.split(" ") if line and token not in "CEQNMPL"]
    assert found == whole[:words] if words else found == []


def test_pieces_are_of_one_length() -> None:
    column = pl.Series(["abcd " * 100, "abcd", None])
    found = tokens.lines(cut_words(column), 100)
    assert found.rows.tolist() == [0, 0, 0, 0, 1, 2]
    assert found.lengths.tolist() == [100, 100, 100, 100, 4, 0]
    assert tokens.lines(cut_words(column)).lengths.tolist() == [400, 4, 0]


@pytest.mark.parametrize("texts", [[], [None], [""]])
def test_nothing_to_say(texts: list[str | None]) -> None:
    assert lines(*texts) == [""] * len(texts)
