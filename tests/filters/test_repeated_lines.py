"""What a site repeats goes, headings and content stay: in every script, by line and by paragraph."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from filters._kernels import folding
from filters._kernels.lines import lines as line_table
from filters.repeated_lines import STAGE, Params, site
from pipelines import counts
from pipelines.plan import Step
from schemas.columns import DOCUMENT, conform

SENTENCES = {
    "eng": "The ferry number {n} leaves at dawn and comes back with the evening tide.",
    "tha": "เรือข้ามฟากลำที่ {n} ออกตอนเช้ามืดและกลับมาพร้อมน้ำขึ้นในตอนเย็น",
    "hin": "नाव संख्या {n} भोर में निकलती है और शाम के ज्वार के साथ लौट आती है।",
    "arb": "تغادر العبّارة رقم {n} عند الفجر وتعود مع مدّ المساء.",
    "jpn": "{n}番の渡し船は夜明けに出て、夕方の満ち潮とともに戻ってくる。",
    "amh": "ጀልባ ቁጥር {n} ጎህ ሲቀድ ትነሳለች፤ ማታ ከውሃው ጋር ትመለሳለች።",
    "yor": "Ọkọ̀ ojú omi {n} máa ń kúrò ní ìdájí, ó sì máa ń padà dé ní ìrọ̀lẹ́.",
    "khm": "ទូកលេខ {n} ចេញដំណើរនៅព្រឹកព្រលឹម ហើយត្រឡប់មកវិញជាមួយទឹកជោរពេលល្ងាច។",
    "mya": "လှေအမှတ် {n} သည် အရုဏ်တက်ချိန်တွင် ထွက်ခွာပြီး ညနေဒီရေနှင့်အတူ ပြန်လာသည်။",
}
MENUS = {
    "eng": ["Home", "Timetable", "Fares and tickets", "Contact"],
    "tha": ["หน้าแรก", "ตารางเวลาเรือ", "ค่าโดยสารและตั๋ว", "ติดต่อเรา"],
    "hin": ["मुख्य पृष्ठ", "समय सारणी", "किराया और टिकट", "संपर्क"],
    "arb": ["الرئيسية", "مواعيد العبّارات", "الأسعار والتذاكر", "اتصل بنا"],
    "jpn": ["ホーム", "渡し船の時刻表", "料金と乗船券", "お問い合わせ"],
    "amh": ["ዋና ገጽ", "የጉዞ ሰዓት", "ዋጋ እና ትኬት", "አድራሻ"],
    "yor": ["Ilé", "Àkókò ìrìn àjò", "Iye owó àti tíkẹ́ẹ̀tì", "Kàn sí wa"],
    "khm": ["ទំព័រដើម", "កាលវិភាគទូក", "តម្លៃនិងសំបុត្រ", "ទំនាក់ទំនងយើងខ្ញុំ"],
    "mya": ["ပင်မစာမျက်နှာ", "လှေအချိန်ဇယား", "လက်မှတ်ခနှုန်းများ", "ဆက်သွယ်ရန်"],
}
HEADINGS = {
    "eng": "See also", "tha": "ดูเพิ่ม", "hin": "यह भी देखें", "arb": "انظر أيضا", "jpn": "関連項目", "amh": "ደግሞ ይዩ",
    "yor": "Tún wo", "khm": "សូមមើលផងដែរ", "mya": "ကြည့်ပါ",
}  # fmt: skip
Rows = Sequence[dict[str, Any]]


def frame(rows: Rows) -> pl.DataFrame:
    schema = {"text": pl.String, "url": pl.String, "source": pl.String, "declared_language": pl.String}
    return conform(
        pl.DataFrame([{**dict.fromkeys(schema), "source": "s", **row} for row in rows], schema=schema), DOCUMENT
    )


def edit(rows: Rows, **params: Any) -> pl.DataFrame:
    """What the stage makes of documents that are all there is."""
    step = Step(STAGE, Params.model_validate({"min_documents": 3, "min_share": 0.5, **params}))
    documents = frame(rows)
    found = counts.repeated(counts.add(counts.count(documents, step), step), step)
    return STAGE.edit(documents, step.params, counts.common(found, step))


def texts(rows: Rows, **params: Any) -> list[str]:
    return edit(rows, **params)["text"].to_list()


def own(language: str, n: int) -> str:
    return "\n".join(SENTENCES[language].format(n=10 * n + line) for line in range(2))


def pages(language: str, number: int = 6, **more: Any) -> list[dict[str, Any]]:
    menu = MENUS[language]
    return [{"text": "\n".join([*menu, "", own(language, n), "", *menu[::-1]]), **more} for n in range(number)]


# --- what goes, and what stays --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", MENUS)
def test_menus_at_head_and_tail_go_and_the_text_stays(language: str) -> None:
    out = edit(pages(language))
    assert out["text"].to_list() == [own(language, n) for n in range(6)]
    assert out["repeated_lines"].to_list() == [8] * 6
    lost = pl.Series([len(row["text"]) for row in pages(language)]) - out["text"].str.len_chars().cast(pl.Int64)
    assert out["repeated_lines_characters"].to_list() == lost.to_list()


@pytest.mark.parametrize("language", HEADINGS)
def test_a_heading_stays_though_every_page_has_it(language: str) -> None:
    rows = [{"text": f"{own(language, n)}\n{HEADINGS[language]}\n{own(language, 50 + n)}"} for n in range(6)]
    assert texts(rows) == [row["text"] for row in rows]
    assert texts(rows, min_words=0)[0] == f"{own(language, 0)}\n{own(language, 50)}", "or this would show nothing"


@pytest.mark.parametrize("language", SENTENCES)
def test_a_long_line_goes_alone(language: str) -> None:
    notice = SENTENCES[language].format(n="") + " " + SENTENCES[language].format(n="")
    rows = [{"text": f"{own(language, n)}\n{notice}\n{own(language, 50 + n)}"} for n in range(6)]
    assert texts(rows) == [f"{own(language, n)}\n{own(language, 50 + n)}" for n in range(6)]


def test_what_many_documents_of_other_sites_have_stays() -> None:
    line = "Salt, pepper and a spoon of oil, if there is any left."
    rows = [{"text": f"{own('eng', n)}\n{line}", "url": f"https://{n}.example/"} for n in range(8)]
    assert texts(rows) == [row["text"] for row in rows]
    assert texts(rows, by="source") == texts(rows, by="all") == [own("eng", n) for n in range(8)]


def test_sources_apart_and_together() -> None:
    rows = [*pages("eng", 2, source="a"), *pages("eng", 2, source="b")]
    rows[2:] = [{**row, "text": row["text"].replace("number", "no.")} for row in rows[2:]]
    for by in ("site", "source"):
        assert texts(rows, by=by) == [row["text"] for row in rows], "two pages in each source are too few"
    assert all("Home" not in text for text in texts(rows, by="all"))


def test_a_site_is_a_host_however_it_is_written() -> None:
    forms = [
        "https://www.Example.org/a",
        "http://example.org:8080/b?x=1",
        "HTTPS://EXAMPLE.ORG./c",
        " https://u@example.org",
    ]
    rows = [{**row, "url": url} for row, url in zip(pages("eng", 4), forms, strict=True)]
    assert texts(rows, min_documents=4) == [own("eng", n) for n in range(4)]
    rows[3]["url"] = "https://blog.example.org/"
    assert texts(rows, min_documents=4) == [row["text"] for row in rows]


@pytest.mark.parametrize(
    ("authority", "host"),
    [("WWW.Example.org", "example.org"), ("a@www.example.org:80", "example.org"), ("[::1]:80", "::1"), ("[::1", "[::1"),
     ("müller.example", "xn--mller-kva.example"), ("xn--mller-kva.example", "xn--mller-kva.example"),
     ("www.www.org", "www.org"), ("ＥＸＡＭＰＬＥ.org", "example.org"), ("www", "www")],
)  # fmt: skip
def test_hosts(authority: str, host: str) -> None:
    assert site(authority) == host


@pytest.mark.parametrize("url", [None, "", "  ", "ftp://example.org/x", "example.org/x", "no address"])
def test_without_an_address_a_document_belongs_to_its_source(url: str | None) -> None:
    rows = [*pages("eng", 2, source="a", url=url), *pages("eng", 1, source="b", url=url)]
    assert texts(rows) == [row["text"] for row in rows]
    rows = [*rows, {**pages("eng", 4)[3], "source": "a", "url": None}]
    out = texts(rows)
    assert out[0] == own("eng", 0) and "Home" in out[2]


def test_a_source_that_is_called_like_a_host_is_another_site() -> None:
    rows = [*pages("eng", 2, url="https://example.org/"), *pages("eng", 2, source="example.org")]
    assert all("Home" in text for text in texts(rows))


def test_declared_languages_are_counted_apart() -> None:
    """An untranslated page under many languages is content; the menu of one language is furniture."""
    program = "for boat in harbour: boat.sail() # and come back in the evening"
    rows = [
        {**row, "declared_language": language, "text": f"{program}\n{row['text']}" if n == 0 else row["text"]}
        for language in MENUS
        for n, row in enumerate(pages(language))
    ]
    out = texts(rows, min_share=0.1)
    assert out[::6] == [f"{program}\n\n{own(language, 0)}" for language in MENUS]
    assert out[1] == own("eng", 1)
    together = texts(rows, min_share=0.1, by_language=False)
    assert together[0] == own("eng", 0), "nine documents of 54 have it"


def test_both_limits_hold() -> None:
    rows = pages("eng", 4) + [{"text": own("eng", 100 + n)} for n in range(6)]
    assert "Home" not in texts(rows, min_documents=4, min_share=0.4)[0]
    assert "Home" in texts(rows, min_documents=5, min_share=0.4)[0]
    assert "Home" in texts(rows, min_documents=4, min_share=0.41)[0]


def test_copies_of_a_document_count_once() -> None:
    """The same page under ten addresses is a duplicate, and not ten pages that agree."""
    rows = [{"text": own("eng", n)} for n in range(4)] + [{"text": own("eng", 99)}] * 10
    assert texts(rows) == [row["text"] for row in rows]
    again = [{"text": own("eng", n)} for n in range(4)] + [{"text": f"{own('eng', 99)}\n{n} sails."} for n in range(10)]
    assert texts(again)[-1] == "9 sails.", "pages that differ are different"


def test_a_line_twice_in_a_document_counts_once() -> None:
    refrain = "And the river runs on to the sea, to the sea."
    rows = [{"text": "\n".join([refrain, own("eng", n), refrain] * 5 if n == 0 else [own("eng", n)])} for n in range(4)]
    assert texts(rows, min_share=0) == [row["text"] for row in rows]


def test_what_is_left_out_when_nothing_is_left() -> None:
    page = "A page that says nothing but what all the others say."
    rows = [{"text": f"{page}\n{SENTENCES['eng'].format(n=n)}"} for n in range(4)] + [
        {"text": page},
        {"text": ""},
        {"text": None},
    ]
    out = edit(rows)
    assert out["text"].to_list()[-3:] == ["", "", None]
    assert out["repeated_lines_emptied"].to_list() == [0, 0, 0, 0, 1, 0, None]
    assert out["repeated_lines"].to_list() == [1] * 5 + [0, None]
    assert out["repeated_lines_characters"].to_list()[-3:] == [len(page), 0, None]


def test_signs_go_only_between_lines_that_go() -> None:
    bar = ["Home and news", "|", "Weather and sport", "|", "1", "Contact and imprint", "|"]
    rows = [{"text": "\n".join([*bar, own("eng", n), "}"])} for n in range(4)]
    assert texts(rows) == [f"|\n{own('eng', n)}\n}}" for n in range(4)], "the last | has text behind it"


def test_paragraphs() -> None:
    licence = "You may copy this page\nand give it to everybody\nwho asks for it."
    rows = [{"text": f"{own('eng', n)}\n\n{licence}\r\n \r\nLast words {n}"} for n in range(4)]
    assert texts(rows, unit="paragraph") == [f"{own('eng', n)}\n\nLast words {n}" for n in range(4)]
    broken = [{"text": f"{own('eng', n)}\n\n{licence}\nLast words {n}"} for n in range(4)]
    assert texts(broken, unit="paragraph") == [row["text"] for row in broken], "not the same paragraph"
    assert texts(broken) == [f"{own('eng', n)}\n\nLast words {n}" for n in range(4)]
    wrapped = [{"text": f"{own('eng', n)}\n\n{licence.replace(chr(10), ' ' if n % 2 else chr(10))}"} for n in range(4)]
    assert texts(wrapped, unit="paragraph") == [own("eng", n) for n in range(4)]


def test_a_second_pass_finds_nothing() -> None:
    rows = [row for language in MENUS for row in pages(language, declared_language=language)]
    once = texts(rows)
    assert once != [row["text"] for row in rows]
    assert texts([{**row, "text": text} for row, text in zip(rows, once, strict=True)]) == once


def test_nothing_common_gives_the_same_text() -> None:
    rows = pages("eng")
    out = STAGE.edit(frame(rows), Params(), np.zeros(0, np.uint64))
    assert out["text"].to_list() == [row["text"] for row in rows]
    assert out.select(pl.exclude("text").sum()).row(0) == (0, 0, 0)


# --- the form in which lines are compared ---------------------------------------------------------------------------


def reference(line: str) -> str:
    """NFKC_Casefold of each code point, white space as one space."""

    def fold(letter: str) -> str:
        if letter.isspace():
            return " "
        if regex.match(r"\p{DI}", letter):
            return ""
        form = unicodedata.normalize("NFD", letter)
        for _ in range(2):
            form = unicodedata.normalize("NFKC", form.casefold())
        return form

    return regex.sub(" +", " ", "".join(map(fold, line)).strip(" "))


def keys(texts: Sequence[str], *, paragraphs: bool = False) -> folding.Lines:
    salt = np.zeros(len(texts), np.uint64)
    return folding.lines(pl.Series(texts, dtype=pl.String), salt, paragraphs=paragraphs)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Home", "HOME"), ("Straße", "STRASSE"), ("ﬁne print", "Fine  print"), ("ＡＢＣ １", "abc 1"),
     ("Σίσυφος", "ΣΊΣΥΦΟΣ"), ("a b", "a\u3000\u2003b"), ("می\u200cشود", "میشود"), ("①", "1"), ("ｶﾅ", "カナ"),
     ("é", "É"), ("x…", "X...")],
)  # fmt: skip
def test_the_same_line_in_another_form(one: str, other: str) -> None:
    assert len(set(keys([one, other]).key)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("page 1", "page 2"), ("resume", "résumé"), ("a b", "ab"), ("ไม่", "ไม"), ("か", "が"), ("ا", "أ"), ("a.b", "a,b")],
)
def test_another_line(one: str, other: str) -> None:
    assert len(set(keys([one, other]).key)) == 2


_PIECES = st.sampled_from(
    ["a", "B", "word ", "WORD", " ", "  ", "\t", "\u00a0", "\u3000", "é", "É", "ß", "SS", "ﬁ", "…", "ﷺ", "①", "๑",
     "ไทย", "漢字", "ｶﾞ", "한글", "አማ", "\u200b", "\u00ad", "İ", "ς", "Σ", "🏳️‍🌈", "\x00", "\x1f", "1", "}", "x" * 30,
     "Ω" * 40, "ﷺ" * 30, "long line " * 60]
)  # fmt: skip
_LINES = st.lists(_PIECES, min_size=1, max_size=40).map("".join)


@settings(max_examples=300, deadline=None)
@given(st.lists(_LINES, min_size=1, max_size=6), st.integers(0, 9))
@example(["x" * 1023 + " y", "x" * 1023 + "y", "x" * 1024 + " y", "x" * 1024 + "y", "x" * 1024], 0)
@example(["\u200b a", "a"], 0)
def test_two_keys_are_the_same_when_the_folded_lines_are(lines: list[str], shift: int) -> None:
    """Wherever they lie in memory: eight bytes are read at a time."""
    lines = [line for line in lines if line.strip()]
    moved = ["." * shift + "\n" + line.upper().lower() for line in lines]
    first = keys(lines).key.tolist()
    again = [found.key[-1] for found in (keys([text]) for text in ["." * shift + "\n" + line for line in lines])]
    assert again == first
    found = dict(zip(map(reference, lines), first, strict=True))
    assert len(set(found.values())) == len(found) == len(set(first))
    for line, text in zip(lines, moved, strict=True):
        folded = reference(text[shift + 1 :])
        assert (keys([text]).key[-1] == first[lines.index(line)]) == (folded == reference(line))


def test_the_key_is_a_fixed_function() -> None:
    """Of the text alone: files of a survey are kept."""
    found = keys(["Home", "หน้าแรก", "x" * 3_000 + "ﷺ"]).key.tolist()
    assert found == [0x0F09FE1B5AB2EB30, 0xEA2DE4BCEDFE03F3, 0x588A2A0075ED9844]


def test_the_salt_makes_another_line() -> None:
    text = pl.Series(["Home", "Home"])
    found = folding.lines(text, np.array([1, 2], np.uint64), paragraphs=False)
    assert found.key[0] != found.key[1]


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.one_of(_PIECES, st.sampled_from(list("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"))), max_size=40).map(
        "".join
    )
)
@example("a\r\nb\rc\u2028d\u2029e\x85f\x0bg\x0ch")
def test_lines_are_those_of_the_line_table(text: str) -> None:
    found = keys([text, "next"])
    table, _ = line_table(pl.Series([text, "next"]))
    for name in ("row", "begin", "end", "of"):
        assert getattr(found, name).tolist() == getattr(table, name).tolist(), name


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("a\nb\n\nc", ["a\nb", "c"]), ("a\r\nb\r\n\r\nc", ["a\r\nb", "c"]), ("a\n \t\nb", ["a", "b"]),
     ("\n\na\n", ["a"]), ("a\u2029b", ["a", "b"]), ("a\u2028b\u2028\u2028c", ["a\u2028b", "c"]), ("a\r\rb", ["a", "b"]),
     ("", []), (" \n ", [])],
)  # fmt: skip
def test_what_a_paragraph_is(text: str, wanted: list[str]) -> None:
    found = keys([text], paragraphs=True)
    assert [bytes(found.data[b:e]).decode() for b, e in zip(found.begin, found.end, strict=True)] == wanted
    assert len(set(found.key)) == len(wanted)


def test_a_sliced_frame_gives_the_same() -> None:
    rows = pages("tha")
    step = Step(STAGE, Params())
    whole = STAGE.counted.keys(frame(rows), step.params)  # type: ignore[union-attr]
    part = STAGE.counted.keys(frame(rows).slice(2, 2), step.params)  # type: ignore[union-attr]
    assert part["key"].to_list() == whole.filter(pl.col("row").is_in([2, 3]))["key"].to_list()


# --- real documents -------------------------------------------------------------------------------------------------


@pytest.mark.skipif("GLOTMILL_CORPORA" not in os.environ, reason="needs the folder of real text")
def test_real_documents() -> None:
    """Manuals in 35 languages: footers and notices go, headings and programs stay."""
    files = sorted(Path(os.environ["GLOTMILL_CORPORA"]).glob("realdocs-*.parquet"))[:2]
    documents = conform(pl.concat([pl.read_parquet(file) for file in files]), DOCUMENT)
    rows = documents.filter(pl.col("declared_language").is_in(["de", "uk", "ja", "zh_CN", "ar", "th"]))
    step = Step(STAGE, Params(by="source"))
    found = counts.repeated(counts.add(counts.count(rows, step), step), step)
    out = STAGE.edit(rows, step.params, counts.common(found, step))
    guide = out["text"].filter(rows["source"] == "gimp-help")
    assert not guide.str.contains(r"(?m)^Report a bug in GIMP$").any()
    assert (
        not guide.filter(rows.filter(pl.col("source") == "gimp-help")["declared_language"] == "uk")
        .str.contains("Створіть звіт щодо помилки у документації")
        .any()
    )
    manuals = rows["source"] == "manpages"
    for heading in ("BESCHREIBUNG", "名前", "NAME"):
        pattern = rf"(?m)^{heading}$"
        before = rows["text"].filter(manuals).str.contains(pattern).sum()
        after = out["text"].filter(manuals).str.contains(pattern).sum()
        assert after > 0.98 * before > 10, heading
    assert out["repeated_lines_emptied"].sum() == 0
    lost = out["repeated_lines_characters"].sum() / rows["text"].str.len_chars().sum()
    assert 0.01 < lost < 0.06
