"""Labelled stretches: marked, translated, found again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.text.marked import REASONS, SIGNS, BadSpans, Span, located, mark
from translators.text.marks import BRACKETS, LETTERS
from translators.text.protection import protect


def test_nested_and_touching_stretches() -> None:
    text = "New York City Hall"
    marked = mark(text, [Span(0, 13), Span(0, 8), Span(13, 18)])
    assert marked.text == "⟦1⟧⟦2⟧New York⟦/2⟧ City⟦/1⟧⟦3⟧ Hall⟦/3⟧"
    found = marked.find("⟦3⟧Rathaus⟦/3⟧ von ⟦1⟧⟦2⟧New York⟦/2⟧ Stadt⟦/1⟧")
    assert found.text == "Rathaus von New York Stadt"
    assert found.spans == (Span(12, 26, "New York Stadt"), Span(12, 20, "New York"), Span(0, 7, "Rathaus"))
    assert found.whole


@pytest.mark.parametrize(
    ("text", "surface", "answer", "expected", "words"),
    [
        ("She lives in Paris.", "Paris", "เธออาศัยอยู่ใน⟦1⟧ปารีส⟦/1⟧", "เธออาศัยอยู่ในปารีส", "ปารีส"),
        ("She lives in Paris.", "Paris", "वह ⟦1⟧पेरिस⟦/1⟧ में रहती है।", "वह पेरिस में रहती है।", "पेरिस"),
        ("She lives in Paris.", "Paris", "تعيش في ⟦1⟧باريس⟦/1⟧.", "تعيش في باريس.", "باريس"),
        ("She lives in Paris.", "Paris", "彼女は⟦1⟧パリ⟦/1⟧に住む。", "彼女はパリに住む。", "パリ"),
        ("She lives in Paris.", "Paris", "የምትኖረው ⟦1⟧ፓሪስ⟦/1⟧ ነው።", "የምትኖረው ፓሪስ ነው።", "ፓሪስ"),
        ("She lives in Paris.", "Paris", "Ó ń gbé ní ⟦1⟧Páríìsì⟦/1⟧.", "Ó ń gbé ní Páríìsì.", "Páríìsì"),
        # Spaces that models put inside and around.
        ("She lives in Paris.", "Paris", "Elle vit à ⟦1⟧ Paris ⟦/1⟧.", "Elle vit à Paris.", "Paris"),
        ("She lives in Paris.", "Paris", "Elle vit à ⟦ 1 ⟧ Paris ⟦ / 1 ⟧ .", "Elle vit à Paris .", "Paris"),
        ("She lives in Paris.", "Paris", "Elle vit à⟦1⟧ Paris⟦/1⟧.", "Elle vit à Paris.", "Paris"),
        ("She lives in Paris.", "Paris", "⟦１⟧Paris⟦／1⟧ est sa ville", "Paris est sa ville", "Paris"),
    ],
)
def test_found_in_translations(text: str, surface: str, answer: str, expected: str, words: str) -> None:
    found = mark(text, located(text, [surface])).find(answer)
    assert found.whole
    assert found.text == expected
    (span,) = found.spans
    assert span is not None
    assert (span.surface, expected[span.start : span.end]) == (words, words)


@pytest.mark.parametrize(
    ("answer", "missing", "broken", "unknown"),
    [
        ("a b", (0, 1), (), 0),
        ("⟦1⟧a⟦/1⟧ b", (1,), (), 0),
        ("⟦1⟧a⟦/1⟧ ⟦2⟧b", (), (1,), 0),
        ("⟦1⟧a ⟦2⟧b⟦/1⟧ c⟦/2⟧", (), (0, 1), 0),  # crossed
        ("⟦1⟧a ⟦2⟧b⟦/2⟧⟦/1⟧", (), (1,), 0),  # one has swallowed the other
        ("⟦/1⟧a⟦1⟧ ⟦2⟧b⟦/2⟧", (), (0, 1), 0),
        ("⟦1⟧⟦/1⟧ ⟦2⟧b⟦/2⟧", (), (0,), 0),
        ("⟦1⟧a⟦/1⟧ ⟦1⟧a⟦/1⟧ ⟦2⟧b⟦/2⟧", (), (0,), 0),
        ("⟦1⟧a⟦/1⟧ ⟦2⟧b⟦/2⟧ ⟦3⟧c⟦/3⟧", (), (), 2),
        ("⟦1⟧a⟦/1⟧ ⟦2⟧b⟦/2⟧ ⟧", (), (), 1),
    ],
)
def test_lost_and_broken(answer: str, missing: tuple[int, ...], broken: tuple[int, ...], unknown: int) -> None:
    found = mark("aa bb", [Span(0, 2), Span(3, 5)]).find(answer)
    assert not found.whole
    assert set(missing) <= set(found.missing)
    assert (found.missing, len(found.unknown)) == (missing, unknown)
    assert set(broken) <= set(found.broken)
    assert bool(found.broken) == bool(broken)
    assert all(
        (span is None) == (label in found.missing or label in found.broken) for label, span in enumerate(found.spans)
    )


def test_inside_of_an_address() -> None:
    text = "See https://example.org/docs today"
    marked = mark(text, [Span(12, 19, "example"), Span(12, 34, "example.org/docs today")])
    assert marked.text == "See ⟦2⟧⟦1⟧https://example.org/docs⟦/1⟧ today⟦/2⟧"
    found = marked.find("⟦2⟧Heute ⟦1⟧https://example.org/docs⟦/1⟧⟦/2⟧ lesen")
    assert found.spans[0] == Span(14, 21, "example")
    assert found.broken == (1,)  # the words before it are not those that were sent


@pytest.mark.parametrize(
    ("spans", "reason"),
    [
        ([Span(0, 5), Span(3, 8)], "overlapping_spans"),
        ([Span(3, 3)], "spans_outside_text"),
        ([Span(0, 99)], "spans_outside_text"),
        ([Span(-1, 2)], "spans_outside_text"),
        ([Span(0, 3, "The")], "span_not_in_text"),
    ],
)
def test_refused(spans: list[Span], reason: str) -> None:
    with pytest.raises(BadSpans) as caught:
        mark("une petite maison", spans)
    assert caught.value.reason == reason
    assert reason in REASONS


def test_offsets_are_code_points() -> None:
    text = "👍 Paris"
    assert mark(text, [Span(2, 7, "Paris")]).text == "👍 ⟦1⟧Paris⟦/1⟧"
    with pytest.raises(BadSpans, match="code points"):
        mark(text + " too", [Span(3, 8, "Paris")])  # UTF-16 units


def test_located() -> None:
    assert located("a b a", ["a", "b", "a"]) == (Span(0, 1, "a"), Span(2, 3, "b"), Span(4, 5, "a"))
    for surfaces in (["c"], ["a", "a", "a"], [""]):
        with pytest.raises(BadSpans) as caught:
            located("a b a", surfaces)
        assert caught.value.reason == "span_not_in_text"


def test_other_signs_where_the_text_has_brackets() -> None:
    assert mark("⟦1⟧ x", [Span(4, 5)]).text == "⟦1⟧ ⦃1⦄x⦃/1⦄"
    with pytest.raises(BadSpans) as caught:
        mark("".join(map("".join, SIGNS)), [Span(0, 1)])
    assert caught.value.reason == "markers_in_text"


@st.composite
def labelled(draw: st.DrawFn) -> tuple[str, list[Span]]:
    text = draw(st.text(alphabet="abc é한ไ́ \n{}`.👍", min_size=1, max_size=40))
    spans: list[Span] = []
    for _ in range(draw(st.integers(0, 5))):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        if all(
            end <= one.start
            or one.end <= start
            or (start <= one.start and one.end <= end)
            or (one.start <= start and end <= one.end)
            for one in spans
        ):
            spans.append(Span(start, end, text[start:end]))
    return text, spans


@given(labelled())
def test_untouched_answers_give_the_same_stretches(case: tuple[str, list[Span]]) -> None:
    text, spans = case
    try:
        marked = mark(text, spans)
    except BadSpans:  # two that begin or end in one placeholder such as {a}
        assert "{" in text
        return
    # As in a translation: the markers are protected with everything else, and come back.
    for form in (LETTERS, BRACKETS):
        protected = protect(marked.text, mark=form)
        found = marked.find(protected.restore(protected.text).text)
        if all(span.surface == span.surface.strip() for span in spans):
            assert found.text == text
            assert found.spans == tuple(spans)
            assert found.whole
