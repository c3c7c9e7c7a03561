"""The structure gate: headings, lists, tables, paragraphs, emphasis, tags."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.gates.gate import Pair
from translators.gates.structure import GATE, share_kept


def pair(source: str, target: str) -> Pair:
    return Pair(source, target, "eng_Latn", "hin_Deva")


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("# Title\n\nText.\n\n- one\n- two", "# शीर्षक\n\nपाठ।\n\n- एक\n- दो"),
        ("1. one\n2. two\n   - three", "1. አንድ\n2. ሁለት\n   - ሦስት"),
        ("| a | b |\n|---|---|\n| c | d |", "| あ | い |\n|:--|---|\n| う | え |"),
        ("a **b** c", "ก **ข** ค"),
        ("a <b>b</b>", "<b>ب</b> أ"),
        ("One line.\nAnother.", "Une ligne.\nUne autre."),
        ("```\nx\n```\nText", "```\nx\n```\nTẹ́ẹ̀sì"),
    ],
)
def test_kept(source: str, target: str) -> None:
    assert GATE.applies(pair(source, target))
    assert GATE.score(pair(source, target)) == 1.0


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("# Title\n\nText.", "## शीर्षक\n\nपाठ।"),  # another level
        ("- one\n- two", "- एक"),
        ("- one\n  - two", "- एक\n- दो"),  # no longer nested
        ("1. one\n2. two", "- एक\n- दो"),
        ("1. one\n2. two", "1. एक\n1. दो"),
        ("> quote", "उद्धरण"),
        ("| a | b |\n|---|---|\n| c | d |", "| あ | い |\n|---|---|\n| う え |"),
        ("One.\n\nTwo.", "एक। दो।"),
        ("One\nTwo\nThree", "एक दो\nतीन"),
        ("a **b** c", "ก ข ค"),
        ("a b c", "ก **ข** ค"),
        ("a **b** c", "ก **ข ค"),
        ("a <b>b</b>", "</b>ب<b> أ"),
        ("a <i>b</i>", "<b>ب</b> أ"),
        ("a [b](https://x.org)", "a b (https://x.org)"),
        ("Plain.", "- Eins\n- Zwei"),
        ("$$\nx\n$$\nText", "Text"),
    ],
)
def test_lost(source: str, target: str) -> None:
    assert GATE.applies(pair(source, target))
    score = GATE.score(pair(source, target))
    assert score is not None
    assert 0.0 <= score < 1.0


def test_one_plain_line_has_no_structure() -> None:
    assert not GATE.applies(pair("Plain words.", "सादे शब्द।"))


def test_wrapped_paragraphs_may_be_wrapped_otherwise() -> None:
    wrapped = (
        "This paragraph was wrapped by hand because\nsomebody likes to read lines of one length and\nso it goes on."
    )
    assert share_kept(wrapped + "\n\nEnd.", "यह अनुच्छेद हाथ से लपेटा गया था।\n\nअंत।") == 1.0
    assert share_kept("Layers\nColours\nTools", "परतें रंग औज़ार") < 1.0


def test_more_is_kept_by_better_translations() -> None:
    source = "# a\n\n- b\n- c\n- d"
    assert share_kept(source, "# a\n\n- b\n- c") > share_kept(source, "# a\n\n- b")


@given(st.text(), st.text())
def test_any_texts(source: str, target: str) -> None:
    assert 0.0 <= share_kept(source, target) <= 1.0
    assert share_kept(source, source) == 1.0
