"""Labelled rows for tests: prose against shouting, in six scripts."""

from __future__ import annotations

import polars as pl

HIGH = {
    "eng_Latn": "The bridge was built of local stone, and each spring the river shows its old marks on the piers.",
    "fra_Latn": "Le pont a été construit en pierre du pays, et chaque printemps la rivière en montre les marques.",
    "zho_Hans": "海边的盐田由许多浅池组成，海水在阳光和风里慢慢变浓，最后结出晶体。",
    "tha_Thai": "น้ำทะเลไหลผ่านบ่อตื้นหลายบ่อจนเกิดเกลือขึ้นที่พื้น ชาวนาเกลือจึงกวาดเก็บไว้",
    "rus_Cyrl": "Соль добывают так: морскую воду ведут через мелкие бассейны, пока на дне не появятся кристаллы.",
    "amh_Ethi": "የባሕር ውሃ በፀሐይና በነፋስ ቀስ በቀስ ይደርቃል፤ በመጨረሻም ጨው በመሬት ላይ ይቀራል።",
}
LOW = {
    "eng_Latn": "BUY NOW!!! CHEAP CHEAP 50% OFF click https://shop.example.com 💥💥💥 LIMITED!!!",
    "fra_Latn": "ACHETEZ MAINTENANT !!! -70% 💥 cliquez https://example.com PROMO PROMO PROMO",
    "zho_Hans": "点击领取！！！免费免费免费 99% 💥💥 https://example.com 限时限时",
    "tha_Thai": "ลดราคา!!! ด่วนด่วนด่วน 50% 💥 https://example.com คลิกเลย",
    "rus_Cyrl": "СКИДКИ!!! ТОЛЬКО СЕГОДНЯ 90% 💥 жми https://example.com БЕСПЛАТНО",
    "amh_Ethi": "አሁኑኑ ይግዙ!!! ቅናሽ ቅናሽ 50% 💥 https://example.com ፍጠኑ ፍጠኑ",
}
SCHEMA = {"text": pl.String, "label": pl.String, "language": pl.String, "source": pl.String}


def rows(times: int = 3, positive: str = "high", negative: str = "low") -> pl.DataFrame:
    """So many rows of each text, each with a number of its own."""
    made = [
        (f"{text} {i}", label, language, "made")
        for i in range(times)
        for label, texts in ((positive, HIGH), (negative, LOW))
        for language, text in texts.items()
    ]
    return pl.DataFrame(made, schema=SCHEMA, orient="row")
