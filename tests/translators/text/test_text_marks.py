"""Forms of placeholders: what reads as one."""

from __future__ import annotations

from itertools import islice

import pytest

from translators.text.marks import BRACKETS, LETTERS


@pytest.mark.parametrize("text", ["X7X", "x7x", "Ｘ７Ｘ", "Х7Х", "X ٧ X", "X७X", "X\u202f7\u202fX", "MAXX7X"])
def test_letters(text: str) -> None:
    assert [number for _, _, number in LETTERS.find(text)] == [7]


@pytest.mark.parametrize("text", ["X7 X", "X7", "7X", "XaX", "2x7x3", "luX 7 Xenon", "X  7  X", "X7Y"])
def test_no_letters(text: str) -> None:
    assert not list(LETTERS.find(text))


@pytest.mark.parametrize("text", ["⟦7⟧", "⟦ 7 ⟧", "[[7]]", "［［７］］", "【७】", "〚7〛", "[7]"])
def test_brackets(text: str) -> None:
    assert [number for _, _, number in BRACKETS.find(text)] == [7]


def test_pieces() -> None:
    assert LETTERS.broken("X7 and 8X or 10x, XX") == ["X7", "8X"]
    assert BRACKETS.broken("⟦7 and [8] ⟧") == ["⟦", "⟧"]


def test_first_numbers_that_are_free() -> None:
    assert list(islice(LETTERS.first("no numbers", 3), 2)) == [1, 101]
    assert next(LETTERS.first("X3X", 3)) == 101
    assert next(LETTERS.first("X3X", 2)) == 1
    assert next(LETTERS.first("X3 and 101X", 3)) == 201
    assert next(LETTERS.first(" ".join(f"X{number}X" for number in range(1, 50_000)), 100)) == 50_001


def test_what_stands_beside() -> None:
    assert BRACKETS.beside("a [ ", "]] b") == (2, 2)
    assert BRACKETS.beside("a ", " b") == (0, 0)
    assert LETTERS.beside("MAX", " x") == (1, 2)
    assert LETTERS.beside("", "") == (0, 0)
