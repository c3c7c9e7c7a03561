"""Terms: the same for the same text in another form, graphemes as Unicode has them, spans that point at the text."""

from __future__ import annotations

import unicodedata

import polars as pl
import pytest
import regex
from stories import STORIES

from filters import _segments, _terms

UNSPACED = ["Thai", "Han", "Kana"]
MORE = {
    "Khmer": "ខ្ញុំទៅផ្សារជាមួយម្ដាយ",
    "Burmese": "မြန်မာနိုင်ငံတွင် မိုးရွာသည်။",
    "Lao": "ຂ້ອຍກຳລັງກິນເຂົ້າ",
}
DIGITS = "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "๐๑๒๓๔๕๖๗๘๙", "０１２３４５６７８９"


def texts_of(text: str) -> list[str]:
    found = _terms.terms(pl.Series([text]))
    data = text.encode()
    return [data[a:b].decode() for a, b in zip(found.begins, found.ends, strict=True)]


def hashes(text: str) -> list[int]:
    return list(_terms.terms(pl.Series([text])).hashes)


@pytest.mark.parametrize("text", [*(STORIES[name][1] for name in UNSPACED), *MORE.values()])
def test_a_script_without_spaces_has_graphemes(text: str) -> None:
    runs = [g for g in regex.findall(r"\X", text) if regex.search(r"[\p{L}\p{N}]", g)]
    single = [t for t in texts_of(text) if not regex.fullmatch(r"[a-zA-Z0-9.]+", t)]
    assert single == [g for g in runs if not regex.fullmatch(r"[a-zA-Z0-9]", g)]
    assert len(single) > 5


@pytest.mark.parametrize("name", sorted(STORIES))
def test_elsewhere_terms_are_the_words_with_a_letter_or_digit(name: str) -> None:
    text = STORIES[name][1]
    found = _terms.terms(pl.Series([text]))
    words = [w for w in _segments.cut_words(pl.Series([text]))[0] if regex.search(r"[\p{L}\p{N}]", w)]
    if not found.single.any():
        assert texts_of(text) == words


@pytest.mark.parametrize("name", sorted(STORIES))
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_normal_form_changes_nothing(name: str, form: str) -> None:
    text = STORIES[name][1]
    assert hashes(unicodedata.normalize(form, text)) == hashes(text)  # type: ignore[arg-type]


@pytest.mark.parametrize("digits", DIGITS)
def test_digits_of_any_script_are_the_same(digits: str) -> None:
    text = "room 12 of 7034, 5 km"
    assert hashes(text.translate(str.maketrans("0123456789", digits))) == hashes(text)


def test_case_spacing_and_signs_change_nothing() -> None:
    assert hashes("ONE  two\n\nThree!") == hashes("one, two — three")
    assert hashes("お茶 を飲む") == hashes("お茶を、飲む。")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("l'eau qu'on boit", "l’eau qu’on boit"),
        ("п'ять м'ячів", "пʼять м’ячів".replace("ʼ", "’")),
        ("hyphen\u00adation", "hyphenation"),
        ("می\u200cروم", "میروم"),
        ("كتـــاب", "كتاب"),
        ("can't", "CAN＇T"),
        ("straße", "STRASSE"),
        ("ışık ile iş", "IŞIK İLE İŞ"),
        ("น้ำ", "น้ํา"),
        ("ໝາກ", "ຫມາກ"),
    ],
)
def test_typography_inside_a_word_changes_nothing(one: str, other: str) -> None:
    assert hashes(one) == hashes(other) and len(hashes(one)) >= 1


def test_many_texts_at_once_null_and_empty() -> None:
    texts = [None, *(text for _, text in STORIES.values()), "", "..."]
    found = _terms.terms(pl.Series(texts, dtype=pl.String))
    assert len(found.starts) == len(texts) + 1
    for number, text in enumerate(texts):
        here = slice(found.starts[number], found.starts[number + 1])
        assert list(found.hashes[here]) == hashes(text or "")
    every = "".join(text or "" for text in texts).encode()
    assert every[found.begins[0] : found.ends[0]].decode() == texts_of(str(texts[1]))[0]


def test_terms_are_fixed_for_ever() -> None:
    """Releases keep keys made of them."""
    assert hashes("One ２ ก็") == [10457265594366419360, 18128579709034668820, 11316443821644686308]
