"""Placeholders: what goes out comes back, and whatever happened to it on the way is mended or reported."""

from __future__ import annotations

import random

import pytest
from adversarial import CORRUPTIONS, LOOK_ALIKES, SENTENCES, SPANS, corrupt, documents
from hypothesis import given
from hypothesis import strategies as st

from translators.text import kinds
from translators.text.marks import BRACKETS, LETTERS, Mark
from translators.text.protection import ALL, protect

MARKS = (LETTERS, BRACKETS)
any_mark = pytest.mark.parametrize("mark", MARKS, ids=("letters", "brackets"))


def test_placeholders_stand_for_spans() -> None:
    protected = protect("Open `a b` at https://example.org or {place}.")
    assert protected.text == "Open X1X at X2X or X3X."
    assert protected.spans == ("`a b`", "https://example.org", "{place}")
    assert protected.tokens == ("X1X", "X2X", "X3X")
    restored = protected.restore("Ouvrez X2X avec X1X ou X3X.")
    assert restored.text == "Ouvrez https://example.org avec `a b` ou {place}."
    assert restored.whole and restored.reordered


def test_spans_that_touch_share_a_placeholder() -> None:
    protected = protect("{first}{second} and %s", mark=BRACKETS)
    assert (protected.text, protected.spans) == ("⟦1⟧ and ⟦2⟧", ("{first}{second}", "%s"))


def test_kinds_and_terms() -> None:
    text = "GIMP opens {name} in 5 km."
    assert protect(text, kinds=frozenset((kinds.QUANTITY,))).spans == ("5 km",)
    assert protect(text, terms=["GIMP"]).spans == ("GIMP", "{name}", "5 km")
    assert protect(text, kinds=ALL - {kinds.TERM}, terms=["GIMP"]).spans == ("{name}", "5 km")
    assert protect("Nothing here.").tokens == ()


@pytest.mark.parametrize(
    ("answer", "text", "lost", "doubled", "unknown"),
    [
        ("a X1X b X2X", "a {x} b {y}", (), (), 0),
        ("a X1X b", "a {x} b", ("{y}",), (), 0),
        ("X1X X2X X1X", "{x} {y} {x}", (), ("{x}",), 0),
        ("X1X X2X X3X", "{x} {y} X3X", (), (), 1),
        ("X1X X2X X2", "{x} {y} X2", (), (), 1),  # a piece of one
        ("X1X X3X", "{x} X3X", ("{y}",), (), 1),
        ("x1x X 2 X", "{x} {y}", (), (), 0),
        ("Ｘ１Ｘ Х2Х", "{x} {y}", (), (), 0),
        ("X१X X٢X", "{x} {y}", (), (), 0),
        ("X1X and X2 X", "{x} and X2 X", ("{y}",), (), 1),  # may be a piece and a word
        ("X1XX2X", "{x}{y}", (), (), 0),
        ("X1X X2X 3x2x4 3×1×4", "{x} {y} 3x2x4 3×1×4", (), (), 0),  # sizes
        ("", "", ("{x}", "{y}"), (), 0),
    ],
)
def test_restore(answer: str, text: str, lost: tuple[str, ...], doubled: tuple[str, ...], unknown: int) -> None:
    restored = protect("Put {x} beside {y}").restore(answer)
    assert (restored.text, restored.lost, restored.doubled, len(restored.unknown)) == (text, lost, doubled, unknown)
    assert restored.whole is (not lost and not doubled and not unknown)


@pytest.mark.parametrize("answer", ["⟦ 1 ⟧", "[[1]]", "［［1］］", "⟦१⟧", "【１】", "[1]"])
def test_brackets_are_mended(answer: str) -> None:
    restored = protect("Put {x}", mark=BRACKETS).restore(f"Mets {answer}")
    assert restored.whole
    assert restored.text == "Mets {x}"


def test_a_stray_bracket_is_reported() -> None:
    assert not protect("Put {x}", mark=BRACKETS).restore("Mets ⟦1⟧⟧").whole
    assert not protect("Put it", mark=BRACKETS).restore("Mets ⟦1⟧").whole
    assert protect("Put ⟦ it", mark=BRACKETS).restore("Mets ⟦ ça").whole


def test_names_that_look_like_pieces_are_left_alone() -> None:
    protected = protect("The X500 has {n} doors, the X1 as well.")
    assert protected.first == 101
    assert protected.restore(protected.text.replace("doors", "portes")).whole
    assert protect("Twice as fast as {x}").restore("10X plus vite que X1X").whole


def test_letters_give_way_to_brackets_where_they_would_be_unclear() -> None:
    assert protect("MAX{n}").mark is BRACKETS
    assert protect("Generation X {n}").mark is BRACKETS
    assert protect("MAX has {n}").mark is LETTERS


def test_numbers_are_free_in_the_text() -> None:
    protected = protect("As [1] and [[2]] say, {x}", mark=BRACKETS)
    assert protected.first > 2
    restored = protected.restore(protected.text.replace("say", "disent"))
    assert restored.whole
    assert restored.text == "As [1] and [[2]] disent, {x}"


@given(st.text(), st.sampled_from(MARKS))
def test_any_text_comes_back(text: str, mark: Mark) -> None:
    _round_trip(text, mark)


pieces = st.one_of(
    st.sampled_from(SPANS + LOOK_ALIKES + SENTENCES),
    st.sampled_from(["X", "x", "1", "X1", "1X", "[", "]", "⟦", "⟧", " ", "\n", "a", "२", "［"]),
)


@given(st.lists(pieces, max_size=12), st.sampled_from(["", " "]), st.sampled_from(MARKS))
def test_adversarial_text_comes_back(parts: list[str], between: str, mark: Mark) -> None:
    _round_trip(between.join(parts), mark)


def _round_trip(text: str, mark: Mark) -> None:
    protected = protect(text, mark=mark, terms=["window", "นี้"])
    restored = protected.restore(protected.text)
    assert restored.text == text
    assert restored.whole and not restored.reordered
    assert protect(text, mark=mark, terms=["window", "นี้"]) == protected  # deterministic


@any_mark
def test_documents_come_back(mark: Mark) -> None:
    for text in documents(200):
        _round_trip(text, mark)


MENDED = ("spaces", "wide", "other_digits")


@any_mark
@pytest.mark.parametrize("how", CORRUPTIONS)
def test_no_corruption_is_silent(mark: Mark, how: str) -> None:
    """An answer that counts as whole has every span once, in the text that was sent."""
    rng = random.Random(how)
    mended = corrupted = 0
    for text in documents(150, seed=1):
        protected = protect(text, mark=mark)
        if not protected.tokens:
            continue
        answer, _ = corrupt(protected.text, protected.tokens, rng, how)
        restored = protected.restore(answer)
        if answer == protected.text:  # nothing to swap with
            continue
        corrupted += 1
        if how == "swap":
            # A translation may put them in this order: it cannot be told from one, and nothing is lost.
            assert restored.whole and restored.reordered
        elif restored.whole:
            assert restored.text == text, (how, text, answer)
            mended += 1
    assert corrupted > 40
    assert mended > 0.8 * corrupted if how in MENDED else mended == 0


@any_mark
def test_answers_with_many_corruptions(mark: Mark) -> None:
    """Ten in a hundred placeholders corrupted: what passes is right."""
    rng = random.Random(3)
    for text in documents(200, seed=2):
        protected = protect(text, mark=mark)
        answer, kinds_seen = protected.text, set()
        for token in protected.tokens:
            if rng.random() < 0.1 and token in answer:
                answer, how = corrupt(answer, (token,), rng)
                kinds_seen.add(how)
        restored = protected.restore(answer)
        if restored.whole and "swap" not in kinds_seen:
            assert restored.text == text
