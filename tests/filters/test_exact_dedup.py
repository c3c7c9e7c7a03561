"""Exact duplicates: what makes two texts the same, and what does not."""

from __future__ import annotations

import pytest
import xxhash
from hypothesis import given
from hypothesis import strategies as st
from stories import STORIES, texts

from filters.exact_dedup import STAGE, Params


def keys(*items: str | None) -> dict[int, bytes]:
    found = STAGE.key(texts(*items), Params(), None)
    out = dict(found.rows())
    assert len(out) == found.height
    return out


def same(a: str, b: str) -> bool:
    found = keys(a, b)
    return found[0] == found[1]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("One  two\n\nthree", " one two three "),
        ("ΟΔΟΣ ΜΟΥ", "οδος μου"),
        ("ПРИВЕТ, МИР", "привет, мир"),
        ("ﬁn １２ ｶﾞ", "fin 12 ガ"),
        ("e\u0301te\u0301", "été"),
        ("a\u00a0b\u3000c", "a b c"),
    ],
)
def test_the_same(a: str, b: str) -> None:
    assert same(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("one two", "onetwo"),
        ("one.", "one"),
        ("resume", "résumé"),
        ("नमस्ते", "नमस्त"),
        ("می\u200cخواهد", "میخواهد"),
        ("12", "1 2"),
    ],
)
def test_not_the_same(a: str, b: str) -> None:
    assert not same(a, b)


def test_null_and_blank_have_no_key() -> None:
    assert keys(None, "", " \n\t\u3000", "x").keys() == {3}


def test_the_key_is_a_fixed_function() -> None:
    assert keys("  Hello\tWORLD ")[0] == xxhash.xxh3_128_digest(b"hello world")
    assert keys("Hello world")[0].hex() == "df8d09e93f874900a99b8775cc15b6c7"


def test_stories_are_all_different() -> None:
    stories = [text for _, text in STORIES.values()]
    assert len(set(keys(*stories).values())) == len(stories)


@given(st.text("aAbB éÉßσςΣｱ\n\u00a0ﬁi\u0307İ", max_size=12))
def test_white_space_and_a_second_folding_do_not_matter(text: str) -> None:
    if not text.strip():
        assert keys(text) == {}
    else:
        assert same(text, f"\n {text.replace(' ', '  ')}\t")


def test_the_reason() -> None:
    assert STAGE.reason == "exact_duplicate" and STAGE.why
    assert STAGE.prefers(Params(prefer=("word_count",))) == ("word_count",)
