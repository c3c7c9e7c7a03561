"""Normalisation: damage is undone, what is written on purpose stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stories import STORIES, texts

from filters.normalise import STAGE, Params


def edit(text: str | None, **params: object) -> tuple[object, ...]:
    """Text, mojibake, invisible, white space, NFC."""
    return STAGE.edit(texts(text), Params(**params), None).row(0)


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("latin-1", "Der Müller schöpft früh am Morgen Wasser für die Mühle, das weiß jeder."),
        ("cp1252", "L’été, les élèves ont réparé “la vieille barque” près du marché…"),
        ("cp1251", "Сосед построил погреб у болота, и зимой там было сухо."),
        ("cp1254", "Değirmenci sabah çocuklara ılık ekmek dağıttı, şarkı söyledi."),
    ],
)
def test_mojibake_is_undone(encoding: str, text: str) -> None:
    damaged = "".join(
        # What Windows does with bytes that its table leaves empty: it passes them on as C1 controls.
        bytes([byte]).decode(encoding, "strict") if _has(byte, encoding) else chr(byte)
        for byte in text.encode()
    )
    assert damaged != text
    assert edit(damaged)[:2] == (unicodedata.normalize("NFC", text), 1)
    assert edit(damaged, mojibake=False)[1] == 0


def _has(byte: int, encoding: str) -> bool:
    try:
        bytes([byte]).decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def test_mojibake_made_twice_is_undone() -> None:
    text = "les élèves de cette école"
    assert edit(text.encode().decode("cp1252").encode().decode("cp1252"))[:2] == (text, 1)


def test_only_the_damaged_line_is_touched() -> None:
    assert edit("RÃ©sumÃ© du livre\nÂ¿ is how ¿ looks")[0].split("\n")[0] == "Résumé du livre"  # type: ignore[attr-defined]
    # A line that speaks about mojibake in good UTF-8 text has another on its side: each line is judged by itself.
    assert edit("été\nPARIS ÉTÉ — déjà vu")[:2] == ("été\nPARIS ÉTÉ — déjà vu", 0)


@pytest.mark.parametrize("script", STORIES)
def test_clean_text_stays_byte_for_byte(script: str) -> None:
    text = unicodedata.normalize("NFC", STORIES[script][1])
    assert edit(text) == (text, 0, 0, 0, 0)


@pytest.mark.parametrize("script", STORIES)
def test_decomposed_text_is_composed(script: str) -> None:
    whole = unicodedata.normalize("NFC", STORIES[script][1])
    parts = unicodedata.normalize("NFD", whole)
    assert edit(parts) == (whole, 0, 0, 0, int(parts != whole))


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم کتاب\u200cها را ببینم",  # Persian: zero-width non-joiner
        "👩\u200d👩\u200d👧\u200d👦 🏳️\u200d🌈",  # emoji: zero-width joiner, variation selector
        "क्\u200dष और क्\u200cष",  # Devanagari: both joiners
        "\u200fשלום\u200e abc",  # direction marks
        "“Ça va ?” — l’été ﬁn １２",  # quotes, ligature, width: not ours to change
    ],
)
def test_what_is_written_on_purpose_stays(text: str) -> None:
    assert edit(text) == (text, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Donau\u00addampf\u00adschiff", ("Donaudampfschiff", 0, 2, 0, 0)),  # soft hyphens
        ("\ufeffbegin", ("begin", 0, 1, 0, 0)),  # byte order mark
        ("ab\u200bcd\u2060e", ("abcde", 0, 2, 0, 0)),  # zero-width space, word joiner
        ("bell\x07 nul\x00", ("bell nul", 0, 2, 0, 0)),
        ("safe\u202egnp.exe\u202c", ("safegnp.exe", 0, 2, 0, 0)),  # bidirectional override
        ("a\u00a0b\u3000c\u2009d\te", ("a b c d e", 0, 0, 4, 0)),
        ("one\r\ntwo\rthree\u2028four\x85five", ("one\ntwo\nthree\nfour\nfive", 0, 0, 4, 0)),
        ("  a   b  \n  c  ", ("a b\nc", 0, 0, 0, 0)),
        ("a\n\n\n\n\nb", ("a\n\nb", 0, 0, 0, 0)),
        ("e\u0301te\u0301", ("été", 0, 0, 0, 1)),
        ("", ("", 0, 0, 0, 0)),
        (" \n\t", ("", 0, 0, 1, 0)),
        (None, (None, None, None, None, None)),
    ],
)
def test_exact_numbers(text: str | None, expected: tuple[object, ...]) -> None:
    assert edit(text) == expected


def test_white_space_can_stay() -> None:
    assert edit("a\u00a0 b\r\nc ", white_space=False) == ("a\u00a0 b\nc ", 0, 0, 0, 0)


@pytest.mark.parametrize(("blank_lines", "expected"), [(0, "a\nb"), (1, "a\n\nb"), (2, "a\n\n\nb")])
def test_blank_lines(blank_lines: int, expected: str) -> None:
    assert edit("a\n\n\n\n\nb", blank_lines=blank_lines)[0] == expected


def test_damage_that_shows_only_after_cleaning_is_repaired() -> None:
    assert edit("cafÃ\u200b©") == ("café", 1, 1, 0, 0)
    assert edit("A\u0303© A\u0303©") == ("é é", 1, 0, 0, 1)


ALPHABET = (
    "ab \n\r\t\x00\x07\u00a0\u00ad\u200b\u200c\u200d\u200e\u2028\u202e\u3000\ufeff\u0301\u0303"
    "AÃ©Â¨â€™ÐРСµ°фéकि字가각ᄀ\u11a8😀\u0085\x0b"
)


@given(st.text(ALPHABET, max_size=12), st.booleans())
def test_again_changes_nothing(text: str, white_space: bool) -> None:
    once = edit(text, white_space=white_space)[0]
    assert edit(once, white_space=white_space) == (once, 0, 0, edit(once, white_space=white_space)[3], 0)  # type: ignore[arg-type]
    if white_space:
        assert edit(once)[3] == 0  # type: ignore[arg-type]


@given(st.text(max_size=40))
def test_any_text(text: str) -> None:
    once = edit(text)[0]
    assert isinstance(once, str)
    assert unicodedata.is_normalized("NFC", once)
    assert not set(once) & set("\x00\x07\r\t\u00a0\u200b\u202e\ufeff\u3000") and "  " not in once
    assert edit(once)[0] == once


@given(st.lists(st.text(ALPHABET, max_size=10), max_size=5))
def test_rows_do_not_touch_each_other(items: list[str]) -> None:
    whole = STAGE.edit(texts(*items), Params(), None).rows()
    assert whole == [edit(text) for text in items]
