"""The structure of a text."""

from __future__ import annotations

import pytest
from adversarial import documents

from translators.gates.structure import share_kept
from translators.text.structure import Paragraph, cells, is_plain, structure


def blocks(text: str) -> list[str]:
    return [f"{one.lines} lines" if isinstance(one, Paragraph) else one.strip() for one in structure(text).blocks]


def test_blocks() -> None:
    text = "# T\n\na\nb\n\n- c\n  1. d\n\n> e\n\n| a | b |\n|---|---|\n| c | d |\n\n```\nx\ny\n```\n\n***"
    assert blocks(text) == [
        "text #", "2 lines", "text -1", "text 1.2", "text >", "row of 2", "ruler", "row of 2", "code", "rule",
    ]  # fmt: skip


def test_wrapped_paragraphs() -> None:
    wrapped = (
        "This paragraph was wrapped by hand because\nsomebody likes to read lines of one length and\nso it goes on."
    )
    listed = "Layers\nColours\nTools"
    sentences = "The first sentence stands on its own line here.\nThe second sentence has another one there."
    assert structure(wrapped).blocks == (Paragraph(3, True),)
    assert structure(listed).blocks == (Paragraph(3, False),)
    assert structure(sentences).blocks == (Paragraph(2, False),)


@pytest.mark.parametrize(
    ("text", "inline"),
    [
        ("a **b** and __c__ and ~~d~~", {"strong": 2, "struck": 1}),
        ("これは**強調**です และ**หนา**", {"strong": 2}),
        ("`**a**` $x**y**z$ snake__case__name 2 ** 3 ** 4", {}),
        ("[a](https://x.org) ![b](c.png) [d](e)", {"link": 2, "image": 1}),
        ("<b>a</b><br/><i>c</i>", {"<b>": 1, "</b>": 1, "<br>": 1, "<i>": 1, "</i>": 1}),
        ("<code>a</code>", {"<code> with its content": 1}),
        ("plain", {}),
    ],
)
def test_inline(text: str, inline: dict[str, int]) -> None:
    assert dict(structure(text).inline) == inline


@pytest.mark.parametrize(
    ("text", "nested"),
    [
        ("<b>a</b>", True),
        ("</b>a<b>", False),
        ("<b><i>a</b></i>", False),
        ("<br><img src=x>", True),
        ("<b>a", False),
        ("a", True),
    ],
)
def test_nesting(text: str, nested: bool) -> None:
    assert structure(text).nested is nested


@pytest.mark.parametrize(
    ("after", "kept"),
    [
        ("- [x] किराया दो\n- [ ] चाय लाओ\n- पढ़ो", True),
        ("* [X] จ่ายค่าเช่า\n* [ ] ซื้อชา\n* อ่าน", True),  # the same, written otherwise
        ("- [ ] የቤት ኪራይ\n- [ ] ሻይ\n- አንብብ", False),  # no longer done
        ("- [x] دفع الإيجار\n- شراء الشاي\n- القراءة", False),  # a box is lost
        ("- [x] 家賃\n- [ ] お茶\n- [ ] 読む", False),  # a box is new
    ],
)
def test_the_boxes_of_tasks_stay(after: str, kept: bool) -> None:
    before = "- [x] pay the rent\n- [ ] buy tea\n- read"
    assert blocks(before) == ["text -1 [x]", "text -1 [ ]", "text -1"]
    assert (share_kept(before, after) == 1.0) is kept


def test_cells() -> None:
    assert [cells(row) for row in ("| a | b |", "a | b", r"| a \| b |", "|a|", "a")] == [2, 2, 1, 1, 1]


@pytest.mark.parametrize("text", ["Plain words.", "कोई संरचना नहीं।", "5 * 3", "a < b", "3. Oktober"])
def test_plain(text: str) -> None:
    assert is_plain(text)
    assert not structure(text).inline
    assert structure(text).blocks == (Paragraph(1, False),)


@pytest.mark.parametrize(
    "text", ["a\nb", "a\u2028b", "**a**", "# a", "  - a", "> a", "1. a", "<b>a</b>", "[a](b)", "| a |"]
)
def test_not_plain(text: str) -> None:
    assert not is_plain(text)


def test_what_is_plain_has_no_structure() -> None:
    for text in documents(200):
        for line in text.splitlines():
            if is_plain(line) and line.strip():
                found = structure(line)
                assert not found.inline
                assert len(found.blocks) <= 1


@pytest.mark.parametrize("unit", ["**", "**a", "__a ", "~~", "<b>", "</b>", "[a](", "](", "- a\n", "| ", "a\n"])
def test_long_repetitions(unit: str) -> None:
    structure(unit * (100_000 // len(unit)))
