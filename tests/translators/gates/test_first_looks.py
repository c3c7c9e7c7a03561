"""What gates look at first, so that most texts are not looked at any further, says the same as the whole look."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.translators.text import adversarial
from translators.gates import _name_candidates, _plain, _scripts, _wording, markup, structure
from translators.text import structure as structures
from translators.text.kinds import EXACT
from translators.text.spans import spans_of

_PIECES = (
    "a", "b_", "Word", "1", "2.4.0", "17.6", ".", "...", ".7z", ".mp3", ".py", "com", "www.", "://", ":", "mailto:",
    "-", "--", "-x", "+", "*", "v2", " ", "\n", "\n\n", "\t", "_", "`", "~~~", "[", "](", "]", "(", ")", "{", "}", "%s",
    "$", "#", "@", "&", ";", "<b>", "|", "\\", "^", "=", "/", "é", "ไทย", "हिन्दी", "مرحبا", "日本",
    "አማርኛ", "ẹ̀kọ́", "'", "’",
)  # fmt: skip
_TEXTS = st.lists(st.sampled_from(_PIECES), max_size=9).map("".join)
_REAL = (
    "Se tornò, l’été où ça naît…", "Größe ﬁn ŁÓDŹ Ørsted", "Ёлка и ёж", "ยินดีต้อนรับ",
    "स्वागत है", "أهلًا وسهلًا", "ようこそ", "እንኳን ደህና መጡ",
    "Ẹ káàbọ̀", "İstanbul ışık", "ͅ iota", "don't re-do 'it'", "",
)  # fmt: skip


@given(_TEXTS)
def test_no_span_is_overlooked(text: str) -> None:
    if not markup._MAYBE.search(text):
        assert spans_of(text, EXACT) == ()


def test_documents_full_of_markup_are_looked_at() -> None:
    for text in adversarial.documents(300):
        assert markup._MAYBE.search(text) or not spans_of(text, EXACT)
    assert not markup._MAYBE.search("In Figure 17.6, well-known words: nothing. And more.")


@given(_TEXTS)
def test_what_looks_like_bare_paragraphs_has_no_other_structure(text: str) -> None:
    if structure._UNMARKED.fullmatch(text):
        expected = (structures.Paragraph(1, False),) * (structure._gaps(text) + 1)
        assert structures.structure(text) == structures.Structure(expected, Counter(), True)


def test_bare_paragraphs_are_told() -> None:
    assert structure._UNMARKED.fullmatch("One line: here.\n\nสองบรรทัด\n")
    assert not structure._UNMARKED.fullmatch("One\nparagraph")
    assert structure.share_kept("One.\n\nTwo.", "Un. Deux.") < 1.0


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKD", text)
    return f" {' '.join(text.casefold().translate(_wording._folds).split())} "


@given(_TEXTS | st.text(max_size=30))
def test_texts_are_folded_alike_whatever_their_letters(text: str) -> None:
    assert _wording.fold(text) == _folded(text)


@pytest.mark.parametrize("text", _REAL)
def test_real_letters_are_folded_alike(text: str) -> None:
    assert _wording.fold(text) == _folded(text)
    assert _wording.fold(text * 9) == _folded(text * 9)


@given(st.lists(st.sampled_from((" a", " a ", " ab", "ab", " a b", "b", " bc ", "c a")), max_size=4), _TEXTS)
def test_phrases_are_found_by_their_heads(whole: list[str], text: str) -> None:
    folded = _wording.fold(f"{text} a ab abc b")[: 3 + len(text)]
    parted = tuple((one, "b") for one in whole[:1])
    expected = any(one in folded for one in whole) or any(_wording._near(folded, *both) for both in parted)
    assert _wording.Phrases(tuple(whole), parted).found(folded) == expected


@given(st.text("abAB1_'. \n-", max_size=20))
def test_words_with_capitals_are_those_among_all_words(text: str) -> None:
    every = [(one.start(), one[0]) for one in _name_candidates._WORD.finditer(text) if one[0] != one[0].lower()]
    assert [(one.start(1), one[1]) for one in _name_candidates._CAPITALISED.finditer(text)] == every


@given(st.text(st.characters(max_codepoint=127), max_size=40))
def test_words_of_ascii_are_cut_as_others_are(text: str) -> None:
    others = _plain._WORD.findall(text)
    assert list(_plain.words(text)) == [bare for one in others if (bare := one.strip(_plain._INSIDE))]


@pytest.mark.parametrize("text", _REAL)
def test_letters_are_counted_alike(text: str) -> None:
    for some in (text, f"{text} and quite a few Latin letters more", f"{text}{text} x"):
        expected: dict[str, int] = {}
        for letter in filter(str.isalpha, some):
            expected[_scripts.script(letter)] = expected.get(_scripts.script(letter), 0) + 1
        assert _scripts.letters(some) == expected


def test_signs_of_markup_are_those_that_markup_begins_with() -> None:
    from translators.gates._number_tokens import _MARKUP_SIGN

    plain = re.compile(r"[`<{@$\\]|://|www\.|&#|%[\w(]")
    for text in adversarial.documents(200):
        for line in text.splitlines():
            assert bool(_MARKUP_SIGN.search(line)) == bool(plain.search(line))
