"""Texts in which a span was overlooked once."""

from __future__ import annotations

import pytest

from translators.text.protection import protect


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("v2.10.34 %1$d", "%1$d"),
        ("5 %(count)s", "%(count)s"),
        ("१२ %2$s फ़ाइलें", "%2$s"),
    ],
)
def test_a_placeholder_after_a_number_is_no_per_cent(text: str, span: str) -> None:
    assert any(span in one for one in protect(text).spans)


@pytest.mark.parametrize("text", ["100 % of it", "5 % decided", "12 % (about)"])
def test_per_cent_is_no_placeholder(text: str) -> None:
    assert all("%" not in one for one in protect(text).spans)
