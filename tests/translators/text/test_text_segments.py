"""Pieces of a text: put together they are the text, and only words are translated."""

from __future__ import annotations

import pytest
from adversarial import SENTENCES, documents
from hypothesis import given
from hypothesis import strategies as st

from translators.text.segments import Piece, cut

DOCUMENT = """---
title: a
---
# Title ##

First paragraph with words. Second sentence.
Its second line.

```
code with words
```
- item
  - [x] nested

> quote

| a | b |
|---|:-:|
| 1 | x \\| y |

$$
x
$$

    y = f(x)

https://example.org
* * *
<!-- a comment -->
Last words.\u2029
"""


def translated(text: str, *, lines: bool, longest: int = 200, language: str = "eng_Latn") -> list[str]:
    pieces = cut(text, language, longest=longest, lines=lines)
    check(text, pieces, longest, lines)
    return [piece.text for piece in pieces if piece.translate]


def check(text: str, pieces: tuple[Piece, ...], longest: int, lines: bool) -> None:
    assert "".join(piece.text for piece in pieces) == text
    for piece in pieces:
        assert piece.text
        if piece.translate:
            assert piece.text == piece.text.strip()
            assert len(piece.text) <= longest
            assert any(map(str.isalpha, piece.text))
            assert not lines or len(piece.text.splitlines()) == 1
    for one, other in zip(pieces, pieces[1:], strict=False):
        assert one.translate or other.translate


def test_lines() -> None:
    assert translated(DOCUMENT, lines=True) == [
        "Title", "First paragraph with words. Second sentence.", "Its second line.", "item", "nested", "quote",
        "a", "b", "x \\| y", "Last words.",
    ]  # fmt: skip


def test_blocks() -> None:
    assert translated(DOCUMENT, lines=False) == [
        "# Title ##\n\nFirst paragraph with words. Second sentence.\nIts second line.",
        "- item\n  - [x] nested\n\n> quote\n\n| a | b |\n|---|:-:|\n| 1 | x \\| y |",
        "Last words.",
    ]


def test_blocks_hold_whole_paragraphs() -> None:
    text = "First paragraph.\n\nSecond one.\n\nThird."
    assert translated(text, lines=False, longest=30) == ["First paragraph.\n\nSecond one.", "Third."]
    assert translated(text, lines=False, longest=20) == ["First paragraph.", "Second one.\n\nThird."]
    assert translated(text, lines=False, longest=10) == ["First", "paragraph.", "Second", "one.", "Third."]


def test_a_piece_of_one_line_is_without_its_prefix() -> None:
    assert translated("## Title", lines=False) == ["Title"]
    assert translated("- one\n- two", lines=False) == ["- one\n- two"]
    assert translated("- one\n- two", lines=False, longest=6) == ["- one", "- two"]


@pytest.mark.parametrize(
    "text",
    ["", " \n", "12.5", "```\nwords", "https://example.org", "`code`", "{name}: %s", "<br/>", "⟦1⟧", "٣ kg", "5 km"],
)
@pytest.mark.parametrize("lines", [True, False])
def test_nothing_to_translate(text: str, lines: bool) -> None:
    assert translated(text, lines=lines) == []


@pytest.mark.parametrize(
    "separator", ["\n", "\r\n", "\r", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]
)
def test_every_line_separator(separator: str) -> None:
    assert translated(f"one{separator}two", lines=True) == ["one", "two"]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_long_paragraphs_of_all_scripts(sentence: str) -> None:
    text = " ".join([sentence] * 6)
    pieces = translated(text, lines=False, longest=2 * len(sentence) + 1, language="und_Zyyy")
    assert len(pieces) <= 6
    assert all(piece.startswith(sentence[:3]) for piece in pieces)  # cut between sentences


def test_a_long_span_is_kept_whole() -> None:
    url = "https://example.org/" + "a" * 100
    assert translated(f"Read {url} today.", lines=True, longest=40) == ["Read", "today."]


def test_a_span_is_not_cut() -> None:
    assert translated("Now write `a. B c d` and go on.", lines=True, longest=24) == [
        "Now write `a. B c d` and",
        "go on.",
    ]


def test_longest_must_be_positive() -> None:
    with pytest.raises(ValueError, match="longest is 0"):
        cut("a", "eng_Latn", longest=0, lines=True)


@given(
    st.one_of(st.text(), st.text(alphabet="`~>-*1.) \n\t|#$\\<ab:=+[x]\r\u2028⟦⟧{}")), st.booleans(), st.integers(1, 60)
)
def test_pieces_make_up_the_text(text: str, lines: bool, longest: int) -> None:
    check(text, cut(text, "jpn_Jpan", longest=longest, lines=lines), longest, lines)


@pytest.mark.parametrize("lines", [True, False])
@pytest.mark.parametrize("longest", [30, 400])
def test_pieces_make_up_adversarial_documents(lines: bool, longest: int) -> None:
    for text in documents(300):
        check(text, cut(text, "eng_Latn", longest=longest, lines=lines), longest, lines)
