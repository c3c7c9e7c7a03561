# /// script
# requires-python = ">=3.11,<3.14"
# dependencies = ["pyicu-wheels==2.15.2"]
# ///
"""Makes `translators/gates/_number_words.json`: how languages spell numbers, from CLDR's rule-based number formats.

Usage: uv run --script benchmarks/peers/number_words.py translators/gates/_number_words.json

ICU spells each number in every gender, case and kind (cardinal, ordinal, for counting) that CLDR has rules for. Kept
are 0 to 20, tens, hundreds, the powers that have a word, and those between 21 and 99 that are not made of their ten
and their unit (Hindi's are not, German's are). In a language that inflects, a form that only adds a few letters to
another one is left out, as the reader of the table allows for them.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from pathlib import Path

import icu

SOURCE = (
    "Unicode CLDR 47, rule-based number formats, as spelled by ICU 77.1. Copyright © 1991-2025 Unicode, Inc. "
    "Unicode License v3, https://www.unicode.org/license.txt"
)
# ICU's locale: label of the language. Chinese and Japanese are read by rule, not by table.
LOCALES = {
    "af": "afr_Latn", "ak": "twi_Latn", "am": "amh_Ethi", "ar": "arb_Arab", "az": "azj_Latn", "be": "bel_Cyrl",
    "bg": "bul_Cyrl", "bs": "bos_Latn", "ca": "cat_Latn", "ccp": "ccp_Cakm", "chr": "chr_Cher", "cs": "ces_Latn",
    "cy": "cym_Latn", "da": "dan_Latn", "de": "deu_Latn", "ee": "ewe_Latn", "el": "ell_Grek", "en": "eng_Latn",
    "eo": "epo_Latn", "es": "spa_Latn", "et": "ekk_Latn", "fa": "fas_Arab", "ff": "fuv_Latn", "fi": "fin_Latn",
    "fil": "fil_Latn", "fo": "fao_Latn", "fr": "fra_Latn", "ga": "gle_Latn", "gu": "guj_Gujr", "he": "heb_Hebr",
    "hi": "hin_Deva", "hr": "hrv_Latn", "hu": "hun_Latn", "hy": "hye_Armn", "id": "ind_Latn", "is": "isl_Latn",
    "it": "ita_Latn", "ka": "kat_Geor", "kk": "kaz_Cyrl", "kl": "kal_Latn", "km": "khm_Khmr", "ko": "kor_Hang",
    "ky": "kir_Cyrl", "lb": "ltz_Latn", "lo": "lao_Laoo", "lrc": "lrc_Arab", "lt": "lit_Latn", "lv": "lvs_Latn",
    "mk": "mkd_Cyrl", "ms": "zsm_Latn", "mt": "mlt_Latn", "my": "mya_Mymr", "nb": "nob_Latn", "ne": "npi_Deva",
    "nl": "nld_Latn", "nn": "nno_Latn", "pl": "pol_Latn", "pt": "por_Latn", "qu": "quy_Latn", "ro": "ron_Latn",
    "ru": "rus_Cyrl", "se": "sme_Latn", "sk": "slk_Latn", "sl": "slv_Latn", "sq": "als_Latn", "sr": "srp_Cyrl",
    "sr_Latn": "srp_Latn", "su": "sun_Latn", "sv": "swe_Latn", "sw": "swh_Latn", "ta": "tam_Taml", "th": "tha_Thai",
    "tr": "tur_Latn", "uk": "ukr_Cyrl", "vec": "vec_Latn", "vi": "vie_Latn",
}  # fmt: skip
# Languages that hang endings on a number word. Others have so few forms that ICU gives them all.
_INFLECTING = (
    "als azj bel bos bul ces dan deu ekk ell fao fin hrv hun hye isl kal kat kaz kir lit lvs mkd nno nob pol ron rus "
    "slk slv sme srp swe tam tur ukr"
)
INFLECTING = frozenset(_INFLECTING.split())
ENDING = 4  # letters that the reader allows after a form
ALWAYS = (*range(21), *range(30, 100, 10), *range(100, 1000, 100), 1000, 10_000, 100_000, 1_000_000, 1_000_000_000)
BETWEEN = tuple(n for n in range(21, 100) if n % 10)


def spelled(rules: icu.RuleBasedNumberFormat, number: int) -> set[str]:
    """All ways to spell a number."""
    out = set()
    for at in range(rules.getNumberOfRuleSetNames()):
        name = rules.getRuleSetName(at)
        if "financial" in name or "-days" in name or "-digits" in name:
            continue
        try:
            text = rules.format(number, name)
        except icu.ICUError:  # a rule set that cannot spell this one
            continue
        text = re.sub(r"[\u00ad\u200b]", "", unicodedata.normalize("NFC", text))
        text = " ".join(text.casefold().replace("’", "'").split())
        if text and not re.search(r"[\d=<>%#]", text) and text[0] not in "-−":
            out.add(text)
    return out


def shortest(forms: set[str]) -> list[str]:
    """The forms without those that only add an ending to another."""
    kept: list[str] = []
    for form in sorted(forms, key=lambda one: (len(one), one)):
        if not any(len(one) > 2 and form.startswith(one) and len(form) - len(one) <= ENDING for one in kept):
            kept.append(form)
    return sorted(kept)


def composed(form: str, tens: set[str], units: set[str]) -> bool:
    """Whether a form is a ten and a unit with hardly anything around them."""
    return any(
        ten in form and unit in form.replace(ten, "\0", 1) and len(form) - len(ten) - len(unit) <= 5
        for ten in tens
        for unit in units
    )


def table(locale: str, language: str) -> dict[str, str]:
    """Forms by number, joined by `|`."""
    rules = icu.RuleBasedNumberFormat(icu.URBNFRuleSetTag.SPELLOUT, icu.Locale(locale))
    english = icu.RuleBasedNumberFormat(icu.URBNFRuleSetTag.SPELLOUT, icu.Locale("en"))
    if locale != "en" and rules.format(21) == english.format(21):
        sys.exit(f"ICU has no rules of its own for {locale}")
    inflecting = language.partition("_")[0] in INFLECTING
    forms = {number: spelled(rules, number) for number in (*ALWAYS, *BETWEEN)}
    out = {}
    for number in sorted(forms):
        ways = forms[number]
        if number in BETWEEN:
            ten, unit = forms[number // 10 * 10], forms[number % 10]
            ways = {way for way in ways if not composed(way, ten, unit)}
            if len(ways) < len(forms[number]) / 2:  # mostly regular: the rest are its rarer cases
                continue
        if ways:
            out[str(number)] = "|".join(shortest(ways) if inflecting else sorted(ways))
    return out


def main() -> None:
    languages = {language: table(locale, language) for locale, language in LOCALES.items()}
    lines = [f'  "source": {json.dumps(SOURCE, ensure_ascii=False)}']
    lines += [
        f'  "{language}": {json.dumps(languages[language], ensure_ascii=False, separators=(",", ":"))}'
        for language in sorted(languages)
    ]
    Path(sys.argv[1]).write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
