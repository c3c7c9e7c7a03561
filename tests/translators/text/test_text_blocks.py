"""What each line of a text is."""

from __future__ import annotations

import pytest
from adversarial import documents
from hypothesis import given
from hypothesis import strategies as st

from translators.text.blocks import lines


def kinds(text: str) -> list[str]:
    return [line.kind for line in lines(text)]


def words(text: str) -> list[str]:
    return [text[line.content : line.stop] for line in lines(text) if line.kind == "text"]


def test_offsets_cover_the_text() -> None:
    text = "# Title ##\r\n\r\n  - one\u2028two\x85three\x0bfour"
    found = lines(text)
    assert [found[0].start, *(line.end for line in found)] == [0, 12, 14, 22, 26, 32, 36]
    assert words(text) == ["Title", "one", "two", "three", "four"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```py\nx\n```\nafter", ["code", "code", "code", "text"]),
        ("~~~\n```\n~~~\nafter", ["code", "code", "code", "text"]),
        ("````\n```\nx\n````\nafter", ["code"] * 4 + ["text"]),
        ("```\nnever closed\n\nx", ["code"] * 4),
        ("```inline``` code", ["text"]),
        ("> ```\n> x\nafter", ["code", "code", "text"]),
        ("- a\n  ```\n  x\n  ```\n- b", ["text", "code", "code", "code", "text"]),
        ("a\n\n    x = 1\n\tcall()\n\nb", ["text", "blank", "code", "code", "blank", "text"]),
        ("a\n    x = 1", ["text", "text"]),  # no code without a blank line before it
        ("- a\n\n    more words of the item here", ["text", "blank", "text"]),
        ("- a\n\n      x = 1", ["text", "blank", "code"]),
        ("$$\nx\n$$\nb", ["math", "math", "math", "text"]),
        ("$$ x $$", ["math"]),
        ("$$\nnever closed", ["rule", "text"]),
        ("\\[\nx\n\\]", ["math"] * 3),
        ("\\begin{align}\nx\n\ny\n\\end{align}\nb", ["math"] * 5 + ["text"]),
        ("\\begin{align}\nx", ["text", "text"]),
        ("<pre>\na\n\nb</pre>\nc", ["html"] * 4 + ["text"]),
        ("<!-- a\nb -->\nc", ["html", "html", "text"]),
        ("<div>\na", ["text", "text"]),
        ("---\ntitle: a\n---\nb", ["matter"] * 3 + ["text"]),
        ("+++\ntitle = 1\n+++", ["matter"] * 3),
        ("---\nA sentence.\n---", ["rule", "text", "rule"]),
        ("a\n===\nb\n- - -\n* * *", ["text", "rule", "text", "rule", "rule"]),
        ("| a | b |\n|---|:-:|\n| c | d |\n\nx | y", ["table", "ruler", "table", "blank", "text"]),
        ("a | b\n--|--\nc | d\nno row", ["table", "ruler", "table", "text"]),
        ("no table\n--|--", ["text", "rule"]),
        ("...\n12.5\n☃", ["rule", "text", "rule"]),
        ("", []),
    ],
)
def test_kinds(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize(
    "prose",
    [
        "Once upon a time there was a king,",
        "एक समय की बात है, एक राजा था।",
        "昔々、あるところに王様がいました。",
        "กาลครั้งหนึ่งนานมาแล้ว มีพระราชาองค์หนึ่ง",
        "كان يا ما كان، كان هناك ملك.",
        "በአንድ ወቅት ንጉሥ ነበረ።",
        "Ní ìgbà kan, ọba kan wà.",
    ],
)
def test_indented_prose_is_no_code(prose: str) -> None:
    assert kinds(f"a\n\n    {prose}\n\n    x = f({prose!r})") == ["text", "blank", "text", "blank", "code"]


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("# a\n###### b\n#hashtag", [("#",), ("######",), ()]),
        ("- a\n  - b\n    - c\n- d", [("-1",), ("-2",), ("-3",), ("-1",)]),
        ("1. a\n2. b\n   - c\n3. d", [("1.1",), ("2.1",), ("-2",), ("3.1",)]),
        ("3. Oktober 1990\n7. Filter", [(), ()]),
        ("1. a\n\ntext\n\n2. b", [("1.1",), (), ()]),  # the list is over: a sentence may begin so
        ("> a\n> > b\n>c", [(">",), (">", ">"), (">",)]),
        ("> - a\n> # b", [(">", "-1"), (">", "#")]),
        ("- [ ] a\n- [x] b\n- [X]", [("-1", "[ ]"), ("-1", "[x]"), ("-1", "[x]")]),
        ("• a\n*a\n-5 degrees", [("-1",), (), ()]),
    ],
)
def test_shapes(text: str, shapes: list[tuple[str, ...]]) -> None:
    assert [line.shape for line in lines(text) if line.kind == "text"] == shapes


def test_tasks_and_numbers_are_no_words() -> None:
    assert words("- [ ] pay the rent\n2) no item\n1) one") == ["pay the rent", "2) no item", "one"]


@given(st.one_of(st.text(), st.text(alphabet="`~>-*1.) \n\t|#$\\<a:=+[x]\r\u2028")))
def test_lines_follow_each_other(text: str) -> None:
    here = 0
    for line in lines(text):
        assert line.start == here <= line.content <= line.stop <= line.end
        here = line.end
    assert here == len(text)


def test_lines_of_adversarial_documents() -> None:
    seen = set()
    for text in documents(300):
        assert "".join(text[line.start : line.end] for line in lines(text)) == text
        seen.update(kinds(text))
    assert seen == {"blank", "text", "table", "ruler", "rule", "code", "math", "html", "matter"}


@pytest.mark.parametrize(
    "unit", ["- ", "> ", "$$\n", "\\[\n", "```x`\n", "`", " ", "# ", "1. ", "\\begin{align}\n", "    a\n\n", "|-"]
)
def test_long_repetitions_are_read(unit: str) -> None:
    text = unit * (100_000 // len(unit))
    assert lines(text)[-1].end == len(text)
