"""Facts about a locale: those of CLDR, in the language's own script, and none that nobody knows."""

from __future__ import annotations

import dataclasses
import subprocess
import sys

import pytest
from babel import localedata

from schemas.errors import RecipeError
from schemas.languages import label
from translators.knowledge.locales import Facts, facts
from translators.knowledge.territories import quotes


@pytest.mark.parametrize(
    ("language", "territory", "says"),
    [
        ("tha_Thai", None, {"territory": "TH", "currency": "THB", "currency_symbol": "฿", "phone_code": 66}),
        ("tha_Thai", None, {"calendars": ("buddhist", "gregorian"), "date_example": None, "first_day": "Sunday"}),
        ("hin_Deva", None, {"territory": "IN", "number_example": "12,34,567.8", "currency_symbol": "₹"}),
        ("hin_Deva", None, {"language_autonym": "हिन्दी", "territory_autonym": "भारत", "twelve_hours": True}),
        ("arb_Arab", None, {"territory": "EG", "digits": "٠١٢٣٤٥٦٧٨٩", "decimal": "٫", "first_day": "Saturday"}),
        ("arb_Arab", "SA", {"territory": "SA", "currency": "SAR", "territory_autonym": "المملكة العربية السعودية"}),
        (
            "jpn_Jpan",
            None,
            {"currency_example": "￥1,234,568", "quotes": ("「", "」"), "date_example": "2025年3月14日"},
        ),
        ("amh_Ethi", None, {"territory": "ET", "currency": "ETB", "calendars": ("gregorian", "ethiopic")}),
        ("yor_Latn", None, {"territory": "NG", "currency_symbol": "₦", "language_autonym": "Èdè Yorùbá"}),
        ("swh_Latn", None, {"territory": "TZ", "currency": "TZS", "measurement": "metric", "paper": "A4"}),
        ("por_Latn", None, {"territory": "BR", "currency": "BRL", "first_day": "Sunday"}),
        ("por_Latn", "PT", {"currency": "EUR", "quotes": ("«", "»"), "currency_example": "1\xa0234\xa0567,80\xa0€"}),
        ("fas_Arab", None, {"months": None, "calendars": ("persian", "gregorian", "islamic"), "currency": "IRR"}),
        ("eng_Latn", None, {"measurement": "US", "temperature": "Fahrenheit", "paper": "US Letter"}),
        ("cym_Latn", None, {"territory": "GB", "measurement": "UK", "temperature": "Celsius"}),
        ("deu_Latn", None, {"decimal": ",", "group": ".", "twelve_hours": False, "quotes": ("„", "“")}),
        ("npi_Deva", None, {"digits": "०१२३४५६७८९", "number_example": "१२,३४,५६७.८"}),
        ("srp_Latn", None, {"language_autonym": "srpski", "territory_autonym": "Srbija"}),
        ("quy_Latn", None, {"territory": "PE", "currency": "PEN"}),
        ("epo_Latn", None, {"territory": None, "currency": None, "first_day": None, "language_autonym": "Esperanto"}),
        ("hrv_Latn", None, {"currency": "EUR", "territory": "HR"}),
    ],
)
def test_facts_of_cldr(language: str, territory: str | None, says: dict[str, object]) -> None:
    known = dataclasses.asdict(facts(language, territory))
    assert {name: known[name] for name in says} == says


def test_days_and_months_stand_alone_and_in_the_language() -> None:
    assert facts("ces_Latn").months is not None
    assert facts("ces_Latn").months[2] == "březen"  # after a day it would be března
    assert facts("rus_Cyrl").months[2] == "март"  # type: ignore[index]
    assert facts("tha_Thai").days[0] == "วันจันทร์"  # type: ignore[index]
    assert facts("amh_Ethi").days[6] == "እሑድ"  # type: ignore[index]


def test_one_language_does_not_get_the_words_of_another() -> None:
    """Babel keeps one table for all locales and writes into it: the order in which they are asked must not matter."""
    code = (
        "from babel import Locale; Locale.parse('sw_TZ').days['stand-alone']['wide'][0];"
        "from translators.knowledge.locales import facts;"
        "print(facts('swh_Latn').days[0], facts('por_Latn').days[0]);"
        "print(facts('jpn_Jpan').months[0], facts('kor_Hang').months[0])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["Jumatatu", "segunda-feira", "1月", "1월"]


def test_what_cldr_does_not_know_is_not_made_up() -> None:
    lezgian = facts("lez_Cyrl")
    assert (lezgian.territory, lezgian.currency) == ("RU", "RUB")
    assert (lezgian.language_autonym, lezgian.days, lezgian.decimal, lezgian.currency_name) == (None,) * 4
    other_script = facts("hin_Arab")
    assert other_script.territory == "IN"
    assert (other_script.language_autonym, other_script.months, other_script.quotes) == (None, None, None)
    unknown = facts("tlh_Latn")
    assert set(dataclasses.asdict(unknown).values()) == {"tlh_Latn", unknown.language, None}
    assert unknown.lines() == (f"Language: {unknown.language}.",)
    assert quotes("xyz") is None


@pytest.mark.parametrize(
    ("language", "territory"), [("hindi", None), ("hin", None), ("hin_Deva", "XX"), ("hin_Deva", "in")]
)
def test_what_is_no_locale_is_said(language: str, territory: str | None) -> None:
    with pytest.raises(RecipeError):
        facts(language, territory)


def test_locales_of_babel_have_lines_without_gaps() -> None:
    labels = set()
    for identifier in localedata.locale_identifiers():
        try:
            labels.add(label(identifier))
        except ValueError:
            continue
    assert len(labels) > 250
    for one in sorted(labels)[::4]:
        known = facts(one)
        assert isinstance(known, Facts)
        lines = known.lines()
        assert lines[0].startswith("Language: ")
        assert not any("None" in line or "  " in line or "()" in line or "\n" in line for line in lines), lines
