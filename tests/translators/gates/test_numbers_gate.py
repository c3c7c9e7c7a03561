"""Numbers: what counts as the same number, and what does not."""

from __future__ import annotations

import os
import random
import sys
import unicodedata
from pathlib import Path

import polars as pl
import pytest
import seeded_numbers
import xxhash
from hypothesis import given
from hypothesis import strategies as st

from schemas import languages
from translators.gates import _han_numbers, _number_words
from translators.gates.gate import Pair
from translators.gates.numbers import GATE, score

SAME = [
    # Separators of thousands and decimals, digits of all scripts.
    ("eng_Latn", "1,234.5 km", "deu_Latn", "1.234,5 km"),
    ("eng_Latn", "1,234.5 km", "fra_Latn", "1\u202f234,5 km"),
    ("eng_Latn", "1,234.5 km", "fra_Latn", "1 234,5 km"),
    ("eng_Latn", "1,234.5 km", "arb_Arab", "١٬٢٣٤٫٥ كم"),
    ("eng_Latn", "1,234,567 people", "hin_Deva", "12,34,567 लोग"),
    ("eng_Latn", "pages 12 to 30", "hin_Deva", "पृष्ठ १२ से ३०"),
    ("eng_Latn", "in 2024", "tha_Thai", "ในปี ๒๐๒๔"),
    ("eng_Latn", "in 1987", "amh_Ethi", "በ፲፱፻፹፯"),
    ("eng_Latn", "17 rooms", "khm_Khmr", "បន្ទប់ ១៧"),
    ("eng_Latn", "17 rooms", "mya_Mymr", "အခန်း ၁၇ ခန်း"),
    ("eng_Latn", "2.50", "zho_Hans", "２．５０"),
    ("eng_Latn", "3.125 units", "deu_Latn", "3,125 Einheiten"),
    ("eng_Latn", "set to 75.0", "fra_Latn", "réglé sur 75"),
    ("eng_Latn", ".5 litres", "deu_Latn", "0,5 Liter"),
    # Dates and times.
    ("eng_Latn", "On 2024-05-03 it ended.", "eng_Latn", "It ended on 03/05/2024."),
    ("eng_Latn", "On May 3, 2024", "deu_Latn", "Am 03.05.2024"),
    ("eng_Latn", "5 August", "arb_Arab", "5 أغسطس"),
    ("eng_Latn", "on 5/8", "arb_Arab", "في 5 أغسطس"),
    ("eng_Latn", "August 5", "jpn_Jpan", "8月5日"),
    ("eng_Latn", "August 5", "vie_Latn", "ngày 5 tháng 8"),
    ("eng_Latn", "on 5/5", "fin_Latn", "5. toukokuuta"),
    ("eng_Latn", "at 3 pm", "fra_Latn", "à 15h"),
    ("eng_Latn", "at 3:30 p.m.", "deu_Latn", "um 15:30 Uhr"),
    ("eng_Latn", "at 15:00", "deu_Latn", "um 15 Uhr"),
    ("eng_Latn", "3 pm", "zho_Hans", "下午3点"),
    ("eng_Latn", "the 1990s", "fra_Latn", "les années 90"),
    # Ordinals, fractions, Roman numerals.
    ("eng_Latn", "the 1st day", "fra_Latn", "le 1er jour"),
    ("eng_Latn", "the 1st day", "zho_Hans", "第一天"),
    ("eng_Latn", "½ cup", "eng_Latn", "1/2 cup"),
    ("eng_Latn", "1½ cups", "fra_Latn", "1,5 tasse"),
    ("eng_Latn", "0.5 cup", "fra_Latn", "une demi-tasse"),
    ("eng_Latn", "in the 19th century", "rus_Cyrl", "в XIX веке"),
    ("fra_Latn", "au XVIIIe siècle", "eng_Latn", "in the 18th century"),
    # Powers of ten.
    ("eng_Latn", "20,000 people", "zho_Hans", "2万人"),
    ("eng_Latn", "20,000 people", "eng_Latn", "20 thousand people"),
    ("eng_Latn", "1.5 million", "hin_Deva", "15 लाख"),
    ("eng_Latn", "120 million", "jpn_Jpan", "1億2000万"),
    ("eng_Latn", "5 million won", "kor_Hang", "500만 원"),
    ("eng_Latn", "5 million people", "swh_Latn", "watu milioni 5"),
    ("eng_Latn", "5 million", "deu_Latn", "5 Mio."),
    ("eng_Latn", "two million", "rus_Cyrl", "2 000 000"),
    ("eng_Latn", "3 kilometres", "zho_Hans", "3千米"),
    # Words.
    ("eng_Latn", "12 monkeys", "deu_Latn", "zwölf Affen"),
    ("eng_Latn", "five apples", "deu_Latn", "5 Äpfel"),
    ("eng_Latn", "5 books", "yor_Latn", "ìwé márùn-ún"),
    ("eng_Latn", "3 men", "arb_Arab", "وثلاثة رجال"),
    ("eng_Latn", "43 days", "hin_Deva", "तैंतालीस दिन"),
    ("eng_Latn", "21 days", "rus_Cyrl", "в течение двадцати одного дня"),
    ("eng_Latn", "205 days", "deu_Latn", "zweihundertfünf Tage"),
    ("eng_Latn", "12 people", "tha_Thai", "มีสิบสองคน"),
    ("eng_Latn", "12 people", "jpn_Jpan", "十二人"),
    ("eng_Latn", "a dozen eggs", "fra_Latn", "12 œufs"),
    ("eng_Latn", "It takes an hour.", "jpn_Jpan", "1 時間かかる。"),
    # What is no number of the text.
    ("eng_Latn", "See https://example.org/12 and `x = 5`.", "deu_Latn", "Siehe dort."),
    ("eng_Latn", "5 views in 3D", "deu_Latn", "5 dreidimensionale Ansichten"),
    ("eng_Latn", "No one has one.", "deu_Latn", "Keiner hat das."),
    ("ind_Latn", "anak2 bermain", "eng_Latn", "The children play."),
]

OTHER = [
    ("eng_Latn", "3 cups and 4 plates", "fra_Latn", "3 tasses et 5 assiettes", 0.5),
    ("eng_Latn", "3 and 3", "fra_Latn", "3", 1 - 1 / 3),
    ("eng_Latn", "page 12", "fra_Latn", "la page", 0.0),
    ("eng_Latn", "the page", "fra_Latn", "la page 12", 0.0),
    ("eng_Latn", "in 2024", "tha_Thai", "ในปี 2567", 0.0),
    ("eng_Latn", "May 3, 2024", "deu_Latn", "04.05.2024", None),
    ("eng_Latn", "20,000 people", "zho_Hans", "3万人", 0.0),
    ("eng_Latn", "5 million", "deu_Latn", "5 Milliarden", 0.0),
    ("eng_Latn", "5 million", "deu_Latn", "5 Menschen", 0.0),
    ("eng_Latn", "at 3:30 p.m.", "deu_Latn", "um 16:30 Uhr", None),
    ("eng_Latn", "at 3 in the morning", "deu_Latn", "um 15 Uhr", 0.0),
    ("eng_Latn", "value 3.125", "deu_Latn", "Wert 3125", 0.0),
    ("eng_Latn", "2.5 litres", "fra_Latn", "25 litres", 0.0),
    ("eng_Latn", "five apples", "deu_Latn", "6 Äpfel", 0.0),
    ("eng_Latn", "Figure 1 shows it.", "deu_Latn", "Ein Bild zeigt es.", 0.0),
    ("eng_Latn", "Use the MP3 file.", "deu_Latn", "Die MP-Datei nehmen, drei Mal.", 0.0),
    ("eng_Latn", "1968", "jpn_Jpan", "1986年", 0.0),
    ("eng_Latn", "9" * 40, "deu_Latn", "9" * 39 + "8", 0.0),
]


@pytest.mark.parametrize(("before", "source", "after", "target"), SAME)
def test_the_same_number_written_in_another_way(before: str, source: str, after: str, target: str) -> None:
    assert score(Pair(source, target, before, after)) == 1.0
    assert score(Pair(target, source, after, before)) == 1.0 or "an hour" in source  # "an" for 1 is not written


@pytest.mark.parametrize(("before", "source", "after", "target", "share"), OTHER)
def test_another_number(before: str, source: str, after: str, target: str, share: float | None) -> None:
    found = score(Pair(source, target, before, after))
    assert found < 1.0
    assert share is None or found == pytest.approx(share)
    assert score(Pair(target, source, after, before)) < 1.0


def test_gate() -> None:
    assert (GATE.name, GATE.reason, GATE.keep, GATE.limit) == ("numbers_kept", "numbers_lost", "at_least", 1.0)
    assert GATE.applies(Pair("", "", "eng_Latn", "deu_Latn"))
    assert score(Pair("", "", "eng_Latn", "deu_Latn")) == 1.0
    assert score(Pair("none", "keine", "eng_Latn", "xxx_Zzzz")) == 1.0


def test_a_number_word_answers_once() -> None:
    assert score(Pair("5 and 5", "fünf", "eng_Latn", "deu_Latn")) == pytest.approx(0.5)
    # "five" of the source is what the German word answers, so that the digit is lost.
    assert score(Pair("five of 5", "fünf davon", "eng_Latn", "deu_Latn")) == 0.0


def test_number_words_of_many_languages() -> None:
    known = _number_words.languages()
    assert len(known) >= 130
    for language in known:
        forms = _number_words.forms(language)
        for number in (2, 3, 5, 10):
            for form in forms.get(number, ()):
                pattern = _number_words.pattern(language, number)
                assert pattern is not None and pattern.search(_number_words.folded(f"- {form} -", language)), (
                    language,
                    number,
                    form,
                )


@pytest.mark.parametrize(
    ("run", "number"),
    [
        ("二十一", 21),
        ("一百二十万", 1_200_000),
        ("二〇二四", 2024),
        ("三億", 300_000_000),
        ("两千零五", 2005),
        ("万", None),
    ],
)
def test_han_numbers(run: str, number: int | None) -> None:
    assert _han_numbers.value(run) == number


_ZEROS = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.decimal(chr(code), -1) == 0]
_NUMBERS = st.from_regex(r"[1-9]\d{0,6}([.,][1-9]\d{0,3})?", fullmatch=True)
_WORDS = st.text(st.sampled_from("abcdefghij äöü中文กขअआאבابنה"), max_size=12)


@given(numbers=st.lists(_NUMBERS, max_size=5), words=_WORDS, zero=st.sampled_from(_ZEROS))
def test_digits_of_any_script(numbers: list[str], words: str, zero: str) -> None:
    text = f" {words} ".join(numbers)
    other = "".join(chr(ord(zero) + int(one)) if one.isascii() and one.isdecimal() else one for one in text)
    for language in ("eng_Latn", "hin_Deva", "jpn_Jpan"):
        assert score(Pair(text, f"{other} ", language, language)) == 1.0


@given(
    text=st.text(max_size=80), language=st.sampled_from(("eng_Latn", "tha_Thai", "amh_Ethi", "swh_Latn", "zho_Hans"))
)
def test_a_text_against_itself(text: str, language: str) -> None:
    assert score(Pair(text, text, language, language)) == 1.0
    assert score(Pair(text, f"{text}\n", language, language)) == 1.0


@given(source=st.text(max_size=60), target=st.text(max_size=60))
def test_any_text_has_a_score(source: str, target: str) -> None:
    for language in ("deu_Latn", "jpn_Jpan", "arb_Arab", "yor_Latn", "und_Zyyy"):
        there = score(Pair(source, target, "eng_Latn", language))
        assert 0.0 <= there <= 1.0


def test_long_texts_end() -> None:
    many = " ".join(str(number) for number in range(20_000))
    assert score(Pair(many, f"{many} 5", "eng_Latn", "deu_Latn")) > 0.99
    assert score(Pair("1" * 200_000, "2" * 200_000, "eng_Latn", "deu_Latn")) == 0.0
    assert score(Pair("```a" * 50_000 + "1", "\\(" * 50_000, "eng_Latn", "deu_Latn")) == 0.0


@pytest.mark.skipif("GLOTMILL_CORPORA" not in os.environ, reason="needs the folder of real text")
def test_planted_faults_are_found_and_people_are_not_refused() -> None:
    rows = pl.read_parquet(Path(os.environ["GLOTMILL_CORPORA"]) / "bitext.parquet").gather_every(7)
    refused: dict[str, list[bool]] = {}
    found: dict[str, list[bool]] = {}
    for row in rows.iter_rows(named=True):
        language = languages.label(row["target_language"])
        whole = score(Pair(row["english"], row["target"], "eng_Latn", language)) == 1.0
        refused.setdefault(language, []).append(not whole)
        rng = random.Random(xxhash.xxh64_intdigest(row["id"].encode()))
        faulty = seeded_numbers.seed(row["target"], language, rng) if whole else None
        if faulty is not None:
            found.setdefault(language, []).append(score(Pair(row["english"], faulty, "eng_Latn", language)) < 1.0)
    everything = [one for each in found.values() for one in each]
    assert sum(everything) >= 0.97 * len(everything)
    assert all(sum(each) >= 0.93 * len(each) for each in found.values())
    pairs = [one for each in refused.values() for one in each]
    assert sum(pairs) <= 0.03 * len(pairs)
