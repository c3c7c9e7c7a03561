"""List, menu and index pages, in scripts with and without spaces; verse, recipes, dialogue and tables stay."""

from __future__ import annotations

import polars as pl
import pytest

from filters.lists import STAGE, Params

THAI_MENU = ("หน้าแรก", "ข่าววันนี้", "กีฬา", "พยากรณ์อากาศ", "ราคาทอง", "สมัครงาน", "ติดต่อเรา")
AMHARIC_MENU = ("ዋና ገጽ", "ዜና", "ስፖርት", "ጤና", "ትምህርት", "ስለ እኛ", "አድራሻ")
PROSE = {
    "hin": "नदी के किनारे बसे इस गाँव में हर साल बरसात के बाद मेला लगता है। लोग दूर-दूर से अपने सामान लेकर आते हैं।",
    "jpn": "山のふもとにある観察センターは、この夏に確認された蝶の数を発表した。"
    "職員によると、六月は雨の日が多かったという。",
    "tha": "นักวิจัยเดินทางขึ้นไปบนดอยเพื่อสำรวจพันธุ์กล้วยไม้ป่าที่หายากและบันทึกภาพไว้เป็นหลักฐานตลอดทั้งฤดูฝน",
}
VERSE = "\n\n".join(
    "\n".join(f"{verse} {stanza} again the evening wind" for verse in ("softly", "slowly", "gently", "quietly"))
    for stanza in "abcdefgh"
)
KOREAN_VERSE = "\n\n".join(
    "바람이 강을 건너 마을로 온다\n나는 오래된 창을 조용히 연다\n어머니의 목소리가 들려온다" for _ in range(9)
)
DIALOGUE = "\n".join("— Ты придёшь завтра?\n— Не знаю ещё." for _ in range(20))
RECIPE = (
    "Adasi\n\n2 cups lentils\n1 onion\nsalt\n\nRinse the lentils well. Simmer them with the onion until they are soft."
)
TABLE = "\n".join(f"Montag {i} | 08:{i} | 17:{i}" for i in range(10, 40))
INDEX = "\n".join(f"{a}{b}rn, {i}" for i, (a, b) in enumerate((a, b) for a in "abcdefgh" for b in "aeio"))


def score(text: str | None, **params: object) -> dict[str, float]:
    frame = pl.DataFrame({"text": [text]}, schema={"text": pl.String})
    return STAGE.measure(frame, Params.model_validate(params), None).row(0, named=True)


def broken(text: str) -> set[str]:
    scores, params = score(text), Params()
    limits = {rule.reason: (scores[rule.score], getattr(params, rule.threshold).default) for rule in STAGE.rules}
    return {reason for reason, (value, limit) in limits.items() if limit is not None and value > limit}


@pytest.mark.parametrize(
    "entries", [THAI_MENU, AMHARIC_MENU, ("首页", "新闻", "体育", "关于我们"), ("Ilé", "Ìròyìn", "Eré")]
)
def test_a_long_menu_is_a_list(entries: tuple[str, ...]) -> None:
    assert "list_page" in broken("\n".join(entries * 8))
    assert "list_page" not in broken("\n".join(entries[:3] * 3)), "nine lines are a heading, a caption, a poem"


@pytest.mark.parametrize("language", PROSE)
def test_prose_with_a_short_menu_stays(language: str) -> None:
    assert broken("\n".join([*THAI_MENU, PROSE[language], PROSE[language]])) == set()


@pytest.mark.parametrize("text", [VERSE, KOREAN_VERSE, DIALOGUE, RECIPE, TABLE])
def test_verse_dialogue_recipe_and_table_stay(text: str) -> None:
    assert broken(text) == set(), score(text)


def test_bullets_make_no_table() -> None:
    assert "list_page" in broken("\n".join(f"• {entry}" for entry in AMHARIC_MENU * 5))


def test_bars_of_links() -> None:
    bar = "Home | News | Sport | Weather"
    assert "menu_page" in broken(f"{bar}\nContact » Imprint » Privacy\nSmall print")
    assert score("Choose File → Open → Recent and wait until the picture is there.")["link_words"] == 0
    assert score("Vegeu la col·lecció i la il·lusió de l'excel·lent Gal·la")["link_words"] == 0
    assert score("usage: run on|off|auto with |a|b|c|")["link_words"] == 0
    assert score("Le menu « Image » et le menu « Calque » sont ouverts")["link_words"] == 0


def test_alphabetical_order() -> None:
    assert "index_page" in broken(INDEX)
    back = "\n".join(reversed(INDEX.split("\n")))
    assert score(back)["sorted_lines"] == 0
    assert score("\n".join(f"Figure {i}" for i in range(40)))["sorted_lines"] == 0, "one letter is no order"


def test_lines_that_end_in_numbers_are_counted_but_not_judged() -> None:
    assert score("März 2014\nApril 2014\nMai 2014\nEnde.")["number_lines"] == 0.75
    assert score("๑๒ มีนาคม ๒๕๕๗\nจบแล้ว")["number_lines"] == 0.5


def test_parameters() -> None:
    menu = "\n".join(THAI_MENU)
    assert score(menu)["list_words"] == 0
    assert score(menu, run_length=5)["list_words"] == 1
    assert score("one two three\n" * 30, line_words=2)["list_words"] == 0


def test_nothing_to_measure() -> None:
    assert set(score(None).values()) == {None}
    assert set(score(" \n ").values()) == {0.0}
