"""E-mail and IP addresses: found in every script, and nothing else taken with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stories import STORIES, texts

from filters.private_data import STAGE, Params


def edit(text: str | None, **params: object) -> tuple[object, ...]:
    """Text, e-mail addresses, IP addresses."""
    return STAGE.edit(texts(text), Params(**params), None).row(0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Write to kim.lee+list@mail.example.org.", ("Write to <email>.", 1, 0)),
        ("Écrivez à józef.łoś@example.org, merci", ("Écrivez à <email>, merci", 1, 0)),
        ("Пишите на почта@пример.рф сегодня", ("Пишите на <email> сегодня", 1, 0)),
        ("γράψτε στο νίκος@παράδειγμα.ελ", ("γράψτε στο <email>", 1, 0)),
        ("راسلونا على khatt@example.org، شكرا", ("راسلونا على <email>، شكرا", 1, 0)),
        ("अजय@उदाहरण.भारत पर लिखें", ("<email> पर लिखें", 1, 0)),
        ("用户@例子.公司", ("<email>", 1, 0)),
        # Scripts without spaces: the words around the address stay.
        ("请联系li@example.org谢谢", ("请联系<email>谢谢", 1, 0)),
        ("お問い合わせはinfo@example.orgまで", ("お問い合わせは<email>まで", 1, 0)),
        ("ติดต่อsomchai@example.orgได้", ("ติดต่อ<email>ได้", 1, 0)),
        ("kim@example.org로 보내세요", ("<email>로 보내세요", 1, 0)),
        ("<a@example.org>,b@example.org;c@example.org", ("<<email>>,<email>;<email>", 3, 0)),
        ("mailto:a@example.org?x", ("mailto:<email>?x", 1, 0)),
        # Not addresses.
        ("a@b and @name and me@ and x@y.1", ("a@b and @name and me@ and x@y.1", 0, 0)),
        ("@property def f(self): ...", ("@property def f(self): ...", 0, 0)),
        (None, (None, None, None)),
        ("", ("", 0, 0)),
    ],
)
def test_email(text: str | None, expected: tuple[object, ...]) -> None:
    assert edit(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from 203.0.113.45 to 198.51.100.7.", ("from <ip> to <ip>.", 0, 2)),
        ("http://203.0.113.45:8080/x", ("http://<ip>:8080/x", 0, 1)),
        ("地址是203.0.113.45。来自8.8.8.8的", ("地址是<ip>。来自<ip>的", 0, 2)),
        ("ที่อยู่203.0.113.45ครับ", ("ที่อยู่203.0.113.45ครับ".replace("203.0.113.45", "<ip>"), 0, 1)),
        # Versions, sections, and numbers out of range.
        ("v1.2.3.4, 1.2.3.400, 1.2.3.4.5, 1.2.3", ("v1.2.3.4, 1.2.3.400, 1.2.3.4.5, 1.2.3", 0, 0)),
        ("999.1.1.1 and 01.02.03.04", ("999.1.1.1 and 01.02.03.04", 0, 0)),
        # These name nobody.
        (
            "127.0.0.1 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.0.1 0.0.0.0 255.255.255.0",
            ("127.0.0.1 10.1.2.3 172.16.0.1 172.31.255.255 192.168.1.1 169.254.0.1 0.0.0.0 255.255.255.0", 0, 0),
        ),
        ("172.15.0.1 172.32.0.1 192.169.0.1 11.0.0.1", ("<ip> <ip> <ip> <ip>", 0, 4)),
    ],
)
def test_ip(text: str, expected: tuple[object, ...]) -> None:
    assert edit(text) == expected


def test_local_addresses_can_go_too() -> None:
    assert edit("127.0.0.1 and 10.1.2.3", keep_local_ip=False) == ("<ip> and <ip>", 0, 2)


def test_both_in_one_text_and_a_domain_that_is_an_address() -> None:
    assert edit("a@example.org from 203.0.113.1, root@203.0.113.2") == ("<email> from <ip>, root@<ip>", 1, 2)


def test_null_leaves_them() -> None:
    text = "a@example.org 203.0.113.1"
    assert edit(text, email=None) == ("a@example.org <ip>", 0, 1)
    assert edit(text, ip=None) == ("<email> 203.0.113.1", 1, 0)
    assert edit(text, email=None, ip=None) == (text, 0, 0)


def test_a_placeholder_is_taken_as_it_is_written() -> None:
    assert edit("a@example.org b@example.org", email="$0 ${1} \\1") == ("$0 ${1} \\1 $0 ${1} \\1", 2, 0)
    assert edit("203.0.113.1", ip="\\g<0> $0") == ("\\g<0> $0", 0, 1)


def test_the_placeholder_depends_on_the_kind_alone() -> None:
    once = STAGE.edit(texts("a@example.org", "b@example.net", "a@example.org"), Params(), None)
    assert once["text"].to_list() == ["<email>"] * 3


@pytest.mark.parametrize("script", STORIES)
def test_a_story_holds_nothing_private(script: str) -> None:
    assert edit(STORIES[script][1]) == (STORIES[script][1], 0, 0)


@pytest.mark.parametrize("script", STORIES)
def test_an_address_is_found_in_the_middle_of_every_script(script: str) -> None:
    story = STORIES[script][1]
    half = story.find(" ", len(story) // 3)
    half = half if half > 0 else len(story) // 2
    text = f"{story[:half]} ann.b@example.org {story[half:]} 203.0.113.5"
    assert edit(text) == (f"{story[:half]} <email> {story[half:]} <ip>", 1, 1)


@given(st.text("ab1.@-_é字ก로 \n<>", max_size=25))
def test_again_changes_nothing(text: str) -> None:
    once = edit(text)
    assert edit(once[0]) == (once[0], 0, 0)  # type: ignore[arg-type]
    assert (once[1] == 0 and once[2] == 0) == (once[0] == text)
