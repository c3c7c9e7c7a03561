"""Private data: found in every script, and nothing else taken with it; what is done with it."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal
from private_data_cases import cases
from pydantic import ValidationError
from stories import STORIES, texts

from filters._private_data import find
from filters.private_data import STAGE, Params


def run(frame: pl.DataFrame, **params: object) -> pl.DataFrame:
    if "declared_language" not in frame.columns:
        frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias("declared_language"))
    return STAGE.edit(frame, Params(**params), None)


def edit(text: str | None, **params: object) -> tuple[object, ...]:
    """Text, e-mail addresses, IP addresses."""
    return run(texts(text), **params).select("text", "private_data_email", "private_data_ip").row(0)


def said(text: str, language: str | None = None, **params: object) -> str:
    """The text alone, of a document that declares a language."""
    return run(texts(text).with_columns(pl.lit(language, dtype=pl.String).alias("declared_language")), **params)[
        "text"
    ][0]


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
    assert edit("a@example.org b@example.org", email="$x ${y} \\z") == ("$x ${y} \\z $x ${y} \\z", 2, 0)
    assert edit("203.0.113.1", ip="\\g<x> $x") == ("\\g<x> $x", 0, 1)


def test_the_placeholder_depends_on_the_kind_alone() -> None:
    once = run(texts("a@example.org", "b@example.net", "a@example.org"))
    assert once["text"].to_list() == ["<email>"] * 3


@pytest.mark.parametrize("script", STORIES)
def test_a_story_holds_nothing_private(script: str) -> None:
    label, text = STORIES[script]
    out = run(texts(text).with_columns(pl.lit(label).alias("declared_language")))
    assert out["text"][0] == text and sum(out.drop("text").row(0)) == 0


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


# --- the other kinds ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Tel. 030 123456", "deu_Latn", "Tel. <phone DE>"),
        ("Tel. 030 123456", None, "Tel. 030 123456"),  # whose plan?
        ("Nr. 030 123456", "deu_Latn", "Nr. 030 123456"),  # no word for a phone
        ("+49 30 123456 and +33 1 23 45 67 89", None, "<phone DE> and <phone FR>"),
        ("x = y +4930123456", None, "x = y <phone DE>"),
        ("x+4930123456", None, "x+4930123456"),
        ("IBAN GB82 WEST 1234 5698 7654 32, DE89370400440532013000", None, "IBAN <iban GB>, <iban DE>"),
        ("GB82 WEST 1234 5698 7654 33", None, "GB82 WEST 1234 5698 7654 33"),
        ("4111 1111 1111 1111 / 4111-1111-1111-1112", None, "<card visa> / 4111-1111-1111-1112"),
        ("card 378282246310005", None, "card <card amex>"),
        ("item 378282246310005", None, "item 378282246310005"),
        ("529.982.247-25", None, "<id BR>"),
        ("52998224725", None, "52998224725"),
        ("52998224725", "por_Latn", "<id BR>"),
        ("CPF 52998224725", None, "CPF <id BR>"),
        ("2001:db8::1 and fe80::1 and ::1", None, "<ip 2001:db8/32> and fe80::1 and ::1"),
        ("00:00:5E:00:53:AF", None, "<mac 00005E>"),
        ("1BoatSLRHtKNngkdXEeobR76b53LETtpyT", None, "<wallet btc>"),
        ("https://ann:kiln42@example.org/a", None, "https://<credentials>@example.org/a"),
        ("glpat-aB3dE5fG7hJ9kL1mN3pQ", None, "<secret gitlab>"),
        ("ann@mail.example.org 203.0.113.9", None, "<email mail.example.org> <ip 203.0/16>"),
    ],
)
def test_generalise(text: str, language: str | None, expected: str) -> None:
    assert said(text, language, action="generalise") == expected
    assert said(expected, language, action="generalise") == expected


def test_a_pem_block_goes_as_a_whole() -> None:
    kind = "PRIVATE KEY"
    block = f"-----BEGIN {kind}-----\n" + "QUJD" * 40 + f"\n-----END {kind}-----"
    assert said(f"so:\n{block}\nend") == "so:\n<secret>\nend"


def test_prefixes_are_as_long_as_asked() -> None:
    text = "203.0.113.9 2001:db8:1:2::3"
    assert said(text, action="generalise", ip_prefix=24, ipv6_prefix=48) == "<ip 203.0.113/24> <ip 2001:db8:1/48>"


def test_regions_of_the_recipe() -> None:
    assert said("tel 030 123456", None, regions=["DE"]) == "tel <phone>"
    with pytest.raises(ValidationError, match="XX is no country"):
        Params(regions=["XX"])


def test_flag_leaves_the_text_and_counts() -> None:
    text = "ann@example.org, +49 30 123456, +49 30 123457"
    out = run(texts(text), action="flag").row(0, named=True)
    assert out["text"] == text and out["private_data_email"] == 1 and out["private_data_phone"] == 2


def test_an_action_of_its_own_for_some_kinds() -> None:
    text = "ann@example.org +49 30 123456 203.0.113.9"
    actions = {"email": "flag", "phone": "generalise"}
    out = run(texts(text), actions=actions).row(0, named=True)
    assert out["text"] == "ann@example.org <phone DE> <ip>"
    assert (out["private_data_email"], out["private_data_phone"], out["private_data_ip"]) == (1, 1, 1)


def test_a_placeholder_of_another_form_takes_the_detail_before_its_bracket() -> None:
    assert said("+49 30 123456", action="generalise", phone="[TEL]") == "[TEL DE]"
    assert said("+49 30 123456", action="generalise", phone="TEL") == "TEL DE"


@pytest.mark.parametrize("placeholder", ["email@example.com", "192.0.2.1", "[email 1]", "a:b", " ", ""])
def test_a_placeholder_that_looks_private_is_refused(placeholder: str) -> None:
    with pytest.raises(ValidationError, match="could be taken for private data"):
        Params(email=placeholder)


def test_where_kinds_overlap_one_has_it() -> None:
    # The account number holds digits that would pass as others.
    out = run(texts("call my card DE89 3704 0044 0532 0130 00")).row(0, named=True)
    assert out["text"] == "call my card <iban>"
    assert sum(v for k, v in out.items() if k != "text") == 1


def test_a_long_row_of_numbers_is_read_to_its_end() -> None:
    row = " ".join(["+49 30 123456"] * 60)
    assert run(texts(row))["private_data_phone"][0] == 60
    assert said("1 " * 5_000) == "1 " * 5_000


def test_a_validator_that_fails_finds_nothing() -> None:
    # python-stdnum 2.2 knows no county for the first six digits, and raises KeyError.
    places = [f"{place}199003078515" for place in range(110_000, 659_000, 7)]
    assert run(texts("\n".join(places)))["text"].null_count() == 0


def test_many_addresses_in_one_text() -> None:
    text = "ann@example.org, " * 20_000
    assert edit(text) == ("<email>, " * 20_000, 20_000, 0)


def test_kinds_in_the_stage_are_the_kinds_there_are() -> None:
    names = {kind.name for kind in find.KINDS}
    assert {c.name.removeprefix("private_data_") for c in STAGE.adds} == names
    assert all(kind.find or kind.forms for kind in find.KINDS)


def test_nothing_that_was_found_is_written_out() -> None:
    out = run(texts("ann@example.org +49 30 123456"))
    assert [c.name for c in STAGE.adds] == [c for c in out.columns if c != "text"]
    assert all(out[c.name].dtype == pl.Int64 for c in STAGE.adds)


PARTS = [c.text[a:b] for c in cases(1) for a, b, _ in sorted(c.spans)]
GLUE = st.sampled_from(
    [" ", ", ", "", ": ", " tel ", " card ", " CPF ", "\n", "-", "+", ".", "٣", "@", "<phone> ", " 12 "]
)


@pytest.mark.parametrize("action", ["redact", "generalise"])
@given(data=st.data())
def test_a_second_pass_finds_nothing(action: str, data: st.DataObject) -> None:
    pieces = data.draw(st.lists(st.tuples(st.sampled_from(PARTS), GLUE), max_size=6))
    language = data.draw(st.sampled_from([None, "deu_Latn", "por_Latn", "tha_Thai", "eng_Latn"]))
    frame = texts("".join(a + b for a, b in pieces)).with_columns(
        pl.lit(language, dtype=pl.String).alias("declared_language")
    )
    once = run(frame, action=action)
    again = run(frame.with_columns(once["text"]), action=action)
    assert again["text"][0] == once["text"][0]
    assert sum(again.drop("text").row(0)) == 0


@given(st.text("0123456789٠१ +-./()@:ab", max_size=60), st.sampled_from([None, "deu_Latn", "pol_Latn"]))
def test_a_second_pass_over_noise_finds_nothing(text: str, language: str | None) -> None:
    frame = texts(f"tel card id {text}").with_columns(pl.lit(language, dtype=pl.String).alias("declared_language"))
    once = run(frame)
    assert sum(run(frame.with_columns(once["text"])).drop("text").row(0)) == 0


def test_frames_of_any_size_give_the_same() -> None:
    labelled = cases(1)
    frame = pl.DataFrame({"text": [c.text for c in labelled], "declared_language": [c.language for c in labelled]})
    whole = run(frame)
    assert_frame_equal(pl.concat([run(frame.slice(a, 7)) for a in range(0, frame.height, 7)]), whole)
