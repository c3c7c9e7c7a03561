"""Language labels: `iso639-3_Script`, as FineWeb2 and most multilingual datasets on the Hub write them.

Whatever code comes in (ISO 639-1 or -3, BCP 47, retired codes, macro-languages) goes out as one label.
Scripts are ISO 15924 codes, likely scripts come from CLDR through `langcodes`.
"""

from __future__ import annotations

import re
from functools import lru_cache

import langcodes
from babel import Locale
from langcodes.tag_parser import LanguageTagError

UNDETERMINED = "und_Zyyy"

# A macro-language becomes the individual language that corpora mean by it (ISO 639-3 macro-language mappings; the
# choices are those of FLORES-200, GlotLID and FineWeb2). Where nobody means one (Hmong, Zapotec, Sardinian), it stays.
_INDIVIDUAL = {
    "aka": "twi", "ara": "arb", "aym": "ayr", "aze": "azj", "bik": "bcl", "bua": "bxr", "chm": "mhr", "cmn": "zho",
    "cre": "crk", "din": "dik", "doi": "dgo", "est": "ekk", "ful": "fuv", "grn": "gug", "hbs": "hrv", "iku": "ike",
    "kau": "knc", "kok": "gom", "kom": "kpv", "kon": "kng", "kur": "kmr", "lah": "pnb", "lav": "lvs", "man": "emk",
    "mlg": "plt", "mon": "khk", "msa": "zsm", "nep": "npi", "nor": "nob", "oji": "ojb", "ori": "ory", "orm": "gaz",
    "pes": "fas", "pus": "pbt", "que": "quy", "sqi": "als", "swa": "swh", "syr": "aii", "tgl": "fil", "uzb": "uzn",
    "yid": "ydd", "zha": "zyb", "zza": "diq",
}  # fmt: skip
# Codes that identifiers and corpora still give out, and that BCP 47 no longer knows or reads otherwise: retired ones,
# and those that Wikipedia made up.
_RETIRED = {
    "iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro", "mol": "ro", "sh": "hr", "hbs": "hr", "scc": "sr",
    "scr": "hr", "bh": "bho", "bih": "bho", "eml": "egl", "un": "und", "xxx": "und", "zxx": "und", "mul": "und",
    "mis": "und",
    "simple": "en", "be-x-old": "be", "bat-smg": "sgs", "fiu-vro": "vro", "roa-rup": "rup", "map-bms": "jv",
    "zh-classical": "lzh", "zh-min-nan": "nan", "zh-yue": "yue", "nds-nl": "nds", "cbk-zam": "cbk",
}  # fmt: skip
# Languages that BCP 47 writes as a variety of another, and ISO 639-3 as one of their own.
_OWN = {"cnr": "Latn", "prs": "Arab"}
# The usual script where CLDR has none (it then says Latin), or another than the texts of today.
_SCRIPT = {
    "Arab": "acm acq ajp azb",
    "Cans": "ojb ojs ojc",
    "Cyrl": "agx cjs ckt dlg dng eve evn gld kap kca ket kjh kpt kpy mns nio niv nog oaa rut sel sjd tab tin "
    "tkr ude ulc xal ykg yrk",
    "Hans": "cjy",
    "Hant": "lzh",
    "Latn": "bax crh ctd hnj lad mww rif shi swb zdj",
    "Mymr": "blk ksw kyu pwo",
    "Syrc": "aii",
}
_USUAL_SCRIPT = {code: script for script, codes in _SCRIPT.items() for code in codes.split()}
_LABEL = re.compile(r"[a-z]{3}_[A-Z][a-z]{3}")


@lru_cache(maxsize=16_384)
def label(code: str) -> str:
    """The `iso3_Script` label of any language code.

    >>> [label(c) for c in ("fr", "zh-TW", "iw", "swa", "sr-Latn", "th_TH", "un")]
    ['fra_Latn', 'zho_Hant', 'heb_Hebr', 'swh_Latn', 'srp_Latn', 'tha_Thai', 'und_Zyyy']

    Raises:
        ValueError: `code` names no language that ISO 639 knows.
    """
    tag = code.strip().replace("_", "-")
    tag = _RETIRED.get(tag.lower(), tag)
    head, _, rest = tag.partition("-")
    tag = "-".join(filter(None, (_RETIRED.get(head.lower(), head), rest)))
    try:
        language = langcodes.Language.get(tag, normalize=True)
    except (LanguageTagError, LookupError) as error:
        raise ValueError(f"{code!r} is not a language code") from error
    if language.language in (None, "und") or not language.is_valid():
        if language.language in (None, "und") and language.is_valid():
            return UNDETERMINED
        raise ValueError(f"{code!r} is not a language code that ISO 639-3 knows")
    try:
        iso3 = language.to_alpha3()
    except LookupError as error:
        raise ValueError(f"{code!r} has no ISO 639-3 code") from error
    if head.lower() in _OWN:
        iso3 = head.lower()
        named = langcodes.Language.get(tag, normalize=False).script
        return f"{iso3}_{named or _OWN[iso3]}"
    if (iso3, language.territory) == ("fas", "AF"):  # CLDR writes Dari so
        iso3 = "prs"
    iso3 = _INDIVIDUAL.get(iso3, iso3)
    place = langcodes.Language.make(language=language.language, territory=language.territory)
    usual = _USUAL_SCRIPT.get(iso3) or place.maximize().script or "Zyyy"
    return f"{iso3}_{_as_corpora_write(language.script or usual, usual)}"


def _as_corpora_write(script: str, usual: str) -> str:
    """A code for several scripts, or for a part of one, as the code that corpora use.

    CLDR says Kore (Hangul with Han) and some models bare Han or Kana; corpora write Hang, Hans, Hant and Jpan.
    """
    if script == "Kore" or (script, usual) == ("Hani", "Kore"):
        return "Hang"
    if usual == "Jpan" and script in ("Hani", "Hira", "Kana", "Hrkt"):
        return usual
    if script == "Hani" and usual in ("Hans", "Hant"):
        return usual
    return script


def is_label(text: str) -> bool:
    """Whether `text` has the form of a label and names a known language."""
    if not _LABEL.fullmatch(text):
        return False
    try:
        return text == UNDETERMINED or label(text) == text
    except ValueError:
        return False


@lru_cache(maxsize=1_024)
def is_script(text: str) -> bool:
    """Whether `text` is an ISO 15924 script code as labels carry it (`Deva`, `Hans`)."""
    return bool(re.fullmatch(r"[A-Z][a-z]{3}", text)) and langcodes.Language.make(script=text).is_valid()


TO = ">"
"""Between the two labels of a pair: `eng_Latn>fra_Latn` is from English into French."""


def pair(source: str, target: str) -> str:
    """The label of a language pair.

    >>> pair("eng_Latn", "fra_Latn")
    'eng_Latn>fra_Latn'
    """
    return f"{source}{TO}{target}"


def place(code: str) -> str:
    """What values can differ by, in its one spelling: a language, a script or a language pair.

    >>> place("th"), place("Deva"), place("en > fr")
    ('tha_Thai', 'Deva', 'eng_Latn>fra_Latn')

    Raises:
        ValueError: a part of it names no language.
    """
    if TO in code:
        source, _, target = code.partition(TO)
        return pair(label(source), label(target))
    return code if is_script(code) else label(code)


@lru_cache(maxsize=16_384)
def with_script(language: str, script: str) -> str:
    """The label of `language` (a label) when it is written in `script` (ISO 15924)."""
    return f"{language[:3]}_{script}"


@lru_cache(maxsize=16_384)
def name(language: str) -> str:
    """The English name of a label, with the script where the language has several.

    >>> name("fra_Latn"), name("zho_Hant")
    ('French', 'Chinese (Traditional)')
    """
    if language == UNDETERMINED:
        return "Undetermined"
    iso3, _, script = language.partition("_")
    plain = langcodes.Language.get(iso3)
    likely = plain.maximize().script
    english = _english(plain)
    # CLDR calls the individual codes by longer names than readers know; the macro name is the common one.
    english = english.removesuffix(" (individual language)")
    if iso3 == "zho":
        return f"Chinese ({'Traditional' if script == 'Hant' else 'Simplified'})"
    if likely and script != likely and (iso3, script) != ("kor", "Hang"):  # CLDR: Kore, Hangul with Han
        named = _names().scripts.get(script) or langcodes.Language.make(script=script).script_name("en")
        return f"{english} ({named} script)"
    return english


def _english(language: langcodes.Language) -> str:
    """Its English name: from CLDR's English names where they have it. All names of all languages take 280 MB."""
    code = language.language or "und"
    known = _ISO_NAMES.get(code) or _names().languages.get(code) if language.to_tag() == code else None
    return str(known or language.display_name("en"))


# Names in ISO 639-3 of individual languages that labels have and CLDR's English names lack.
_ISO_NAMES = {
    "aii": "Assyrian Neo-Aramaic", "als": "Tosk Albanian", "arb": "Standard Arabic", "ayr": "Central Aymara",
    "azj": "North Azerbaijani", "bcl": "Central Bikol", "bxr": "Russia Buriat", "dgo": "Dogri",
    "dik": "Southwestern Dinka", "diq": "Dimli", "ekk": "Standard Estonian", "emk": "Eastern Maninkakan",
    "fuv": "Nigerian Fulfulde", "gaz": "West Central Oromo", "gom": "Goan Konkani", "gug": "Paraguayan Guaraní",
    "ike": "Eastern Canadian Inuktitut", "khk": "Halh Mongolian", "kmr": "Northern Kurdish", "knc": "Central Kanuri",
    "kng": "Koongo", "kpv": "Komi-Zyrian", "lvs": "Standard Latvian", "mhr": "Eastern Mari", "npi": "Nepali",
    "ory": "Odia", "pbt": "Southern Pashto", "plt": "Plateau Malagasy", "pnb": "Western Panjabi",
    "quy": "Ayacucho Quechua", "swh": "Swahili", "uzn": "Northern Uzbek", "ydd": "Eastern Yiddish",
    "zsm": "Standard Malay", "zyb": "Yongbei Zhuang",
}  # fmt: skip


@lru_cache(maxsize=1)
def _names() -> Locale:
    return Locale("en")


@lru_cache(maxsize=16_384)
def bcp47(language: str) -> str:
    """The BCP 47 tag that the Hub's `language` and `language_details` fields take (`fr`, `zh-Hant`)."""
    if language == UNDETERMINED:
        return "und"
    return str(langcodes.standardize_tag(language.replace("_", "-"), macro=False))
