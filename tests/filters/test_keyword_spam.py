"""Keyword stuffing in many scripts; real pages in agglutinative and dictionary-cut languages pass."""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import pytest

from filters import _segments
from filters.keyword_spam import STAGE, Params

SPAM = {
    "eng": "garden hose, cheap garden hose, garden hose shop, best garden hose, " * 8,
    "rus": "купить диван, диван дёшево, диван москва, угловой диван, " * 8,
    "tha": "ซื้อโซฟา, โซฟาราคาถูก, โซฟามือสอง, โซฟากรุงเทพ, " * 8,
    "jpn": "格安ソファー、ソファー通販、ソファー東京、中古ソファー、" * 8,
    "zho": "便宜沙发，沙发批发，沙发价格，二手沙发，" * 8,
    "arb": "شراء كنبة، كنبة رخيصة، كنبة مستعملة، كنبة الرياض، " * 8,
    "amh": "ርካሽ ሶፋዎች፣ ሶፋዎች ሽያጭ፣ ያገለገሉ ሶፋዎች፣ ሶፋዎች አዲስ፣ " * 8,
    "kor": "소파매장 추천, 중고 소파매장, 소파매장 서울, 싼 소파매장, " * 8,
    "bars": "cheap flights | flights to rome | rome hotels | last minute | city trips | train pass | car hire | tours",
}
PROSE = {
    "fin": "Järven rannalla seisoi vanha mylly, jonka pyörä oli pysähtynyt jo ennen sotia. Isoäitini muisti vielä "
    "ajan, jolloin viljaa tuotiin soutaen saarista ja jauhosäkit nostettiin taljalla toiseen kerrokseen. Nykyään "
    "myllyssä on pieni museo, ja kesäisin siellä kahvitellaan avoimien ovien takana kuunnellen veden solinaa.",
    "tur": "Değirmenin taşı sabahtan akşama kadar döner, köylüler sıralarını beklerken çınarın gölgesinde otururdu. "
    "Babamın anlattığına göre o yıllarda un çuvalları eşek sırtında taşınır, kimse acele etmezdi. Bugün ise aynı yerde "
    "küçük bir çay bahçesi var ve çocuklar suyun kenarında oynuyor.",
    "tha": "ชาวนาเกลือกักน้ำทะเลไว้ในบ่อตื้น ๆ หลายบ่อ ปล่อยให้แดดและลมทำให้น้ำค่อย ๆ ข้นขึ้นจนตกผลึก "
    "จากนั้นจึงใช้ไม้กวาดเกลือรวมเป็นกองเล็ก ๆ ก่อนจะหาบไปเก็บในยุ้ง ปีไหนฝนมาเร็ว เกลือก็ได้น้อยและขายได้ราคาดี",
    "hin": "पहाड़ी रास्ते पर चलते हुए हमने एक पुराना कुआँ देखा, जिसके चारों ओर पत्थर की सीढ़ियाँ बनी थीं। गाँव की औरतें सुबह "
    "वहाँ पानी भरने आती थीं और दिनभर की बातें वहीं तय होती थीं। अब नल आ गया है, फिर भी त्योहार पर लोग दीये जलाते हैं।",
    "list in it": "The box holds a hammer, a saw, nails, glue, pliers, a file, a plane, and string. We open it in "
    "spring, when the boats are brought ashore, and put each thing back where it was before the first frost.",
}
HASHTAGS = "#ahşap #mobilya #indirim #fırsat güzel #ev #dekor #yeni"


def score(*texts: str | None) -> list[dict[str, float]]:
    frame = _segments.add(pl.DataFrame({"text": texts}, schema={"text": pl.String}), STAGE.reads)
    return STAGE.measure(frame, Params(), None).to_dicts()


def broken(text: str) -> set[str]:
    scores, params = score(text)[0], Params()
    out = set()
    for rule in STAGE.rules:
        value, limit = scores[rule.score], getattr(params, rule.threshold).default
        if value > limit if rule.keep == "at_most" else value < limit:
            out.add(rule.reason)
    return out


@pytest.mark.parametrize("language", SPAM)
def test_stuffed_pages_go(language: str) -> None:
    text = SPAM[language] if language != "bars" else SPAM[language] + " | " + SPAM[language].replace("rome", "oslo")
    assert broken(text), score(text)


@pytest.mark.parametrize("language", PROSE)
def test_prose_stays(language: str) -> None:
    assert broken(PROSE[language]) == set(), score(PROSE[language])


def test_hashtags() -> None:
    assert broken(HASHTAGS) == {"too_many_hashtags"}
    assert score("# Heading\nItem #3 of the list is C# code.")[0]["hashtags"] < 0.4


def test_diversity_is_the_mean_over_windows() -> None:
    words = [f"w{chr(97 + i % 26)}{chr(97 + i // 26)}" for i in range(100)]
    assert score(" ".join(words))[0]["lexical_diversity"] == 1
    assert score("again " * 100)[0]["lexical_diversity"] == pytest.approx(1 / 50)
    # 51 words, two windows: the first word returns at the end, when it has just left the window.
    assert score(" ".join([*words[:50], words[0]]))[0]["lexical_diversity"] == 1
    assert score(" ".join([*words[:50], words[1]]))[0]["lexical_diversity"] == pytest.approx((1 + 49 / 50) / 2)


def test_case_does_not_make_another_word() -> None:
    assert score("Дом ДОМ дом дом")[0]["lexical_diversity"] == 0.25


def test_short_texts_have_no_keywords() -> None:
    assert score("kebun kebun kebun kebun kebun")[0]["keyword_share"] == 0


def test_nothing_to_measure() -> None:
    null, empty = score(None, "")
    assert set(null.values()) == {None}
    assert empty == {"keyword_share": 0, "lexical_diversity": 1, "keyword_runs": 0, "hashtags": 0}


@pytest.mark.skipif("GLOTMILL_CORPORA" not in os.environ, reason="needs the folder of real text")
def test_no_declaration_is_spam() -> None:
    udhr = pl.read_parquet(Path(os.environ["GLOTMILL_CORPORA"]) / "udhr_dev.parquet")
    whole = udhr.group_by("udhr_code", maintain_order=True).agg(pl.col("text").str.join("\n"))
    scores = pl.DataFrame(score(*whole["text"]))
    params = Params()
    assert scores["keyword_share"].max() <= params.max_keyword_share.default
    assert scores["lexical_diversity"].min() >= params.min_lexical_diversity.default
    assert scores["keyword_runs"].max() <= params.max_keyword_runs.default
