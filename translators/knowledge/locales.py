"""Facts about a locale: its money, numbers, dates, units and names of days, from CLDR.

Babel has CLDR 47; `territories` has what Babel leaves out. A language that CLDR does not know has the facts of its
territory alone, and where CLDR does not know that either, none: nothing here is a guess.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import langcodes
import phonenumbers
from babel import Locale, UnknownLocaleError, localedata
from babel.core import get_global
from babel.dates import format_date
from babel.numbers import (
    format_currency,
    format_decimal,
    get_decimal_symbol,
    get_group_symbol,
    get_territory_currencies,
)

from schemas.errors import RecipeError, one_of
from schemas.languages import is_label, name
from translators.knowledge import territories
from translators.knowledge.territories import Measurement, Paper, Temperature

_DAY = date(2026, 1, 1)  # currencies are those of this day, whenever facts are asked for
_EXAMPLE_DAY = date(2025, 3, 14)
_EXAMPLE_AMOUNT = 1_234_567.8
_WORLD = "001"
# CLDR has the macro-language where labels have the individual one (see schemas.languages).
_IN_CLDR = {
    "aii": "syr", "crk": "cr", "dgo": "doi", "fuv": "ff", "gom": "kok", "knc": "kr", "ojb": "oj", "pbt": "ps",
    "quy": "qu",
}  # fmt: skip
# Zero of each numbering system that a locale of CLDR writes by default; the digits follow it.
_ZERO = {
    "adlm": "\U0001e950", "arab": "٠", "arabext": "۰", "beng": "০", "cakm": "\U00011136", "deva": "०", "latn": "0",
    "mtei": "꯰", "mymr": "၀", "nkoo": "߀", "olck": "᱐", "tibt": "༠",
}  # fmt: skip
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Facts:
    """What CLDR says about a locale; None where it says nothing.

    Args:
        label: of the language, such as `hin_Deva`.
        language: its English name.
        language_autonym: its name in itself.
        territory: ISO 3166 code.
        territory_name: in English.
        territory_autonym: in the language.
        currency: ISO 4217 code.
        currency_symbol: as the language writes it.
        currency_name: in the language.
        currency_example: 1,234,567.8 of it.
        number_example: 1,234,567.8.
        decimal: separator of decimals.
        group: separator of thousands.
        digits: the ten digits, from zero.
        date_example: 14 March 2025, long.
        date_short: the same, short.
        months: twelve names, from January; None where another calendar is the usual one.
        days: seven names, from Monday.
        first_day: English name of the day that a week begins with.
        twelve_hours: whether clocks run to twelve.
        calendars: in use, the usual one first.
        measurement: `metric`, `US` or `UK`.
        temperature: unit.
        paper: usual size of a sheet.
        quotes: opening and closing quotation mark.
        phone_code: country code of telephone numbers, such as 91.
    """

    label: str
    language: str
    language_autonym: str | None = None
    territory: str | None = None
    territory_name: str | None = None
    territory_autonym: str | None = None
    currency: str | None = None
    currency_symbol: str | None = None
    currency_name: str | None = None
    currency_example: str | None = None
    number_example: str | None = None
    decimal: str | None = None
    group: str | None = None
    digits: str | None = None
    date_example: str | None = None
    date_short: str | None = None
    months: tuple[str, ...] | None = None
    days: tuple[str, ...] | None = None
    first_day: str | None = None
    twelve_hours: bool | None = None
    calendars: tuple[str, ...] | None = None
    measurement: Measurement | None = None
    temperature: Temperature | None = None
    paper: Paper | None = None
    quotes: tuple[str, str] | None = None
    phone_code: int | None = None

    def lines(self) -> tuple[str, ...]:
        """The facts as short English lines for a prompt, the most general first."""
        return tuple(line for line in (self._who(), *self._numbers(), *self._time(), *self._units()) if line)

    def _who(self) -> str:
        language = self.language + (f" ({self.language_autonym})" if self.language_autonym else "")
        if self.territory_name is None:
            return f"Language: {language}."
        autonym = self.territory_autonym
        own = f" ({autonym})" if autonym and autonym != self.territory_name else ""
        return f"Language: {language}, in {self.territory_name}{own}."

    def _numbers(self) -> tuple[str, ...]:
        lines = []
        if self.currency:
            known = [one for one in (self.currency_name, self.currency, self.currency_symbol) if one]
            example = f"; for example {self.currency_example}" if self.currency_example else ""
            lines.append(f"Currency: {', '.join(dict.fromkeys(known))}{example}.")
        if self.number_example:
            lines.append(f"Numbers are written like {self.number_example}.")
        if self.quotes:
            lines.append(f"Quotation marks: {self.quotes[0]}…{self.quotes[1]}")
        return tuple(lines)

    def _time(self) -> tuple[str, ...]:
        lines = []
        if self.date_example:
            short = f", in short {self.date_short}" if self.date_short else ""
            lines.append(f"Dates are written like {self.date_example}{short}.")
        if self.calendars and self.calendars != ("gregorian",):
            others = ", ".join(self.calendars[1:])
            lines.append(f"Calendar: {self.calendars[0]}{f', also {others}' if others else ''}.")
        if self.first_day:
            lines.append(f"The week begins on {self.first_day}; the clock has {12 if self.twelve_hours else 24} hours.")
        if self.days:
            lines.append(f"Days of the week, from Monday: {', '.join(self.days)}.")
        if self.months:
            lines.append(f"Months: {', '.join(self.months)}.")
        return tuple(lines)

    def _units(self) -> tuple[str, ...]:
        lines = []
        if self.measurement and self.temperature and self.paper:
            system = {"metric": "metric", "US": "US customary", "UK": "metric, with miles and pints"}[self.measurement]
            lines.append(f"Units: {system}; temperatures in {self.temperature}; {self.paper} paper.")
        if self.phone_code:
            lines.append(f"Telephone numbers from abroad begin with +{self.phone_code}.")
        return tuple(lines)


@lru_cache(maxsize=512)
def facts(label: str, territory: str | None = None) -> Facts:
    """What CLDR says about a language in a territory.

    Args:
        label: of the language.
        territory: ISO 3166 code; None: the one where the language in this script is most at home (likely subtags).

    Raises:
        RecipeError: no such label or territory.
    """
    if not is_label(label):
        raise RecipeError(f"{label!r} is no label of a language. Write it like hin_Deva: ISO 639-3 and script.")
    names = Locale("en").territories
    if territory is not None and (territory not in names or len(territory) != 2):
        raise RecipeError(one_of("territory", territory, [str(code) for code in names if len(str(code)) == 2]))
    language, script, at_home = _subtags(label)
    place = territory or at_home
    found: dict[str, object] = {}
    if place is not None:
        found |= _of_territory(place)
    locale = _locale(language, script, place)
    if locale is not None:
        found |= _of_language(locale, script, place)
        if place is not None:
            found |= _of_both(locale, place)
    return Facts(label=label, language=name(label), **found)  # type: ignore[arg-type]


def _subtags(label: str) -> tuple[str, str, str | None]:
    """Language as CLDR codes it, script, and the territory where both are most at home."""
    iso3, _, script = label.partition("_")
    tag = langcodes.Language.get(langcodes.standardize_tag(_IN_CLDR.get(iso3, iso3), macro=True))
    language = tag.language or iso3
    likely = get_global("likely_subtags")
    written = {"Hang": "Kore"}.get(script, script)  # CLDR: Hangul with Han
    full = likely.get(f"{language}_{written}") or likely.get(language)
    # BCP 47 writes Dari as Persian of Afghanistan: the territory is part of the language.
    home = tag.territory or (full.rpartition("_")[2] if full else None)
    return language, written, home if home and len(home) == 2 else None


def _locale(language: str, script: str, territory: str | None) -> Locale | None:
    """CLDR's locale in this script, the nearest to the territory; None where it has none."""
    for parts in ((language, script, territory), (language, territory), (language, script), (language,)):
        try:
            locale = Locale.parse("_".join(part for part in parts if part), resolve_likely_subtags=False)
        except (UnknownLocaleError, ValueError):
            continue
        if locale is not None and _script(locale) == script:
            return _with_own_data(locale)
    return None


def _with_own_data(locale: Locale) -> Locale:
    """The locale with a copy of its data that nobody else has.

    Babel 2.18 writes what an alias points to into data that all locales share: after the days of Swahili were looked
    up once, those of Portuguese are Swahili.
    """
    localedata._cache.clear()
    data: Any = deepcopy(localedata.load(str(locale)))
    setattr(locale, "_Locale__data", localedata.LocaleDataDict(data))  # noqa: B010
    return locale


def _script(locale: Locale) -> str:
    if locale.script:
        return str(locale.script)
    likely = get_global("likely_subtags")
    full = likely.get(f"{locale.language}_{locale.territory}") or likely.get(locale.language) or ""
    return full.split("_")[1] if full.count("_") == 2 else ""


def _of_territory(place: str) -> dict[str, object]:
    codes = get_territory_currencies(place, _DAY, _DAY)
    day = territories.first_day(place)
    return {
        "territory": place,
        "territory_name": Locale("en").territories[place],
        "currency": codes[0] if codes else None,
        "first_day": next(one for one in _DAY_NAMES if one.lower().startswith(day)),
        "twelve_hours": territories.twelve_hours(place),
        "calendars": territories.calendars(place),
        "measurement": territories.measurement(place),
        "temperature": territories.temperature(place),
        "paper": territories.paper(place),
        "phone_code": phonenumbers.country_code_for_region(place) or None,
    }


def _of_language(locale: Locale, script: str, place: str | None) -> dict[str, object]:
    system = locale.default_numbering_system
    zero = _ZERO.get(system)
    found: dict[str, object] = {
        "language_autonym": locale.languages.get(locale.language),
        "decimal": get_decimal_symbol(locale, numbering_system="default"),
        "group": get_group_symbol(locale, numbering_system="default"),
        "days": tuple(locale.days["stand-alone"]["wide"][day] for day in range(7)),
        "quotes": territories.quotes(str(locale)),
    }
    if zero is not None:
        found["digits"] = "".join(chr(ord(zero) + value) for value in range(10))
        found["number_example"] = _in_digits(
            format_decimal(_EXAMPLE_AMOUNT, locale=locale, numbering_system="default"), zero
        )
    usual = territories.calendars(place)[0] if place else "gregorian"
    if usual in ("gregorian", "buddhist"):  # the Buddhist one has the same months
        found["months"] = tuple(locale.months["stand-alone"]["wide"][month] for month in range(1, 13))
    if usual == "gregorian" and zero is not None:  # Babel writes dates of no other calendar
        found["date_example"] = _in_digits(format_date(_EXAMPLE_DAY, "long", locale=locale), zero)
        found["date_short"] = _in_digits(format_date(_EXAMPLE_DAY, "short", locale=locale), zero)
    return found


def _of_both(locale: Locale, place: str) -> dict[str, object]:
    found: dict[str, object] = {"territory_autonym": locale.territories.get(place)}
    codes = get_territory_currencies(place, _DAY, _DAY)
    if not codes:
        return found
    currency = codes[0]
    symbol = locale.currency_symbols.get(currency)
    found["currency_symbol"] = symbol if symbol != currency else None
    found["currency_name"] = locale.currencies.get(currency)
    zero = _ZERO.get(locale.default_numbering_system)
    if zero is not None:
        found["currency_example"] = _in_digits(
            format_currency(_EXAMPLE_AMOUNT, currency, locale=locale, numbering_system="default"), zero
        )
    return found


def _in_digits(text: str, zero: str) -> str:
    """A text with the digits that begin with `zero`; Babel writes those of ASCII, whatever the locale."""
    return text.translate({ord("0") + value: chr(ord(zero) + value) for value in range(10)})
