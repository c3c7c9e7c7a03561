"""Several segments in one request."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.text.numbered import join, split, tag

MARK = "0f3a9b21"
SEGMENTS = ["ክፍል አንድ", "ส่วนที่สอง\n\nของข้อความ", "الجزء الثالث"]
SENT = join(SEGMENTS, MARK)


def test_all_there() -> None:
    assert split(SENT, MARK, 3) == SEGMENTS
    assert split(f"\n{SENT.replace('>', '>  ')}\n", MARK, 3) == SEGMENTS
    assert split("".join(SENT.splitlines(keepends=False)), MARK, 3)[0] == SEGMENTS[0]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (SENT.replace(tag(2, MARK), ""), [0, None, 2]),
        (SENT.replace(f"</part-2-{MARK}>", ""), [0, None, 2]),
        (SENT.replace(tag(1, MARK), ""), [None, 1, 2]),
        (SENT.replace(f"</part-3-{MARK}>", ""), [0, 1, None]),
        (SENT + f"\n{tag(2, MARK)}\nagain\n</part-2-{MARK}>", [0, None, 2]),
        (SENT.replace("part-3", "part-4"), [0, 1, None]),
        (SENT.replace("part-3", "part-2"), [0, None, None]),
        (SENT.replace("part-1", "part-9").replace("part-2", "part-1").replace("part-9", "part-2"), [None, 0, 2]),
        ("Sure! " + SENT, [None, None, None]),
        (SENT + " Done.", [None, None, None]),
        (SENT.replace(f"\n{tag(2, MARK)}", f" and {tag(2, MARK)}"), [None, None, None]),
        (SENT.replace(SEGMENTS[0], f"a {MARK} b"), [None, 1, 2]),
        (SENT.replace(MARK, "ffffffff"), [None, None, None]),
        ("", [None, None, None]),
    ],
)
def test_strict(answer: str, found: list[int | None]) -> None:
    assert [None if one is None else SEGMENTS.index(one) for one in split(answer, MARK, 3)] == found


def test_the_mark_must_be_in_no_segment() -> None:
    for mark in ("", "ส่วน"):
        with pytest.raises(ValueError, match="mark"):
            join(SEGMENTS, mark)
    assert split(SENT, "", 3) == [None] * 3


@given(st.lists(st.text(), min_size=1, max_size=6))
def test_any_segments(segments: list[str]) -> None:
    mark = "\U0010ffffmark"
    if any(mark in one for one in segments):
        return
    assert split(join(segments, mark), mark, len(segments)) == [one.strip() for one in segments]
