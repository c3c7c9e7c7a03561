"""Furniture goes, text stays: menus, bars, breadcrumbs and notices at head and tail, in every script."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.boilerplate import STAGE, Params

PROSE = {
    "eng": "The ferry leaves at dawn and comes back with the evening tide. Nobody has missed it twice.",
    "tha": "เรือข้ามฟากออกตอนเช้ามืดและกลับมาพร้อมน้ำขึ้นในตอนเย็น คนในหมู่บ้านจึงต้องเตรียมของไว้ตั้งแต่กลางคืนเพื่อไม่ให้พลาดเที่ยวเรือ",
    "hin": "नाव भोर में निकलती है और शाम के ज्वार के साथ लौट आती है। गाँव में कोई उसे दो बार नहीं चूका।",
    "arb": "تغادر العبّارة عند الفجر وتعود مع مدّ المساء، ولم يفوّتها أحد من أهل القرية مرتين.",
    "jpn": "渡し船は夜明けに出て、夕方の満ち潮とともに戻ってくる。村では二度も乗り遅れた人はいない。",
    "amh": "ጀልባዋ ጎህ ሲቀድ ትነሳለች፤ ማታ ከውሃው ጋር ትመለሳለች። ከመንደሩ ሁለት ጊዜ ያመለጠችው ሰው የለም።",
    "yor": "Ọkọ̀ ojú omi náà máa ń kúrò ní ìdájí, ó sì máa ń padà dé ní ìrọ̀lẹ́. Kò sí ẹni tó pàdánù rẹ̀ lẹ́ẹ̀mejì.",
}
MENUS = {
    "eng": ["Home", "News", "Sport", "Weather", "About us", "Contact"],
    "tha": ["หน้าแรก", "ข่าว", "กีฬา", "อากาศ", "เกี่ยวกับ", "ติดต่อ"],
    "hin": ["मुख्य पृष्ठ", "समाचार", "खेल", "मौसम", "हमारे बारे", "संपर्क"],
    "arb": ["الرئيسية", "أخبار", "رياضة", "الطقس", "من نحن", "اتصل بنا"],
    "jpn": ["ホーム", "ニュース", "スポーツ", "天気", "会社案内", "連絡先"],
    "amh": ["ዋና ገጽ", "ዜና", "ስፖርት", "አየር", "ስለ እኛ", "አድራሻ"],
    "yor": ["Ilé", "Ìròyìn", "Eré", "Ojú ọjọ́", "Nípa wa", "Kàn sí wa"],
}
STAYS = {
    "verse": "雪が降る町に\nだれもいない朝\nぼくは手紙を書く\n遠いきみへ\n青い封筒に\n春の切手を貼る\n窓をあける",
    "dialogue": "— Кто там?\n— Это я.\n— Кто я?\n— Почтальон.\n— Что вам нужно?\n— Подпись.",
    "recipe": "Lentil soup\n\n2 cups lentils\n1 onion\n2 carrots\n1 lemon\n3 cups water\n1 spoon cumin\n\n"
    + PROSE["eng"],
    "announced": PROSE["eng"] + "\nYou need:\nflour\nbutter\nsugar\nsalt\nmilk\nyeast\nraisins",
    "table": "Day | Opens | Closes\nMon | 8 | 5\nTue | 9 | 6\n" + PROSE["eng"] + " " + PROSE["eng"],
    "bullets": PROSE["amh"] + "\n• ዱቄት\n• ቅቤ\n• ስኳር\n• ጨው\n• ወተት\n• እርሾ\n• ማር",
    "heading": "Reisen\nDie Fähre\n" + PROSE["eng"],
    "quotes": "Le menu « Image » ou « Calque »\n" + PROSE["eng"],
    "usage": "run [ -f | --force ] [ -n | --dry-run ] NAME | -h\n" + PROSE["eng"] + " " + PROSE["eng"],
    "signature": PROSE["eng"] + "\n\nYours\nAnna Berg",
    "numbered parts": "1. Boats\n" + PROSE["eng"] + "\n2. Nets",
}


def edit(*texts: str | None) -> list[dict[str, object]]:
    return STAGE.edit(pl.DataFrame({"text": texts}, schema={"text": pl.String}), Params(), None).to_dicts()


def counts(row: dict[str, object]) -> dict[str, object]:
    return {name.removeprefix("boilerplate_"): n for name, n in row.items() if name != "text" and n}


@pytest.mark.parametrize("language", PROSE)
def test_menus_at_head_and_tail_go(language: str) -> None:
    text = "\n".join([PROSE[language]] * 3)
    head = "\n".join([*MENUS[language], "", MENUS[language][1], "", text])
    tail = "\n".join([text, "", *MENUS[language]])
    (top,), (bottom,) = edit(head), edit(tail)
    assert top["text"] == f"{MENUS[language][1]}\n\n{text}", "the line right before the prose is its heading"
    assert bottom["text"] == text
    assert counts(bottom)["menus"] == 6


@pytest.mark.parametrize("language", PROSE)
def test_bars_breadcrumbs_and_notices_go(language: str) -> None:
    text = "\n".join([PROSE[language]] * 2)
    menu = MENUS[language]
    (row,) = edit(
        "\n".join([" | ".join(menu), " » ".join(menu[:3]), menu[1], text, " · ".join(menu), "© 2026 " + menu[0]])
    )
    assert row["text"] == f"{menu[1]}\n{text}"
    assert {k: v for k, v in counts(row).items() if k != "characters"} == {"bars": 3, "notices": 1}


def test_navigation_that_returns() -> None:
    text = "\n".join([PROSE["eng"]] * 3)
    links = ["The old town hall", "The long winter fair", "Timetable of all boats"]
    (row,) = edit("\n".join([*links, "Ferry", text, *links]))
    assert row["text"] == "\n".join([*links, "Ferry", text]) and counts(row)["repeated"] == 3


def test_links_to_the_sections_before_and_behind() -> None:
    text = "\n".join([PROSE["hin"]] * 2)
    (row,) = edit(f"4.18. नाव\n{text}\n4.17. नदी\n4.19. पुल\nReport a mistake")
    assert row["text"] == f"4.18. नाव\n{text}" and counts(row)["sections"] == 3
    kept = f"4.18. नाव\n{text}\n4.18.1. किराया\n4.19 is next."
    assert edit(kept)[0]["text"] == kept


@pytest.mark.parametrize("name", STAYS)
def test_text_stays(name: str) -> None:
    (row,) = edit(STAYS[name])
    assert row["text"] == STAYS[name] and not counts(row)


def test_paragraphs_stay_apart() -> None:
    (row,) = edit(f"Ferry\n\n{PROSE['eng']}\n\n{PROSE['eng']}\nHome | News | Sport | Help\n\n" + "Last line")
    assert row["text"] == f"Ferry\n\n{PROSE['eng']}\n\n{PROSE['eng']}\n\nLast line"


def test_nothing_to_edit() -> None:
    null, empty = edit(None, "")
    assert set(null.values()) == {None}
    assert empty["text"] == "" and not counts(empty)


LINES = st.sampled_from(
    [*PROSE.values(), *(one for menu in MENUS.values() for one in menu), "", " ", "Home | News | Help", "© 2026 Hafen",
     "a » b » c", "Zutaten:", "1.2. One", "1.1. Two", "1.3. Three", "200 g Mehl", "\u2028"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(LINES, max_size=24).map("\n".join), min_size=1, max_size=4))
def test_only_lines_go_and_a_second_pass_finds_nothing(texts: list[str]) -> None:
    once = edit(*texts)
    for text, row in zip(texts, once, strict=True):
        left = [line.strip() for line in str(row["text"]).splitlines() if line.strip()]
        were = iter([line.strip() for line in text.splitlines() if line.strip()])
        assert all(line in were for line in left), "the lines that stay are some of those that were, in their order"
        removed = sum(v for k, v in counts(row).items() if k != "characters")  # type: ignore[misc]
        assert len(left) + removed == sum(1 for line in text.splitlines() if line.strip())
        assert len(text) - len(str(row["text"])) == row["boilerplate_characters"]
    again = edit(*(str(row["text"]) for row in once))
    assert [row["text"] for row in again] == [row["text"] for row in once] and not any(map(counts, again))
